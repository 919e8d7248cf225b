/**
 * What it costs to send to a region, by the rules and rates that sourcing goes by, with the carriers' prices as
 * a straight line over the weight. Near enough for stock prices, which weigh thousands of orders at once; a plan
 * for one order reckons with every step of the price list.
 */
import type { Load } from "../../catalog/domain/sku";
import type { CarrierService } from "../../catalog/domain/carrier-service";
import type { Channel } from "../../catalog/domain/channel";
import type { Location } from "../../catalog/domain/location";
import { eligibleLocations } from "../../sourcing/domain/eligibility";
import { billableGrams, cheapestRate, type ParcelRate } from "../../sourcing/domain/parcel-price";
import type { Region } from "./expected-orders";
import type { ServingCosts } from "./pricing-problem";

/** The line goes through the price of a parcel of nothing and that of one of so many grams. */
const HEAVY_GRAMS = 5_000;

export type Served = Readonly<{
  regions: ReadonlyMap<string, Region>;
  channels: ReadonlyMap<string, Channel>;
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
  /** A unit of each SKU, as a parcel's load. */
  loads: ReadonlyMap<string, Load>;
}>;

type PriceLine = Readonly<{
  parcelMinor: number;
  unitMinor: number;
  gramMinor: number;
  volumeDivisor: number;
}>;

/** A region's channel that is not there any more is served from nowhere. */
export function servingCosts(served: Served): ServingCosts {
  const lines = new Map([...served.regions].map(([id, region]) => [id, linesTo(region, served)] as const));
  return {
    parcelMinor: (locationId, region) => lines.get(region)?.get(locationId)?.parcelMinor ?? null,
    unitMinor: (sku, locationId, region) => {
      const line = lines.get(region)?.get(locationId);
      if (!line) return 0;
      const load = served.loads.get(sku) ?? { grams: 0, mm3: 0 };
      return line.unitMinor + line.gramMinor * billableGrams(line, load);
    },
  };
}

/** By the location's id; where there is none it does not send to the region. */
function linesTo(
  { channelId, place }: Region,
  { channels, locations, carrierServices }: Served,
): ReadonlyMap<string, PriceLine> {
  const channel = channels.get(channelId);
  if (!channel) return new Map();
  const network = { locations: [...locations.values()], carrierServices, capacityLeft: {} };
  const destination = { ...place, postalCode: null };
  const request = { channel, destination, pickupLocationId: null, valueMinor: null };
  const { eligible } = eligibleLocations(network, request);
  return new Map(
    eligible.flatMap(({ location, rates }) => {
      const line = lineUnder(rates);
      if (line === null) return [];
      // Of an order's parcels one is no split, which is the same however it is served.
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
  // A list that has no price for so much weight says nothing of what weight costs.
  const dearer = Number.isFinite(heavy) ? Math.max(0, heavy - light.costMinor) : 0;
  return {
    parcelMinor: light.costMinor,
    gramMinor: dearer / HEAVY_GRAMS,
    volumeDivisor: light.rate.volumeDivisor,
  };
}
