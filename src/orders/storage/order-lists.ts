/**
 * Tables orders and order_lines: lists and searches of orders, newest first. Each list reads one page of index entries however many orders there are; a list of several statuses merges a page of each.
 */
import type { OrderId } from "../../kernel/ids";
import type { OrderStatus } from "../domain/order";

export type ListedOrder = Readonly<{
  id: OrderId;
  channelId: string;
  externalId: string;
  number: string;
  status: OrderStatus;
  currency: string;
  totalMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  email: string | null;
  customerName: string | null;
  placedAt: number;
  holds: readonly string[];
}>;

export type OrderCursor = Readonly<{ placedAt: number; id: string }>;

/** One of the searches, or filters by status and channel. */
export type OrderQuery = Readonly<
  /** As staff types it: `1002` also finds `#1002`, and the other way round. */
  | { by: "number"; number: string }
  | { by: "email"; email: string }
  | { by: "sku"; sku: string }
  | { by: "filters"; statuses: readonly OrderStatus[]; channelId: string | null }
>;

type Row = Omit<ListedOrder, "holds"> & { holds: string };

const COLUMNS = `o.id, o.channel_id AS channelId, o.external_id AS externalId, o.number, o.status, o.currency,
  o.total_minor AS totalMinor, o.captured_minor AS capturedMinor, o.refunded_minor AS refundedMinor,
  o.email, o.customer_name AS customerName, o.placed_at AS placedAt,
  (SELECT json_group_array(value ->> 'code') FROM json_each(o.holds)) AS holds`;

const ORDER = "ORDER BY placedAt DESC, id DESC LIMIT ?3";
/** ?1, ?2: the cursor; ?3: the limit; ?4: the value searched for; ?5: the number with or without its `#`. */
const BEFORE = "(o.placed_at, o.id) < (?1, ?2)";

export const ORDER_STATUSES = ["open", "on_hold", "cancelled", "closed"] as const;

/** The SQL of a query. Exported so that a test can check its query plan. */
export function orderListSql(query: OrderQuery): string {
  switch (query.by) {
    case "number":
      return `SELECT ${COLUMNS} FROM (${unionOf(["o.number = ?4", "o.number = ?5"], "orders_by_number")}) AS o ${ORDER}`;
    case "email":
      return `SELECT ${COLUMNS} FROM orders AS o WHERE o.email = ?4 AND ${BEFORE} ${ORDER}`;
    case "sku":
      return `SELECT ${COLUMNS} FROM (
          SELECT DISTINCT l.placed_at, l.order_id FROM order_lines AS l
          WHERE l.sku = ?4 AND (l.placed_at, l.order_id) < (?1, ?2)
          ORDER BY l.placed_at DESC, l.order_id DESC LIMIT ?3
        ) AS found CROSS JOIN orders AS o ON o.id = found.order_id ${ORDER}`;
    case "filters": {
      const channel = query.channelId === null ? "" : "o.channel_id = ?4 AND ";
      const index = query.channelId === null ? "orders_by_status" : "orders_by_channel";
      const conditions = query.statuses.map((status) => `${channel}o.status = '${status}'`);
      return `SELECT ${COLUMNS} FROM (${unionOf(conditions, index)}) AS o ${ORDER}`;
    }
  }
}

/** One page for each condition, read by the index. */
const unionOf = (conditions: readonly string[], index: string): string =>
  conditions
    .map(
      (condition) =>
        `SELECT * FROM (SELECT o.* FROM orders AS o INDEXED BY ${index} WHERE ${condition}
         AND ${BEFORE} ORDER BY o.placed_at DESC, o.id DESC LIMIT ?3)`,
    )
    .join(" UNION ALL ");

export async function listOrders(
  db: D1Database,
  query: OrderQuery,
  after: OrderCursor | null,
  limit: number,
): Promise<ListedOrder[]> {
  const cursor = [after?.placedAt ?? Number.MAX_SAFE_INTEGER, after?.id ?? "", limit];
  const { results } = await db
    .prepare(orderListSql(query))
    .bind(...cursor, ...searchedValues(query))
    .all<Row>();
  return results.map((row) => ({ ...row, holds: JSON.parse(row.holds) as string[] }));
}

function searchedValues(query: OrderQuery): string[] {
  switch (query.by) {
    case "number":
      return [query.number, otherNotation(query.number)];
    case "email":
      return [query.email];
    case "sku":
      return [query.sku];
    case "filters":
      return query.channelId === null ? [] : [query.channelId];
  }
}

/** Shopify writes `#1002` where others write `1002`. */
const otherNotation = (number: string): string => (number.startsWith("#") ? number.slice(1) : `#${number}`);
