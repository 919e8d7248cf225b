/** The units of a line at a location, and the fulfillment that more units join there. */
import type { FulfillmentId, LineId } from "../../../kernel/ids";
import { fulfillmentIdOf } from "../creation/first-plan";
import type { Order } from "../order";
import { openUnits, type OrderLine } from "../order-line";
import {
  isBeingPrepared,
  isLive,
  unshippedUnits,
  type Fulfillment,
  type FulfillmentLocation,
} from "./fulfillment";

/**
 * Up to `quantity` of the line's unshipped units at the location, by fulfillment: those that are not released yet
 * first. Fewer if there are not so many.
 */
export function unshippedUnitsAt(
  order: Order,
  lineId: LineId,
  locationId: string,
  quantity: number,
): (FulfillmentLocation & Readonly<{ quantity: number }>)[] {
  const rank = ({ status }: Fulfillment) => (status === "planned" ? 0 : 1);
  const fulfillments = order.fulfillments
    .filter((fulfillment) => fulfillment.locationId === locationId && isLive(fulfillment))
    .toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  let left = quantity;
  return fulfillments.flatMap((fulfillment) => {
    const taken = Math.min(left, unshippedUnits(fulfillment, lineId));
    left -= taken;
    return taken === 0 ? [] : [{ fulfillmentId: fulfillment.id, locationId, quantity: taken }];
  });
}

/** Open units of the line that a location is preparing: they are not changed under its hands. */
export const releasedUnits = (order: Order, lineId: LineId): number =>
  order.fulfillments
    .filter(isBeingPrepared)
    .reduce((sum, fulfillment) => sum + unshippedUnits(fulfillment, lineId), 0);

/** Open units of the line that no location is preparing. */
export const unreleasedUnits = (order: Order, line: OrderLine): number =>
  openUnits(line) - releasedUnits(order, line.id);

/**
 * The fulfillment that more units join at a location: the one still planned there, with its own release time, or else
 * a new one.
 */
export function fulfillmentToJoin<LocationId extends string | null>(
  order: Order,
  locationId: LocationId,
  releaseAt: number,
): Readonly<{ id: FulfillmentId; locationId: LocationId; releaseAt: number }> {
  const atLocation = order.fulfillments.filter((fulfillment) => fulfillment.locationId === locationId);
  const planned = atLocation.find(({ status }) => status === "planned");
  if (planned) return { id: planned.id, locationId, releaseAt: planned.releaseAt };
  return { id: fulfillmentIdOf(order.id, locationId, atLocation.length), locationId, releaseAt };
}
