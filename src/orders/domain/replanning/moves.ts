/** The moves of units between locations that turn an order's plan into another. */
import type { LineId } from "../../../kernel/ids";
import {
  isBeingPrepared,
  unshippedUnits,
  type Fulfillment,
  type FulfillmentLocation,
} from "../fulfillments/fulfillment";
import type { EventOf } from "../order-events";
import type { Order } from "../order";
import { unitsOf, type ReplanProblem, type UnitsAt } from "./problem";

export type MoveRequested = EventOf<"move.requested">;

/** Whether it may still be moved: it is at a location, and not released. */
export const isPlanned = ({ status, locationId }: Fulfillment): boolean =>
  status === "planned" && locationId !== null;

/** The units that are planned, and not released yet. */
export const unitsPlanned = (order: Order): UnitsAt[] =>
  order.fulfillments.filter(isPlanned).flatMap(({ locationId, lines }) =>
    lines
      .map(({ lineId, quantity, shipped }) => ({
        lineId,
        locationId: locationId!,
        quantity: quantity - shipped,
      }))
      .filter(({ quantity }) => quantity > 0),
  );

/**
 * Moves units from locations that have too many to those that have too few. Units that must leave and have no target
 * are moved to no location: they are backordered.
 */
export function requestMoves(
  order: Order,
  current: readonly UnitsAt[],
  target: readonly UnitsAt[],
  { eligible: locations, reason }: Pick<ReplanProblem, "eligible" | "reason">,
  mustLeave: (locationId: string) => boolean,
): MoveRequested[] {
  return order.lines.flatMap(({ id: lineId }) => {
    const movesOfLine: MoveRequested[] = [];
    const missing = target
      .filter((at) => at.lineId === lineId)
      .map((at) => ({ to: at.locationId, quantity: at.quantity - unitsOf(current, lineId, at.locationId) }));
    for (const at of current.filter((units) => units.lineId === lineId)) {
      const from = plannedAt(order, at.locationId);
      const keep = releasedUnits(order, lineId, at.locationId);
      let left = at.quantity - unitsOf(target, lineId, at.locationId);
      const request = (to: string | null, quantity: number) => {
        movesOfLine.push({ type: "move.requested", lineId, quantity, from, to, keep, locations, reason });
        left -= quantity;
      };
      for (const place of missing) {
        const quantity = Math.min(left, place.quantity);
        if (quantity <= 0) continue;
        place.quantity -= quantity;
        request(place.to, quantity);
      }
      if (left > 0 && mustLeave(at.locationId)) request(null, left);
    }
    return movesOfLine;
  });
}

function plannedAt(order: Order, locationId: string): FulfillmentLocation {
  const planned = order.fulfillments.find((each) => isPlanned(each) && each.locationId === locationId)!;
  return { fulfillmentId: planned.id, locationId };
}

const releasedUnits = (order: Order, lineId: LineId, locationId: string): number =>
  order.fulfillments
    .filter((each) => isBeingPrepared(each) && each.locationId === locationId)
    .reduce((sum, fulfillment) => sum + unshippedUnits(fulfillment, lineId), 0);
