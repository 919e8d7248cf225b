/** The holds that follow from an order, as texts. */
import type { HoldCode } from "../../../../src/orders/domain/holds/hold";
import { decideStandingHolds } from "../../../../src/orders/domain/holds/standing-holds";
import type { Order, RecordedRefund } from "../../../../src/orders/domain/order";
import { aLine, anOrder, NOON } from "../../../support/an-order";
import { held } from "../mug-orders";

export const PLACED = { now: NOON + 5, by: "web" };

/** `["+payment_pending The storefront …", "-ship_complete"]`: the holds that are placed and that end. */
export const holdsText = (order: Order): string[] =>
  decideStandingHolds(order, PLACED).map((event) => {
    if (event.type === "order.held") return `+${event.hold.code} ${event.hold.detail}`;
    return event.type === "order.hold_released" ? `-${event.code}` : event.type;
  });

export const onHold = (...codes: HoldCode[]): Partial<Order> => ({
  status: "on_hold",
  holds: codes.map((code) => held(code)),
});

export const shipped = { lines: [aLine("Mug", { shipped: 1 })] };
export const cancelled = { lines: [aLine("Mug", { cancelled: 1 })] };

export const NO_PAYMENT = "The storefront has reported no payment.";

export const refund = (externalId: string, over: Partial<RecordedRefund> = {}): RecordedRefund => ({
  externalId,
  amountMinor: 500,
  shippingMinor: 0,
  itemized: false,
  at: NOON,
  lines: [],
  ...over,
});

export const refunded = (refunds: readonly RecordedRefund[], over: Partial<Order> = {}): Order =>
  anOrder({ refunds, refundedMinor: refunds.reduce((sum, each) => sum + each.amountMinor, 0), ...over });
