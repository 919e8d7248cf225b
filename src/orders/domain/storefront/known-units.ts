/**
 * A state of the storefront, completed with what is known of its refunds. One that leaves out which units a refund is for
 * gets those that the storefront's API, or staff, have listed; one that is older than a refund gets the refund.
 * Otherwise each callback of the storefront would undo what it lacks.
 */
import type { NewFulfillment, NewOrder, NewRefund } from "../new-order";
import { linesOf, type Order } from "../order";
import { refundedUnits } from "../reported-units";

/** The state with newer refunds, and with the units of refunds that are known. Idempotent. */
export const withKnownRefunds = (order: Order, incoming: NewOrder): NewOrder => ({
  ...incoming,
  refunds: [...incoming.refunds.map((refund) => itemized(order, refund)), ...newerRefunds(order, incoming)],
});

/** Refunds that were reported by themselves, and not before the time of the state: times have whole seconds. */
const newerRefunds = ({ refunds }: Order, { refunds: listed, storefrontUpdatedAt }: NewOrder): NewRefund[] =>
  refunds
    .filter(({ externalId, at }) => {
      const isListed = listed.some((refund) => refund.externalId === externalId);
      return !isListed && at >= storefrontUpdatedAt;
    })
    .map((refund) => ({ ...refund, reason: null, lines: withoutRestocking(refund.lines) }));

/** The same, and without the units that refunds have cancelled in a fulfillment of everything. Not idempotent. */
export function withKnownUnits(order: Order, incoming: NewOrder): NewOrder {
  const state = withKnownRefunds(order, incoming);
  return { ...state, fulfilled: state.fulfilled.map((each) => withoutRefunded(order, state.refunds, each)) };
}

function itemized(order: Order, refund: NewRefund): NewRefund {
  const known = order.refunds.find(({ externalId }) => externalId === refund.externalId);
  if (refund.itemized || !known?.itemized) return refund;
  const lines = withoutRestocking(known.lines);
  const shippingMinor = refund.shippingMinor === 0 ? known.shippingMinor : refund.shippingMinor;
  return { ...refund, itemized: true, shippingMinor, lines };
}

/** Units that are recorded have been restocked before. */
const withoutRestocking = (lines: Order["refunds"][number]["lines"]): NewRefund["lines"] =>
  lines.map(({ externalLineId, quantity }) => ({ externalLineId, quantity, restock: "none" }));

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
