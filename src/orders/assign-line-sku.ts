/**
 * Assigns a SKU to a line that has none, an unknown one, or one that no location could send. The line's units are
 * allocated, and the holds for such lines are released if no other such line is left.
 */
import type { OrdersContext } from "./context";
import type { LineStock } from "./domain/creation/new-line";
import { fulfillmentToJoin } from "./domain/fulfillments/units-at";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import { needsStock, type OrderLine } from "./domain/order-line";
import type { LineId, OrderId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import type { ChangeOptions, ChangeRejection } from "./change-order";
import { changeOrderWithStock, type Allocate } from "./given-back-allocations";
import { sourcingRequest } from "./sourcing-problem";

export type AssignSkuRejection = Readonly<
  | { code: "line_unknown"; lineId: string }
  | { code: "line_already_sourced"; lineId: LineId }
  | { code: "unknown_sku"; sku: string }
  | { code: "no_location"; detail: string }
>;

export type SkuAssignment = Readonly<{ lineId: LineId; sku: string }>;

export const assignLineSku = (
  context: OrdersContext,
  orderId: OrderId,
  assignment: SkuAssignment,
  options: ChangeOptions = {},
): Promise<Result<Order, AssignSkuRejection | ChangeRejection>> =>
  changeOrderWithStock(
    context,
    orderId,
    (order, allocate) => allocateAndAssign({ context, allocate }, order, assignment),
    options,
  );

type Allocating = Readonly<{ context: OrdersContext; allocate: Allocate }>;

async function allocateAndAssign(
  { context, allocate }: Allocating,
  order: Order,
  { lineId, sku }: SkuAssignment,
): Promise<Result<OrderEvent[], AssignSkuRejection>> {
  const line = order.lines.find(({ id }) => id === lineId);
  if (!line || !needsStock(line)) return reject({ code: "line_unknown", lineId });
  if (line.unsourced === 0) return reject({ code: "line_already_sourced", lineId });
  const channel = (await context.reference()).channels.get(order.channelId)!;
  const allocations = await allocate({
    orderId: order.id,
    lines: [{ id: lineId, sku, kind: line.kind, quantity: line.unsourced }],
    sourcing: sourcingRequest(context, channel, order),
    placedAt: order.placedAt,
    reservationTokens: [],
    shortage: "backorder",
  });
  const stock = allocations.ok ? allocations.value.stock.get(lineId) : undefined;
  if (!allocations.ok || !stock) return reject({ code: "unknown_sku", sku });
  if (!stock.found) {
    const { noLocation: detail } = stock;
    return detail === undefined
      ? reject({ code: "unknown_sku", sku })
      : reject({ code: "no_location", detail });
  }
  const { released, decision } = allocations.value;
  const releaseAt = Math.max(context.now(), order.createdAt + channel.gracePeriodMinutes * 60_000);
  const assigned: OrderEvent[] = line.sku === sku ? [] : [{ type: "line.sku_assigned", lineId, sku }];
  const sourced: OrderEvent[] = decision ? [{ type: "order.sourced", decision }] : [];
  return accept([
    ...assigned,
    unitsSourced(order, line, stock, releaseAt),
    ...released,
    ...sourced,
    ...releasedHolds(order, lineId, context.actor),
  ]);
}

const unitsSourced = (
  order: Order,
  { id: lineId }: OrderLine,
  { unitCostMinor, backordered, allocated }: Extract<LineStock, { found: true }>,
  releaseAt: number,
): OrderEvent => ({
  type: "units.sourced",
  lineId,
  unitCostMinor,
  backordered,
  fulfillments: allocated.map(({ locationId, quantity }) => ({
    ...fulfillmentToJoin(order, locationId, releaseAt),
    lines: [{ lineId, quantity }],
  })),
});

/** A hold ends with the last line that causes it: `sku_missing` a line without a SKU, the others a line with one. */
function releasedHolds(order: Order, lineId: LineId, by: string): OrderEvent[] {
  const others = order.lines.filter(({ id, unsourced }) => id !== lineId && unsourced > 0);
  const ended = (["unknown_sku", "sku_missing", "no_location"] as const).filter(
    (code) =>
      order.holds.some((hold) => hold.code === code) &&
      others.every((line) => (line.sku === null) !== (code === "sku_missing")),
  );
  return ended.map((code) => ({ type: "order.hold_released", code, by }));
}
