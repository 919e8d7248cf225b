/** Placing a hold on an order. */
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import { detailOf, reasonsOf, type HoldReason } from "./hold";
import { accept, reject, type Result } from "../../../kernel/result";

export type HoldRejection = Readonly<{ code: "order_finished"; status: Order["status"] }>;

export type Placed = Readonly<{ now: number; by: string }>;

/** Staff holds the order. The same reason again changes nothing; another one is added. */
export function decideHold(
  order: Order,
  reason: HoldReason,
  placed: Placed,
): Result<OrderEvent[], HoldRejection> {
  if (order.status === "cancelled" || order.status === "closed") {
    return reject({ code: "order_finished", status: order.status });
  }
  const standing = order.holds.filter(({ code }) => code === reason.code).flatMap(reasonsOf);
  if (reasonsOf(reason).every((each) => standing.includes(each))) return accept([]);
  return accept([orderHeld(order, reason, placed)]);
}

/**
 * A hold that a rule of the order places, whatever the order's status. A reason that holds the order already, or that
 * was released before, changes nothing. Another reason of the same code is added to the detail.
 */
export function decideNewHold(order: Order, reason: HoldReason, placed: Placed): OrderEvent[] {
  const known = [...order.holds, ...order.releasedHolds]
    .filter(({ code }) => code === reason.code)
    .flatMap(reasonsOf);
  return reasonsOf(reason).every((each) => known.includes(each)) ? [] : [orderHeld(order, reason, placed)];
}

/** The event that holds the order, with the details that stand under the same code. */
export function orderHeld(order: Order, { code, detail }: HoldReason, { now, by }: Placed): OrderEvent {
  const others = order.holds.filter((hold) => hold.code === code).flatMap(reasonsOf);
  const reasons = detailOf([...others, ...reasonsOf({ detail })]);
  return { type: "order.held", hold: { code, detail: reasons, placedAt: now, placedBy: by } };
}
