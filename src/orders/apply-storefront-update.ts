/** Brings an order that is there up to what its storefront says; units an edit added are allocated first. */
import type { OrdersContext } from "./context";
import { partAt } from "./domain/fulfillments/fulfillment";
import { held } from "./domain/holds";
import type { OrderId } from "../kernel/ids";
import { newLine, nowhereReason, plan, whyNowhere } from "./domain/order-creation";
import type { OrderEvent } from "./domain/order-events";
import { evolve } from "./domain/order-lifecycle";
import { addedLines, decideStorefrontUpdate } from "./domain/storefront-update";
import type { NewOrder, Order } from "./domain/order";
import type { Channel } from "../catalog/domain/reference";
import { decideReportedRefund, type ReportedRefund } from "./domain/payments/refunds";
import { accept, type Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";
import { allocateLines } from "./allocate-lines";
import { refundRules } from "./refund-rules";
import { sourcingRequest } from "./sourcing-problem";

export async function applyStorefrontUpdate(
  context: OrdersContext,
  orderId: OrderId,
  incoming: NewOrder,
  channel: Channel,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> {
  const decide = async (order: Order): Promise<Result<OrderEvent[], never>> => {
    const added = await linesAdded(context, order, incoming, channel);
    const withLines = added.reduce(evolve, order);
    return accept([...added, ...decideStorefrontUpdate(withLines, incoming, await refundRules(context))]);
  };
  return changeOrder(context, orderId, decide, options);
}

export const recordRefund = (
  context: OrdersContext,
  orderId: OrderId,
  told: ReportedRefund,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(
    context,
    orderId,
    async (order) => accept(decideReportedRefund(order, told, await refundRules(context))),
    options,
  );

async function linesAdded(
  context: OrdersContext,
  order: Order,
  incoming: NewOrder,
  channel: Channel,
): Promise<OrderEvent[]> {
  const added = addedLines(order, incoming);
  if (added.length === 0) return [];
  const allocations = await allocateLines(context, {
    orderId: order.id,
    lines: added,
    sourcing: sourcingRequest(context, channel, order),
    placedAt: context.now(),
    reservationTokens: [],
    shortage: "backorder",
  });
  if (!allocations.ok) throw new Error("a allocation for what was sold is never refused");
  const { stock, declined, decision } = allocations.value;
  const lines = added.map((line) => newLine(line, stock));
  const releaseAt = context.now() + channel.gracePeriodMinutes * 60_000;
  const linesAdded: OrderEvent = {
    type: "order.lines_added",
    lines,
    fulfillments: plan(lines, stock, (locationId) => partAt(order, locationId, releaseAt)),
    totalMinor: incoming.totalMinor,
  };
  const sourced: OrderEvent[] = decision ? [{ type: "order.sourced", decision }] : [];
  const events = [linesAdded, ...declined, ...sourced];
  const placed = { now: context.now(), by: context.actor };
  const nowhere = nowhereReason(lines, stock);
  if (nowhere) events.push(held(order, nowhere, placed));
  const unknown = lines.filter(({ id, unsourced }) => unsourced > 0 && whyNowhere(stock, id) === null);
  if (unknown.length === 0) return events;
  const detail = `Added at the storefront: ${unknown.map((line) => line.sku ?? line.title).join(", ")}.`;
  return [...events, held(order, { code: "unknown_sku", detail }, placed)];
}
