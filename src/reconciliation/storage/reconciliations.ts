/** What a reconciliation reads, page by page and by index, and the reports it leaves. */
import { and, asc, eq, gt, gte, inArray, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Posting } from "../../ledger/domain/accounts";
import type { OrderId } from "../../kernel/ids";
import type { QueueMessage } from "../../platform/queues/queue-message";
import type { OrderEvent } from "../../orders/domain/order-events";
import type { Order } from "../../orders/domain/order";
import type { Report } from "../domain/checks";
import { journalEntries } from "../../ledger/storage/journal";
import { orderOfRows } from "../../orders/storage/orders";
import { fulfillments, orderLines, orders } from "../../orders/storage/schema";

/** Which orders may hold money or stock: open ones, and cancelled ones that owe a refund. */
export const LIVE = ["open", "on_hold", "owing"] as const;
export type Live = (typeof LIVE)[number];

/**
 * In the words of the partial index orders_owing, so that SQLite may use it; the plus keeps it from the index
 * by status, where it would read every order ever cancelled.
 */
const OWING = "refund_payable_minor > 0 AND +status = 'cancelled'";

/** The place of an order in its list; null is before all. */
export type OrderCursor = Pick<Order, "placedAt" | "id"> | null;

export type OrderWithEntries = Readonly<{
  order: Order;
  postings: readonly Posting[];
  /** When its last entry was written; 0 where there is none. */
  lastPostedAt: number;
}>;

/** A page of live orders, oldest first, whole and with all that they posted: one consistent reading. */
export async function liveOrdersAfter(
  db: D1Database,
  live: Live,
  { after, limit }: Readonly<{ after: OrderCursor; limit: number }>,
): Promise<OrderWithEntries[]> {
  const read = drizzle(db);
  const which = live === "owing" ? sql.raw(OWING) : eq(orders.status, live);
  const further = after && [
    gte(orders.placedAt, after.placedAt),
    or(gt(orders.placedAt, after.placedAt), gt(orders.id, after.id)),
  ];
  const where = and(which, ...(further ?? []));
  const oldestFirst = [asc(orders.placedAt), asc(orders.id)] as const;
  const page = read
    .select({ id: orders.id })
    .from(orders)
    .where(where)
    .orderBy(...oldestFirst)
    .limit(limit);
  const [rows, lines, parts, entries] = await read.batch([
    read
      .select()
      .from(orders)
      .where(where)
      .orderBy(...oldestFirst)
      .limit(limit),
    read.select().from(orderLines).where(inArray(orderLines.orderId, page)),
    read.select().from(fulfillments).where(inArray(fulfillments.orderId, page)),
    read
      .select({ orderId: journalEntries.orderId, at: journalEntries.at, postings: journalEntries.postings })
      .from(journalEntries)
      .where(inArray(journalEntries.orderId, page)),
  ]);
  const [linesOf, partsOf, entriesOf] = [byOrder(lines), byOrder(parts), byOrder(entries)];
  return rows.map((row) => ({
    order: orderOfRows(row, linesOf(row.id), partsOf(row.id), []),
    postings: entriesOf(row.id).flatMap(({ postings }) => postings),
    lastPostedAt: Math.max(0, ...entriesOf(row.id).map(({ at }) => at)),
  }));
}

function byOrder<Row extends { orderId: string | null }>(
  rows: readonly Row[],
): (id: OrderId) => readonly Row[] {
  const grouped = Map.groupBy(rows, (row) => row.orderId);
  return (id) => grouped.get(id) ?? [];
}

/** What live orders hold together, by currency. To be put into a batch with the sums of the journal. */
export const orderTotalsStatements = (db: D1Database): D1PreparedStatement[] =>
  ["status = 'open'", "status = 'on_hold'", OWING].map((live) =>
    db.prepare(
      `SELECT currency, sum(deposits_minor) AS depositsMinor, sum(receivable_minor) AS receivableMinor,
         sum(refund_payable_minor) AS refundPayableMinor
       FROM orders WHERE ${live} GROUP BY currency`,
    ),
  );

export type RecentCommit = Readonly<{
  orderId: OrderId;
  version: number;
  at: number;
  events: readonly OrderEvent[];
}>;

/** Commits since a time that posted something: whose effects on stock may still be on their way. */
export async function commitsPostedSince(
  db: D1Database,
  { fromDay, since, limit }: Readonly<{ fromDay: string; since: number; limit: number }>,
): Promise<RecentCommit[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT c.order_id, c.version, c.at, c.events
       FROM (SELECT id, order_id FROM journal_entries
             WHERE posted_on >= ?1 AND at >= ?2 AND order_id IS NOT NULL LIMIT ?3) AS e
       CROSS JOIN order_events AS c ON c.order_id = e.order_id
         AND c.version = CAST(substr(e.id, length(e.order_id) + 2) AS INTEGER)`,
    )
    .bind(fromDay, since, limit)
    .all<{ order_id: OrderId; version: number; at: number; events: string }>();
  return results.map((row) => ({
    orderId: row.order_id,
    version: row.version,
    at: row.at,
    events: JSON.parse(row.events) as OrderEvent[],
  }));
}

/** Messages that were not sent yet, and those that died: oldest first. */
export async function waitingMessages(
  { databases, primary }: Readonly<{ databases: readonly D1Database[]; primary: D1Database }>,
  limit: number,
): Promise<QueueMessage[]> {
  const answers = await Promise.all(
    [
      ...databases.map((db) => db.prepare("SELECT message FROM outbox ORDER BY due_at, id LIMIT ?1")),
      primary.prepare(
        "SELECT message FROM dead_letters WHERE replayed_at IS NULL ORDER BY died_at, id LIMIT ?1",
      ),
    ].map((statement) => statement.bind(limit).all<{ message: string }>()),
  );
  return answers.flatMap(({ results }) => results.map((row) => JSON.parse(row.message) as QueueMessage));
}

/** When an order last changed; null where there is no such order. */
export const lastChangedAt = (db: D1Database, orderId: OrderId): Promise<number | null> =>
  db
    .prepare("SELECT at FROM order_events WHERE order_id = ?1 ORDER BY version DESC LIMIT 1")
    .bind(orderId)
    .first<number>("at");

export type Overdue = Readonly<{ what: string; id: string; since: number; detail: string }>;

/** Each in the order in which it is due, by its own index; ?1 and ?2 bound the time it has been waiting since. */
const OVERDUE = {
  "sent again and again": `SELECT id, created_at AS since, message ->> 'type' AS detail FROM outbox
    WHERE attempts > 1 AND created_at BETWEEN ?1 AND ?2 ORDER BY created_at LIMIT ?3`,
  "not sent to its queue": `SELECT id, due_at AS since, message ->> 'type' AS detail FROM outbox
    WHERE attempts <= 1 AND due_at BETWEEN ?1 AND ?2 ORDER BY due_at LIMIT ?3`,
  "not released": `SELECT id, due_at AS since, order_id AS detail FROM fulfillments
    WHERE due_at BETWEEN ?1 AND ?2 AND due_at IS NOT NULL ORDER BY due_at LIMIT ?3`,
  "not sourced again": `SELECT order_id AS id, created_at AS since, reason AS detail FROM replans
    WHERE attempts > 1 AND created_at BETWEEN ?1 AND ?2 ORDER BY created_at LIMIT ?3`,
  "message not sent": `SELECT id, created_at AS since, kind AS detail FROM notifications
    WHERE status = 'pending' AND created_at BETWEEN ?1 AND ?2 ORDER BY created_at LIMIT ?3`,
} as const;

const DEAD = `SELECT id, died_at AS since, message ->> 'type' AS detail FROM dead_letters
  WHERE replayed_at IS NULL AND died_at BETWEEN ?1 AND ?2 ORDER BY died_at LIMIT ?3`;

const REJECTED = `SELECT channel_id || '/' || event_id AS id, received_at AS since,
    topic || ': ' || coalesce(problem, '') AS detail FROM inbox
  WHERE outcome = 'rejected' AND resolved_at IS NULL AND received_at BETWEEN ?1 AND ?2 ORDER BY received_at LIMIT ?3`;

/** What waits longer than it may, died, or was refused on the day (its bounds as times). */
export async function overdueThings(
  { databases, primary }: Readonly<{ databases: readonly D1Database[]; primary: D1Database }>,
  {
    deadline,
    day,
    limit,
  }: Readonly<{ deadline: number; day: { start: number; end: number }; limit: number }>,
): Promise<Overdue[]> {
  const ask = async (db: D1Database, what: string, query: string, from: number, to: number) => {
    const { results } = await db
      .prepare(query)
      .bind(from, to, limit)
      .all<{ id: string; since: number; detail: string }>();
    return results.map((row) => ({ what, ...row }));
  };
  const found = await Promise.all([
    ...databases.flatMap((db) => [
      ...Object.entries(OVERDUE).map(([what, query]) => ask(db, what, query, 0, deadline)),
      ask(db, "callback rejected", REJECTED, day.start, day.end - 1),
    ]),
    ask(primary, "dead letter", DEAD, 0, Number.MAX_SAFE_INTEGER),
  ]);
  return found.flat();
}

/** Replaces the day's report. */
export async function putReport(primary: D1Database, report: Report, startedAt: number): Promise<void> {
  await primary
    .prepare(
      `INSERT INTO reconciliations (reconciled_on, started_at, finished_at, clean, report)
       VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (reconciled_on) DO UPDATE SET started_at = excluded.started_at,
         finished_at = excluded.finished_at, clean = excluded.clean, report = excluded.report`,
    )
    .bind(report.on, startedAt, report.checkedAt, report.clean ? 1 : 0, JSON.stringify(report))
    .run();
}

export async function reportOn(primary: D1Database, on: string): Promise<Report | null> {
  const report = await primary
    .prepare("SELECT report FROM reconciliations WHERE reconciled_on = ?1")
    .bind(on)
    .first<string>("report");
  return report === null ? null : (JSON.parse(report) as Report);
}

export type ReportSummary = Readonly<{
  on: string;
  clean: boolean;
  provisional: boolean;
  checkedAt: number;
}>;

const SUMMARY = `SELECT reconciled_on, clean, finished_at, report ->> 'provisional' AS provisional
  FROM reconciliations`;

type SummaryRow = { reconciled_on: string; clean: number; finished_at: number; provisional: number };

const summaryOf = (row: SummaryRow): ReportSummary => ({
  on: row.reconciled_on,
  clean: row.clean === 1,
  provisional: row.provisional === 1,
  checkedAt: row.finished_at,
});

/** The latest days first, before the given one. */
export async function reportsBefore(
  primary: D1Database,
  before: string,
  limit: number,
): Promise<ReportSummary[]> {
  const { results } = await primary
    .prepare(`${SUMMARY} WHERE reconciled_on < ?1 ORDER BY reconciled_on DESC LIMIT ?2`)
    .bind(before, limit)
    .all<SummaryRow>();
  return results.map(summaryOf);
}

/** Which days from the given one on have their final report. */
export async function reconciledDays(primary: D1Database, from: string): Promise<Set<string>> {
  const { results } = await primary
    .prepare(`${SUMMARY} WHERE reconciled_on >= ?1 ORDER BY reconciled_on`)
    .bind(from)
    .all<SummaryRow>();
  return new Set(results.map(summaryOf).flatMap(({ on, provisional }) => (provisional ? [] : [on])));
}
