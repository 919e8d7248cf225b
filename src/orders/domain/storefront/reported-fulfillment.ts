/** A fulfillment that a storefront reports without its order: it counts beside those that it reported before. */
import { isLive } from "../fulfillments/fulfillment";
import { decideInTurn } from "../evolve/evolve";
import { decideNewHold } from "../holds/place-hold";
import type { NewFulfillment } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import type { RefundRules } from "../payments/refunds";
import type { Difference } from "./difference";
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
    (before) => held(before, fulfilledDifferences(before, { fulfilled, storefrontUpdatedAt }), rules),
  ]);
}

/** Reports come in any order: an earlier one, without tracking, takes none away. */
function withKnownTracking(order: Order, fulfillment: NewFulfillment): NewFulfillment {
  const known = order.shipments.find(({ externalId }) => externalId === fulfillment.externalId);
  if (fulfillment.trackingNumber !== null || !known) return fulfillment;
  const { carrier, trackingNumber, trackingUrl } = known;
  return { ...fulfillment, carrier, trackingNumber, trackingUrl };
}

function held(order: Order, differences: readonly Difference[], rules: RefundRules): OrderEvent[] {
  const holds = decideInTurn(
    order,
    differences.map(
      ({ detail }) =>
        (before: Order) =>
          decideNewHold(before, { code: "differs_from_storefront", detail }, rules),
    ),
  );
  const reason = differences.find(({ parcel }) => parcel)?.detail;
  if (holds.length === 0 || reason === undefined) return holds;
  const stops = order.fulfillments
    .filter(
      (each) => isLive(each) && each.status !== "planned" && each.locationId !== null && !each.stopReason,
    )
    .map(({ id: fulfillmentId }): OrderEvent => ({
      type: "fulfillment.stop_requested",
      fulfillmentId,
      reason,
    }));
  return [...holds, ...stops];
}
