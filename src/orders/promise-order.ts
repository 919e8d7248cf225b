/**
 * Decides an order's promises after a change, before its batch, which stores them too. They never stop the change: a
 * promise that cannot be decided in time is left to the hourly job.
 */
import type { OrdersContext } from "./context";
import { localDate } from "../kernel/calendar";
import type { LineId } from "../kernel/ids";
import { promisable } from "../inventory/domain/inbound";
import { logLine } from "../kernel/log-line";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import type { OrderLine } from "./domain/order-line";
import type { BackorderSupply } from "../promises/domain/legs";
import { decidePromises, type PromiseFacts } from "./domain/promises/order-promises";
import type { MoveReason } from "../promises/domain/promise";
import { whyMoved } from "./domain/promises/plan-changes";
import { DatabaseUnavailable, withDatabaseDeadline } from "../platform/d1/errors";
import { expectedInboundOf } from "../promises/expected-inbound";
import { mayServe } from "../sourcing/domain/serving";
import { unitsAhead } from "./storage/backordered-lines";

/** The caller waits for the change, so reading inbound may not take longer. */
const DEADLINE_MS = 500;

/** Returns no event if the promises stay as they are. */
export async function promisesAfterChange(
  context: OrdersContext,
  { before, after, events }: Readonly<{ before: Order | null; after: Order; events: readonly OrderEvent[] }>,
): Promise<OrderEvent[]> {
  if (before !== null && isSamePlan(before, after)) return [];
  try {
    const facts = await factsOf(context, after);
    const decided = decidePromises(after, facts, whyMoved(events));
    return facts.supply ? decided : decided.filter((event) => !isMovedForUnknownSupply(event, before, after));
  } catch (error) {
    console.error(
      logLine("error", "promises of an order are left to the hourly job", { orderId: after.id, error }),
    );
    return [];
  }
}

/**
 * Decides the promises again for a reason, although the plan is the same.
 * @throws DatabaseUnavailable if inbound cannot be read: the promises then stay as they are.
 */
export async function recheckedPromises(
  context: OrdersContext,
  order: Order,
  reason: MoveReason,
): Promise<OrderEvent[]> {
  const facts = await factsOf(context, order);
  if (!facts.supply) throw new DatabaseUnavailable("inbound could not be read");
  return decidePromises(order, facts, reason);
}

async function factsOf(context: OrdersContext, order: Order): Promise<PromiseFacts> {
  const { channels, locations, carrierServices } = await context.reference();
  const supply = await supplyOf(context, order, locations);
  const dayValueMinor = channels.get(order.channelId)?.sourcing.dayValueMinor ?? 0;
  return { locations, carrierServices, dayValueMinor, supply, now: context.now() };
}

/** A line whose backorder is the same as before keeps its promise if inbound could not be read. */
function isMovedForUnknownSupply(event: OrderEvent, before: Order | null, after: Order): boolean {
  if (event.type !== "promise.moved" || event.after.noDate !== "supply_unknown") return false;
  const backordered = (order: Order | null) =>
    order?.lines.find(({ id }) => id === event.lineId)?.backordered;
  return backordered(before) === backordered(after);
}

/** By identity: `evolve` returns parts that it does not change as they are. */
const isSamePlan = (before: Order, after: Order): boolean =>
  before.lines === after.lines &&
  before.fulfillments === after.fulfillments &&
  before.shipments === after.shipments &&
  before.holds === after.holds &&
  before.shippingAddress === after.shippingAddress;

type Locations = Awaited<ReturnType<OrdersContext["reference"]>>["locations"];

/** By line, the inbound that backordered units can be filled from; null if the database does not answer in time. */
async function supplyOf(
  context: OrdersContext,
  order: Order,
  locations: Locations,
): Promise<ReadonlyMap<LineId, BackorderSupply> | null> {
  const backordered = order.lines.flatMap((line) =>
    line.backordered > 0 && line.sku !== null ? [{ ...line, sku: line.sku }] : [],
  );
  if (backordered.length === 0) return new Map();
  const { databases, config, now } = context;
  const channel = (await context.reference()).channels.get(order.channelId);
  try {
    return await withDatabaseDeadline(Math.min(DEADLINE_MS, config.databaseDeadlineMs), async () => {
      const skus = backordered.map(({ sku }) => sku);
      const today = (id: string) => localDate(now(), locations.get(id)?.timeZone ?? "UTC");
      const { shippingAddress: destination, pickupLocationId } = order;
      const request = channel && { channel, destination, pickupLocationId };
      const inbound = promisable(await expectedInboundOf(databases.primary, skus), today).filter(
        ({ locationId, goods }) => request && mayServe(locations.get(locationId), request, goods),
      );
      const servable = backordered.filter(({ sku }) => inbound.some((each) => each.sku === sku));
      const ahead =
        servable.length === 0 ? new Map<LineId, number>() : await aheadOf(context, order, servable);
      return new Map(
        backordered.map(({ id, sku }) => {
          const own = inbound.filter((each) => each.sku === sku);
          return [id, { ahead: ahead.get(id) ?? 0, inbound: own }];
        }),
      );
    });
  } catch (error) {
    console.error(logLine("error", "inbound could not be read", { orderId: order.id, error }));
    return null;
  }
}

/** By line, the units that are backordered before it: in other orders of all databases, and in its own order. */
async function aheadOf(
  { databases }: OrdersContext,
  order: Order,
  backordered: readonly (OrderLine & Readonly<{ sku: string }>)[],
): Promise<ReadonlyMap<LineId, number>> {
  const { id: orderId, placedAt } = order;
  const lines = backordered.map(({ id: lineId, sku }) => ({ lineId, orderId, sku, placedAt }));
  const others = await Promise.all(databases.allOrders.map((db) => unitsAhead(db, lines)));
  return new Map(
    backordered.map(({ id, sku }) => {
      const own = backordered.filter((line) => line.sku === sku && line.id < id);
      const units = own.reduce((sum, line) => sum + line.backordered, 0);
      return [id, others.reduce((sum, ahead) => sum + (ahead.get(id) ?? 0), units)];
    }),
  );
}
