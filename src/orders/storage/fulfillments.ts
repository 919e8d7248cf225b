/** Table fulfillments: due ones, and lists by location, which also read orders and order_lines. */
import type { FulfillmentId, OrderId } from "../../kernel/ids";
import type { FulfillmentLine, FulfillmentStatus } from "../domain/fulfillments/fulfillment";
import { isHereSql } from "../../platform/buckets/closed-buckets";
import { anyRowStatement } from "../../platform/d1/any-row-exists";

/** Each location that has fulfillments, by the index: one row read for each. The last row is null, for no location. */
const LOCATIONS = `(WITH RECURSIVE location (id) AS (
    SELECT min(location_id) FROM fulfillments
    UNION ALL SELECT (SELECT min(location_id) FROM fulfillments WHERE location_id > location.id)
      FROM location WHERE location.id IS NOT NULL)
  SELECT id FROM location)`;

/**
 * Planned fulfillments that nothing holds; a condition on `release_at`, which is then `due_at`, must follow. Those that are
 * held past their time are read in the index only, and left out.
 */
export const DUE_FULFILLMENTS = `FROM ${LOCATIONS} AS at CROSS JOIN fulfillments AS f INDEXED BY fulfillments_by_location
  ON f.location_id IS at.id AND f.status = 'planned' AND f.due_at IS NOT NULL
    AND ${isHereSql("f.order_id")} AND f.release_at`;

const DUE = `${DUE_FULFILLMENTS} <= ?1`;

export const anyFulfillmentDueStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anyRowStatement(db, DUE, now);

/** Planned fulfillments that are due and whose order has no hold, longest due first. */
export async function dueFulfillments(
  db: D1Database,
  now: number,
  limit: number,
): Promise<{ orderId: OrderId; id: FulfillmentId }[]> {
  const { results } = await db
    .prepare(`SELECT f.order_id AS orderId, f.id ${DUE} ORDER BY f.release_at LIMIT ?2`)
    .bind(now, limit)
    .all<{ orderId: OrderId; id: FulfillmentId }>();
  return results;
}

export type FulfillmentCursor = Readonly<{ releaseAt: number; orderId: string; id: string }>;

export type ListedFulfillment = Readonly<{
  orderId: OrderId;
  id: FulfillmentId;
  orderNumber: string;
  locationId: string;
  serviceId: string | null;
  status: FulfillmentStatus;
  releaseAt: number;
  releasedAt: number | null;
  shipByOn: string | null;
  stopReason: string | null;
  lines: readonly (FulfillmentLine & Readonly<{ sku: string | null; title: string }>)[];
}>;

type Row = Omit<ListedFulfillment, "lines"> & { lines: string; titles: string };

/** A page of a location's fulfillments in a status, oldest first, after the cursor. */
export async function fulfillmentsAt(
  db: D1Database,
  {
    locationId,
    status,
    after,
    limit,
  }: Readonly<{
    locationId: string;
    status: FulfillmentStatus;
    after: FulfillmentCursor | null;
    limit: number;
  }>,
): Promise<ListedFulfillment[]> {
  const { results } = await db
    .prepare(
      `SELECT f.order_id AS orderId, f.id, o.number AS orderNumber, f.location_id AS locationId, f.service_id AS serviceId, f.status,
         f.release_at AS releaseAt, f.released_at AS releasedAt, f.ship_by_on AS shipByOn, f.stop_reason AS stopReason, f.lines,
         (SELECT json_group_object(l.id, json_object('sku', l.sku, 'title', l.title))
          FROM order_lines AS l WHERE l.order_id = f.order_id) AS titles
       FROM fulfillments AS f JOIN orders AS o ON o.id = f.order_id
       WHERE f.location_id = ?1 AND f.status = ?2 AND (f.release_at, f.order_id, f.id) > (?3, ?4, ?5)
       ORDER BY f.release_at, f.order_id, f.id LIMIT ?6`,
    )
    .bind(locationId, status, after?.releaseAt ?? 0, after?.orderId ?? "", after?.id ?? "", limit)
    .all<Row>();
  return results.map(({ titles, lines, ...row }) => {
    const byLine = JSON.parse(titles) as Record<string, { sku: string | null; title: string }>;
    const parsed = JSON.parse(lines) as FulfillmentLine[];
    return { ...row, lines: parsed.map((line) => ({ ...line, ...byLine[line.lineId]! })) };
  });
}
