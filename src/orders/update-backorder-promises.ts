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
/** One after the other, because each takes several queries. */
const ORDERS_A_PART = 2;
/** What is rechecked right after a change; the hourly job does the others. */
const MAX_ORDERS_AT_ONCE = 500;
/** Orders that the cursor of the hourly job holds. */
const MAX_LISTED_ORDERS = 1_000;

/** `updatedAt`: when the SKU's inbound last changed. A later change stays marked for the next run. */
type InboundChange = Readonly<{ sku: string; updatedAt: number }>;

/** Right after inbound changed: updates the promises that it moves. The hourly job repeats what is left or fails. */
export async function updateBackorderPromises(context: OrdersContext, change: InboundChange): Promise<void> {
  const moved = await ordersMoved(context, change.sku);
  const failed = await recheckPromises(context, moved.slice(0, MAX_ORDERS_AT_ONCE), () => "inbound_changed");
  if (failed === 0 && moved.length <= MAX_ORDERS_AT_ONCE)
    await markPromisesUpdated(context.databases.primary, change, context.now());
}

/** `left`: the orders to recheck next, in the order of their ids. `failed`: how many could not be: the SKU stays marked. */
export type SkuPromisesCursor = Readonly<{
  change: InboundChange;
  left: readonly OrderId[];
  /** The last order of those that were found; null if no others follow. */
  lastFound: string | null;
  failed: number;
}>;

/** Before the first order of the SKU. */
export const startOfSku = (change: InboundChange): SkuPromisesCursor => ({
  change,
  left: [],
  lastFound: "",
  failed: 0,
});

/** Rechecks the next orders. Returns how many, and where to continue; null if the SKU is done. */
export async function updatePromisesOfSku(
  context: OrdersContext,
  cursor: SkuPromisesCursor,
): Promise<Readonly<{ orders: number; next: SkuPromisesCursor | null }>> {
  const { change, lastFound } = cursor;
  if (cursor.left.length === 0 && lastFound !== null) {
    const moved = (await ordersMoved(context, change.sku)).filter((id) => id > lastFound).toSorted();
    const left = moved.slice(0, MAX_LISTED_ORDERS);
    const next = { ...cursor, left, lastFound: left.length < moved.length ? left.at(-1)! : null };
    if (left.length > 0) return { orders: 0, next };
  }
  const batch = cursor.left.slice(0, ORDERS_A_PART);
  const failed = cursor.failed + (await recheckPromises(context, batch, () => "inbound_changed"));
  const left = cursor.left.slice(ORDERS_A_PART);
  if (left.length > 0 || (lastFound !== null && batch.length > 0)) {
    return { orders: batch.length, next: { ...cursor, left, failed } };
  }
  if (failed === 0) await markPromisesUpdated(context.databases.primary, change, context.now());
  return { orders: batch.length, next: null };
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
