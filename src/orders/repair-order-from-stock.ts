/**
 * Repairs an order that differs from its stock, after both changed concurrently: the order adopts what the SKUs'
 * objects hold for its lines, and missing units are allocated. Only for an order with no effects or events in progress:
 * otherwise what is merely late would look like a difference.
 */
import type { OrdersContext } from "./context";
import { decideInTurn } from "./domain/evolve/evolve";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import { openUnits } from "./domain/order-line";
import { decideRepair } from "./domain/stock-repair";
import type { LineId } from "../kernel/ids";
import { accept, reject } from "../kernel/result";
import { eligibleLocations } from "../sourcing/domain/eligibility";
import { goodsRule } from "../sourcing/domain/serving";
import type { StockOfLine } from "../inventory/domain/stock-reading";
import {
  allocationDifferences,
  expectedAllocations,
  type AllocationDifference,
} from "./domain/allocation-differences";
import { changeOrder } from "./change-order";
import { sourcingRequest } from "./sourcing-problem";

export type LinesStock = ReadonlyMap<LineId, StockOfLine>;

/** What the SKUs' objects hold for the order's open lines; null if one of them has an event that is not applied yet. */
export async function stockOfLines(context: OrdersContext, order: Order): Promise<LinesStock | null> {
  const open = order.lines.flatMap((line) =>
    line.sku !== null && line.kind === "physical" && openUnits(line) > line.unsourced
      ? [{ id: line.id, sku: line.sku }]
      : [],
  );
  const results = await Promise.all(
    open.map(async ({ id, sku }) => ({ id, read: await context.inventory.readLineStock(sku, id) })),
  );
  const stock = new Map<LineId, StockOfLine>();
  for (const { id, read } of results) {
    if (!read.ok) continue;
    if (read.value.undelivered > 0) return null;
    stock.set(id, read.value);
  }
  return stock;
}

/** True if they did not differ. Otherwise the order was repaired as far as possible, and must be compared again. */
export async function repairOrderFromStock(
  context: OrdersContext,
  order: Order,
  stock: LinesStock,
): Promise<boolean> {
  const differing = [...stock].flatMap(([lineId, held]) => {
    const differences = differencesOf(order, lineId, held);
    return differences.length === 0 ? [] : [{ lineId, held, differences }];
  });
  if (differing.length === 0) return true;
  for (const { lineId, held } of differing) await allocateMissing(context, order, lineId, held);
  const repairs = differing.map(
    ({ lineId, held, differences }) =>
      (before: Order): OrderEvent[] =>
        decideRepair(before, { lineId, backordered: held.backordered, differences }, context.now()),
  );
  await changeOrder<{ code: "changed_since" }>(context, order.id, (now) =>
    now.version === order.version ? accept(decideInTurn(now, repairs)) : reject({ code: "changed_since" }),
  );
  return false;
}

function differencesOf(order: Order, lineId: LineId, held: StockOfLine): AllocationDifference[] {
  const common = { holder: lineId, orderId: order.id, status: "confirmed", expiresAt: null } as const;
  const allocations = [...held.allocated, { locationId: null, quantity: held.backordered }].map((at) => ({
    ...common,
    ...at,
  }));
  return allocationDifferences(
    expectedAllocations(order).filter((allocation) => allocation.lineId === lineId),
    allocations,
  );
}

/** The holder is the line itself, so a repeat allocates nothing twice. */
async function allocateMissing(
  context: OrdersContext,
  order: Order,
  lineId: LineId,
  held: StockOfLine,
): Promise<void> {
  const line = order.lines.find(({ id }) => id === lineId)!;
  const open = openUnits(line) - line.unsourced;
  const allocated = held.allocated.reduce((sum, { quantity }) => sum + quantity, held.backordered);
  if (allocated >= open || line.sku === null) return;
  const now = context.now();
  await context.inventory.allocate(line.sku, {
    holder: lineId,
    orderId: order.id,
    quantity: open,
    quantityOf: "open_now",
    locations: await locationsFor(context, order, held),
    shortage: "backorder",
    fill: "partial",
    placedAt: order.placedAt,
    takesOver: [],
    expiresAt: now + context.config.allocationTtlMs,
    now,
  });
}

/** Ids of the locations that may serve the order with the line's goods, best first. */
async function locationsFor(
  context: OrdersContext,
  order: Order,
  { facts }: StockOfLine,
): Promise<readonly string[]> {
  const { channels, locations, carrierServices } = await context.reference();
  const channel = channels.get(order.channelId);
  if (!channel) return [];
  const network = { locations: [...locations.values()], carrierServices, capacityLeft: {} };
  return eligibleLocations(network, sourcingRequest(context, channel, order))
    .eligible.filter(({ location }) => goodsRule(location, facts) === null)
    .map(({ location }) => location.id);
}
