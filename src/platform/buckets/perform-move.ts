/** A step of a bucket's move. Each may run twice or stop anywhere: what it writes is the same again. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { idsOfBucket } from "../../kernel/buckets";
import type { PlatformContext } from "../context";
import { finishMoving, markMoving, stopMoving } from "../d1/order-buckets";
import {
  afterPage,
  comparedAgain,
  inNextPhase,
  isProven,
  KEPT_MS,
  MAX_COMPARISONS,
  type BucketMove,
  type Side,
} from "./bucket-move";
import { setBucketState } from "./closed-buckets";
import type { MovedTable } from "./moved-table";
import {
  columnsOf,
  deleteStatement,
  keyOf,
  pageAfter,
  rowsIn,
  insertStatement,
  type BucketTable,
  type Row,
} from "./rows-of-bucket";

/** `pauseMs`: how long nothing can be done. */
export type MoveStep = Readonly<{ move: BucketMove; pauseMs: number }>;

/**
 * The next step: pages of one phase while `hasBudget`, and at least one.
 * @throws to try the step again.
 */
export async function performMoveStep(
  context: PlatformContext,
  tables: readonly MovedTable[],
  move: BucketMove,
  hasBudget: () => boolean,
): Promise<MoveStep> {
  if (move.phase === "keeping") {
    const left = (move.switchedAt ?? 0) + KEPT_MS - context.now();
    return left > 0 ? { move, pauseMs: left } : { move: inNextPhase(move), pauseMs: 0 };
  }
  let next = move;
  do {
    next = await performed(context, tables, next);
  } while (next.phase === move.phase && hasBudget());
  return { move: next, pauseMs: 0 };
}

async function performed(
  context: PlatformContext,
  tables: readonly MovedTable[],
  move: BucketMove,
): Promise<BucketMove> {
  switch (move.phase) {
    case "copying":
      if (move.table === 0 && move.cursor.after === null) await prepare(context, tables, move);
      return copyPage(context, tables, move);
    case "settling":
      return copyPage(context, tables, move);
    case "closing":
      return close(context, move);
    case "switching":
      return switchOver(context, move);
    case "following":
      return copyLatePage(
        context,
        tables.filter(({ takesLateRows }) => takesLateRows),
        move,
      );
    case "deleting":
      return deletePage(context, tables, move, move.from);
    case "undoing":
      await reopen(context, move);
      return deletePage(context, tables, move, move.to);
    case "keeping":
    case "moved":
    case "undone":
      return move;
  }
}

/** @throws if the two databases do not have the same tables. */
async function prepare(
  { databases }: PlatformContext,
  tables: readonly MovedTable[],
  { bucket, from, to }: BucketMove,
): Promise<void> {
  for (const { name } of tables) {
    const [here, there] = await Promise.all([from, to].map((each) => columnsOf(databases.named(each), name)));
    if (here!.join() !== there!.join()) {
      throw new Error(
        `the table ${name} differs between ${from} and ${to}: apply the same migrations to both`,
      );
    }
  }
  const ids = idsOfBucket(bucket);
  // The last move of the bucket from there may have left the mark that refuses writes.
  await setBucketState(databases.named(to), ids, { takesWrites: true, isHere: false });
}

/** The map first: who reads it does not even try to write. */
async function close({ databases, now }: PlatformContext, move: BucketMove): Promise<BucketMove> {
  const { bucket, from } = move;
  if (!(await markMoving(databases.primary, move, now())))
    throw new Error(`bucket ${bucket} is not in ${from}`);
  await setBucketState(databases.named(from), idsOfBucket(bucket), { takesWrites: false, isHere: true });
  return { ...inNextPhase(move), closedAt: move.closedAt ?? now() };
}

/** The map decides: a move that was undone meanwhile changes nothing here. */
async function switchOver({ databases, now }: PlatformContext, move: BucketMove): Promise<BucketMove> {
  const { bucket, from, to, source, target } = move;
  if (!isProven(move)) {
    // A row that was deleted while its page was compared: the next comparison finds both sides equal.
    if (move.comparisons < MAX_COMPARISONS) return comparedAgain(move);
    throw new Error(
      `bucket ${bucket} has ${source.rows} rows in ${from} and ${target.rows} in ${to}, or they differ`,
    );
  }
  if (!(await finishMoving(databases.primary, move)))
    throw new Error(`the move of bucket ${bucket} was undone`);
  const ids = idsOfBucket(bucket);
  await setBucketState(databases.named(from), ids, { takesWrites: false, isHere: false });
  await setBucketState(databases.named(to), ids, { takesWrites: true, isHere: true });
  return { ...inNextPhase(move), switchedAt: move.switchedAt ?? now() };
}

async function reopen({ databases }: PlatformContext, move: BucketMove): Promise<void> {
  const { bucket, from } = move;
  if (!(await stopMoving(databases.primary, move))) throw new Error(`bucket ${bucket} is not in ${from}`);
  await setBucketState(databases.named(from), idsOfBucket(bucket), { takesWrites: true, isHere: true });
}

async function tableOf(
  db: D1Database,
  tables: readonly MovedTable[],
  { table, bucket }: BucketMove,
): Promise<BucketTable> {
  const read = tables[table]!;
  return { table: read, columns: await columnsOf(db, read.name), ids: idsOfBucket(bucket) };
}

/** Makes the next page of the target equal to the source's, and counts and hashes both. */
async function copyPage(
  { databases }: PlatformContext,
  tables: readonly MovedTable[],
  move: BucketMove,
): Promise<BucketMove> {
  const [source, target] = [databases.named(move.from), databases.named(move.to)];
  const of = await tableOf(source, tables, move);
  const page = await pageAfter(source, of, move.cursor);
  const there = await rowsIn(target, of, page.interval);
  const { written, deleted } = differencesOf(page.rows, there);
  const isChanged = written.length + deleted.length > 0;
  if (isChanged) {
    await target.batch([
      // A row is replaced, not updated: triggers allow some changes only once. Other rows may refer to it.
      target.prepare("PRAGMA defer_foreign_keys = ON"),
      deleteStatement(
        target,
        of,
        deleted.map((row) => keyOf(of, row)),
      ),
      insertStatement(target, of, written),
    ]);
  }
  const now = isChanged ? await rowsIn(target, of, page.interval) : there;
  const counted = {
    ...move,
    copied: move.copied + written.length,
    source: withRows(move.source, page.rows),
    target: withRows(move.target, now),
  };
  return afterPage(counted, tables, page.next);
}

/** What the target must delete, and then write, to have the rows. */
export function differencesOf(
  wanted: readonly Row[],
  there: readonly Row[],
): Readonly<{ written: readonly Row[]; deleted: readonly Row[] }> {
  const [wantedTexts, knownTexts] = [wanted, there].map(
    (rows) => new Set(rows.map((row) => JSON.stringify(row))),
  );
  return {
    written: wanted.filter((row) => !knownTexts!.has(JSON.stringify(row))),
    deleted: there.filter((row) => !wantedTexts!.has(JSON.stringify(row))),
  };
}

const withRows = ({ rows, hash }: Side, added: readonly Row[]): Side =>
  added.length === 0
    ? { rows, hash }
    : { rows: rows + added.length, hash: bytesToHex(sha256(utf8ToBytes(hash + JSON.stringify(added)))) };

/** Copies rows that the target does not have. One that it has since handled and deleted is handled once more. */
async function copyLatePage(
  { databases }: PlatformContext,
  tables: readonly MovedTable[],
  move: BucketMove,
): Promise<BucketMove> {
  if (tables.length === 0) return inNextPhase(move);
  const [source, target] = [databases.named(move.from), databases.named(move.to)];
  const of = await tableOf(source, tables, move);
  const page = await pageAfter(source, of, move.cursor);
  if (page.rows.length > 0) await insertStatement(target, of, page.rows).run();
  return afterPage(move, tables, page.next);
}

/** Deletes the next page of the bucket. Tables are emptied from the last to the first: rows refer to earlier tables. */
async function deletePage(
  { databases }: PlatformContext,
  tables: readonly MovedTable[],
  move: BucketMove,
  from: BucketMove["from"],
): Promise<BucketMove> {
  const db = databases.named(from);
  const lastFirst = tables.toReversed();
  const of = await tableOf(db, lastFirst, move);
  const page = await pageAfter(db, of, move.cursor);
  if (page.rows.length > 0) {
    await deleteStatement(
      db,
      of,
      page.rows.map((row) => keyOf(of, row)),
    ).run();
  }
  return afterPage(move, lastFirst, page.next);
}
