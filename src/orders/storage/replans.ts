/**
 * Orders whose plan is to be looked at again: marked in the batch of what made it doubtful, found by when they
 * are due, and gone once they were looked at and nothing was marked meanwhile.
 */
import type { OrderId } from "../../kernel/ids";
import type { ReplanReason } from "../domain/events/unit-events";
import { anyRowStatement } from "../../platform/d1/any-row-exists";

/** `needsRepair`: order and stock have spoken at once, and may differ. */
export type DueReason = ReplanReason | "needs_repair";

export type DueReplan = Readonly<{ orderId: OrderId; reason: DueReason; marks: number; attempts: number }>;

/** What is needsRepair is said whatever else is: the two are compared before anything is planned. */
const MARK = `
  ON CONFLICT (order_id) DO UPDATE SET marks = marks + 1, attempts = 0,
    due_at = min(due_at, excluded.due_at),
    reason = CASE WHEN reason = 'needs_repair' THEN reason ELSE excluded.reason END`;

const INTO = "INSERT INTO replans (order_id, reason, created_at, due_at)";

export const markStatement = (db: D1Database, orderId: OrderId, reason: DueReason, now: number) =>
  db.prepare(`${INTO} VALUES (?1, ?2, ?3, ?3) ${MARK}`).bind(orderId, reason, now);

/** Marks the order if effects on its stock are under way. Their ids begin with the order's. */
export const markIfRepairNeededStatement = (db: D1Database, orderId: OrderId, now: number) =>
  db
    .prepare(
      `${INTO} SELECT ?1, 'needs_repair', ?2, ?2 FROM orders WHERE id = ?1
         AND EXISTS (SELECT 1 FROM outbox WHERE outbox.id > ?1 || '/' AND outbox.id < ?1 || '0'
                       AND message ->> 'type' = 'stock.effect.v1') ${MARK}`,
    )
    .bind(orderId, now);

export async function effectsUnderWay(db: D1Database, orderId: OrderId): Promise<boolean> {
  const found = await db
    .prepare(
      `SELECT 1 FROM outbox WHERE id > ?1 || '/' AND id < ?1 || '0' AND message ->> 'type' = 'stock.effect.v1'
       LIMIT 1`,
    )
    .bind(orderId)
    .first();
  return found !== null;
}

const DUE = "FROM replans WHERE due_at <= ?1";

export const anyReplanDueStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anyRowStatement(db, DUE, now);

/** Those due by now, the longest first. */
export async function dueReplans(db: D1Database, now: number, limit: number): Promise<DueReplan[]> {
  const { results } = await db
    .prepare(`SELECT order_id AS orderId, reason, marks, attempts ${DUE} ORDER BY due_at, order_id LIMIT ?2`)
    .bind(now, limit)
    .all<DueReplan>();
  return results;
}

/** It was looked at, unless it was marked again since. */
export async function forgetDue(db: D1Database, { orderId, marks }: DueReplan): Promise<void> {
  const sql = "DELETE FROM replans WHERE order_id = ?1 AND marks = ?2";
  await db.prepare(sql).bind(orderId, marks).run();
}

/** It is to be looked at once more, later; at once, where it was marked again since. */
export async function postponeDue(
  db: D1Database,
  { orderId, marks }: DueReplan,
  dueAt: number,
): Promise<void> {
  const sql = "UPDATE replans SET attempts = attempts + 1, due_at = ?3 WHERE order_id = ?1 AND marks = ?2";
  await db.prepare(sql).bind(orderId, marks, dueAt).run();
}

/** A location, and by when what is planned there was to leave it. */
export type ClosedLocation = Readonly<{ locationId: string; until: number }>;

/** Orders with something planned at one of the locations that was to leave by then; those that are due stay so. */
export async function markPlannedAt(
  db: D1Database,
  closed: readonly ClosedLocation[],
  { now, limit }: Readonly<{ now: number; limit: number }>,
): Promise<void> {
  await db
    .prepare(
      `${INTO} SELECT DISTINCT order_id, 'closed', ?2, ?2 FROM (
         SELECT part.order_id FROM json_each(?1) AS closed
           CROSS JOIN fulfillments AS part ON part.location_id = closed.value ->> 'locationId'
             AND part.status = 'planned' AND part.release_at < closed.value ->> 'until'
         WHERE NOT EXISTS (SELECT 1 FROM replans WHERE replans.order_id = part.order_id)
         LIMIT ?3) WHERE true
       ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(closed), now, limit)
    .run();
}

/** Of what is planned at a location, what is to leave first. */
const MAX_LOOKED_THROUGH = 500;

/**
 * Units of the SKU have come to the location: orders that send something from there and some of the SKU from
 * elsewhere may save a parcel, and those who wait for it longest may not know that it may serve them.
 */
export async function markForArrival(
  db: D1Database,
  { locationId, sku, now, limit }: Readonly<{ locationId: string; sku: string; now: number; limit: number }>,
): Promise<void> {
  await db.batch([
    db
      .prepare(
        `${INTO} SELECT DISTINCT order_id, 'stock_arrived', ?3, ?3 FROM (
           SELECT here.order_id FROM (
             SELECT order_id FROM fulfillments WHERE location_id = ?1 AND status = 'planned'
             ORDER BY release_at LIMIT ${MAX_LOOKED_THROUGH}) AS here
           WHERE EXISTS (SELECT 1 FROM fulfillments AS there, json_each(there.lines) AS part, order_lines AS line
               WHERE there.order_id = here.order_id AND there.status = 'planned' AND there.location_id <> ?1
                 AND line.order_id = there.order_id AND line.id = part.value ->> 'lineId' AND +line.sku = ?2)
           LIMIT ?4) WHERE true ${MARK}`,
      )
      .bind(locationId, sku, now, limit),
    db
      .prepare(
        `${INTO} SELECT DISTINCT order_id, 'stock_arrived', ?2, ?2 FROM (
           SELECT order_id FROM order_lines WHERE sku = ?1 AND backordered > 0
           ORDER BY placed_at LIMIT ?3) WHERE true ${MARK}`,
      )
      .bind(sku, now, limit),
  ]);
}

/** Of all that wait for any SKU, those after the place, in pages: where they may come from may have changed. */
export async function markWaiting(
  db: D1Database,
  { after, now, limit }: Readonly<{ after: Waiting; now: number; limit: number }>,
): Promise<Waiting | null> {
  const { results } = await db
    .prepare(
      `SELECT sku, placed_at AS placedAt, id, order_id AS orderId
       FROM order_lines INDEXED BY order_lines_waiting
       WHERE backordered > 0 AND (sku, placed_at, id) > (?1, ?2, ?3) ORDER BY sku, placed_at, id LIMIT ?4`,
    )
    .bind(after.sku, after.placedAt, after.id, limit)
    .all<Waiting & { orderId: string }>();
  if (results.length > 0) {
    await db
      .prepare(
        `${INTO} SELECT DISTINCT value, 'stock_arrived', ?2, ?2 FROM json_each(?1) WHERE true
         ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(results.map(({ orderId }) => orderId)), now)
      .run();
  }
  return results.length === limit ? (results.at(-1) ?? null) : null;
}

export type Waiting = Readonly<{ sku: string; placedAt: number; id: string }>;
