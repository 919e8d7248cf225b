/**
 * A promise for units that leave from several places: all of them have left and arrived when the last have, and
 * what nobody can tell of one of them keeps all of them without a date.
 */
import { dayBounds } from "../calendar";
import { unitsDueAfter, type Inbound } from "../inbound";
import type { CarrierService, Location } from "../reference";
import { deliveryDays } from "./arrival";
import { destinationOf, type Addressed } from "./destination";
import { noDate, type LinePromise, type NoDate } from "./promise";
import { wayChosen, waysThere } from "./service";
import { shipDay } from "./working-days";

/** Units that leave one location on one day. */
export type Leg = Readonly<{ location: Location; shipByOn: string; inboundOn: string | null }>;

export type Destined = Readonly<{
  destination: Addressed | null;
  /** The customer's choice, by the storefront's name for it. */
  shippingMethod: string | null;
  /** The customer comes for it: no carrier has a part in it. */
  isFetched: boolean;
}>;

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
    const leg = location
      ? legFrom(location, dayBounds(expectedOn, location.timeZone).end)
      : "location_closed";
    return isLeg(leg) ? { ...leg, inboundOn: expectedOn } : leg;
  });
}

/** At least one leg. */
export function promiseOfLegs(
  legs: readonly (Leg | NoDate)[],
  to: Destined,
  carrierServices: readonly CarrierService[],
): LinePromise {
  const none = WORST_FIRST.find((reason) => legs.includes(reason));
  return none ? noDate(none) : promiseOfAll(legs.filter(isLeg), to, carrierServices);
}

const WORST_FIRST = ["not_sourced", "supply_unknown", "nothing_expected", "location_closed"] as const;

const isLeg = (leg: Leg | NoDate): leg is Leg => typeof leg !== "string";

function promiseOfAll(
  legs: readonly Leg[],
  { destination, shippingMethod, isFetched }: Destined,
  carrierServices: readonly CarrierService[],
): LinePromise {
  const last = legs.toSorted((a, b) => (a.shipByOn < b.shipByOn ? -1 : 1)).at(-1)!;
  const inboundOn = latest(legs.map((leg) => leg.inboundOn).filter((on) => on !== null));
  const leaves = { shipByOn: last.shipByOn, locationId: last.location.id, inboundOn };
  const fetched = { ...leaves, deliverFromOn: null, deliverByOn: null, noDate: null };
  if (isFetched) return fetched;
  const arrivals = legs.map(({ location, shipByOn }) => {
    const way = wayChosen(waysThere(carrierServices, location, destinationOf(destination)), shippingMethod);
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
