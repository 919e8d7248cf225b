/**
 * Table replans: orders whose plan must be decided again. A mark is written with the change that makes the plan
 * doubtful. It is deleted after the replan, unless it was renewed meanwhile. Also reads outbox, fulfillments and
 * order_lines.
 */
import type { OrderId } from "../../kernel/ids";
import type { ReplanReason } from "../domain/events/unit-events";
import { isHereSql } from "../../platform/buckets/closed-buckets";
import { anyRowStatement } from "../../platform/d1/any-row-exists";

/** `needs_repair`: the order and its stock changed concurrently and may differ. */
export type MarkReason = ReplanReason | "needs_repair";

export type DueReplan = Readonly<{ orderId: OrderId; reason: MarkReason; marks: number; attempts: number }>;

/** `needs_repair` is kept whatever the later reasons: the order is compared with its stock before it is planned. */
const MARK = `
  ON CONFLICT (order_id) DO UPDATE SET marks = marks + 1, attempts = 0,
    due_at = min(due_at, excluded.due_at),
    reason = CASE WHEN reason = 'needs_repair' THEN reason ELSE excluded.reason END`;

const INTO = "INSERT INTO replans (order_id, reason, created_at, due_at)";

export const markForReplanStatement = (db: D1Database, orderId: OrderId, reason: MarkReason, now: number) =>
  db.prepare(`${INTO} VALUES (?1, ?2, ?3, ?3) ${MARK}`).bind(orderId, reason, now);

/** Marks many orders, those of them that the database has. */
export const markOrdersStatement = (
  db: D1Database,
  orderIds: readonly OrderId[],
  { reason, now }: Readonly<{ reason: MarkReason; now: number }>,
) =>
  db
    .prepare(
      `${INTO} SELECT orders.id, ?2, ?3, ?3 FROM json_each(?1) AS given CROSS JOIN orders ON orders.id = given.value
       WHERE true ${MARK}`,
    )
    .bind(JSON.stringify(orderIds), reason, now);

/** Effects of the order ?1 on stock that were not handled yet. */
const EFFECTS = `SELECT 1 FROM outbox, json_each(outbox.messages) AS message
  WHERE outbox.id > ?1 || '/' AND outbox.id < ?1 || '0' AND message.value ->> 'type' = 'stock.effect.v1'`;

/** Marks the order if the outbox has effects on its stock. Their ids begin with the order's. */
export const markIfRepairNeededStatement = (db: D1Database, orderId: OrderId, now: number) =>
  db
    .prepare(
      `${INTO} SELECT ?1, 'needs_repair', ?2, ?2 FROM orders WHERE id = ?1
         AND EXISTS (${EFFECTS}) ${MARK}`,
    )
    .bind(orderId, now);

/** Whether an effect of the order on stock is still in the outbox. */
export async function hasEffectsInProgress(db: D1Database, orderId: OrderId): Promise<boolean> {
  const found = await db.prepare(`${EFFECTS} LIMIT 1`).bind(orderId).first();
  return found !== null;
}

const DUE = `FROM replans WHERE due_at <= ?1 AND ${isHereSql("order_id")}`;

export const anyReplanDueStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anyRowStatement(db, DUE, now);

/** Replans that are due, longest due first. */
export async function dueReplans(db: D1Database, now: number, limit: number): Promise<DueReplan[]> {
  const { results } = await db
    .prepare(`SELECT order_id AS orderId, reason, marks, attempts ${DUE} ORDER BY due_at, order_id LIMIT ?2`)
    .bind(now, limit)
    .all<DueReplan>();
  return results;
}

/** Deletes the replan, unless it was marked again since it was read. */
export async function deleteReplan(db: D1Database, { orderId, marks }: DueReplan): Promise<void> {
  const sql = "DELETE FROM replans WHERE order_id = ?1 AND marks = ?2";
  await db.prepare(sql).bind(orderId, marks).run();
}

/** Postpones the replan; one that was marked again since it was read stays due. */
export async function postponeReplan(
  db: D1Database,
  { orderId, marks }: DueReplan,
  dueAt: number,
): Promise<void> {
  const sql = "UPDATE replans SET attempts = attempts + 1, due_at = ?3 WHERE order_id = ?1 AND marks = ?2";
  await db.prepare(sql).bind(orderId, marks, dueAt).run();
}

/** Fulfillments planned at the location and due before `until` are affected. */
export type ClosedLocation = Readonly<{ locationId: string; until: number }>;

/** Marks orders with an affected fulfillment at one of the locations. Orders that are already marked stay as is. */
export async function markPlannedAt(
  db: D1Database,
  closed: readonly ClosedLocation[],
  { now, limit }: Readonly<{ now: number; limit: number }>,
): Promise<void> {
  await db
    .prepare(
      `${INTO} SELECT DISTINCT order_id, 'closed', ?2, ?2 FROM (
         SELECT f.order_id FROM json_each(?1) AS closed
           CROSS JOIN fulfillments AS f ON f.location_id = closed.value ->> 'locationId'
             AND f.status = 'planned' AND f.release_at < closed.value ->> 'until'
         WHERE NOT EXISTS (SELECT 1 FROM replans WHERE replans.order_id = f.order_id)
           AND ${isHereSql("f.order_id")}
         LIMIT ?3) WHERE true
       ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(closed), now, limit)
    .run();
}

/** How many fulfillments planned at a location are searched, first due first. */
const MAX_PLANNED = 500;

/**
 * Units of the SKU arrived at the location. Marks orders that send something from there and some of the SKU from
 * elsewhere, which may save a parcel; and orders that wait longest for the SKU, which may now be filled from there.
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
             ORDER BY release_at LIMIT ${MAX_PLANNED}) AS here
           WHERE EXISTS (SELECT 1 FROM fulfillments AS there, json_each(there.lines) AS planned, order_lines AS line
               WHERE there.order_id = here.order_id AND there.status = 'planned' AND there.location_id <> ?1
                 AND line.order_id = there.order_id AND line.id = planned.value ->> 'lineId' AND +line.sku = ?2)
             AND ${isHereSql("here.order_id")}
           LIMIT ?4) WHERE true ${MARK}`,
      )
      .bind(locationId, sku, now, limit),
    db
      .prepare(
        `${INTO} SELECT DISTINCT order_id, 'stock_arrived', ?2, ?2 FROM (
           SELECT order_id FROM order_lines WHERE sku = ?1 AND backordered > 0 AND ${isHereSql("order_id")}
           ORDER BY placed_at LIMIT ?3) WHERE true ${MARK}`,
      )
      .bind(sku, now, limit),
  ]);
}

export type BackorderCursor = Readonly<{ sku: string; placedAt: number; id: string }>;

/**
 * Marks the orders of a page of backordered lines, by SKU: the locations that may fill them may have changed.
 * @returns how many lines the page has, and the cursor of the next page, or null after the last.
 */
export async function markBackordered(
  db: D1Database,
  { after, now, limit }: Readonly<{ after: BackorderCursor; now: number; limit: number }>,
): Promise<Readonly<{ lines: number; next: BackorderCursor | null }>> {
  const { results } = await db
    .prepare(
      `SELECT sku, placed_at AS placedAt, id, order_id AS orderId
       FROM order_lines INDEXED BY order_lines_waiting
       WHERE backordered > 0 AND (sku, placed_at, id) > (?1, ?2, ?3) AND ${isHereSql("order_id")} ORDER BY sku, placed_at, id LIMIT ?4`,
    )
    .bind(after.sku, after.placedAt, after.id, limit)
    .all<BackorderCursor & { orderId: string }>();
  if (results.length > 0) {
    await db
      .prepare(
        `${INTO} SELECT DISTINCT value, 'stock_arrived', ?2, ?2 FROM json_each(?1) WHERE true
         ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(results.map(({ orderId }) => orderId)), now)
      .run();
  }
  const next = results.length === limit ? (results.at(-1) ?? null) : null;
  return { lines: results.length, next };
}
