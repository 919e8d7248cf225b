/**
 * The costs of shipping to a region, by the rules and rates of sourcing. A price list is approximated by a straight
 * line over the weight, which is enough for stock prices of thousands of orders. Sourcing uses every step of the
 * list.
 */
import type { Load } from "../../catalog/domain/sku";
import type { CarrierService } from "../../catalog/domain/carrier-service";
import type { Channel } from "../../catalog/domain/channel";
import type { Location } from "../../catalog/domain/location";
import { transitOf } from "../../promises/domain/arrival";
import { eligibleLocations } from "../../sourcing/domain/eligibility";
import { billableGrams, cheapestRate, type ParcelRate } from "../../sourcing/domain/parcel-price";
import type { Region } from "./expected-orders";
import type { ServingCosts } from "./pricing-problem";

/** The line goes through the prices of an empty parcel and of one of so many grams. */
const HEAVY_GRAMS = 5_000;

export type ServingInput = Readonly<{
  regions: ReadonlyMap<string, Region>;
  channels: ReadonlyMap<string, Channel>;
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
  /** The load of a unit, by SKU. */
  loads: ReadonlyMap<string, Load>;
}>;

type PriceLine = Readonly<{
  parcelMinor: number;
  unitMinor: number;
  gramMinor: number;
  volumeDivisor: number;
}>;

/** A region whose channel no longer exists is served from no location. */
export function servingCosts(input: ServingInput): ServingCosts {
  const lines = new Map([...input.regions].map(([id, region]) => [id, linesTo(region, input)] as const));
  return {
    parcelMinor: (locationId, region) => lines.get(region)?.get(locationId)?.parcelMinor ?? null,
    unitMinor: (sku, locationId, region) => {
      const line = lines.get(region)?.get(locationId);
      if (!line) return 0;
      const load = input.loads.get(sku) ?? { grams: 0, mm3: 0 };
      return line.unitMinor + line.gramMinor * billableGrams(line, load);
    },
  };
}

/** By the id of the location. A location without a line does not ship to the region. */
function linesTo(
  { channelId, place }: Region,
  { channels, locations, carrierServices }: ServingInput,
): ReadonlyMap<string, PriceLine> {
  const channel = channels.get(channelId);
  if (!channel) return new Map();
  const destination = { ...place, postalCode: null };
  const network = {
    locations: [...locations.values()],
    carrierServices,
    capacityLeft: {},
    // Working days, whatever the weekday: the orders are not placed yet.
    deliveryDays: (locationId: string, serviceId: string) => {
      const location = locations.get(locationId);
      const service = carrierServices.find(({ id }) => id === serviceId);
      return (location && service && transitOf(service, location, destination)?.maxDays) ?? null;
    },
  };
  const request = { channel, destination, pickupLocationId: null, valueMinor: null };
  const { eligible } = eligibleLocations(network, request);
  return new Map(
    eligible.flatMap(({ location, rates }) => {
      const line = lineUnder(rates);
      if (line === null) return [];
      // The first parcel is no split, but that is the same for every way to serve an order.
      const perParcel = location.handlingPerParcelMinor + channel.sourcing.splitPenaltyMinor;
      const parcelMinor = line.parcelMinor + perParcel;
      return [[location.id, { ...line, parcelMinor, unitMinor: location.handlingPerUnitMinor }] as const];
    }),
  );
}

function lineUnder(rates: readonly ParcelRate[]): Omit<PriceLine, "unitMinor"> | null {
  const light = cheapestRate(rates, { grams: 0, mm3: 0 });
  if (light === null) return null;
  const heavy = cheapestRate(rates, { grams: HEAVY_GRAMS, mm3: 0 })?.costMinor ?? light.costMinor;
  // A list without a price for so much weight gives no price of weight.
  const difference = Number.isFinite(heavy) ? Math.max(0, heavy - light.costMinor) : 0;
  return {
    parcelMinor: light.costMinor,
    gramMinor: difference / HEAVY_GRAMS,
    volumeDivisor: light.rate.volumeDivisor,
  };
}
