/** A fulfillment that a storefront reports without its order: it counts beside those that it reported before. */
import { decideInTurn } from "../evolve/evolve";
import type { NewFulfillment } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import type { RefundRules } from "../payments/refunds";
import { decideDifferenceHolds } from "./difference";
import { fulfilledDifferences } from "./fulfilled-differences";
import { decideFulfilledThere, recordedFulfillments } from "./fulfilled-there";

/** Records the units, and holds the order for those that cannot be recorded, as the order's next state does. */
export function decideReportedFulfillment(
  order: Order,
  fulfillment: NewFulfillment,
  rules: RefundRules,
): OrderEvent[] {
  const others = recordedFulfillments(order).filter(
    ({ externalId }) => externalId !== fulfillment.externalId,
  );
  const fulfilled = [...others, withKnownTracking(order, fulfillment)];
  const { storefrontUpdatedAt } = order;
  return decideInTurn(order, [
    (before) => decideFulfilledThere(before, { fulfilled }, rules),
    (before) =>
      decideDifferenceHolds(before, fulfilledDifferences(before, { fulfilled, storefrontUpdatedAt }), rules),
  ]);
}

/** Reports come in any order: an earlier one, without tracking, takes none away. */
function withKnownTracking(order: Order, fulfillment: NewFulfillment): NewFulfillment {
  const known = order.shipments.find(({ externalId }) => externalId === fulfillment.externalId);
  if (fulfillment.trackingNumber !== null || !known) return fulfillment;
  const { carrier, trackingNumber, trackingUrl } = known;
  return { ...fulfillment, carrier, trackingNumber, trackingUrl };
}
