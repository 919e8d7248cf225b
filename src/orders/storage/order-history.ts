/**
 * Table order_events: the commits of an order with their events. Events are stored without what
 * stands in the order's other rows (event-codec), so reading them reads its lines too.
 */
import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { OrderId } from "../../kernel/ids";
import type { Order } from "../domain/order";
import type { EventOf, OrderEvent } from "../domain/order-events";
import { decodeEvents, frameOf, type StoredEvents } from "./event-codec/stored-events";
import { linesOfRows } from "./orders";
import { orderEvents, orderLines, orders } from "./schema";

export type OrderCommit = Readonly<{
  version: number;
  at: number;
  actor: string;
  events: readonly OrderEvent[];
}>;

/** Far more than an order has. */
const ALL = 10_000;

/** A page of an order's history, oldest first, after a version; all of it without a limit. Empty if there is none. */
export async function orderHistory(
  db: D1Database,
  orderId: OrderId,
  afterVersion = 0,
  limit = ALL,
): Promise<OrderCommit[]> {
  const read = drizzle(db);
  const { version, at, actor, events, supply } = orderEvents;
  const [commits, [order], lines] = await read.batch([
    read
      .select({ version, at, actor, events, supply })
      .from(orderEvents)
      .where(and(eq(orderEvents.orderId, orderId), gt(version, afterVersion)))
      .orderBy(asc(version))
      .limit(limit),
    read
      .select({ channelId: orders.channelId, externalId: orders.externalId })
      .from(orders)
      .where(eq(orders.id, orderId)),
    read.select().from(orderLines).where(eq(orderLines.orderId, orderId)),
  ]);
  if (order === undefined) return [];
  const frame = { ...order, lines: linesOfRows(lines) };
  return commits.map((commit) => ({
    version: commit.version,
    at: commit.at,
    actor: commit.actor,
    events: eventsOfCommit(frame, commit),
  }));
}

/** The events of a stored commit. @param order has the lines that it had after the commit, and perhaps later ones. */
export const eventsOfCommit = (
  order: Pick<Order, "channelId" | "externalId" | "lines">,
  commit: StoredEvents & Readonly<{ at: number }>,
): OrderEvent[] => decodeEvents(commit, frameOf(order, commit.at));

type TypeOf<Event> = Event extends OrderEvent ? Event["type"] : never;

/** An event of an order, with its commit. */
export type HistoryEntry<Type extends TypeOf<OrderEvent>> = Readonly<{
  version: number;
  at: number;
  event: EventOf<Type>;
}>;

/** The events of some types in an order's history, oldest first. */
export async function eventsOfTypes<Type extends TypeOf<OrderEvent>>(
  db: D1Database,
  orderId: OrderId,
  types: readonly Type[],
): Promise<HistoryEntry<Type>[]> {
  const isOfType = (event: OrderEvent): event is EventOf<Type> => types.some((type) => type === event.type);
  const history = await orderHistory(db, orderId);
  return history.flatMap(({ version, at, events }) =>
    events.filter(isOfType).map((event) => ({ version, at, event })),
  );
}
