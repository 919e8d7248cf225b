/**
 * With which carrier's service a parcel is reckoned to go: the one that the customer chose where its name tells,
 * or else the cheapest for its weight, and of those that cost the same the quickest.
 */
import type { Place } from "../../kernel/geography";
import type { CarrierService, CarrierZone, Location } from "../../catalog/domain/reference";
import { transitIn, zonesTo, type Transit } from "./arrival";

export type WayThere = Readonly<{ service: CarrierService; transit: Transit; priceMinor: number }>;

type From = Pick<Location, "id" | "latitude" | "longitude">;

/** Every service that goes there, the cheapest first; weight in grams, a light parcel where it is not known. */
export function waysThere(
  services: readonly CarrierService[],
  from: From,
  destination: Place | null,
  grams = 1,
): WayThere[] {
  return services
    .flatMap((service) => {
      const zones = zonesTo(service, from, destination);
      const priceMinor = dearestPrice(zones, grams);
      return priceMinor === null ? [] : [{ service, transit: transitIn(zones), priceMinor }];
    })
    .toSorted(
      (a, b) =>
        a.priceMinor - b.priceMinor ||
        a.transit.maxDays - b.transit.maxDays ||
        (a.service.id < b.service.id ? -1 : 1),
    );
}

/** The way that was chosen, by the name that the storefront has for it; null where nothing goes there. */
export function wayChosen(ways: readonly WayThere[], method: string | null): WayThere | null {
  const wanted = method?.trim().toLowerCase();
  const named = ways.find(({ service }) => namesOf(service).includes(wanted ?? ""));
  return named ?? ways[0] ?? null;
}

const namesOf = ({
  id,
  name,
  carrier,
  service,
}: Pick<CarrierService, "id" | "name" | "carrier" | "service">) =>
  [id, name, `${carrier} ${service}`, service].map((text) => text.toLowerCase());

/** Of the zones that the destination may be in; null where one of them does not take so heavy a parcel. */
function dearestPrice(zones: readonly CarrierZone[], grams: number): number | null {
  const prices = zones.map((zone) => priceIn(zone, grams));
  if (prices.length === 0 || prices.includes(null)) return null;
  return Math.max(...prices.map(Number));
}

function priceIn({ prices, perExtraKgMinor }: CarrierZone, grams: number): number | null {
  const bracket = prices.find(({ upToGrams }) => grams <= upToGrams);
  if (bracket) return bracket.priceMinor;
  const last = prices.at(-1);
  if (!last || perExtraKgMinor === null) return null;
  return last.priceMinor + perExtraKgMinor * Math.ceil((grams - last.upToGrams) / 1_000);
}
