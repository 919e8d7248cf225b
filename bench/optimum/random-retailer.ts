/** A random retailer from a seed: locations all over the country, two carrier services, SKUs of every weight. */
import type { CarrierService } from "../../src/catalog/domain/carrier-service.ts";
import { DEFAULT_SOURCING_RULES, type Channel } from "../../src/catalog/domain/channel.ts";
import type { Location } from "../../src/catalog/domain/location.ts";
import type { SourcedUnits } from "../../src/sourcing/domain/decision.ts";
import type { SkuSupply, SourcingProblem } from "../../src/sourcing/domain/problem.ts";
import type { KnownSupply } from "../../src/sourcing/domain/first-choice.ts";

export type Order = Readonly<{
  lines: readonly Readonly<{ lineId: string; sku: string; quantity: number }>[];
  latitude: number;
  longitude: number;
}>;

export type RandomRetailer = Readonly<{
  /** A random order, of one to five lines by default. */
  order: (lines?: number) => Order;
  problemOf: (order: Order) => SourcingProblem;
  /** The channel with a gain threshold that no move reaches. */
  neverMoves: Channel;
  /** The current stock of a SKU. */
  knownOf: (sku: string) => KnownSupply;
  take: (order: Order, units: readonly SourcedUnits[]) => void;
}>;

type Options = Readonly<{
  seed: number;
  locations: number;
  prices: boolean;
  /** The mean of a SKU's units at a location that carries it. */
  unitsEach: number;
  gainThresholdMinor?: number;
}>;

const SKUS = 1_000;
const BRACKETS = [250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000];
const BRACKET_PRICES = [0, 60, 140, 240, 480, 900, 1_600, 2_400];

export function createRandomRetailer({
  seed,
  locations,
  prices,
  unitsEach,
  gainThresholdMinor = 0,
}: Options): RandomRetailer {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const bell = () => (random() + random() + random() + random() - 2) * 1.7;
  const sites = Array.from({ length: locations }, (_, i) => locationOf(i, locations, random));
  const skus = Array.from({ length: SKUS }, (_, i) => {
    const grams = Math.max(20, Math.round(400 * Math.exp(0.9 * bell())));
    const scarce = prices && random() < 0.3 ? 20 + below(250) : 0;
    const at = sites.filter(({ kind }) => random() < CARRIED[kind]);
    const free = Object.fromEntries(at.map(({ id }) => [id, 1 + below(2 * unitsEach)]));
    const stockPrices = Object.fromEntries(
      at.flatMap(({ id }) => (scarce > 0 ? [[id, Math.floor(scarce * (0.3 + random()))]] : [])),
    );
    return { sku: `SKU-${i}`, grams, mm3: Math.round(grams * 1_000 * (2 + 6 * random())), free, stockPrices };
  });
  const channel = channelOf(gainThresholdMinor);
  return {
    neverMoves: channelOf(Number.MAX_SAFE_INTEGER),
    order: (lines) => ({
      latitude: 28 + 18 * random(),
      longitude: -122 + 48 * random(),
      lines: distinct(lines ?? 1 + below(5), () => Math.floor(SKUS * random() ** 3)).map((sku, i) => ({
        lineId: `line-${i}`,
        sku: skus[sku]!.sku,
        quantity: random() < 0.8 ? 1 : 2 + below(3),
      })),
    }),
    problemOf: ({ lines, latitude, longitude }) => ({
      supply: Object.fromEntries(
        lines.map(({ sku, quantity }) => [sku, supplyOf(skus[Number(sku.slice(4))]!, quantity)]),
      ),
      request: {
        channel,
        destination: { countryCode: "US", region: null, postalCode: null, latitude, longitude },
        pickupLocationId: null,
        valueMinor: null,
      },
      network: { locations: sites, carrierServices: SERVICES, capacityLeft: {} },
    }),
    knownOf: (sku) => {
      const { quantity: _quantity, ...known } = supplyOf(skus[Number(sku.slice(4))]!, 0);
      return known;
    },
    take: ({ lines }, units) => {
      for (const { lineId, locationId, quantity } of units) {
        const { sku } = lines.find((line) => line.lineId === lineId)!;
        skus[Number(sku.slice(4))]!.free[locationId]! -= quantity;
      }
    },
  };
}

type StockOfSku = Readonly<{
  grams: number;
  mm3: number;
  free: Record<string, number>;
  stockPrices: Record<string, number>;
}>;

const supplyOf = ({ grams, mm3, free, stockPrices }: StockOfSku, quantity: number): SkuSupply => ({
  quantity,
  weightGrams: grams,
  volumeMm3: mm3,
  hazardous: false,
  oversize: false,
  free: { ...free },
  stockPrices,
});

const CARRIED = { warehouse: 0.85, store: 0.35, vendor: 0.25 };

/** At least three warehouses; of twenty locations, four warehouses and two vendors. */
function locationOf(i: number, count: number, random: () => number): Location {
  const kind = i < Math.max(3, Math.floor(count / 5)) ? "warehouse" : i < count - 2 ? "store" : "vendor";
  const [latitude, longitude] = [28 + 18 * random(), -122 + 48 * random()];
  const handling = { warehouse: 35, store: 60, vendor: 0 }[kind];
  const none = {
    name: null,
    company: null,
    line1: null,
    line2: null,
    city: null,
    region: null,
    postalCode: null,
    phone: null,
  };
  return {
    id: `${kind}-${String(i).padStart(2, "0")}`,
    name: `${kind} ${i}`,
    kind,
    address: { ...none, countryCode: "US", latitude, longitude },
    latitude,
    longitude,
    timeZone: "UTC",
    cutOff: "15:00",
    workingDays: [1, 2, 3, 4, 5],
    closedOn: [],
    processingDays: 0,
    capacityPerDay: null,
    shipsOrders: true,
    offersPickup: false,
    countries: [],
    acceptsHazardous: true,
    acceptsOversize: true,
    handlingPerParcelMinor: 80,
    handlingPerUnitMinor: handling,
    priority: 10,
    active: true,
  };
}

const channelOf = (gainThresholdMinor: number): Channel => ({
  id: "web",
  name: "Web",
  kind: "generic",
  currency: "USD",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  stockBuffer: 0,
  countries: [],
  sourcing: { ...DEFAULT_SOURCING_RULES, splitPenaltyMinor: 100, gainThresholdMinor },
  active: true,
});

const SERVICES: readonly CarrierService[] = [
  serviceOf("ground", { base: 600, perZone: 50, factor: 0.8, perExtraKg: 60, divisor: 6_000 }),
  serviceOf("express", { base: 1_300, perZone: 110, factor: 1.5, perExtraKg: 160, divisor: 5_000 }),
];

function serviceOf(
  id: string,
  {
    base,
    perZone,
    factor,
    perExtraKg,
    divisor,
  }: Readonly<Record<"base" | "perZone" | "factor" | "perExtraKg" | "divisor", number>>,
): CarrierService {
  const zones = [250, 500, 1_000, 1_600, 2_400, null].map((maxDistanceKm, zone) => ({
    name: `zone ${zone + 1}`,
    countries: [],
    maxDistanceKm,
    minTransitDays: 1,
    maxTransitDays: 1 + zone,
    prices: BRACKETS.map((upToGrams, i) => ({
      upToGrams,
      priceMinor: Math.round(base + perZone * zone + BRACKET_PRICES[i]! * (factor + 0.2 * zone)),
    })),
    perExtraKgMinor: perExtraKg + 8 * zone,
  }));
  return {
    id,
    carrier: "any",
    service: id,
    name: id,
    active: true,
    volumeDivisor: divisor,
    locationIds: [],
    zones,
  };
}

function distinct(count: number, draw: () => number): number[] {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(draw());
  return [...drawn];
}

/** Random numbers from 0 (included) to 1 (excluded), by mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
