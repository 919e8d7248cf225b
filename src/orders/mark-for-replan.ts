/** Marks orders whose plan may have become wrong or improvable. The sweep replans them. */
import type { Job } from "../platform/jobs/job";
import type { OrdersContext } from "./context";
import { dayAt, inactivePostponement, locationState } from "./domain/fulfillments/location-days";
import type { CatalogChange } from "../catalog/context";
import type { OrderId } from "../kernel/ids";
import type { Movement } from "../inventory/domain/movement";
import {
  markForArrival,
  markPlannedAt,
  markOrdersStatement,
  markBackordered,
  type BackorderCursor,
} from "./storage/replans";

/** For an order whose stock changed concurrently. It is repaired once no effect of it is in progress. */
export const markForRepair = (context: OrdersContext, orderId: OrderId): Promise<void> =>
  markManyForRepair(context, [orderId]);

/** The same for many orders: one statement for each database. One that its database has lost is left out. */
export async function markManyForRepair(context: OrdersContext, orderIds: readonly OrderId[]): Promise<void> {
  const marked = { reason: "needs_repair", now: context.now() } as const;
  for (const [db, ids] of Map.groupBy(orderIds, (id) => context.databases.orders(id))) {
    await markOrdersStatement(db, ids, marked).run();
  }
}

const MAX_PLANNED_ORDERS = 200;

/**
 * Marks orders that plan to ship from a closed location: today, if the location is closed today; until the end of
 * tomorrow, if it no longer ships at all.
 */
export async function markOrdersAtClosedLocations(context: OrdersContext): Promise<void> {
  const { locations } = await context.reference();
  const now = context.now();
  const closed = [...locations.values()].flatMap((location) => {
    const state = locationState(location, now);
    if (state === "shipping") return [];
    const until = state === "inactive" ? inactivePostponement(location, now) : dayAt(location, now).end;
    return [{ locationId: location.id, until }];
  });
  if (closed.length === 0) return;
  for (const db of context.databases.allOrders) {
    await markPlannedAt(db, closed, { now, limit: MAX_PLANNED_ORDERS });
  }
}

const LINES_A_PAGE = 500;
const START: BackorderCursor = { sku: "", placedAt: 0, id: "" };

type MarkCursor = Readonly<{ database: number; after: BackorderCursor }>;

/** Every night, orders with backordered lines are replanned: other locations may now be allowed to fill them. */
export const markBackorderedJob: Job<OrdersContext, unknown, MarkCursor> = {
  name: "backordered-orders",
  schedule: "nightly",
  step: async (context, { cursor, progress, hasBudget }) => {
    const { allOrders } = context.databases;
    let [{ database, after }, lines] = [cursor ?? { database: 0, after: START }, progress["lines"] ?? 0];
    do {
      const page = { after, now: context.now(), limit: LINES_A_PAGE };
      const marked = await markBackordered(allOrders[database]!, page);
      lines += marked.lines;
      [database, after] = marked.next ? [database, marked.next] : [database + 1, START];
    } while (database < allOrders.length && hasBudget());
    return { cursor: { database, after }, isDone: database >= allOrders.length, progress: { lines } };
  },
};

/** Marks the orders of the first backordered lines in each database. The nightly job marks all. */
async function markFirstBackordered({ databases, now }: OrdersContext): Promise<void> {
  for (const db of databases.allOrders) {
    await markBackordered(db, { after: START, now: now(), limit: LINES_A_PAGE });
  }
}

const MAX_ORDERS_AN_ARRIVAL = 50;

/** Units that arrive at a location may save a parcel of an order that ships from there, or fill a backorder. */
export async function markOrdersForArrival(
  context: OrdersContext,
  sku: string,
  movement: Movement,
): Promise<void> {
  const { locationId, quantity } = movement;
  if (locationId === null || quantity <= 0) return;
  const arrival = { locationId, sku, now: context.now(), limit: MAX_ORDERS_AN_ARRIVAL };
  for (const db of context.databases.allOrders) await markForArrival(db, arrival);
}

/** A location that closed affects the orders planned there; one that ships may fill backorders. */
export async function markOrdersAfterLocationChange(
  context: OrdersContext,
  change: CatalogChange,
): Promise<void> {
  if (change.type !== "location") return;
  const ships = locationState(change.location, context.now()) === "shipping";
  await (ships ? markFirstBackordered(context) : markOrdersAtClosedLocations(context));
}
