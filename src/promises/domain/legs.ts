/**
 * The promise for units that leave from several locations: its days are those of the last units. If some units have
 * no date, the promise has none.
 */
import { dayEnd } from "../../kernel/calendar";
import { unitsDueAfter, type Inbound } from "../../inventory/domain/inbound";
import type { CarrierService } from "../../catalog/domain/carrier-service";
import type { Location } from "../../catalog/domain/location";
import { deliveryDays } from "./arrival";
import { destinationOf, type Destination } from "../../sourcing/domain/destination";
import { promiseWithoutDate, type LinePromise, type NoDate } from "./promise";
import { chosenService, serviceOptions, type ServiceOption } from "./service";
import { shipDay } from "./working-days";

/** Units that leave one location on one day. */
export type Leg = Readonly<{
  location: Location;
  /** The service that its parcel is planned to go with; null if the plan names none. */
  serviceId: string | null;
  shipByOn: string;
  /** The day of the inbound that the units come from; null if they are in stock. */
  inboundOn: string | null;
}>;

export type DeliveryRequest = Readonly<{
  destination: Destination | null;
  /** The storefront's name for the customer's choice. */
  shippingMethod: string | null;
  /** Whether the customer collects it, so that no carrier is needed. */
  isPickup: boolean;
  /** What a day of delivery time is worth to the channel. */
  dayValueMinor?: number;
}>;

/**
 * Returns the service for parcels from a location: the planned one, or else the expected one; null if none goes there.
 * For a pickup there is no finder.
 */
export type ServiceFinder = ((location: Location, serviceId: string | null) => ServiceOption | null) | null;

/** The finder looks each location up once. A planned service that no longer goes there does not count. */
export function serviceFinder(
  { destination, shippingMethod, isPickup, dayValueMinor = 0 }: DeliveryRequest,
  carrierServices: readonly CarrierService[],
): ServiceFinder {
  if (isPickup) return null;
  const found = new Map<string, readonly ServiceOption[]>();
  const place = destinationOf(destination);
  return (location, serviceId) => {
    const options = found.get(location.id) ?? serviceOptions(carrierServices, location, place);
    found.set(location.id, options);
    const planned = options.find(({ service }) => service.id === serviceId);
    return planned ?? chosenService(options, shippingMethod, dayValueMinor);
  };
}

/** What a backorder is served from: inbound, after the units that are owed to others before it. */
export type BackorderSupply = Readonly<{ ahead: number; inbound: readonly Inbound[] }>;

/** @param releasedAt when the units are released, in epoch milliseconds. */
export function legFrom(
  location: Location | undefined,
  releasedAt: number,
  serviceId: string | null = null,
): Leg | NoDate {
  const shipByOn = location ? shipDay(location, releasedAt) : null;
  return location && shipByOn !== null
    ? { location, serviceId, shipByOn, inboundOn: null }
    : "location_closed";
}

/** Inbound that arrives on a day is put away on that day, and ships from the next. */
export function awaitedLegs(
  quantity: number,
  supply: BackorderSupply | undefined,
  locations: ReadonlyMap<string, Location>,
): readonly (Leg | NoDate)[] {
  if (quantity === 0) return [];
  if (!supply) return ["supply_unknown"];
  const due = unitsDueAfter(supply.ahead, quantity, supply.inbound);
  if (!due) return ["nothing_expected"];
  return due.map(({ locationId, expectedOn }) => {
    const location = locations.get(locationId);
    const leg = location ? legFrom(location, dayEnd(expectedOn, location.timeZone)) : "location_closed";
    return isLeg(leg) ? { ...leg, inboundOn: expectedOn } : leg;
  });
}

/** @param legs at least one. */
export function promiseOfLegs(legs: readonly (Leg | NoDate)[], findService: ServiceFinder): LinePromise {
  const reason = WORST_FIRST.find((each) => legs.includes(each));
  return reason ? promiseWithoutDate(reason) : promiseOfAll(legs.filter(isLeg), findService);
}

const WORST_FIRST = ["not_sourced", "supply_unknown", "nothing_expected", "location_closed"] as const;

const isLeg = (leg: Leg | NoDate): leg is Leg => typeof leg !== "string";

function promiseOfAll(legs: readonly Leg[], findService: ServiceFinder): LinePromise {
  const last = legs.toSorted((a, b) => (a.shipByOn < b.shipByOn ? -1 : 1)).at(-1)!;
  const inboundOn = latest(legs.map((leg) => leg.inboundOn).filter((on) => on !== null));
  const leaves = { shipByOn: last.shipByOn, locationId: last.location.id, inboundOn };
  const withoutArrival = { ...leaves, deliverFromOn: null, deliverByOn: null, noDate: null };
  if (findService === null) return withoutArrival;
  const arrivals = legs.map(({ location, serviceId, shipByOn }) => {
    const option = findService(location, serviceId);
    return option && deliveryDays(shipByOn, option.transit);
  });
  const known = arrivals.filter((arrival) => arrival !== null);
  if (known.length < arrivals.length) return { ...withoutArrival, noDate: "no_service" };
  return {
    ...leaves,
    deliverFromOn: latest(known.map(({ deliverFromOn }) => deliverFromOn)),
    deliverByOn: latest(known.map(({ deliverByOn }) => deliverByOn)),
    noDate: null,
  };
}

const latest = (days: readonly string[]): string | null => days.toSorted().at(-1) ?? null;
