/**
 * The locations that may ship an order, before costs are compared. An excluded location has the first rule that
 * excludes it. Rules for single SKUs are applied later, by `sourceOrder`.
 */
import type { Location } from "../../catalog/domain/location";
import type { Exclusion } from "./decision";
import { destinationOf } from "./destination";
import { locationPreference } from "./preference";
import { parcelRates } from "./parcel-rates";
import type { ParcelRate } from "./parcel-price";
import type { SourcingNetwork, SourcingRequest } from "./problem";
import { goodsRule, servingRule, type Goods } from "./serving";
import { isNamed } from "./shipping-method";

/** A location that may serve the order, and the rates of its parcels to the destination. */
export type Eligible = Readonly<{ location: Location; rates: readonly ParcelRate[] }>;

export type Eligibility = Readonly<{
  /** In order of preference, which breaks ties of cost. */
  eligible: readonly Eligible[];
  /** Those of them that send with the customer's choice of delivery; all if no location does. */
  preferred: readonly Eligible[];
  /** Locations without capacity today, used only for units that no other location has. */
  full: readonly Eligible[];
  exclusions: readonly Exclusion[];
}>;

/** Creating an order needs it several times for the same request and network. */
const cache = new WeakMap<
  SourcingRequest,
  Readonly<{ network: SourcingNetwork; eligibility: Eligibility }>
>();

/** Computed once for a request and a network, which are compared by identity. */
export function eligibleLocations(network: SourcingNetwork, request: SourcingRequest): Eligibility {
  const cached = cache.get(request);
  if (cached?.network === network) return cached.eligibility;
  const eligibility = findEligible(network, request);
  cache.set(request, { network, eligibility });
  return eligibility;
}

/** The locations that may send the goods, now or later: in order of preference, those without capacity today last. */
export function locationsThatMaySend(
  network: SourcingNetwork,
  request: SourcingRequest,
  goods: Goods,
): Location[] {
  const { eligible, full } = eligibleLocations(network, request);
  return [...eligible, ...full]
    .map(({ location }) => location)
    .filter((location) => goodsRule(location, goods) === null);
}

function findEligible(network: SourcingNetwork, given: SourcingRequest): Eligibility {
  const request = { ...given, destination: destinationOf(given.destination) };
  const serving = new Map<string, Eligible>();
  const exclusions: Exclusion[] = [];
  for (const location of network.locations) {
    const rates = parcelRates(location, network, request);
    const rule = servingRule(location, request) ?? (rates.length === 0 ? "no_service" : null);
    if (rule === null) serving.set(location.id, { location, rates });
    else exclusions.push({ locationId: location.id, rule });
  }
  const preference = locationPreference(network.locations, request.channel, request.destination);
  const all = preference.flatMap((id) => serving.get(id) ?? []);
  const isFull = ({ location: { id } }: Eligible) => (network.capacityLeft[id] ?? 1) <= 0;
  const full = all.filter(isFull);
  for (const { location } of full) exclusions.push({ locationId: location.id, rule: "capacity_reached" });
  const eligible = all.filter((each) => !isFull(each));
  const chosen = new Set<string | null>(
    network.carrierServices
      .filter((service) => isNamed(service, request.shippingMethod ?? null))
      .map(({ id }) => id),
  );
  const offering = eligible.filter(({ rates }) => rates.some(({ serviceId }) => chosen.has(serviceId)));
  return { eligible, preferred: offering.length > 0 ? offering : eligible, full, exclusions };
}
