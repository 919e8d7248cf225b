/** Tells the lines that wait for a SKU what has changed of what is expected of it: those whose day it moves. */
import type { OrdersContext } from "./context";
import { localDate } from "../kernel/calendar";
import type { OrderId } from "../kernel/ids";
import { promisable, unitsDueAfter, type Inbound } from "../inventory/domain/inbound";
import { markPromisesUpdated } from "../inventory/inbound";
import { expectedInboundOf } from "../promises/expected-inbound";
import { mayServe } from "../sourcing/domain/serving";
import { linesWaitingFor, type QueuedLine } from "./storage/waiting-lines";
import { recheckPromises } from "./recheck-promises";

/** Of a longer queue only the first are told; nothing that is expected goes so far. */
const MAX_WAITING = 20_000;
const MAX_ORDERS = 500;

/**
 * @param change the SKU, and when its inbound was last changed: what changes meanwhile is told the next time.
 * @returns how many orders were looked at. More than can be told at once are left to the hourly look, which finds
 * these told.
 */
export async function updateBackorderPromises(
  context: OrdersContext,
  change: Readonly<{ sku: string; updatedAt: number }>,
): Promise<number> {
  const { databases, now } = context;
  const moved = await ordersMoved(context, change.sku);
  const told = moved.slice(0, MAX_ORDERS);
  const failed = await recheckPromises(context, told, () => "inbound_changed");
  if (failed === 0 && told.length === moved.length)
    await markPromisesUpdated(databases.primary, change, now());
  return told.length;
}

/** Orders with a line that is now served by another day's inbound than it was promised from. */
async function ordersMoved(context: OrdersContext, sku: string): Promise<OrderId[]> {
  const { databases, now } = context;
  const { channels, locations } = await context.reference();
  const queues = await Promise.all(databases.allOrders.map((db) => linesWaitingFor(db, sku, MAX_WAITING)));
  const queue = queues.flat().toSorted((a, b) => a.placedAt - b.placedAt || (a.lineId < b.lineId ? -1 : 1));
  if (queue.length === 0) return [];
  const today = (id: string) => localDate(now(), locations.get(id)?.timeZone ?? "UTC");
  const inbound = promisable(await expectedInboundOf(databases.primary, [sku]), today);
  const moved = new Set<OrderId>();
  let ahead = 0;
  for (const line of queue) {
    const channel = channels.get(line.channelId);
    const request = channel && { channel, destination: line, pickupLocationId: line.pickupLocationId };
    const own = inbound.filter(
      ({ locationId, goods }) => request && mayServe(locations.get(locationId), request, goods),
    );
    if (isMoved(line, servedOn(ahead, line, own))) moved.add(line.orderId);
    ahead += line.backordered;
  }
  return [...moved];
}

const servedOn = (ahead: number, { backordered }: QueuedLine, inbound: readonly Inbound[]): string | null =>
  unitsDueAfter(ahead, backordered, inbound)?.at(-1)?.expectedOn ?? null;

/** A line without a date for another reason than its stock has none, whatever is expected. */
const isMoved = ({ inboundOn, noDate }: QueuedLine, servedOn: string | null): boolean =>
  noDate !== "location_closed" && (noDate === "supply_unknown" || inboundOn !== servedOn);
