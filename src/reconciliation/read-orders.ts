/**
 * The first phase: reads orders page by page, checks their money, and collects what their lines must hold of stock. All
 * orders in progress, or those that posted an entry since the last comparison; of the latter, also those that are closed.
 * What changed without an entry is found from the side of stock.
 *
 * An order that is held or released between two pages, or whose bucket is moved, may be met twice or not at all: it
 * has just changed, so that the next comparison has it.
 */
import { localDate } from "../kernel/calendar";
import { ordersPostedSince, startOf, type EntryKey } from "../ledger/journal";
import {
  LIVE,
  liveOrdersAfter,
  ordersWithEntries,
  type LiveOrderCursor,
  type OrderWithEntries,
} from "../orders/orders";
import type { ReconciliationContext } from "./context";
import { orderExceptions, refundOwedException } from "./domain/book-checks";
import { expectedLines, unitsOf } from "./domain/sku-lines";
import { withPart, type Night, type Phase } from "./night";
import { deleteExpected, putExpectedStatement } from "./storage/expected-allocations";

const ORDERS_A_PAGE = 100;
const ENTRIES_A_PAGE = 500;
const LINES_A_DELETION = 5_000;

/** `database`: its index in the list of orders databases. */
export type OrdersPlace = Readonly<
  | { part: "clear" }
  | { part: "live"; database: number; live: number; after: LiveOrderCursor }
  | { part: "posted"; database: number; after: EntryKey }
>;

export const readOrders: Phase<OrdersPlace> = async (context, night, at) => {
  if (at === null || at.part === "clear") {
    const isEmpty = await deleteSome(context);
    return { night, at: isEmpty ? firstPage(context, night) : { part: "clear" } };
  }
  return at.part === "live" ? readLive(context, night, at) : readPosted(context, night, at);
};

/** The last phase: deletes what was collected. */
export const deleteExpectedLines: Phase<Readonly<{ part: "clear" }>> = async (context, night) => ({
  night,
  at: (await deleteSome(context)) ? null : { part: "clear" },
});

async function deleteSome({ databases }: ReconciliationContext): Promise<boolean> {
  return (await deleteExpected(databases.primary, LINES_A_DELETION)) < LINES_A_DELETION;
}

/** In a comparison of changes, of the orders in progress only those that owe a refund are read. */
const firstLive = ({ compare }: Night): number => (compare === "all" ? 0 : LIVE.indexOf("owing"));

function firstPage(context: ReconciliationContext, night: Night): OrdersPlace {
  return night.compare === "all"
    ? { part: "live", database: 0, live: firstLive(night), after: null }
    : { part: "posted", database: 0, after: entriesSince(context, night) };
}

const entriesSince = ({ config }: ReconciliationContext, { since }: Night): EntryKey =>
  startOf(localDate(since, config.booksTimeZone));

async function readLive(
  context: ReconciliationContext,
  night: Night,
  at: Extract<OrdersPlace, { part: "live" }>,
): ReturnType<Phase<OrdersPlace>> {
  const db = context.databases.allOrders[at.database];
  if (db === undefined) return { night, at: null };
  const page = await liveOrdersAfter(db, LIVE[at.live]!, { after: at.after, limit: ORDERS_A_PAGE });
  const read = await checkOrders(context, night, page);
  if (page.length === ORDERS_A_PAGE) {
    const { placedAt, id } = page.at(-1)!.order;
    return { night: read, at: { ...at, after: { placedAt, id } } };
  }
  const isLast = at.live + 1 === LIVE.length;
  const next: OrdersPlace = isLast
    ? { part: "live", database: at.database + 1, live: firstLive(night), after: null }
    : { ...at, live: at.live + 1, after: null };
  return { night: read, at: next };
}

async function readPosted(
  context: ReconciliationContext,
  night: Night,
  at: Extract<OrdersPlace, { part: "posted" }>,
): ReturnType<Phase<OrdersPlace>> {
  const db = context.databases.allOrders[at.database];
  if (db === undefined)
    return { night, at: { part: "live", database: 0, live: firstLive(night), after: null } };
  const { orderIds, next } = await ordersPostedSince(db, {
    after: at.after,
    since: night.since,
    limit: ENTRIES_A_PAGE,
  });
  let read = night;
  for (let from = 0; from < orderIds.length; from += ORDERS_A_PAGE) {
    const page = await ordersWithEntries(db, orderIds.slice(from, from + ORDERS_A_PAGE));
    read = await checkOrders(context, read, page);
  }
  const place = next ?? entriesSince(context, night);
  return { night: read, at: { part: "posted", database: at.database + Number(next === null), after: place } };
}

async function checkOrders(
  context: ReconciliationContext,
  night: Night,
  page: readonly OrderWithEntries[],
): Promise<Night> {
  if (page.length === 0) return night;
  const now = context.now();
  const lines = page.flatMap(({ order }) => expectedLines(order, night.compare === "changed"));
  if (lines.length > 0) await putExpectedStatement(context.databases.primary, lines).run();
  const money = withPart(night, "order_money", {
    counted: page.length,
    exceptions: page.flatMap(({ order, postings }) => orderExceptions(order, postings)),
  });
  const owed = withPart(money, "refunds_owed", {
    counted: page.filter(({ order }) => order.balances.refundPayableMinor > 0).length,
    exceptions: page.flatMap(({ order, lastPostedAt }) => refundOwedException(order, lastPostedAt, now)),
  });
  const units = lines.reduce((sum, line) => sum + unitsOf(line), 0);
  return withPart(owed, "allocations", {
    counted: lines.reduce((sum, line) => sum + line.units.length, 0),
    exceptions: [],
    sums: [{ name: "units of open lines", amount: units, currency: null }],
  });
}
