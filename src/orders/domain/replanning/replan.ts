/**
 * Replans a stored order before it is released. Units leave a location that ships nothing any more, or nothing more
 * today if another ships them in no more parcels. Everything else stays as it is planned, unless another plan is enough
 * better. Units that no location has are backordered.
 *
 * Replanning converges: once a plan is carried out, it is not changed again while nothing else changes.
 */
import { decideNewHold } from "../holds/place-hold";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import { needsStock } from "../order-line";
import { isPlanned, requestMoves, unitsPlanned, type MoveRequested } from "./moves";
import type { ReplanProblem } from "./problem";
import { targetPlan } from "./target-plan";

export function decideReplan(order: Order, problem: ReplanProblem): OrderEvent[] {
  // Units under way are replanned after stock has answered.
  if (order.fulfillments.some(({ pendingMoves }) => pendingMoves > 0)) return [];
  // A customer collects the order where it was promised.
  if (order.pickupLocationId !== null) {
    return [...pickupHold(order, order.pickupLocationId, problem), ...postponements(order, problem, [])];
  }
  const rejectedBy = locationsThatRejected(order);
  const mustLeave = (id: string) => problem.isInactive(id) || rejectedBy.has(id);
  const given = { ...problem, eligible: problem.eligible.filter((id) => !mustLeave(id)) };
  const current = unitsPlanned(order);
  const lineIds = order.lines.map(({ id }) => id);
  const target = targetPlan(current, lineIds, given, mustLeave);
  const requests = requestMoves(order, current, target, given, mustLeave);
  return [
    ...requests,
    ...postponements(order, given, requests),
    ...backorderLocations(order, given),
    ...noLocationHold(order, given, requests),
  ];
}

/** Locations that have rejected a fulfillment of the order are not tried again. */
const locationsThatRejected = (order: Order): ReadonlySet<string | null> =>
  new Set(
    order.fulfillments.filter(({ status }) => status === "rejected").map(({ locationId }) => locationId),
  );

/** Postpones fulfillments that stay at a location that ships nothing today. */
function postponements(
  order: Order,
  { postponeUntil }: ReplanProblem,
  requests: readonly MoveRequested[],
): OrderEvent[] {
  const moving = new Set(requests.map(({ from }) => from.fulfillmentId));
  return order.fulfillments.flatMap((fulfillment): OrderEvent[] => {
    const { id: fulfillmentId, locationId } = fulfillment;
    const releaseAt = postponeUntil.get(locationId ?? "") ?? 0;
    if (!isPlanned(fulfillment) || moving.has(fulfillmentId) || fulfillment.releaseAt >= releaseAt) return [];
    return [{ type: "fulfillment.postponed", fulfillmentId, releaseAt, reason: "closed" }];
  });
}

function pickupHold(order: Order, location: string, { isInactive, now, by }: ReplanProblem): OrderEvent[] {
  if (!isInactive(location)) return [];
  const detail = `The customer is to collect it at ${location}, which is closed.`;
  return decideNewHold(order, { code: "no_location", detail }, { now, by });
}

/**
 * If a location has free stock while a line has a backorder, stock does not know that the location may fill it: it is
 * given the locations again.
 */
function backorderLocations(
  order: Order,
  { free, mayImprove, eligible, acceptsLine }: ReplanProblem,
): OrderEvent[] {
  if (!mayImprove) return [];
  return order.lines.flatMap(({ id: lineId, backordered }): OrderEvent[] => {
    const at = free.get(lineId) ?? {};
    const locations = eligible.filter((id) => acceptsLine(lineId, id));
    if (backordered === 0 || !locations.some((id) => (at[id] ?? 0) > 0)) return [];
    return [{ type: "backorder.locations_changed", lineId, locations }];
  });
}

/** Holds an order with units that no location may ship, so that staff see it. */
function noLocationHold(
  order: Order,
  { eligible, now, by }: ReplanProblem,
  requests: readonly MoveRequested[],
): OrderEvent[] {
  if (eligible.length > 0) return [];
  const backordered = order.lines.filter((line) => line.backordered > 0);
  const leaving = order.lines.filter(({ id }) =>
    requests.some(({ lineId, to }) => lineId === id && to === null),
  );
  const lines = [...new Set([...backordered, ...leaving])].filter(needsStock);
  if (lines.length === 0) return [];
  const detail = `No location may ship it: ${lines.map(({ sku, title }) => sku ?? title).join(", ")}.`;
  return decideNewHold(order, { code: "no_location", detail }, { now, by });
}
