/** The journal and the closings as other modules read and write them. */
export {
  balancesOn,
  closingBefore,
  entriesAfter,
  firstPostingDay,
  insertEntryOnce,
  journalEntries,
  postingsOfSums,
  putClosing,
  startOf,
  sumsStatement,
  type EntryKey,
} from "./storage/journal";
