/** Tables orders, order_lines, fulfillments, order_events and journal_entries: orders that may hold money or stock. */
import { and, asc, eq, gt, gte, or, sql, type SQL, type SQLWrapper } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { OrderId } from "../../kernel/ids";
import { isHereSql } from "../../platform/buckets/closed-buckets";
import type { CurrencyCode } from "../../kernel/money";
import { sumColumns, wholeOfParts, type Whole } from "../../kernel/whole-numbers";
import type { Posting } from "../../ledger/domain/accounts";
import { journalEntries, postingsOfRow } from "../../ledger/journal";
import type { Order } from "../domain/order";
import { orderOfRows } from "./orders";
import { fulfillments, orderEvents, orderLines, orders } from "./schema";

/** Which orders may hold money or stock: open ones, and cancelled ones that owe a refund. */
export const LIVE = ["open", "on_hold", "owing"] as const;
export type Live = (typeof LIVE)[number];

/** The first condition is that of the partial index orders_owing, so that SQLite can use it. */
const OWING = "refund_payable_minor > 0 AND status = 'cancelled'";

/** The condition of the partial index orders_live, in its words, so that SQLite can use it. */
const IN_PROGRESS = "status IN ('open', 'on_hold')";

/** The last order of a page; null before the first page. */
export type LiveOrderCursor = Pick<Order, "placedAt" | "id"> | null;

export type OrderWithEntries = Readonly<{
  order: Order;
  postings: readonly Posting[];
  /** When its last entry was written; 0 without entries. */
  lastPostedAt: number;
}>;

/** A page of live orders, oldest first, with all their journal postings. One consistent read of four statements. */
export async function liveOrdersAfter(
  db: D1Database,
  live: Live,
  { after, limit }: Readonly<{ after: LiveOrderCursor; limit: number }>,
): Promise<OrderWithEntries[]> {
  const read = drizzle(db);
  const which = live === "owing" ? sql.raw(OWING) : and(eq(orders.status, live), sql.raw(IN_PROGRESS));
  const afterCursor = after && [
    gte(orders.placedAt, after.placedAt),
    or(gt(orders.placedAt, after.placedAt), gt(orders.id, after.id)),
  ];
  const where = and(which, sql.raw(isHereSql("orders.id")), ...(afterCursor ?? []));
  const oldestFirst = [asc(orders.placedAt), asc(orders.id)] as const;
  const page = read
    .select({ id: orders.id })
    .from(orders)
    .where(where)
    .orderBy(...oldestFirst)
    .limit(limit);
  const rows = ordersWhere(read, where)
    .orderBy(...oldestFirst)
    .limit(limit);
  return withEntries(read, rows, page);
}

/** Orders with all their journal postings, in no sequence. One consistent read of four statements. */
export function ordersWithEntries(db: D1Database, orderIds: readonly OrderId[]): Promise<OrderWithEntries[]> {
  const read = drizzle(db);
  const ids = sql<OrderId>`(SELECT value FROM json_each(${JSON.stringify(orderIds)}))`;
  return withEntries(read, ordersWhere(read, sql`${orders.id} IN ${ids}`), ids);
}

type Read = ReturnType<typeof drizzle>;

const ordersWhere = (read: Read, where: SQL | undefined) =>
  read.select().from(orders).where(where).$dynamic();

/** @param rowsOfOrders selects the rows of the orders whose ids `ids` selects. */
async function withEntries(
  read: Read,
  rowsOfOrders: ReturnType<typeof ordersWhere>,
  ids: SQLWrapper,
): Promise<OrderWithEntries[]> {
  const [rows, lines, fulfillmentRows, entries] = await read.batch([
    rowsOfOrders,
    read
      .select()
      .from(orderLines)
      .where(sql`${orderLines.orderId} IN ${ids}`),
    read
      .select()
      .from(fulfillments)
      .where(sql`${fulfillments.orderId} IN ${ids}`),
    read
      .select({ orderId: orderEvents.orderId, at: journalEntries.at, postings: journalEntries.postings })
      .from(orderEvents)
      .crossJoin(journalEntries)
      .where(and(sql`${orderEvents.orderId} IN ${ids}`, isEntryOfCommit)),
  ]);
  const [linesOf, fulfillmentsOf, entriesOf] = [byOrder(lines), byOrder(fulfillmentRows), byOrder(entries)];
  return rows.map((row) => ({
    order: orderOfRows(row, linesOf(row.id), fulfillmentsOf(row.id), []),
    postings: entriesOf(row.id).flatMap(({ postings }) => postingsOfRow(postings)),
    lastPostedAt: Math.max(0, ...entriesOf(row.id).map(({ at }) => at)),
  }));
}

/** Names the whole key of the entry, so that no index by order is needed. */
const isEntryOfCommit = and(
  eq(journalEntries.postedOn, orderEvents.entryOn),
  eq(journalEntries.id, sql`${orderEvents.orderId} || '/' || ${orderEvents.version}`),
);

function byOrder<Row extends { orderId: string }>(rows: readonly Row[]): (id: OrderId) => readonly Row[] {
  const grouped = Map.groupBy(rows, (row) => row.orderId);
  return (id) => grouped.get(id) ?? [];
}

/** The balances of live orders in one currency, added up. */
type OrderTotals = Readonly<{
  currency: CurrencyCode;
  depositsMinor: Whole;
  receivableMinor: Whole;
  refundPayableMinor: Whole;
}>;

const TOTALS = ["deposits", "receivable", "refund_payable"]
  .map((balance) => sumColumns(`${balance}_minor`, balance))
  .join(", ");

/** The balances of live orders, by currency. Belongs in one batch with the sums of the journal. */
export const orderTotalsStatements = (db: D1Database): D1PreparedStatement[] =>
  [`${IN_PROGRESS} AND status = 'open'`, `${IN_PROGRESS} AND status = 'on_hold'`, OWING].map((live) =>
    db.prepare(
      `SELECT currency, ${TOTALS} FROM orders WHERE ${live} AND ${isHereSql("id")} GROUP BY currency`,
    ),
  );

type TotalsRow = Readonly<{ currency: string } & Record<string, number>>;

/** The rows of one of the statements. */
export const orderTotalsOf = (rows: readonly unknown[]): OrderTotals[] =>
  (rows as readonly TotalsRow[]).map((row) => {
    const total = (balance: string) => wholeOfParts(row[`${balance}High`]!, row[`${balance}Low`]!);
    return {
      currency: row.currency,
      depositsMinor: total("deposits"),
      receivableMinor: total("receivable"),
      refundPayableMinor: total("refund_payable"),
    };
  });

/** When an order last changed; null if there is no such order. */
export const lastChangedAt = (db: D1Database, orderId: OrderId): Promise<number | null> =>
  db
    .prepare("SELECT at FROM order_events WHERE order_id = ?1 ORDER BY version DESC LIMIT 1")
    .bind(orderId)
    .first<number>("at");
