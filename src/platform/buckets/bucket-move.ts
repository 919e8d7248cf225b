/**
 * The move of a bucket, as a sequence of phases. Pure: what each step reads and writes is in `copy-rows.ts`.
 *
 * 1. *copying*: its rows are copied while orders come in.
 * 2. *closing*: the bucket takes no more writes. Orders wait in the intake queue, as when D1 is away.
 * 3. *settling*: all rows are compared, and those that changed meanwhile are copied again. Both sides are counted and
 *    hashed.
 * 4. *switching*: the map names the new database, and orders go on.
 * 5. *following*: rows that were written for many orders at once while the bucket was closed follow.
 * 6. *keeping*: the old rows stay until no isolate reads by the old map.
 * 7. *deleting*: the old rows go.
 *
 * Until the switch it can be undone: *undoing* opens the bucket where it was, and deletes the copies.
 */
import { START, type MovedTable, type TableCursor } from "./moved-table";
import type { OrdersDatabaseName } from "../d1/order-buckets";

export type MovePhase =
  | "copying"
  | "closing"
  | "settling"
  | "switching"
  | "following"
  | "keeping"
  | "deleting"
  | "undoing"
  | "moved"
  | "undone";

/** The rows of one side: their number, and the SHA-256 over their text and the hash of the pages before. */
export type Side = Readonly<{ rows: number; hash: string }>;

export type BucketMove = Readonly<{
  bucket: number;
  from: OrdersDatabaseName;
  to: OrdersDatabaseName;
  phase: MovePhase;
  /** The table that is read, by its place in the list of tables. */
  table: number;
  cursor: TableCursor;
  source: Side;
  target: Side;
  /** Rows that were written to the new database. */
  copied: number;
  /** How often both sides were compared while the bucket took no writes. */
  comparisons: number;
  closedAt: number | null;
  switchedAt: number | null;
}>;

const NO_ROWS: Side = { rows: 0, hash: "" };

export const newBucketMove = (
  bucket: number,
  from: OrdersDatabaseName,
  to: OrdersDatabaseName,
): BucketMove => ({
  bucket,
  from,
  to,
  phase: "copying",
  table: 0,
  cursor: START,
  source: NO_ROWS,
  target: NO_ROWS,
  copied: 0,
  comparisons: 0,
  closedAt: null,
  switchedAt: null,
});

/** Isolates read the map every five seconds, and use it for a quarter of an hour if the primary database is away. */
export const KEPT_MS = 3_600_000;

const AFTER: Readonly<Partial<Record<MovePhase, MovePhase>>> = {
  copying: "closing",
  closing: "settling",
  settling: "switching",
  switching: "following",
  following: "keeping",
  keeping: "deleting",
  deleting: "moved",
  undoing: "undone",
};

/** The move with its next phase. Each phase that reads tables starts with the first one. */
export const inNextPhase = (move: BucketMove): BucketMove => ({
  ...move,
  phase: AFTER[move.phase] ?? move.phase,
  table: 0,
  cursor: START,
  ...(move.phase === "closing" ? firstComparison : {}),
});

const firstComparison = { source: NO_ROWS, target: NO_ROWS, comparisons: 1 };

/** After so many comparisons that differ, a person must look. */
export const MAX_COMPARISONS = 3;

export const comparedAgain = (move: BucketMove): BucketMove => ({
  ...move,
  phase: "settling",
  table: 0,
  cursor: START,
  source: NO_ROWS,
  target: NO_ROWS,
  comparisons: move.comparisons + 1,
});

/** After a page: the next page, table or phase. `next` is null if the table has no more rows of the bucket. */
export function afterPage(
  move: BucketMove,
  tables: readonly MovedTable[],
  next: TableCursor | null,
): BucketMove {
  if (next !== null) return { ...move, cursor: next };
  if (move.table + 1 < tables.length) return { ...move, table: move.table + 1, cursor: START };
  return inNextPhase(move);
}

/** Whether both sides have the same rows, as counted and hashed while the bucket took no writes. */
export const isProven = ({ source, target }: BucketMove): boolean =>
  source.rows === target.rows && source.hash === target.hash;

/** The move that goes back; null if the map names the new database already. */
export const undone = (move: BucketMove): BucketMove | null =>
  move.phase === "copying" || move.phase === "closing" || move.phase === "settling"
    ? { ...move, phase: "undoing", table: 0, cursor: START }
    : null;

export const isOver = ({ phase }: BucketMove): boolean => phase === "moved" || phase === "undone";
