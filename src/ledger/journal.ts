/** The functions of the journal and the closing balances that other modules use. */
export {
  balancesOn,
  closingBefore,
  entriesAfter,
  firstPostingDay,
  insertEntryOnce,
  journalEntries,
  postedIds,
  postingsOfSums,
  putClosing,
  startOf,
  sumsStatement,
  type EntryKey,
} from "./storage/journal";
