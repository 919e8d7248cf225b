/**
 * The carrier's service that a parcel is expected to go with: the customer's choice if its name is known, otherwise
 * the cheapest, and of equally cheap services the fastest.
 */
import type { CarrierService, CarrierZone } from "../../catalog/domain/carrier-service";
import type { Load } from "../../catalog/domain/sku";
import type { Place } from "../../kernel/geography";
import { parcelPriceMinor, priceListOf } from "../../sourcing/domain/parcel-price";
import { isNamed } from "../../sourcing/domain/shipping-method";
import { zonesTo, type ZonesFrom } from "../../sourcing/domain/zones";
import { transitIn, type Transit } from "./arrival";

/** A service that goes from a location to a destination, with its transit and price there. */
export type ServiceOption = Readonly<{ service: CarrierService; transit: Transit; priceMinor: number }>;

/** For parcels whose load is not known. */
const LIGHT: Load = { grams: 1, mm3: 0 };

/** The services that go there, the cheapest for the load first. */
export function serviceOptions(
  services: readonly CarrierService[],
  from: ZonesFrom,
  destination: Place | null,
  load: Load = LIGHT,
): ServiceOption[] {
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

/**
 * The option that the shipping method names, or else the one of the least price and cost of time; null if no service
 * goes there.
 * @param method the storefront's name for the customer's choice.
 * @param dayValueMinor what a day of delivery time is worth.
 */
export function chosenService(
  options: readonly ServiceOption[],
  method: string | null,
  dayValueMinor = 0,
): ServiceOption | null {
  const cost = ({ priceMinor, transit }: ServiceOption) => priceMinor + transit.maxDays * dayValueMinor;
  const byCost = options.toSorted((a, b) => cost(a) - cost(b));
  return options.find(({ service }) => isNamed(service, method)) ?? byCost[0] ?? null;
}

/** The price in the dearest of the zones that the destination may be in; null if one of them has no price. */
function dearestPrice(service: CarrierService, zones: readonly CarrierZone[], load: Load): number | null {
  const lists = zones.map((zone) => priceListOf(service, zone));
  const prices = lists.map((list) => list && parcelPriceMinor(list, load));
  if (prices.length === 0 || prices.includes(null)) return null;
  return Math.max(...prices.map(Number));
}
