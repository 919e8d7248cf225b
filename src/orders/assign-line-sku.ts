/**
 * Gives a line that came without a SKU, or with one nobody knew, its stock: staff names the SKU, its object
 * is asked for the units, and the holds that stood for it fall when no such line is left.
 */
import type { OrdersContext } from "./context";
import { partAt } from "./domain/fulfillments/fulfillment";
import { needsStock } from "./domain/order-creation";
import type { LineId, OrderId } from "../kernel/ids";
import type { OrderEvent } from "./domain/order-events";
import type { Order } from "./domain/order";
import { accept, reject, type Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";
import { allocateLines } from "./allocate-lines";
import { sourcingRequest } from "./sourcing-problem";

export type AssignSkuRejection = Readonly<
  | { code: "line_unknown"; lineId: string }
  | { code: "line_already_sourced"; lineId: LineId }
  | { code: "unknown_sku"; sku: string }
  | { code: "no_location"; detail: string }
>;

export const assignLineSku = (
  context: OrdersContext,
  orderId: OrderId,
  lineId: LineId,
  sku: string,
  options: ChangeOptions = {},
): Promise<Result<Order, AssignSkuRejection | ChangeRejection>> => {
  const decide = async (order: Order): Promise<Result<OrderEvent[], AssignSkuRejection>> => {
    const line = order.lines.find(({ id }) => id === lineId);
    if (!line || !needsStock(line)) return reject({ code: "line_unknown", lineId });
    if (line.unsourced === 0) return reject({ code: "line_already_sourced", lineId });
    const channel = (await context.reference()).channels.get(order.channelId)!;
    const allocations = await allocateLines(context, {
      orderId,
      lines: [{ id: lineId, sku, kind: line.kind, quantity: line.unsourced }],
      sourcing: sourcingRequest(context, channel, order),
      placedAt: order.placedAt,
      reservationTokens: [],
      shortage: "backorder",
    });
    const stock = allocations.ok ? allocations.value.stock.get(lineId) : undefined;
    if (!allocations.ok || !stock) return reject({ code: "unknown_sku", sku });
    if (!stock.found) {
      const { nowhere: detail } = stock;
      return detail === undefined
        ? reject({ code: "unknown_sku", sku })
        : reject({ code: "no_location", detail });
    }
    const { declined, decision } = allocations.value;
    const reason: OrderEvent[] = decision ? [{ type: "order.sourced", decision }] : [];
    const releaseAt = Math.max(context.now(), order.acceptedAt + channel.gracePeriodMinutes * 60_000);
    const sourced: OrderEvent = {
      type: "units.sourced",
      lineId,
      unitCostMinor: stock.unitCostMinor,
      backordered: stock.backordered,
      fulfillments: stock.allocated.map(({ locationId, quantity }) => ({
        ...partAt(order, locationId, releaseAt),
        lines: [{ lineId, quantity }],
      })),
    };
    const assigned: OrderEvent[] = line.sku === sku ? [] : [{ type: "line.sku_assigned", lineId, sku }];
    const solved = holdsSolved(order, lineId, context.actor);
    return accept([...assigned, sourced, ...declined, ...reason, ...solved]);
  };
  return changeOrder(context, orderId, decide, options);
};

function holdsSolved(order: Order, lineId: LineId, by: string): OrderEvent[] {
  const others = order.lines.filter(({ id, unsourced }) => id !== lineId && unsourced > 0);
  const solved = (["unknown_sku", "sku_missing", "no_location"] as const).filter(
    (code) =>
      order.holds.some((hold) => hold.code === code) &&
      others.every((line) => (line.sku === null) !== (code === "sku_missing")),
  );
  return solved.map((code) => ({ type: "order.hold_released", code, by }));
}
