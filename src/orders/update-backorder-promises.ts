/** Updates the promises of backordered lines after the inbound of their SKU changed: those whose date it moves. */
import type { OrdersContext } from "./context";
import { localDate } from "../kernel/calendar";
import type { OrderId } from "../kernel/ids";
import { promisable, unitsDueAfter, type Inbound } from "../inventory/domain/inbound";
import { markPromisesUpdated } from "../inventory/inbound";
import { expectedInboundOf } from "../promises/expected-inbound";
import { mayServe } from "../sourcing/domain/serving";
import { backorderedLines, type BackorderedLine } from "./storage/backordered-lines";
import { recheckPromises } from "./recheck-promises";

/** Inbound is far smaller than a longer queue: lines beyond it get no date anyway. */
const MAX_LINES = 20_000;
const MAX_ORDERS = 500;

/**
 * @param change `updatedAt`: when the SKU's inbound last changed. A later change stays marked for the next run.
 * @returns how many orders were rechecked. Orders beyond the maximum are left to the hourly job, which finds that the
 * others are up to date.
 */
export async function updateBackorderPromises(
  context: OrdersContext,
  change: Readonly<{ sku: string; updatedAt: number }>,
): Promise<number> {
  const { databases, now } = context;
  const moved = await ordersMoved(context, change.sku);
  const batch = moved.slice(0, MAX_ORDERS);
  const failed = await recheckPromises(context, batch, () => "inbound_changed");
  if (failed === 0 && batch.length === moved.length)
    await markPromisesUpdated(databases.primary, change, now());
  return batch.length;
}

/** Orders with a line that is now filled from inbound of another day than its promise relies on. */
async function ordersMoved(context: OrdersContext, sku: string): Promise<OrderId[]> {
  const { databases, now } = context;
  const { channels, locations } = await context.reference();
  const queues = await Promise.all(databases.allOrders.map((db) => backorderedLines(db, sku, MAX_LINES)));
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
    if (isMoved(line, inboundDayOf(ahead, line, own))) moved.add(line.orderId);
    ahead += line.backordered;
  }
  return [...moved];
}

const inboundDayOf = (
  ahead: number,
  { backordered }: BackorderedLine,
  inbound: readonly Inbound[],
): string | null => unitsDueAfter(ahead, backordered, inbound)?.at(-1)?.expectedOn ?? null;

/** Inbound does not change a line whose location is closed. */
const isMoved = ({ inboundOn, noDate }: BackorderedLine, inboundDay: string | null): boolean =>
  noDate !== "location_closed" && (noDate === "supply_unknown" || inboundOn !== inboundDay);
