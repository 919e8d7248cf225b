/**
 * Promising an order's lines, and deciding whether the promises were kept.
 *
 * A line is promised for its last unit: what is planned leaves as its location's hours allow, what waits leaves
 * the day after the inbound that serves it, and what nobody can tell keeps the whole line without a date. A
 * promise moves when the plan does, or when its day has passed and the goods are still there.
 */
import { dayEnd, localMinute } from "../../../kernel/calendar";
import type { LineId } from "../../../kernel/ids";
import { isLive, type Fulfillment } from "../fulfillments/fulfillment";
import type { Order } from "../order";
import type { OrderEvent } from "../order-events";
import { openUnits, type OrderLine } from "../order-line";
import type { CarrierService, Location } from "../../../catalog/domain/reference";
import {
  awaitedLegs,
  legFrom,
  promiseOfLegs,
  wayTo,
  type Leg,
  type Supply,
  type WayFrom,
} from "../../../promises/domain/legs";
import { outcomeOf, sentLate } from "./outcome";
import {
  isSamePromise,
  told,
  type LinePromise,
  type MoveReason,
  type NoDate,
} from "../../../promises/domain/promise";

export type PromiseFacts = Readonly<{
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
  /** Of every line that waits; null where it could not be asked. */
  supply: ReadonlyMap<LineId, Supply> | null;
  now: number;
}>;

/** The events that bring the promises of the order up to what it is now; none where they stand. */
export function decidePromises(order: Order, facts: PromiseFacts, why: MoveReason): OrderEvent[] {
  const wayFrom = wayOf(order, facts);
  const sent = order.lines.filter(({ kind }) => kind === "physical");
  const legs = new Map(
    sent.filter((line) => openUnits(line) > 0).map((line) => [line.id, legsOf(order, line, facts)]),
  );
  const whole =
    leavesAsAWhole(order) && legs.size > 0 ? promiseOfLegs([...legs.values()].flat(), wayFrom) : null;
  return [
    ...order.fulfillments.flatMap((part) => scheduled(part, whole, facts)),
    ...sent.flatMap((line) => {
      const own = legs.get(line.id);
      return own
        ? ofOpenLine(line, whole ?? promiseOfLegs(own, wayFrom), why)
        : ofSentLine(order, line, facts);
    }),
  ];
}

/** Then all of it is promised for when the last of it can leave. */
const leavesAsAWhole = ({ holds }: Order): boolean => holds.some(({ code }) => code === "ship_complete");

function scheduled(part: Fulfillment, whole: LinePromise | null, facts: PromiseFacts): OrderEvent[] {
  if (part.locationId === null || !isLive(part)) return [];
  const leg = partLeg(part, facts);
  const own = typeof leg === "string" ? null : leg.shipByOn;
  const shipByOn = whole && own && (whole.shipByOn === null || whole.shipByOn > own) ? whole.shipByOn : own;
  if (shipByOn === part.shipByOn) return [];
  const zone = facts.locations.get(part.locationId)?.timeZone ?? "UTC";
  const lateAt = shipByOn === null ? null : dayEnd(shipByOn, zone);
  return [{ type: "fulfillment.scheduled", fulfillmentId: part.id, shipByOn, lateAt }];
}

function ofOpenLine(
  { id: lineId, promise: before }: OrderLine,
  now: LinePromise,
  why: MoveReason,
): OrderEvent[] {
  if (before === null) return [{ type: "promise.made", lineId, promise: now }];
  return isSamePromise(before, now)
    ? []
    : [{ type: "promise.moved", lineId, before: told(before), after: now, reason: why }];
}

/** Nothing is left to send: it may have left too late, or have arrived. */
function ofSentLine(order: Order, line: OrderLine, facts: PromiseFacts): OrderEvent[] {
  if (line.promise === null) return [];
  const late = sentLate(order, line, line.promise, facts);
  if (late) return [{ type: "promise.moved", lineId: line.id, ...late, reason: "sent_late" }];
  const outcome = outcomeOf(order, line, line.promise, facts.locations);
  return outcome ? [outcome] : [];
}

const wayOf = ({ shippingAddress, shippingMethod, pickupLocationId }: Order, facts: PromiseFacts): WayFrom =>
  wayTo(
    { destination: shippingAddress, shippingMethod, isFetched: pickupLocationId !== null },
    facts.carrierServices,
  );

/** Whence and when the line's open units leave. */
function legsOf(order: Order, line: OrderLine, facts: PromiseFacts): readonly (Leg | NoDate)[] {
  if (line.unsourced > 0) return ["not_sourced"];
  const planned = order.fulfillments
    .filter((part) => isLive(part) && holds(part, line.id))
    .map((part) => partLeg(part, facts));
  return [...planned, ...awaitedLegs(line.backordered, facts.supply?.get(line.id), facts.locations)];
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
  const hasPassed =
    location && typeof leg !== "string" && leg.shipByOn < localMinute(now, location.timeZone).slice(0, 10);
  return hasPassed ? legFrom(location, now) : leg;
}
