/**
 * A state that leaves out which units a refund is for, completed with what is known: the storefront's API, or staff, have
 * listed them before. Otherwise each callback of the storefront would undo what the last one lacked.
 */
import type { NewFulfillment, NewOrder, NewRefund } from "../new-order";
import { linesOf, type Order } from "../order";
import { refundedUnits } from "../reported-units";

/** The state with the units of refunds that are known. Idempotent. */
export const withKnownRefunds = (order: Order, incoming: NewOrder): NewOrder => ({
  ...incoming,
  refunds: incoming.refunds.map((refund) => itemized(order, refund)),
});

/** The same, and without the units that refunds have cancelled in a fulfillment of everything. Not idempotent. */
export function withKnownUnits(order: Order, incoming: NewOrder): NewOrder {
  const state = withKnownRefunds(order, incoming);
  return { ...state, fulfilled: state.fulfilled.map((each) => withoutRefunded(order, state.refunds, each)) };
}

function itemized(order: Order, refund: NewRefund): NewRefund {
  const known = order.refunds.find(({ externalId }) => externalId === refund.externalId);
  if (refund.itemized || !known?.itemized) return refund;
  const lines = known.lines.map((line) => ({ ...line, restock: "none" as const }));
  const shippingMinor = refund.shippingMinor === 0 ? known.shippingMinor : refund.shippingMinor;
  return { ...refund, itemized: true, shippingMinor, lines };
}

/** Everything is fulfilled but for the units that a refund has cancelled before. */
function withoutRefunded(
  order: Order,
  refunds: readonly NewRefund[],
  fulfillment: NewFulfillment,
): NewFulfillment {
  if (fulfillment.everything !== true) return fulfillment;
  const cancelled = (externalLineId: string) =>
    linesOf(order, externalLineId).reduce((sum, line) => sum + line.cancelled - line.removed, 0);
  const lines = fulfillment.lines.map(({ externalLineId, quantity }) => ({
    externalLineId,
    quantity: quantity - Math.min(refundedUnits(refunds, externalLineId), cancelled(externalLineId)),
  }));
  return { ...fulfillment, lines: lines.filter(({ quantity }) => quantity > 0) };
}
