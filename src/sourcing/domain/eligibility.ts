/**
 * Which locations may send an order at all, by rules that are checked before any cost is. Each location that
 * is left out is so by the first rule that says so; what it may not send of an order that it may serve is left
 * out SKU by SKU.
 */
import type { Location } from "../../catalog/domain/location";
import type { Exclusion } from "./decision";
import { destinationOf } from "./destination";
import { locationPreference } from "./preference";
import { parcelRates } from "./parcel-rates";
import type { ParcelRate } from "./parcel-price";
import type { SourcingNetwork, SourcingRequest } from "./problem";
import { servingRule } from "./serving";

/** A location that may serve the order, and the rates at which its parcels go there. */
export type Eligible = Readonly<{ location: Location; rates: readonly ParcelRate[] }>;

export type Eligibility = Readonly<{
  /** Best first by preference, which breaks every tie. */
  eligible: readonly Eligible[];
  /** They could, were they not full for today: better late than not at all. */
  full: readonly Eligible[];
  exclusions: readonly Exclusion[];
}>;

/** An order's request is looked at several times, always in the network as it was when it came. */
const found = new WeakMap<
  SourcingRequest,
  Readonly<{ network: SourcingNetwork; eligibility: Eligibility }>
>();

export function eligibleLocations(network: SourcingNetwork, request: SourcingRequest): Eligibility {
  const known = found.get(request);
  if (known?.network === network) return known.eligibility;
  const eligibility = findEligible(network, request);
  found.set(request, { network, eligibility });
  return eligibility;
}

function findEligible(network: SourcingNetwork, asked: SourcingRequest): Eligibility {
  const request = { ...asked, destination: destinationOf(asked.destination) };
  const possible = new Map<string, Eligible>();
  const exclusions: Exclusion[] = [];
  for (const location of network.locations) {
    const rates = parcelRates(location, network, request);
    const rule = servingRule(location, request) ?? (rates.length === 0 ? "no_service" : null);
    if (rule === null) possible.set(location.id, { location, rates });
    else exclusions.push({ locationId: location.id, rule });
  }
  const preference = locationPreference(network.locations, request.channel, request.destination);
  const all = preference.flatMap((id) => possible.get(id) ?? []);
  const isFull = ({ location: { id } }: Eligible) => (network.capacityLeft[id] ?? 1) <= 0;
  const full = all.filter(isFull);
  for (const { location } of full) exclusions.push({ locationId: location.id, rule: "capacity_reached" });
  return { eligible: all.filter((each) => !isFull(each)), full, exclusions };
}
