/** An order's rows: read whole, written as what changed, in one batch with its history. */
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { localDate } from "../../kernel/calendar";
import type { OrderId } from "../../kernel/ids";
import type { JournalEntry } from "../../ledger/domain/journal-entry";
import type { Fulfillment, Shipment } from "../domain/fulfillments/fulfillment";
import type { Order } from "../domain/order";
import type { OrderEvent } from "../domain/order-events";
import { openUnits, type OrderLine } from "../domain/order-line";
import { replanReasonOf } from "../domain/replanning/replan-reasons";
import { insertRows, upsertRows } from "../../platform/d1/rows";
import { fulfillments, orderEvents, orderLines, orders, shipments } from "./schema";
import { journalEntries } from "../../ledger/journal";
import { markStatement } from "./replans";
import { outboxStatements, type OutboxRow } from "../../platform/outbox/outbox-rows";

/** One round trip; null when there is no such order. */
export async function loadOrder(db: D1Database, orderId: OrderId): Promise<Order | null> {
  const read = drizzle(db);
  const [[order], lines, parts, parcels] = await read.batch([
    read.select().from(orders).where(eq(orders.id, orderId)),
    read.select().from(orderLines).where(eq(orderLines.orderId, orderId)),
    read.select().from(fulfillments).where(eq(fulfillments.orderId, orderId)),
    read.select().from(shipments).where(eq(shipments.orderId, orderId)),
  ]);
  return order ? orderOfRows(order, lines, parts, parcels) : null;
}

type LineRow = typeof orderLines.$inferSelect;

export function orderOfRows(
  { depositsMinor, receivableMinor, refundPayableMinor, ...order }: typeof orders.$inferSelect,
  lines: readonly LineRow[],
  parts: readonly (typeof fulfillments.$inferSelect)[],
  parcels: readonly (typeof shipments.$inferSelect)[],
): Order {
  return {
    ...order,
    balances: { depositsMinor, receivableMinor, refundPayableMinor },
    lines: lines.toSorted((a, b) => a.position - b.position).map(lineOfRow),
    fulfillments: parts.map(({ orderId: _order, dueAt: _dueAt, ...part }) => part),
    shipments: parcels
      .toSorted((a, b) => a.shippedAt - b.shippedAt)
      .map(({ orderId: _order, ...parcel }) => parcel),
  };
}

const lineOfRow = ({
  orderId: _order,
  position: _position,
  placedAt: _placedAt,
  recheckOn: _recheckOn,
  settledOn: _settledOn,
  ...line
}: LineRow): OrderLine => line;

export type OrderCommit = Readonly<{
  before: Order | null;
  after: Order;
  events: readonly OrderEvent[];
  at: number;
  actor: string;
  attempt: string;
  entries: readonly JournalEntry[];
  outbox: readonly OutboxRow[];
}>;

/**
 * The statements of one batch. The event row comes first: its key (order, version) is the lock, and a
 * second writer of the version takes nothing further.
 */
export function orderStatements(db: D1Database, commit: OrderCommit): D1PreparedStatement[] {
  const { before, after, events, at, actor, attempt } = commit;
  const event = { orderId: after.id, version: after.version, at, actor, attempt, events };
  const changedParts = changedSince(before?.fulfillments, after.fulfillments);
  const heldOrFreed = before?.status !== after.status;
  const parts = heldOrFreed ? after.fulfillments : changedParts;
  const parcels = changedSince(before?.shipments, after.shipments);
  return [
    ...(before
      ? [insertRows(db, orderEvents, [event]), ...updateStatements(db, before, after)]
      : [
          insertRows(db, orders, [orderRow(after)]),
          insertRows(db, orderEvents, [event]),
          insertRows(
            db,
            orderLines,
            after.lines.map((line, i) => lineRow(after, line, i)),
          ),
        ]),
    ...(parts.length > 0
      ? [
          upsertRows(
            db,
            fulfillments,
            ["order_id", "id"],
            parts.map((part) => fulfillmentRow(after, part)),
          ),
        ]
      : []),
    ...(parcels.length > 0
      ? [
          upsertRows(
            db,
            shipments,
            ["order_id", "id"],
            parcels.map((parcel) => shipmentRow(after, parcel)),
          ),
        ]
      : []),
    ...(commit.entries.length > 0 ? [insertRows(db, journalEntries, commit.entries)] : []),
    ...outboxStatements(db, commit.outbox),
    ...replanStatements(db, commit),
  ];
}

/** What makes its plan doubtful is written with it. */
function replanStatements(db: D1Database, { after, events, at }: OrderCommit): D1PreparedStatement[] {
  const reason = events.map(replanReasonOf).find((found) => found !== null);
  return reason ? [markStatement(db, after.id, reason, at)] : [];
}

function updateStatements(db: D1Database, before: Order, after: Order): D1PreparedStatement[] {
  const lines = changedSince(before.lines, after.lines);
  const statements = [upsertRows(db, orders, ["id"], [orderRow(after)])];
  if (lines.length === 0) return statements;
  const rows = lines.map((line) => lineRow(after, line, after.lines.indexOf(line)));
  return [...statements, upsertRows(db, orderLines, ["order_id", "id"], rows)];
}

/** Evolving keeps what it does not change, so what is not the same object has changed. */
const changedSince = <Part extends object>(before: readonly Part[] = [], after: readonly Part[]): Part[] =>
  after.filter((part) => !before.includes(part));

function orderRow(order: Order): typeof orders.$inferInsert {
  const { balances, lines: _lines, fulfillments: _parts, shipments: _parcels, ...row } = order;
  return { ...row, ...balances };
}

const lineRow = (order: Order, line: OrderLine, position: number): typeof orderLines.$inferInsert => ({
  ...line,
  orderId: order.id,
  position,
  placedAt: order.placedAt,
  recheckOn: recheckOn(order, line),
  settledOn: line.promise?.outcome?.settledOn ?? null,
});

/**
 * A line that waits is looked at again when its day has passed, one that could not be told of at the next look,
 * as is one of which nothing was said.
 */
function recheckOn(order: Order, line: OrderLine): string | null {
  const { backordered, promise, kind } = line;
  if (kind !== "physical" || openUnits(line) === 0) return null;
  const untold = promise === null || promise.noDate === "supply_unknown";
  if (untold) return localDate(order.createdAt, "UTC");
  return backordered > 0 ? promise.shipByOn : null;
}

/** Only what nothing holds is due: a held order's parts, and those that are moving, are out of the sweep's sight. */
const fulfillmentRow = (order: Order, part: Fulfillment): typeof fulfillments.$inferInsert => ({
  ...part,
  orderId: order.id,
  dueAt:
    part.status === "planned" && part.pendingMoves === 0 && order.status === "open" ? part.releaseAt : null,
});

const shipmentRow = (order: Order, parcel: Shipment): typeof shipments.$inferInsert => ({
  ...parcel,
  orderId: order.id,
});

/** Whose attempt wrote a version; null when there is none. */
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
