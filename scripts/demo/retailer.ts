/** The demo retailer's locations, channels and opening stock. */
import type { StorefrontKind } from "../../test/support/storefront-traffic.ts";
import { CATALOGUE, type Product } from "./catalogue.ts";
import { seededRandom } from "./seeded-random.ts";

type Address = Readonly<{
  line1: string;
  city: string;
  region: string | null;
  postalCode: string;
  countryCode: string;
}>;

export type DemoLocation = Readonly<{
  id: string;
  name: string;
  kind: "warehouse" | "store" | "vendor";
  address: Address;
  latitude: number;
  longitude: number;
  timeZone: string;
  cutOff: string;
  workingDays: readonly number[];
  closedOn: readonly string[];
  /** A vendor's lead time. */
  processingDays?: number;
  capacityPerDay?: number;
  offersPickup?: boolean;
  countries?: readonly string[];
  /** In the books' currency. */
  handlingPerParcelMinor: number;
  handlingPerUnitMinor: number;
  priority: number;
}>;

const WEEKDAYS = [1, 2, 3, 4, 5];
const SHOP_DAYS = [1, 2, 3, 4, 5, 6];
const AMERICAN_HOLIDAYS = ["2026-12-25", "2027-01-01"];
const EUROPEAN_HOLIDAYS = ["2026-12-25", "2026-12-26", "2027-01-01"];

const WAREHOUSE = { handlingPerParcelMinor: 95, handlingPerUnitMinor: 20 };
/** Packing in a store costs more, and its daily capacity is limited. */
const STORE = {
  handlingPerParcelMinor: 260,
  handlingPerUnitMinor: 60,
  capacityPerDay: 25,
  offersPickup: true,
};

export const LOCATIONS: readonly DemoLocation[] = [
  {
    id: "reno",
    name: "Reno warehouse",
    kind: "warehouse",
    address: {
      line1: "4550 Distribution Drive",
      city: "Reno",
      region: "NV",
      postalCode: "89502",
      countryCode: "US",
    },
    latitude: 39.5296,
    longitude: -119.8138,
    timeZone: "America/Los_Angeles",
    cutOff: "15:00",
    workingDays: WEEKDAYS,
    closedOn: AMERICAN_HOLIDAYS,
    ...WAREHOUSE,
    priority: 10,
  },
  {
    id: "columbus",
    name: "Columbus warehouse",
    kind: "warehouse",
    address: {
      line1: "2100 Alum Creek Drive",
      city: "Columbus",
      region: "OH",
      postalCode: "43207",
      countryCode: "US",
    },
    latitude: 39.9612,
    longitude: -82.9988,
    timeZone: "America/New_York",
    cutOff: "16:00",
    workingDays: SHOP_DAYS,
    closedOn: AMERICAN_HOLIDAYS,
    ...WAREHOUSE,
    priority: 10,
  },
  {
    id: "rotterdam",
    name: "Rotterdam warehouse",
    kind: "warehouse",
    address: {
      line1: "Waalhaven Zuidzijde 14",
      city: "Rotterdam",
      region: null,
      postalCode: "3089 JH",
      countryCode: "NL",
    },
    latitude: 51.9244,
    longitude: 4.4777,
    timeZone: "Europe/Amsterdam",
    cutOff: "17:00",
    workingDays: WEEKDAYS,
    closedOn: EUROPEAN_HOLIDAYS,
    ...WAREHOUSE,
    priority: 10,
  },
  {
    id: "chicago-store",
    name: "Chicago store",
    kind: "store",
    address: {
      line1: "1520 North Milwaukee Avenue",
      city: "Chicago",
      region: "IL",
      postalCode: "60622",
      countryCode: "US",
    },
    latitude: 41.9102,
    longitude: -87.6732,
    timeZone: "America/Chicago",
    cutOff: "12:00",
    workingDays: SHOP_DAYS,
    closedOn: AMERICAN_HOLIDAYS,
    ...STORE,
    priority: 50,
  },
  {
    id: "berlin-store",
    name: "Berlin store",
    kind: "store",
    address: { line1: "Torstraße 88", city: "Berlin", region: null, postalCode: "10119", countryCode: "DE" },
    latitude: 52.5295,
    longitude: 13.4033,
    timeZone: "Europe/Berlin",
    cutOff: "13:00",
    workingDays: SHOP_DAYS,
    closedOn: EUROPEAN_HOLIDAYS,
    ...STORE,
    priority: 50,
  },
  {
    id: "porto-vendor",
    name: "Porto pottery (drop-ship)",
    kind: "vendor",
    address: {
      line1: "Rua de Cedofeita 310",
      city: "Porto",
      region: null,
      postalCode: "4050-174",
      countryCode: "PT",
    },
    latitude: 41.1539,
    longitude: -8.6193,
    timeZone: "Europe/Lisbon",
    cutOff: "11:00",
    workingDays: WEEKDAYS,
    closedOn: EUROPEAN_HOLIDAYS,
    processingDays: 3,
    handlingPerParcelMinor: 0,
    handlingPerUnitMinor: 0,
    priority: 80,
  },
];

export type DemoChannel = Readonly<{
  id: string;
  name: string;
  kind: StorefrontKind;
  currency: string;
  /** The channel's price for a US cent of the catalogue, in minor units of its currency. */
  rate: number;
  locationIds: readonly string[];
  shortagePolicy: "backorder" | "hold";
  gracePeriodMinutes: number;
  stockBuffer?: number;
  sourcing: Readonly<{
    splitPenaltyMinor: number;
    latenessPerDayMinor: number;
    dayValueMinor: number;
    gainThresholdMinor: number;
  }>;
  /** Signs its callbacks. It is public in this source, and used for the demo only. */
  secret: string;
}>;

const SOURCING = {
  splitPenaltyMinor: 200,
  latenessPerDayMinor: 150,
  dayValueMinor: 40,
  gainThresholdMinor: 50,
};

/** Grace periods are short, so that fulfillments are released soon. */
export const CHANNELS: readonly DemoChannel[] = [
  {
    id: "shop-us",
    name: "US web shop (Shopify)",
    kind: "shopify",
    currency: "USD",
    rate: 1,
    locationIds: ["reno", "columbus", "chicago-store", "porto-vendor"],
    shortagePolicy: "backorder",
    gracePeriodMinutes: 0,
    sourcing: SOURCING,
    secret: "demo-shopify-secret",
  },
  {
    id: "shop-eu",
    name: "EU web shop (WooCommerce)",
    kind: "woocommerce",
    currency: "EUR",
    rate: 0.9,
    locationIds: ["rotterdam", "berlin-store", "porto-vendor"],
    shortagePolicy: "backorder",
    gracePeriodMinutes: 0,
    sourcing: SOURCING,
    secret: "demo-woocommerce-secret",
  },
  {
    id: "marketplace-uk",
    name: "UK marketplace (canonical)",
    kind: "generic",
    currency: "GBP",
    rate: 0.8,
    locationIds: ["rotterdam", "porto-vendor"],
    shortagePolicy: "hold",
    gracePeriodMinutes: 1,
    stockBuffer: 1,
    sourcing: SOURCING,
    secret: "whsec_ZGVtby1tYXJrZXRwbGFjZS1zZWNyZXQh",
  },
];

export type Receipt = Readonly<{ sku: string; locationId: string; quantity: number; safetyStock: number }>;

/** This SKU is sold before any of it is in stock. The first day receives it. */
export const SOLD_BEFORE_RECEIPT = "LAMP-BRS";
const EMPTY = new Set([
  SOLD_BEFORE_RECEIPT,
  "BLANKET-RST",
  "KETTLE-BRS",
  "TENT-SND",
  "GRINDER-STL",
  "CAP-RST",
]);
const POTTERY = /^(MUG|BOWL|PLATE|JUG|TEAPOT|VASE|PLANTER|DRIPPER)-/;

/** The opening stock. No location has everything, so that some orders must be split. */
export function openingStock(): Receipt[] {
  const random = seededRandom(2026);
  return CATALOGUE.filter(({ sku }) => !EMPTY.has(sku)).flatMap(({ sku }): Receipt[] => {
    const american = random.happens(0.4) ? ["reno", "columbus"] : [random.oneOf(["reno", "columbus"])];
    const european = random.happens(0.85) ? ["rotterdam"] : [];
    const large = [...american, ...european].map((locationId) => ({
      sku,
      locationId,
      quantity: random.between(20, 90),
      safetyStock: random.happens(0.12) ? 2 : 0,
    }));
    const store = random.happens(0.25) ? [random.oneOf(["chicago-store", "berlin-store"])] : [];
    const small = [...store, ...(POTTERY.test(sku) ? ["porto-vendor"] : [])].map((locationId) => ({
      sku,
      locationId,
      quantity: random.between(3, 12),
      safetyStock: 0,
    }));
    return [...large, ...small];
  });
}

/** The bin of a product at each warehouse: aisle, bay and shelf, the same on every machine. */
export function binsOf(product: Product): Record<string, string> {
  const index = CATALOGUE.indexOf(product);
  const bin = (offset: number) => {
    const at = (index + offset) % CATALOGUE.length;
    const aisle = String.fromCharCode(65 + Math.floor(at / 40));
    return `${aisle}-${String((Math.floor(at / 4) % 10) + 1).padStart(2, "0")}-${(at % 4) + 1}`;
  };
  return { reno: bin(0), columbus: bin(60), rotterdam: bin(120) };
}
