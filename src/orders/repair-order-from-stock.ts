/**
 * Order and stock, where they have spoken at once: each line is compared with what its object holds for it, the
 * order takes that over, and allocations again what is missing. Only while nothing is under way between the two, so
 * that nothing is mended that is merely late.
 */
import type { OrdersContext } from "./context";
import { decideInTurn } from "./domain/evolve/evolve";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import { openUnits } from "./domain/order-line";
import { decideRepair } from "./domain/stock-repair";
import type { LineId } from "../kernel/ids";
import { accept, reject } from "../kernel/result";
import { locationPreference } from "../sourcing/domain/preference";
import type { StockOfLine } from "../inventory/domain/stock-reading";
import {
  allocationDifferences,
  expectedAllocations,
  type AllocationDifference,
} from "./domain/allocation-differences";
import { changeOrder } from "./change-order";

export type LinesStock = ReadonlyMap<LineId, StockOfLine>;

/** What the objects hold for the order's open lines; null while one of them has something the order has not heard. */
export async function stockOfLines(context: OrdersContext, order: Order): Promise<LinesStock | null> {
  const open = order.lines.flatMap((line) =>
    line.sku !== null && line.kind === "physical" && openUnits(line) > line.unsourced
      ? [{ id: line.id, sku: line.sku }]
      : [],
  );
  const answers = await Promise.all(
    open.map(async ({ id, sku }) => ({ id, answer: await context.inventory.readLineStock(sku, id) })),
  );
  const known = new Map<LineId, StockOfLine>();
  for (const { id, answer } of answers) {
    if (!answer.ok) continue;
    if (answer.value.undelivered > 0) return null;
    known.set(id, answer.value);
  }
  return known;
}

/** True where they agreed already. Otherwise the order was brought nearer to its stock, and is to be compared again. */
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
  const decide = (now: Order) =>
    now.version === order.version
      ? accept(
          decideInTurn(
            now,
            differing.map(
              ({ lineId, held, differences }) =>
                (before: Order): OrderEvent[] =>
                  decideRepair(before, { lineId, backordered: held.backordered, differences }, context.now()),
            ),
          ),
        )
      : reject({ code: "changed_since" as const });
  await changeOrder<{ code: "changed_since" }>(context, order.id, decide);
  return false;
}

export function differencesOf(order: Order, lineId: LineId, held: StockOfLine): AllocationDifference[] {
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

/** By the line's own id, so that a repeat allocations nothing twice. */
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
  const { locations, channels } = await context.reference();
  const channel = channels.get(order.channelId);
  const now = context.now();
  await context.inventory.allocate(line.sku, {
    holder: lineId,
    orderId: order.id,
    quantity: open,
    quantityOf: "open_now",
    locations: channel ? locationPreference([...locations.values()], channel, order.shippingAddress) : [],
    shortage: "backorder",
    fill: "partial",
    placedAt: order.placedAt,
    takesOver: [],
    expiresAt: now + context.config.allocationTtlMs,
    now,
  });
}
