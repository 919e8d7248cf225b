/**
 * Decides the delivery promises of an order's lines.
 *
 * A line is promised for its last unit. Planned units leave as their location's hours allow. Backordered units leave
 * the day after the inbound that fills them. If one unit has no date, the line has none. A promise moves when the plan
 * changes, or when its day has passed and units have not left.
 */
import { dayEnd, localMinute } from "../../../kernel/calendar";
import type { LineId } from "../../../kernel/ids";
import { isLive, unshippedUnits, type Fulfillment } from "../fulfillments/fulfillment";
import type { Order } from "../order";
import type { OrderEvent } from "../order-events";
import { openUnits, type OrderLine } from "../order-line";
import type { CarrierService } from "../../../catalog/domain/carrier-service";
import type { Location } from "../../../catalog/domain/location";
import {
  awaitedLegs,
  legFrom,
  promiseOfLegs,
  serviceFinder,
  type Leg,
  type BackorderSupply,
  type ServiceFinder,
} from "../../../promises/domain/legs";
import { outcomeOf, promiseIfShippedLate } from "./outcome";
import {
  isSamePromise,
  currentPromise,
  type LinePromise,
  type MoveReason,
  type NoDate,
} from "../../../promises/domain/promise";

export type PromiseFacts = Readonly<{
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
  /** What a day of delivery time is worth to the channel. */
  dayValueMinor?: number;
  /** For every line with a backorder; null if it could not be read. */
  supply: ReadonlyMap<LineId, BackorderSupply> | null;
  now: number;
}>;

/** The events that bring the order's promises up to date; none if they stand. */
export function decidePromises(order: Order, facts: PromiseFacts, reason: MoveReason): OrderEvent[] {
  const findService = serviceFinderOf(order, facts);
  const physical = order.lines.filter(({ kind }) => kind === "physical");
  const legs = new Map(
    physical.filter((line) => openUnits(line) > 0).map((line) => [line.id, legsOf(order, line, facts)]),
  );
  const complete =
    shipsComplete(order) && legs.size > 0 ? promiseOfLegs([...legs.values()].flat(), findService) : null;
  return [
    ...order.fulfillments.flatMap((fulfillment) => scheduled(fulfillment, complete, facts)),
    ...physical.flatMap((line) => {
      const ofLine = legs.get(line.id);
      return ofLine
        ? openLineEvents(line, complete ?? promiseOfLegs(ofLine, findService), reason)
        : shippedLineEvents(order, line, facts);
    }),
  ];
}

/** Then every line is promised for the day when the last unit of the order can leave. */
const shipsComplete = ({ holds }: Order): boolean => holds.some(({ code }) => code === "ship_complete");

function scheduled(
  fulfillment: Fulfillment,
  complete: LinePromise | null,
  facts: PromiseFacts,
): OrderEvent[] {
  const { id: fulfillmentId, locationId } = fulfillment;
  if (locationId === null || !isLive(fulfillment)) return [];
  const leg = legOf(fulfillment, facts);
  const earliest = typeof leg === "string" ? null : leg.shipByOn;
  const waits = complete && earliest && (complete.shipByOn === null || complete.shipByOn > earliest);
  const shipByOn = waits ? complete.shipByOn : earliest;
  if (shipByOn === fulfillment.shipByOn) return [];
  const zone = facts.locations.get(locationId)?.timeZone ?? "UTC";
  const lateAt = shipByOn === null ? null : dayEnd(shipByOn, zone);
  return [{ type: "fulfillment.scheduled", fulfillmentId, shipByOn, lateAt }];
}

function openLineEvents(
  { id: lineId, promise: before }: OrderLine,
  after: LinePromise,
  reason: MoveReason,
): OrderEvent[] {
  if (before === null) return [{ type: "promise.made", lineId, promise: after }];
  return isSamePromise(before, after)
    ? []
    : [{ type: "promise.moved", lineId, before: currentPromise(before), after, reason }];
}

/** For a line with nothing left to ship: it may have left too late, or have arrived. */
function shippedLineEvents(order: Order, line: OrderLine, facts: PromiseFacts): OrderEvent[] {
  if (line.promise === null) return [];
  const late = promiseIfShippedLate(order, line, line.promise, facts);
  if (late) return [{ type: "promise.moved", lineId: line.id, ...late, reason: "shipped_late" }];
  const outcome = outcomeOf(order, line, line.promise, facts.locations);
  return outcome ? [outcome] : [];
}

const serviceFinderOf = (
  { shippingAddress, shippingMethod, pickupLocationId }: Order,
  facts: PromiseFacts,
): ServiceFinder =>
  serviceFinder(
    {
      destination: shippingAddress,
      shippingMethod,
      isPickup: pickupLocationId !== null,
      dayValueMinor: facts.dayValueMinor ?? 0,
    },
    facts.carrierServices,
  );

/** Where the line's open units leave from, and when. */
function legsOf(order: Order, line: OrderLine, facts: PromiseFacts): readonly (Leg | NoDate)[] {
  if (line.unsourced > 0) return ["not_sourced"];
  const planned = order.fulfillments
    .filter((fulfillment) => isLive(fulfillment) && unshippedUnits(fulfillment, line.id) > 0)
    .map((fulfillment) => legOf(fulfillment, facts));
  return [...planned, ...awaitedLegs(line.backordered, facts.supply?.get(line.id), facts.locations)];
}

/**
 * When the fulfillment leaves. A planned one is released when it is due, or now if it is overdue. A released one leaves
 * on the day that followed from its release; if that day has passed, as if it were released now.
 */
function legOf(fulfillment: Fulfillment, { locations, now }: PromiseFacts): Leg | NoDate {
  const { locationId, serviceId, status, releaseAt } = fulfillment;
  const location = locationId === null ? undefined : locations.get(locationId);
  const releasedAt = status === "planned" ? Math.max(releaseAt, now) : (fulfillment.releasedAt ?? now);
  const leg = legFrom(location, releasedAt, serviceId);
  const hasPassed =
    location && typeof leg !== "string" && leg.shipByOn < localMinute(now, location.timeZone).slice(0, 10);
  return hasPassed ? legFrom(location, now, serviceId) : leg;
}
