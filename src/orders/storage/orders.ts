/** Tables orders, order_lines, order_events, fulfillments and shipments: reads whole orders, writes what changed. */
import { eq } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import { localDate } from "../../kernel/calendar";
import type { OrderId } from "../../kernel/ids";
import type { JournalEntry } from "../../ledger/domain/journal-entry";
import type { Fulfillment, Shipment } from "../domain/fulfillments/fulfillment";
import type { Order } from "../domain/order";
import type { OrderEvent } from "../domain/order-events";
import { openUnits, type OrderLine } from "../domain/order-line";
import { replanReasonOf } from "../domain/replanning/replan-reasons";
import { insertRows, readRows, upsertRows } from "../../platform/d1/rows";
import type { ArchivedRows } from "../domain/archive-document";
import { encodeEvents, encodeSupplies, frameOf } from "./event-codec/stored-events";
import { fulfillments, orderEvents, orderLines, orders, shipments } from "./schema";
import { journalEntries, rowOfEntry } from "../../ledger/journal";
import { SUPPLY_KEPT_MS } from "./sourcing-supply";
import { markForReplanStatement } from "./replans";
import { outboxStatements, type OutboxRow } from "../../platform/outbox/outbox-rows";

/** One round trip; null if there is no such order. */
export async function loadOrder(db: D1Database, orderId: OrderId): Promise<Order | null> {
  const read = drizzle(db);
  const [[order], lines, fulfillmentRows, shipmentRows] = await read.batch(selections(read, orderId));
  return order ? orderOfRows(order, lines, fulfillmentRows, shipmentRows) : null;
}

const selections = (read: DrizzleD1Database, orderId: OrderId) =>
  [
    read.select().from(orders).where(eq(orders.id, orderId)),
    read.select().from(orderLines).where(eq(orderLines.orderId, orderId)),
    read.select().from(fulfillments).where(eq(fulfillments.orderId, orderId)),
    read.select().from(shipments).where(eq(shipments.orderId, orderId)),
  ] as const;

/** A selection of a module above, which is read in the order's round trip. */
export type MoreOfOrder<Rows> = (
  read: DrizzleD1Database,
  orderId: OrderId,
) => BatchItem<"sqlite"> & Readonly<{ _: Readonly<{ result: Rows }> }>;

/** The order, and what `more` selects of it. */
export async function loadOrderWith<Rows>(
  db: D1Database,
  orderId: OrderId,
  more: MoreOfOrder<Rows>,
): Promise<Readonly<{ order: Order | null; rows: Rows }>> {
  const read = drizzle(db);
  const [[order], lines, fulfillmentRows, shipmentRows, rows] = await read.batch([
    ...selections(read, orderId),
    more(read, orderId),
  ]);
  return {
    order: order ? orderOfRows(order, lines, fulfillmentRows, shipmentRows) : null,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- drizzle does not infer a generic item of a batch.
    rows: rows as Rows,
  };
}

type LineRow = typeof orderLines.$inferSelect;

export function orderOfRows(
  { depositsMinor, receivableMinor, refundPayableMinor, ...order }: typeof orders.$inferSelect,
  lines: readonly LineRow[],
  fulfillmentRows: readonly (typeof fulfillments.$inferSelect)[],
  shipmentRows: readonly (typeof shipments.$inferSelect)[],
): Order {
  return {
    ...order,
    balances: { depositsMinor, receivableMinor, refundPayableMinor },
    ...partsOf(lines, fulfillmentRows, shipmentRows),
  };
}

/** Lines, fulfillments and shipments from rows as SQLite stores them. */
export const partsOfRows = (rows: ArchivedRows): Pick<Order, "lines" | "fulfillments" | "shipments"> =>
  partsOf(
    readRows(orderLines, rows["order_lines"]),
    readRows(fulfillments, rows["fulfillments"]),
    readRows(shipments, rows["shipments"]),
  );

const partsOf = (
  lines: readonly LineRow[],
  fulfillmentRows: readonly (typeof fulfillments.$inferSelect)[],
  shipmentRows: readonly (typeof shipments.$inferSelect)[],
): Pick<Order, "lines" | "fulfillments" | "shipments"> => ({
  lines: linesOfRows(lines),
  fulfillments: fulfillmentRows.map(({ orderId: _order, dueAt: _dueAt, ...fulfillment }) => fulfillment),
  shipments: shipmentRows
    .toSorted((a, b) => a.shippedAt - b.shippedAt)
    .map(({ orderId: _order, ...shipment }) => shipment),
});

/** The lines of an order by position. */
export const linesOfRows = (lines: readonly LineRow[]): OrderLine[] =>
  lines.toSorted((a, b) => a.position - b.position).map(lineOfRow);

const lineOfRow = ({
  orderId: _order,
  position: _position,
  placedAt: _placedAt,
  recheckOn: _recheckOn,
  placedAs,
  ...line
}: LineRow): OrderLine => (placedAs === null ? line : { ...line, placedAs });

export type OrderCommit = Readonly<{
  before: Order | null;
  after: Order;
  events: readonly OrderEvent[];
  at: number;
  actor: string;
  attempt: string;
  /** Null if it moves no money. */
  entry: JournalEntry | null;
  outbox: OutboxRow;
}>;

/**
 * The statements of one batch. The row of order_events comes before all rows that change: its key (order, version) is
 * the lock, so the batch of a second writer of the version is aborted.
 */
export function orderStatements(db: D1Database, commit: OrderCommit): D1PreparedStatement[] {
  const { before, after, events, at, actor, attempt } = commit;
  const frame = frameOf(after, at);
  const event = insertRows(db, orderEvents, [
    {
      orderId: after.id,
      version: after.version,
      at,
      actor,
      attempt,
      events: encodeEvents(events, frame),
      entryOn: commit.entry?.postedOn ?? null,
      // Nothing deletes it of an order that was placed so long before.
      supply: after.placedAt < at - SUPPLY_KEPT_MS ? null : encodeSupplies(events, frame),
    },
  ]);
  const key = ["order_id", "id"];
  const fulfillmentRows = changedFulfillments(before, after).map((each) => fulfillmentRow(after, each));
  const shipmentRows = changedSince(before?.shipments, after.shipments).map((each) =>
    shipmentRow(after, each),
  );
  return [
    ...(before ? [event, ...updateStatements(db, before, after)] : createStatements(db, after, event)),
    ...(fulfillmentRows.length > 0 ? [upsertRows(db, fulfillments, key, fulfillmentRows)] : []),
    ...(shipmentRows.length > 0 ? [upsertRows(db, shipments, key, shipmentRows)] : []),
    ...(commit.entry ? [insertRows(db, journalEntries, [rowOfEntry(commit.entry)])] : []),
    ...outboxStatements(db, commit.outbox),
    ...replanStatements(db, commit),
  ];
}

/** All of them if the status changed: their due time depends on it. */
const changedFulfillments = (before: Order | null, after: Order): readonly Fulfillment[] =>
  before?.status === after.status
    ? changedSince(before.fulfillments, after.fulfillments)
    : after.fulfillments;

/** Marks the order for a replan if one of the events may have made its plan wrong. */
function replanStatements(db: D1Database, { after, events, at }: OrderCommit): D1PreparedStatement[] {
  const reason = events.map(replanReasonOf).find((found) => found !== null);
  return reason ? [markForReplanStatement(db, after.id, reason, at)] : [];
}

const createStatements = (
  db: D1Database,
  order: Order,
  event: D1PreparedStatement,
): D1PreparedStatement[] => [
  insertRows(db, orders, [orderRow(order)]),
  event,
  insertRows(
    db,
    orderLines,
    order.lines.map((line, i) => lineRow(order, line, i)),
  ),
];

function updateStatements(db: D1Database, before: Order, after: Order): D1PreparedStatement[] {
  const lines = changedSince(before.lines, after.lines);
  const statements = [upsertRows(db, orders, ["id"], [orderRow(after)])];
  if (lines.length === 0) return statements;
  const rows = lines.map((line) => lineRow(after, line, after.lines.indexOf(line)));
  return [...statements, upsertRows(db, orderLines, ["order_id", "id"], rows)];
}

/** By identity: `evolve` returns parts that it does not change as they are. */
const changedSince = <Part extends object>(before: readonly Part[] = [], after: readonly Part[]): Part[] =>
  after.filter((part) => !before.includes(part));

function orderRow(order: Order): typeof orders.$inferInsert {
  const { balances, lines: _lines, fulfillments: _fulfillments, shipments: _shipments, ...row } = order;
  return { ...row, ...balances };
}

const lineRow = (order: Order, line: OrderLine, position: number): typeof orderLines.$inferInsert => ({
  ...line,
  orderId: order.id,
  position,
  placedAt: order.placedAt,
  placedAs: line.placedAs ?? null,
  recheckOn: recheckOn(order, line),
});

/**
 * A backordered line is rechecked after its ship-by day. A line without a promise, or whose inbound could not be read,
 * is due for the next run of the hourly job.
 */
function recheckOn(order: Order, line: OrderLine): string | null {
  const { backordered, promise, kind } = line;
  if (kind !== "physical" || openUnits(line) === 0) return null;
  const isUndecided = promise === null || promise.noDate === "supply_unknown";
  if (isUndecided) return localDate(order.createdAt, "UTC");
  return backordered > 0 ? promise.shipByOn : null;
}

/** Fulfillments of a held order, and those with pending moves, are not due: the sweep does not find them. */
const fulfillmentRow = (order: Order, fulfillment: Fulfillment): typeof fulfillments.$inferInsert => ({
  ...fulfillment,
  orderId: order.id,
  dueAt:
    fulfillment.status === "planned" && fulfillment.pendingMoves === 0 && order.status === "open"
      ? fulfillment.releaseAt
      : null,
});

const shipmentRow = (order: Order, shipment: Shipment): typeof shipments.$inferInsert => ({
  ...shipment,
  orderId: order.id,
});

/** The attempt that wrote a version; null if no attempt has. */
export async function attemptOfVersion(
  db: D1Database,
  orderId: OrderId,
  version: number,
): Promise<string | null> {
  return db
    .prepare("SELECT attempt FROM order_events WHERE order_id = ?1 AND version = ?2")
    .bind(orderId, version)
    .first<string>("attempt");
}
