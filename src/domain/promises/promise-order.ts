/**
 * Promising an order's lines, and deciding whether the promises were kept.
 *
 * A line is promised for its last unit: what is planned leaves as its location's hours allow, what waits leaves
 * the day after the inbound that serves it, and what nobody can tell keeps the whole line without a date. A
 * promise moves when the plan does, or when its day has passed and the goods are still there.
 */
import { dayBounds, localDate } from "../calendar";
import type { LineId } from "../ids";
import type { OrderEvent } from "../order-events";
import { isLive } from "../order-lifecycle";
import { openUnits, type Fulfillment, type Order, type OrderLine } from "../orders";
import type { CarrierService, Location } from "../reference";
import { awaitedLegs, legFrom, promiseOfLegs, type Leg, type Supply } from "./legs";
import { outcomeOf, sentLate } from "./outcome";
import { isSamePromise, noDate, told, type LinePromise, type MoveReason, type NoDate } from "./promise";

export type PromiseFacts = Readonly<{
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
  /** Of every line that waits; null where it could not be asked. */
  supply: ReadonlyMap<LineId, Supply> | null;
  now: number;
}>;

/** The events that bring the promises of the order up to what it is now; none where they stand. */
export function decidePromises(order: Order, facts: PromiseFacts, why: MoveReason): OrderEvent[] {
  return [
    ...order.fulfillments.flatMap((part) => scheduled(part, facts)),
    ...order.lines.flatMap((line) => (line.kind === "physical" ? ofLine(order, line, facts, why) : [])),
  ];
}

function scheduled(part: Fulfillment, facts: PromiseFacts): OrderEvent[] {
  if (part.locationId === null || !isLive(part)) return [];
  const leg = partLeg(part, facts);
  const shipByOn = typeof leg === "string" ? null : leg.shipByOn;
  if (shipByOn === part.shipByOn) return [];
  const lateAt = typeof leg === "string" ? null : dayBounds(leg.shipByOn, leg.location.timeZone).end;
  return [{ type: "fulfillment.scheduled", fulfillmentId: part.id, shipByOn, lateAt }];
}

function ofLine(order: Order, line: OrderLine, facts: PromiseFacts, why: MoveReason): OrderEvent[] {
  const before = line.promise;
  if (openUnits(line) === 0) {
    const late = before && sentLate(order, line, before, facts);
    if (late)
      return [
        { type: "promise.moved", lineId: line.id, before: late.before, now: late.now, why: "sent_late" },
      ];
    const outcome = before && outcomeOf(order, line, before, facts.locations);
    return outcome ? [outcome] : [];
  }
  const now = promiseOf(order, line, facts);
  if (before === null) return [{ type: "promise.made", lineId: line.id, now }];
  if (isSamePromise(before, now)) return [];
  return [{ type: "promise.moved", lineId: line.id, before: told(before), now, why }];
}

/** What can be promised of the line's open units. */
export function promiseOf(order: Order, line: OrderLine, facts: PromiseFacts): LinePromise {
  if (line.unsourced > 0) return noDate("not_sourced");
  const { locations, carrierServices, supply } = facts;
  const planned = order.fulfillments
    .filter((part) => isLive(part) && holds(part, line.id))
    .map((part) => partLeg(part, facts));
  const awaited = awaitedLegs(line.backordered, supply?.get(line.id), locations);
  const to = {
    destination: order.shippingAddress,
    shippingMethod: order.shippingMethod,
    isFetched: order.pickupLocationId !== null,
  };
  return promiseOfLegs([...planned, ...awaited], to, carrierServices);
}

const holds = ({ lines }: Fulfillment, id: LineId): boolean =>
  lines.some(({ lineId, quantity, shipped }) => lineId === id && quantity > shipped);

/**
 * When the part leaves: what is planned is released when it is due, or now where something held it; what was
 * released leaves as it was then, or as if it had been released now, where that day has passed.
 */
function partLeg(part: Fulfillment, { locations, now }: PromiseFacts): Leg | NoDate {
  const location = part.locationId === null ? undefined : locations.get(part.locationId);
  const releasedAt = part.status === "planned" ? Math.max(part.releaseAt, now) : (part.releasedAt ?? now);
  const leg = legFrom(location, releasedAt);
  const hasPassed = location && typeof leg !== "string" && leg.shipByOn < localDate(now, location.timeZone);
  return hasPassed ? legFrom(location, now) : leg;
}
