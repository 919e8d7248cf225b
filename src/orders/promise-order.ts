/**
 * The promises that follow from a change of an order: worked out before its batch, and written with it. They never
 * stand in the way of the change: what cannot be told now is told by the hourly look.
 */
import type { OrdersContext } from "./context";
import { localDate } from "../kernel/calendar";
import type { LineId } from "../kernel/ids";
import { promisable } from "../inventory/domain/inbound";
import { logLine } from "../kernel/log-line";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import type { OrderLine } from "./domain/order-line";
import type { Supply } from "../promises/domain/legs";
import { decidePromises, type PromiseFacts } from "./domain/promises/order-promises";
import type { MoveReason } from "../promises/domain/promise";
import { whyMoved } from "./domain/promises/plan-changes";
import { DatabaseUnavailable, withDatabaseDeadline } from "../platform/d1/errors";
import { expectedInboundOf } from "../promises/expected-inbound";
import { mayServe } from "../sourcing/domain/serving";
import { unitsAhead } from "./storage/waiting-lines";

/** Somebody waits for the change: what is not known by then is told later. */
const DEADLINE_MS = 500;

/**
 * @param before null where the order is new.
 * @returns nothing where the promises stand.
 */
export async function promisesAfter(
  context: OrdersContext,
  before: Order | null,
  after: Order,
  events: readonly OrderEvent[],
): Promise<OrderEvent[]> {
  if (before !== null && isSamePlan(before, after)) return [];
  try {
    const facts = await factsOf(context, after);
    const decided = decidePromises(after, facts, whyMoved(events));
    return facts.supply ? decided : decided.filter((event) => !isTakenBackUnasked(event, before, after));
  } catch (error) {
    console.error(logLine("error", "an order is promised nothing for now", { orderId: after.id, error }));
    return [];
  }
}

/**
 * The promises looked at again for a reason, although the plan is the same.
 * @throws DatabaseUnavailable where what they rely on cannot be asked: then they stand until it can.
 */
export async function promisesNow(
  context: OrdersContext,
  order: Order,
  why: MoveReason,
): Promise<OrderEvent[]> {
  const facts = await factsOf(context, order);
  if (!facts.supply) throw new DatabaseUnavailable("what is expected could not be asked");
  return decidePromises(order, facts, why);
}

async function factsOf(context: OrdersContext, order: Order): Promise<PromiseFacts> {
  const { locations, carrierServices } = await context.reference();
  const supply = await supplyOf(context, order, locations);
  return { locations, carrierServices, supply, now: context.now() };
}

/** A line that waits for as many as before keeps its day while nobody can say otherwise. */
function isTakenBackUnasked(event: OrderEvent, before: Order | null, after: Order): boolean {
  if (event.type !== "promise.moved" || event.after.noDate !== "supply_unknown") return false;
  const owed = (order: Order | null) => order?.lines.find(({ id }) => id === event.lineId)?.backordered;
  return owed(before) === owed(after);
}

/** Evolving keeps what it does not change. */
const isSamePlan = (before: Order, after: Order): boolean =>
  before.lines === after.lines &&
  before.fulfillments === after.fulfillments &&
  before.shipments === after.shipments &&
  before.holds === after.holds &&
  before.shippingAddress === after.shippingAddress;

type Locations = Awaited<ReturnType<OrdersContext["reference"]>>["locations"];

/** Only an order that waits is worth the asking; null where nobody answers in time. */
async function supplyOf(
  context: OrdersContext,
  order: Order,
  locations: Locations,
): Promise<ReadonlyMap<LineId, Supply> | null> {
  const waiting = order.lines.flatMap((line) =>
    line.backordered > 0 && line.sku !== null ? [{ ...line, sku: line.sku }] : [],
  );
  if (waiting.length === 0) return new Map();
  const { databases, config, now } = context;
  const channel = (await context.reference()).channels.get(order.channelId);
  try {
    return await withDatabaseDeadline(Math.min(DEADLINE_MS, config.databaseDeadlineMs), async () => {
      const skus = waiting.map(({ sku }) => sku);
      const today = (id: string) => localDate(now(), locations.get(id)?.timeZone ?? "UTC");
      const { shippingAddress: destination, pickupLocationId } = order;
      const request = channel && { channel, destination, pickupLocationId };
      const inbound = promisable(await expectedInboundOf(databases.primary, skus), today).filter(
        ({ locationId, goods }) => request && mayServe(locations.get(locationId), request, goods),
      );
      const asked = waiting.filter(({ sku }) => inbound.some((each) => each.sku === sku));
      const ahead = asked.length === 0 ? new Map<LineId, number>() : await aheadOf(context, order, asked);
      return new Map(
        waiting.map(({ id, sku }) => {
          const own = inbound.filter((each) => each.sku === sku);
          return [id, { ahead: ahead.get(id) ?? 0, inbound: own }];
        }),
      );
    });
  } catch (error) {
    console.error(logLine("error", "what is expected could not be asked", { orderId: order.id, error }));
    return null;
  }
}

/** Units owed to others before, in every database; and to the order's own lines, as they are now. */
async function aheadOf(
  { databases }: OrdersContext,
  order: Order,
  waiting: readonly (OrderLine & Readonly<{ sku: string }>)[],
): Promise<ReadonlyMap<LineId, number>> {
  const { id: orderId, placedAt } = order;
  const asked = waiting.map(({ id: lineId, sku }) => ({ lineId, orderId, sku, placedAt }));
  const others = await Promise.all(databases.allOrders.map((db) => unitsAhead(db, asked)));
  return new Map(
    waiting.map(({ id, sku }) => {
      const own = waiting.filter((line) => line.sku === sku && line.id < id);
      const units = own.reduce((sum, { backordered }) => sum + backordered, 0);
      return [id, others.reduce((sum, ahead) => sum + (ahead.get(id) ?? 0), units)];
    }),
  );
}
