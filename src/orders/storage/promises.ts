/** Tables order_lines and fulfillments: promises to recheck; and the history of an order's promises. */
import { isHereSql } from "../../platform/buckets/closed-buckets";
import type { OrderId } from "../../kernel/ids";
import { eventsOfTypes, type HistoryEntry } from "./order-history";

export type PromiseEntry = HistoryEntry<"promise.made" | "promise.moved" | "promise.settled">;

/** The events of an order's promises, oldest first. */
export const promiseHistory = (db: D1Database, orderId: OrderId): Promise<PromiseEntry[]> =>
  eventsOfTypes(db, orderId, ["promise.made", "promise.moved", "promise.settled"]);

/** Where the walk over what is due continues: when it was due, and the row's key. */
export type RecheckCursor = Readonly<{ due: string | number; orderId: string; id: string }>;

/** `fulfillments`: those that have not left by their day. `lines`: those whose promise had to be rechecked before today. */
export const RECHECKED = ["fulfillments", "lines"] as const;
export type Rechecked = (typeof RECHECKED)[number];

const DUE_ROWS = {
  fulfillments: `SELECT late_at AS due, order_id AS orderId, id FROM fulfillments INDEXED BY fulfillments_late
    WHERE due_at IS NULL AND late_at IS NOT NULL AND status IN ('planned', 'released', 'picked', 'packed')
      AND late_at <= ?1 AND (late_at, order_id, id) > (?2, ?3, ?4) AND ${isHereSql("order_id")}
    ORDER BY late_at, order_id, id LIMIT ?5`,
  lines: `SELECT recheck_on AS due, order_id AS orderId, id FROM order_lines INDEXED BY order_lines_recheck
    WHERE recheck_on IS NOT NULL AND recheck_on < ?1 AND (recheck_on, order_id, id) > (?2, ?3, ?4)
      AND ${isHereSql("order_id")}
    ORDER BY recheck_on, order_id, id LIMIT ?5`,
} as const;

/** Before the first row. */
const FIRST = { fulfillments: 0, lines: "" } as const;

/** A page of what is due, longest due first. An order may have several rows. */
export async function dueForRecheck(
  db: D1Database,
  rechecked: Rechecked,
  {
    now,
    today,
    after,
    limit,
  }: Readonly<{ now: number; today: string; after: RecheckCursor | null; limit: number }>,
): Promise<(RecheckCursor & Readonly<{ orderId: OrderId }>)[]> {
  const { due, orderId, id } = after ?? { due: FIRST[rechecked], orderId: "", id: "" };
  const { results } = await db
    .prepare(DUE_ROWS[rechecked])
    .bind(rechecked === "lines" ? today : now, due, orderId, id, limit)
    .all<RecheckCursor & Readonly<{ orderId: OrderId }>>();
  return results;
}
