/** Marks orders whose plan may have become wrong or improvable. The sweep replans them. */
import type { OrdersContext } from "./context";
import { dayAt, inactivePostponement, locationState } from "./domain/fulfillments/location-days";
import type { CatalogChange } from "../catalog/context";
import type { OrderId } from "../kernel/ids";
import type { Movement } from "../inventory/domain/movement";
import {
  markForArrival,
  markPlannedAt,
  markForReplanStatement,
  markBackordered,
  type BackorderCursor,
} from "./storage/replans";

/** For an order whose stock changed concurrently. It is repaired once no effect of it is in progress. */
export const markForRepair = async (context: OrdersContext, orderId: OrderId): Promise<void> =>
  void (await markForReplanStatement(
    context.databases.orders(orderId),
    orderId,
    "needs_repair",
    context.now(),
  ).run());

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

const PAGE = 500;
const START: BackorderCursor = { sku: "", placedAt: 0, id: "" };

/**
 * Marks orders with backordered lines: other locations may now be allowed to fill them.
 * @param pages how many pages of lines to mark in each database.
 */
export async function markBackorderedOrders(context: OrdersContext, pages: number): Promise<void> {
  for (const db of context.databases.allOrders) {
    let after: BackorderCursor | null = START;
    for (let page = 0; page < pages && after !== null; page += 1) {
      after = await markBackordered(db, { after, now: context.now(), limit: PAGE });
    }
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
  await (ships ? markBackorderedOrders(context, 1) : markOrdersAtClosedLocations(context));
}
