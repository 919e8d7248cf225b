/**
 * A promise for units that leave from several places: all of them have left and arrived when the last have, and
 * what nobody can tell of one of them keeps all of them without a date.
 */
import { dayEnd } from "../../kernel/calendar";
import { unitsDueAfter, type Inbound } from "../../inventory/domain/inbound";
import type { CarrierService } from "../../catalog/domain/carrier-service";
import type { Location } from "../../catalog/domain/location";
import { deliveryDays } from "./arrival";
import { destinationOf, type Destination } from "../../sourcing/domain/destination";
import { noDate, type LinePromise, type NoDate } from "./promise";
import { wayChosen, waysThere, type WayThere } from "./service";
import { shipDay } from "./working-days";

/** Units that leave one location on one day. */
export type Leg = Readonly<{ location: Location; shipByOn: string; inboundOn: string | null }>;

export type Destined = Readonly<{
  destination: Destination | null;
  /** The customer's choice, by the storefront's name for it. */
  shippingMethod: string | null;
  /** The customer comes for it: no carrier has a part in it. */
  isFetched: boolean;
}>;

/** The way a parcel takes from a location; null where none goes. Instead of it null, where the customer comes. */
export type WayFrom = ((location: Location) => WayThere | null) | null;

/** Of each location once, however many lines leave from it. */
export function wayTo(
  { destination, shippingMethod, isFetched }: Destined,
  carrierServices: readonly CarrierService[],
): WayFrom {
  if (isFetched) return null;
  const known = new Map<string, WayThere | null>();
  const place = destinationOf(destination);
  return (location) => {
    const found = known.get(location.id);
    if (found !== undefined) return found;
    const way = wayChosen(waysThere(carrierServices, location, place), shippingMethod);
    known.set(location.id, way);
    return way;
  };
}

/** What waiting units can count on: the units owed to others before them, and what they may be served from. */
export type Supply = Readonly<{ ahead: number; inbound: readonly Inbound[] }>;

/** The leg of what is released at a location; the moment in epoch milliseconds. */
export function legFrom(location: Location | undefined, releasedAt: number): Leg | NoDate {
  const shipByOn = location ? shipDay(location, releasedAt) : null;
  return location && shipByOn !== null ? { location, shipByOn, inboundOn: null } : "location_closed";
}

/** What comes in on a day is put away on it, and sent from the next. */
export function awaitedLegs(
  quantity: number,
  supply: Supply | undefined,
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

/** At least one leg. */
export function promiseOfLegs(legs: readonly (Leg | NoDate)[], wayFrom: WayFrom): LinePromise {
  const none = WORST_FIRST.find((reason) => legs.includes(reason));
  return none ? noDate(none) : promiseOfAll(legs.filter(isLeg), wayFrom);
}

const WORST_FIRST = ["not_sourced", "supply_unknown", "nothing_expected", "location_closed"] as const;

const isLeg = (leg: Leg | NoDate): leg is Leg => typeof leg !== "string";

function promiseOfAll(legs: readonly Leg[], wayFrom: WayFrom): LinePromise {
  const last = legs.toSorted((a, b) => (a.shipByOn < b.shipByOn ? -1 : 1)).at(-1)!;
  const inboundOn = latest(legs.map((leg) => leg.inboundOn).filter((on) => on !== null));
  const leaves = { shipByOn: last.shipByOn, locationId: last.location.id, inboundOn };
  const fetched = { ...leaves, deliverFromOn: null, deliverByOn: null, noDate: null };
  if (wayFrom === null) return fetched;
  const arrivals = legs.map(({ location, shipByOn }) => {
    const way = wayFrom(location);
    return way && deliveryDays(shipByOn, way.transit);
  });
  const known = arrivals.filter((arrival) => arrival !== null);
  if (known.length < arrivals.length) return { ...fetched, noDate: "no_service" };
  return {
    ...leaves,
    deliverFromOn: latest(known.map(({ deliverFromOn }) => deliverFromOn)),
    deliverByOn: latest(known.map(({ deliverByOn }) => deliverByOn)),
    noDate: null,
  };
}

const latest = (days: readonly string[]): string | null => days.toSorted().at(-1) ?? null;
