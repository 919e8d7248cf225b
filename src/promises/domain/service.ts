/**
 * With which carrier's service a parcel is reckoned to go: the one that the customer chose where its name tells,
 * or else the cheapest for its weight, and of those that cost the same the quickest.
 */
import type { Place } from "../../kernel/geography";
import type { CarrierService, CarrierZone } from "../../catalog/domain/carrier-service";
import type { Load } from "../../catalog/domain/sku";
import { parcelPriceMinor, priceListOf } from "../../sourcing/domain/parcel-price";
import { zonesTo, type ZonesFrom } from "../../sourcing/domain/zones";
import { transitIn, type Transit } from "./arrival";

export type WayThere = Readonly<{ service: CarrierService; transit: Transit; priceMinor: number }>;

/** Of a parcel whose load is not known. */
const LIGHT: Load = { grams: 1, mm3: 0 };

/** Every service that goes there, the cheapest for the load first. */
export function waysThere(
  services: readonly CarrierService[],
  from: ZonesFrom,
  destination: Place | null,
  load: Load = LIGHT,
): WayThere[] {
  return services
    .flatMap((service) => {
      const zones = zonesTo(service, from, destination, "anywhere");
      const priceMinor = dearestPrice(service, zones, load);
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

/** In the dearest of the zones that the destination may be in; null if one of them has no price. */
function dearestPrice(service: CarrierService, zones: readonly CarrierZone[], load: Load): number | null {
  const lists = zones.map((zone) => priceListOf(service, zone));
  const prices = lists.map((list) => list && parcelPriceMinor(list, load));
  if (prices.length === 0 || prices.includes(null)) return null;
  return Math.max(...prices.map(Number));
}
