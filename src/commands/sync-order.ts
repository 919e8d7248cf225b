/** Brings an order that is there up to what its storefront says; units an edit added are claimed first. */
import type { Context } from "../context";
import { newLine, plan } from "../domain/order-acceptance";
import type { OrderId } from "../domain/ids";
import { addedLines, decideRefund, decideSync } from "../domain/order-sync";
import type { OrderEvent } from "../domain/order-events";
import { evolve } from "../domain/order-lifecycle";
import type { HoldReason, NewOrder, NewRefund, Order } from "../domain/orders";
import type { Channel } from "../domain/reference";
import { accept, type Result } from "../domain/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";
import { claimLines } from "./claim-lines";
import { syncRules } from "./sync-rules";

export async function syncOrder(
  context: Context,
  orderId: OrderId,
  incoming: NewOrder,
  channel: Channel,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> {
  const decide = async (order: Order): Promise<Result<OrderEvent[], never>> => {
    const added = await linesAdded(context, order, incoming, channel);
    const withLines = added.reduce(evolve, order);
    return accept([...added, ...decideSync(withLines, incoming, syncRules(context))]);
  };
  return changeOrder(context, orderId, decide, options);
}

export const recordRefund = (
  context: Context,
  orderId: OrderId,
  refund: NewRefund,
  problems: readonly HoldReason[],
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(
    context,
    orderId,
    (order) => {
      const rules = syncRules(context);
      const events = decideRefund(order, refund, rules);
      if (events.length === 0) return accept([]);
      const holds = problems.map((problem): OrderEvent => {
        return { type: "order.held", hold: { ...problem, placedAt: rules.now, placedBy: rules.by } };
      });
      return accept([...events, ...holds]);
    },
    options,
  );

async function linesAdded(
  context: Context,
  order: Order,
  incoming: NewOrder,
  channel: Channel,
): Promise<OrderEvent[]> {
  const added = addedLines(order, incoming);
  if (added.length === 0) return [];
  const claims = await claimLines(context, {
    orderId: order.id,
    channel,
    lines: added,
    destination: order.shippingAddress,
    placedAt: context.now(),
    reservationTokens: [],
    shortage: "sold",
  });
  if (!claims.ok) throw new Error("a claim for what was sold is never refused");
  const { stock } = claims.value;
  const lines = added.map((line) => newLine(order.id, line, stock));
  const releaseAt = context.now() + channel.gracePeriodMinutes * 60_000;
  const at = (locationId: string | null) =>
    order.fulfillments.filter((part) => part.locationId === locationId).length;
  const events: OrderEvent[] = [
    {
      type: "order.lines_added",
      lines,
      fulfillments: plan(order.id, lines, stock, releaseAt, at),
      totalMinor: incoming.totalMinor,
    },
  ];
  const unknown = lines.filter((line) => line.unsourced > 0);
  if (unknown.length > 0) {
    const detail = `Added at the storefront: ${unknown.map((line) => line.sku ?? line.title).join(", ")}.`;
    const hold = { code: "unknown_sku", detail, placedAt: context.now(), placedBy: context.actor } as const;
    events.push({ type: "order.held", hold });
  }
  return events;
}
