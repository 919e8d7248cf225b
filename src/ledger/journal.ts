/** The functions of the journal and the closing balances that other modules use. */
export {
  balancesOn,
  closingBefore,
  entriesAfter,
  firstPostingDay,
  insertEntryOnce,
  journalEntries,
  postedIds,
  postingsOfRow,
  postingsOfSums,
  putClosing,
  rowOfEntry,
  startOf,
  sumsStatement,
  type EntryKey,
  type StoredPostings,
} from "./storage/journal";
