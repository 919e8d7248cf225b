/** Tables orders, order_lines, fulfillments, order_events and journal_entries: orders that may hold money or stock. */
import { and, asc, eq, gt, gte, inArray, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { OrderId } from "../../kernel/ids";
import { isHereSql } from "../../platform/buckets/closed-buckets";
import type { CurrencyCode } from "../../kernel/money";
import { sumColumns, wholeOfParts, type Whole } from "../../kernel/whole-numbers";
import type { Posting } from "../../ledger/domain/accounts";
import { journalEntries, postingsOfRow } from "../../ledger/journal";
import type { Order } from "../domain/order";
import type { StoredEvents } from "./event-codec/stored-events";
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

/** A page of live orders, oldest first, with all their journal postings. One consistent read. */
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
  const [rows, lines, fulfillmentRows, entries] = await read.batch([
    read
      .select()
      .from(orders)
      .where(where)
      .orderBy(...oldestFirst)
      .limit(limit),
    read.select().from(orderLines).where(inArray(orderLines.orderId, page)),
    read.select().from(fulfillments).where(inArray(fulfillments.orderId, page)),
    read
      .select({ orderId: orderEvents.orderId, at: journalEntries.at, postings: journalEntries.postings })
      .from(orderEvents)
      .crossJoin(journalEntries)
      .where(and(inArray(orderEvents.orderId, page), isEntryOfCommit)),
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

/** A commit with its events as they are stored: `eventsOfCommit` reads them. */
export type RecentCommit = StoredEvents & Readonly<{ orderId: OrderId; version: number; at: number }>;

/** Commits since a time that posted entries: their effects on stock may still be in progress. */
export async function commitsPostedSince(
  db: D1Database,
  { fromDay, since, limit }: Readonly<{ fromDay: string; since: number; limit: number }>,
): Promise<RecentCommit[]> {
  const { results } = await db
    .prepare(
      `SELECT c.order_id AS orderId, c.version, c.at, c.events
       FROM (SELECT id, instr(id, '/') AS slash FROM journal_entries
             WHERE posted_on >= ?1 AND at >= ?2 LIMIT ?3) AS e
       CROSS JOIN order_events AS c ON c.order_id = substr(e.id, 1, e.slash - 1)
         AND c.version = CAST(substr(e.id, e.slash + 1) AS INTEGER)`,
    )
    .bind(fromDay, since, limit)
    .all<{ orderId: OrderId; version: number; at: number; events: string }>();
  return results.map((row) => ({ ...row, events: JSON.parse(row.events) as unknown[], supply: null }));
}

/** When an order last changed; null if there is no such order. */
export const lastChangedAt = (db: D1Database, orderId: OrderId): Promise<number | null> =>
  db
    .prepare("SELECT at FROM order_events WHERE order_id = ?1 ORDER BY version DESC LIMIT 1")
    .bind(orderId)
    .first<number>("at");
