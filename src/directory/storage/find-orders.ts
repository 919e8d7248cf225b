/**
 * Tables listed_orders and order_terms: finds orders, newest first. A page is read by the full-text index, which has the
 * keys of a word in sequence; without filters by the table's own key.
 */
import { matchOf, type OrderFilters } from "../domain/match";
import { foundOrderOf, LISTED_COLUMNS, type FoundOrder, type ListedRow } from "./listed-orders";

/** The index ignores punctuation and case, so what is asked for exactly is compared again. */
const EXACT = `(?4 IS NULL OR o.channel_id = ?4) AND (?5 IS NULL OR o.number IN (?5, ?6))
  AND (?7 IS NULL OR o.email = ?7)
  AND (?8 IS NULL OR EXISTS (SELECT 1 FROM json_each(o.lines) AS line WHERE line.value ->> 0 = ?8))`;

/** The SQL of a list. Exported so that a test can check its query plan. */
export const FIND = {
  matching: `SELECT ${LISTED_COLUMNS} FROM order_terms AS t CROSS JOIN listed_orders AS o ON o.key = t.rowid
    WHERE t.order_terms MATCH ?3 AND t.rowid < CAST(?1 AS INTEGER) AND ${EXACT}
    ORDER BY t.rowid DESC LIMIT ?2`,
  all: `SELECT ${LISTED_COLUMNS} FROM listed_orders AS o WHERE o.key < CAST(?1 AS INTEGER)
    ORDER BY o.key DESC LIMIT ?2`,
} as const;

/** Greater than every key. */
const NEWEST = "9223372036854775807";

/** @param before the key of the last order of the previous page; null for the first page. */
export async function findOrders(
  db: D1Database,
  filters: OrderFilters,
  before: string | null,
  limit: number,
): Promise<FoundOrder[]> {
  const match = matchOf(filters);
  const page = [before ?? NEWEST, limit];
  const statement =
    match === null
      ? db.prepare(FIND.all).bind(...page)
      : db.prepare(FIND.matching).bind(...page, match, ...exactValues(filters));
  const { results } = await statement.all<ListedRow>();
  return results.map(foundOrderOf);
}

function exactValues({ channelId, number, email, sku }: OrderFilters): (string | null)[] {
  const plain = number?.trim().replace(/^#/, "") ?? null;
  return [
    channelId ?? null,
    plain,
    // Shopify writes `#1002` where others write `1002`.
    plain === null ? null : `#${plain}`,
    email ?? null,
    sku ?? null,
  ];
}
