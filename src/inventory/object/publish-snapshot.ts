/**
 * The SKU's stock for whoever reads it from the database: said whole by the alarm soon after a change, so that
 * many changes are one word. A change is counted with what it changes: after any crash it is known what was not
 * said yet, and a word's version tells exactly what is in it.
 */
import type { StockSaid } from "../domain/stock";
import type { Outlet } from "./event-outbox";
import { readSnapshot } from "./queries";
import { loadStock } from "./tables";
import { recordSaid, versionsOf } from "./versions";

/** How long changes are gathered before they are said. */
const GATHERED_MS = 2_000;
/** Where one change follows the other, words are so far apart: each costs the database its rows. */
const APART_MS = 5_000;

/** When the alarm must say what has changed. @param saidAt when it last did. */
export const nextWordAt = (now: number, saidAt: number): number =>
  Math.max(now + GATHERED_MS, Math.min(saidAt, now) + APART_MS);

/**
 * Answers whether there was anything to say.
 * @throws when the queue does not take it: it is still to be said.
 */
export async function sayStock(sql: SqlStorage, queue: Outlet, now: number): Promise<boolean> {
  const { changed, said } = versionsOf(sql);
  const stock = changed > said ? loadStock(sql, []) : null;
  if (stock === null) return false;
  const { facts, levels, backordered } = readSnapshot(sql, stock);
  const word: StockSaid = { sku: facts.sku, version: changed, at: now, levels, backordered };
  await queue.sendBatch([{ body: { type: "stock.said.v1", said: word }, contentType: "json" }]);
  // What changed meanwhile has a later number, and is said in its turn.
  recordSaid(sql, changed);
  return true;
}
