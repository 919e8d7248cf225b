/**
 * Folds old history into the checkpoint, a bounded step in each alarm: first movements, then finished holdings, then
 * references. What is folded is added and deleted in one transaction. A pass begins in an alarm that runs anyway: an
 * object in which nothing happens does not grow.
 */
import {
  chainHash,
  foldableBefore,
  isFoldable,
  sumsOf,
  type Checkpoint,
  type FoldedSum,
  type History,
} from "../domain/checkpoint";
import { invariant } from "../../kernel/invariant";
import type { Holder } from "../domain/allocation-request";
import type { Movement } from "../domain/movement";
import { movementEventId } from "../domain/stock-messages";
import { loadHoldings } from "./holding-row";
import { countUndelivered } from "./read-events";

/** Rows that one step reads, and that it folds. */
const ROWS_READ = 2_000;
const ROWS_FOLDED = 500;
/** A pass begins this many times while history is kept, and not more often than every hour. */
const PASSES = 30;
const LEAST_PAUSE_MS = 60 * 60_000;
/** Ids of movements come from Idempotency-Keys, which are kept for 30 days. */
const MOVEMENT_IDS_KEPT_MS = 31 * 24 * 60 * 60_000;

type Stage = "movements" | "holdings" | "applied";

type Row = {
  folded_before: number;
  generation: number;
  last_seq: number;
  hash: string;
  holdings: number;
  refs: number;
  stage: Stage | null;
  cursor: string;
  next_at: number;
};

/** `historyMs`: how long finished history is kept. */
export type FoldOptions = Readonly<{ sku: string; historyMs: number; now: number }>;

/** For a new SKU. @param firstPassAt when something may be old enough. */
export const createCheckpoint = (sql: SqlStorage, firstPassAt: number): void =>
  void sql.exec("INSERT OR IGNORE INTO checkpoint VALUES (1, 0, 0, 0, '', 0, 0, NULL, '', ?)", firstPassAt);

/** One step of the pass that is due or under way; nothing if none is. Must run in a transaction. */
export function fold(sql: SqlStorage, options: FoldOptions): void {
  const [row] = sql.exec<Row>("SELECT * FROM checkpoint").toArray();
  if (row === undefined || (row.stage === null && options.now < row.next_at)) return;
  // Set before anything is folded: from now on what is older and not known is refused by name.
  const begun: Row = row.stage === null ? beginPass(row, options) : row;
  const next = STEPS[begun.stage!](sql, begun, options);
  sql.exec(
    `UPDATE checkpoint SET folded_before = ?, generation = ?, last_seq = ?, hash = ?, holdings = ?, refs = ?,
       stage = ?, cursor = ?, next_at = ?`,
    next.folded_before,
    next.generation,
    next.last_seq,
    next.hash,
    next.holdings,
    next.refs,
    next.stage,
    next.cursor,
    next.stage === null ? options.now + Math.max(LEAST_PAUSE_MS, options.historyMs / PASSES) : next.next_at,
  );
}

const beginPass = (row: Row, { now, historyMs }: FoldOptions): Row => ({
  ...row,
  folded_before: Math.max(row.folded_before, now - historyMs),
  generation: row.generation + 1,
  stage: "movements",
  cursor: "",
});

type Step = (sql: SqlStorage, row: Row, options: FoldOptions) => Row;

const STEPS: Readonly<Record<Stage, Step>> = {
  movements: foldMovements,
  holdings: foldHoldings,
  applied: foldApplied,
};

type MovementRow = {
  seq: number;
  ref: string;
  kind: Movement["kind"];
  locationId: string | null;
  quantity: number;
  valueMinor: number;
  reason: string | null;
  at: number;
  recordedAt: number;
};

/** The oldest movements, up to the first that is too young or whose event is not delivered yet. */
function foldMovements(sql: SqlStorage, row: Row, { sku }: FoldOptions): Row {
  const before = foldableBefore({ foldedBefore: row.folded_before });
  const rows = sql
    .exec<MovementRow>(
      `SELECT seq, ref, kind, location_id AS locationId, quantity, value_minor AS valueMinor, reason, at,
         recorded_at AS recordedAt FROM movements ORDER BY seq LIMIT ?`,
      ROWS_FOLDED,
    )
    .toArray();
  const isUndelivered = ({ ref }: MovementRow) =>
    sql.exec("SELECT 1 FROM events WHERE id = ?", movementEventId(sku, ref)).toArray().length > 0;
  const end = rows.findIndex((movement) => movement.recordedAt >= before || isUndelivered(movement));
  const folded = end === -1 ? rows : rows.slice(0, end);
  const lastSeq = folded.at(-1)?.seq ?? row.last_seq;
  addToSums(sql, sumsOf(folded));
  const deleted = sql.exec("DELETE FROM movements WHERE seq <= ? RETURNING seq", lastSeq).toArray();
  invariant(deleted.length === folded.length, "exactly the movements that were added up are deleted");
  return {
    ...row,
    last_seq: lastSeq,
    hash: folded.reduce(chainHash, row.hash),
    stage: folded.length === ROWS_FOLDED ? "movements" : "holdings",
    cursor: "",
  };
}

function addToSums(sql: SqlStorage, sums: readonly FoldedSum[]): void {
  for (const { locationId, kind, movements, posted, quantity, valueMinor } of sums) {
    sql.exec(
      `INSERT INTO folded VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (location_id, kind) DO UPDATE
         SET movements = movements + excluded.movements, posted = posted + excluded.posted,
             quantity = quantity + excluded.quantity, value_minor = value_minor + excluded.value_minor`,
      locationId ?? "",
      kind,
      movements,
      posted,
      quantity,
      valueMinor,
    );
  }
}

/** Finished holdings without an undelivered event, in the order of their holders. */
function foldHoldings(sql: SqlStorage, row: Row, { sku }: FoldOptions): Row {
  const before = foldableBefore({ foldedBefore: row.folded_before });
  const read = sql
    .exec<{ holder: Holder; changedAt: number; isClosed: number }>(
      `SELECT holder, changed_at AS changedAt, live = 0 AND backordered = 0 AS isClosed
         FROM holdings WHERE holder > ? ORDER BY holder LIMIT ?`,
      row.cursor,
      ROWS_READ,
    )
    .toArray();
  const old = read.filter(({ changedAt, isClosed }) => isClosed === 1 && changedAt < before);
  const page = old.slice(0, ROWS_FOLDED);
  const holdings = loadHoldings(
    sql,
    page.map(({ holder }) => holder),
  );
  const folded = page.filter(({ holder, changedAt }) => {
    const holding = holdings.get(holder)!;
    return isFoldable(holding, changedAt, before) && countUndelivered(sql, sku, holder) === 0;
  });
  sql.exec(
    "DELETE FROM holdings WHERE holder IN (SELECT value FROM json_each(?))",
    JSON.stringify(folded.map(({ holder }) => holder)),
  );
  const hasMoreOld = old.length > ROWS_FOLDED;
  const isDone = !hasMoreOld && read.length < ROWS_READ;
  return {
    ...row,
    holdings: row.holdings + folded.length,
    stage: isDone ? "applied" : "holdings",
    cursor: isDone ? "" : (hasMoreOld ? page : read).at(-1)!.holder,
  };
}

/** References of effects and of our own movement ids. A caller's reference has no time of its own, and stays. */
function foldApplied(sql: SqlStorage, row: Row, { now }: FoldOptions): Row {
  const before = foldableBefore({ foldedBefore: row.folded_before });
  const read = sql
    .exec<{ ref: string; recordedAt: number }>(
      "SELECT ref, recorded_at AS recordedAt FROM applied WHERE ref > ? ORDER BY ref LIMIT ?",
      row.cursor,
      ROWS_FOLDED,
    )
    .toArray();
  const folded = read.filter(({ ref, recordedAt }) => {
    if (ref.startsWith("ref/")) return false;
    const limit = ref.startsWith("mov_") ? Math.min(before, now - MOVEMENT_IDS_KEPT_MS) : before;
    return recordedAt < limit;
  });
  sql.exec(
    "DELETE FROM applied WHERE ref IN (SELECT value FROM json_each(?))",
    JSON.stringify(folded.map(({ ref }) => ref)),
  );
  const isDone = read.length < ROWS_FOLDED;
  return {
    ...row,
    refs: row.refs + folded.length,
    stage: isDone ? null : "applied",
    cursor: isDone ? "" : read.at(-1)!.ref,
  };
}

export function readCheckpoint(sql: SqlStorage, { foldedBefore }: History): Checkpoint {
  const [row] = sql.exec<Row>("SELECT * FROM checkpoint").toArray();
  const sums = sql
    .exec<{ [Key in keyof FoldedSum]: FoldedSum[Key] }>(
      `SELECT nullif(location_id, '') AS locationId, kind, movements, posted, quantity, value_minor AS valueMinor
         FROM folded ORDER BY location_id, kind`,
    )
    .toArray();
  return {
    foldedBefore,
    lastSeq: row?.last_seq ?? 0,
    hash: row?.hash ?? "",
    holdings: row?.holdings ?? 0,
    refs: row?.refs ?? 0,
    sums,
  };
}
