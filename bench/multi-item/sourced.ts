/**
 * Sources an order of the experiment with Aftercart: centres are locations, cities are destinations, an item weighs a
 * kilogram, and each centre's carrier has a zone for each city, where a kilogram costs as much as a unit.
 */
import type { CarrierService } from "../../src/catalog/domain/carrier-service.ts";
import { DEFAULT_SOURCING_RULES, type Channel } from "../../src/catalog/domain/channel.ts";
import type { Location } from "../../src/catalog/domain/location.ts";
import { sourceOrder } from "../../src/sourcing/domain/source-order.ts";
import type { Supply } from "../../src/sourcing/domain/problem.ts";
import { distanceKm } from "../../src/kernel/geography.ts";
import { CENTRES, CITIES, PARCEL, UNIT_COSTS } from "./network.ts";

/** By centre and item, in dollars. */
export type Prices = readonly (readonly number[])[];

/** Minor units of the experiment's currency in a dollar: so many that rounding does not matter. */
export const MILLS = 1_000;
const KG = 1_000;
const MAX_UNITS = 5;

const NO_NAMES = {
  name: null,
  company: null,
  line1: null,
  line2: null,
  city: null,
  region: null,
  postalCode: null,
  countryCode: "US",
  phone: null,
};

const LOCATIONS: readonly Location[] = CENTRES.map(({ name, latitude, longitude }) => ({
  id: name,
  name,
  kind: "warehouse",
  address: { ...NO_NAMES, latitude, longitude },
  latitude,
  longitude,
  timeZone: "UTC",
  cutOff: "16:00",
  workingDays: [1, 2, 3, 4, 5],
  closedOn: [],
  processingDays: 0,
  capacityPerDay: null,
  shipsOrders: true,
  offersPickup: false,
  countries: [],
  acceptsHazardous: true,
  acceptsOversize: true,
  handlingPerParcelMinor: 0,
  handlingPerUnitMinor: 0,
  priority: 1,
  active: true,
}));

/** A centre's zones, ordered by distance, so that the first zone that reaches a city is its own. */
const SERVICES: readonly CarrierService[] = CENTRES.map((centre, c) => ({
  id: centre.name,
  carrier: "carrier",
  service: "ground",
  name: "Ground",
  active: true,
  volumeDivisor: null,
  locationIds: [centre.name],
  zones: CITIES.map((city, i) => ({ city, unitCost: UNIT_COSTS[c]![i]! }))
    .toSorted((a, b) => a.unitCost - b.unitCost)
    .map(({ city, unitCost }) => ({
      name: city.name,
      countries: [],
      maxDistanceKm: distanceKm(centre, city),
      minTransitDays: 1,
      maxTransitDays: 1,
      prices: Array.from({ length: MAX_UNITS }, (_, i) => ({
        upToGrams: (i + 1) * KG,
        priceMinor: Math.round((PARCEL + (i + 1) * unitCost) * MILLS),
      })),
      perExtraKgMinor: null,
    })),
}));

const CHANNEL: Channel = {
  id: "experiment",
  name: "Experiment",
  kind: "generic",
  currency: "USD",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  stockBuffer: 0,
  countries: [],
  sourcing: DEFAULT_SOURCING_RULES,
  active: true,
};

/** The centre of each item; null if none has it. */
export function sourced(
  items: readonly number[],
  city: number,
  stock: readonly (readonly number[])[],
  prices: Prices,
): (number | null)[] {
  const supply: Supply = Object.fromEntries(
    items.map((item) => [
      item,
      {
        quantity: 1,
        weightGrams: KG,
        volumeMm3: null,
        hazardous: false,
        oversize: false,
        free: byCentre((centre) => stock[centre]![item]!),
        stockPrices: byCentre((centre) => prices[centre]![item]! * MILLS),
      },
    ]),
  );
  const { latitude, longitude } = CITIES[city]!;
  const { parcels } = sourceOrder({
    request: {
      channel: CHANNEL,
      destination: { countryCode: "US", region: null, postalCode: null, latitude, longitude },
      pickupLocationId: null,
      valueMinor: null,
    },
    network: { locations: LOCATIONS, carrierServices: SERVICES, capacityLeft: {} },
    supply,
  });
  return items.map((item) => {
    const parcel = parcels.find(({ units }) => units[item] === 1);
    return parcel ? CENTRES.findIndex(({ name }) => name === parcel.locationId) : null;
  });
}

const byCentre = (amount: (centre: number) => number): Record<string, number> =>
  Object.fromEntries(CENTRES.map(({ name }, centre) => [name, amount(centre)]));
