/** A difference between an order here and at its storefront, in words for staff. */
import { decideInTurn } from "../evolve/evolve";
import { isBeingPrepared } from "../fulfillments/fulfillment";
import { decideNewHold, type Placed } from "../holds/place-hold";
import type { OrderEvent } from "../order-events";
import { linesOf, type Order } from "../order";

/** `parcel`: it changes what a location is preparing, so that the location is asked to stop. */
export type Difference = Readonly<{ detail: string; parcel: boolean }>;

/** The title of the storefront's line, or its id. */
export const titleOf = (order: Order, externalId: string): string =>
  linesOf(order, externalId)[0]?.title ?? `line ${externalId}`;

/**
 * Holds the order for what a report of one refund or fulfillment shows, beside what holds it already. The next whole
 * state decides again.
 */
export function decideDifferenceHolds(
  order: Order,
  differences: readonly Difference[],
  placed: Placed,
): OrderEvent[] {
  const holds = decideInTurn(
    order,
    differences.map(
      ({ detail }) =>
        (before: Order) =>
          decideNewHold(before, { code: "differs_from_storefront", detail }, placed),
    ),
  );
  const reason = differences.find(({ parcel }) => parcel)?.detail;
  if (holds.length === 0 || reason === undefined) return holds;
  const stops = order.fulfillments
    .filter((each) => isBeingPrepared(each) && each.stopReason === null)
    .map(({ id: fulfillmentId }): OrderEvent => ({
      type: "fulfillment.stop_requested",
      fulfillmentId,
      reason,
    }));
  return [...holds, ...stops];
}
