/**
 * The journal of a SKU's stock since a time, in pages: from it the database can be brought forward after it was restored
 * to an earlier state.
 */
import type { Holding } from "./holding";
import type { Movement } from "./movement";

/** A movement with its number, in the order in which movements were written, and with the object's time. */
export type JournaledMovement = Omit<Movement, "inboundId"> & Readonly<{ seq: number; recordedAt: number }>;

/** `since`: what was written at this time or later. `at`: where the page begins; null for the first page. */
export type JournalCursor = Readonly<{ since: number; at: number | string | null }>;

/** A holding, and how many events of its line its order has not applied. */
export type JournaledHolding = Holding & Readonly<{ undelivered: number }>;

export type JournalPage = Readonly<{
  /** The journal is complete only since this time: what was finished before it may have been folded. */
  foldedBefore: number;
  movements: readonly JournaledMovement[];
  /** As they are now. A holding that was only confirmed since is not among them. */
  holdings: readonly JournaledHolding[];
  /** Null after the last page. */
  next: JournalCursor | null;
}>;
