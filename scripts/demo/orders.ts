/**
 * The demo's orders. Order n is the same on every machine, except for its time. Half of the orders have one line, the
 * others two or three; some have a discount; all have the tax of their market.
 */
import type { TrafficAddress, TrafficLine, TrafficOrder } from "../../test/support/storefront-traffic.ts";
import { CATALOGUE } from "./catalogue.ts";
import { seededRandom, type SeededRandom } from "./seeded-random.ts";
import { CHANNELS, SOLD_BEFORE_RECEIPT, type DemoChannel } from "./retailer.ts";

export type DemoOrder = TrafficOrder & Readonly<{ channel: DemoChannel }>;

type City = readonly [
  city: string,
  region: string,
  postalCode: string,
  country: string,
  latitude: number,
  longitude: number,
];

const AMERICAN: readonly City[] = [
  ["San Francisco", "CA", "94103", "US", 37.7749, -122.4194],
  ["Seattle", "WA", "98101", "US", 47.6062, -122.3321],
  ["Denver", "CO", "80202", "US", 39.7392, -104.9903],
  ["Austin", "TX", "78701", "US", 30.2672, -97.7431],
  ["Chicago", "IL", "60607", "US", 41.8781, -87.6298],
  ["Atlanta", "GA", "30303", "US", 33.749, -84.388],
  ["Boston", "MA", "02108", "US", 42.3601, -71.0589],
  ["New York", "NY", "10011", "US", 40.7128, -74.006],
];
const EUROPEAN: readonly City[] = [
  ["Berlin", "", "10115", "DE", 52.52, 13.405],
  ["Hamburg", "", "20095", "DE", 53.5511, 9.9937],
  ["Amsterdam", "", "1012 AB", "NL", 52.3676, 4.9041],
  ["Paris", "", "75004", "FR", 48.8566, 2.3522],
  ["Madrid", "", "28013", "ES", 40.4168, -3.7038],
  ["Porto", "", "4000-069", "PT", 41.1579, -8.6291],
];
const BRITISH: readonly City[] = [
  ["London", "", "EC1A 1BB", "GB", 51.5072, -0.1276],
  ["Manchester", "", "M1 1AE", "GB", 53.4808, -2.2426],
  ["Edinburgh", "", "EH1 1YZ", "GB", 55.9533, -3.1883],
];
const FIRST_NAMES = [
  "Ada",
  "Ben",
  "Chiara",
  "Dev",
  "Elif",
  "Femi",
  "Grace",
  "Hugo",
  "Ines",
  "Jonas",
  "Kim",
  "Lena",
];
const LAST_NAMES = [
  "Okafor",
  "Schmidt",
  "Rossi",
  "Nguyen",
  "Garcia",
  "Novak",
  "Haddad",
  "Larsen",
  "Silva",
  "Wright",
];
const STREETS = [
  "Mill Road",
  "High Street",
  "Park Avenue",
  "Station Street",
  "Orchard Lane",
  "Bridge Street",
];

/** By channel: the cities of its customers, and the tax rate in basis points. */
const MARKETS: Readonly<Record<string, Readonly<{ cities: readonly City[]; taxBasisPoints: number }>>> = {
  "shop-us": { cities: AMERICAN, taxBasisPoints: 825 },
  "shop-eu": { cities: EUROPEAN, taxBasisPoints: 2100 },
  "marketplace-uk": { cities: BRITISH, taxBasisPoints: 2000 },
};

const FREE_SHIPPING_MINOR = 7_500;
const SHIPPING_MINOR = 495;
const DECIMALS = 2;
const FIRST_ID = 5_000_000_000;
const FIRST_NUMBER = 2_000;

/** Order `n`, counted from 1, placed at the time. */
export function demoOrder(n: number, placedAt: number): DemoOrder {
  const random = seededRandom(n * 7_919);
  const channel = channelOf(n);
  // The lines use the random numbers first.
  const lines = linesOf(n, channel, random);
  return { ...orderOf(n, { placedAt, channel, random, lines }), channel };
}

/** Order `n`, of the US shop, for a SKU that is not in stock yet. */
export function orderBeforeReceipt(n: number, placedAt: number, quantity: number): DemoOrder {
  const channel = CHANNELS[0]!;
  const random = seededRandom(n * 7_919);
  const ids = { order: n, index: 0 };
  const lines = [lineOf(ids, { sku: SOLD_BEFORE_RECEIPT, quantity, channel, isDiscounted: false })];
  return { ...orderOf(n, { placedAt, channel, random, lines }), channel };
}

/** Of ten orders, five are of the US shop, three of the EU shop and two of the UK marketplace. */
const channelOf = (n: number): DemoChannel => CHANNELS["0102010210".charCodeAt(n % 10) - 48]!;

function orderOf(
  n: number,
  {
    placedAt,
    channel,
    random,
    lines,
  }: { placedAt: number; channel: DemoChannel; random: SeededRandom; lines: readonly TrafficLine[] },
): TrafficOrder {
  const market = MARKETS[channel.id]!;
  const address = addressOf(random, random.oneOf(market.cities));
  const goods = lines.reduce(
    (sum, line) => sum + line.unitPriceMinor * line.quantity - (line.discountMinor ?? 0),
    0,
  );
  const shippingMinor = goods >= FREE_SHIPPING_MINOR ? 0 : SHIPPING_MINOR;
  return {
    id: FIRST_ID + n,
    number: FIRST_NUMBER + n,
    currency: channel.currency,
    decimals: DECIMALS,
    placedAt,
    email: `${address.firstName}.${address.lastName}.${n}@example.com`.toLowerCase(),
    address,
    lines,
    shippingMinor,
    shippingTaxMinor: channel.kind === "shopify" ? 0 : shareOf(shippingMinor, market.taxBasisPoints),
  };
}

function linesOf(n: number, channel: DemoChannel, random: SeededRandom): TrafficLine[] {
  const count = random.oneOf([1, 1, 1, 2, 3, 3]);
  const isDiscounted = random.happens(0.25);
  const skus = new Set<string>();
  while (skus.size < count) {
    const { sku, policy } = random.oneOf(CATALOGUE);
    // SKUs of the sample orders are skipped, and most SKUs that may be backordered.
    if (!sku.startsWith("IPOD") && sku !== "Bar3" && (policy === "deny" || random.happens(0.3)))
      skus.add(sku);
  }
  return [...skus].map((sku, index) => {
    const quantity = random.oneOf([1, 1, 1, 2, 3]);
    return lineOf({ order: n, index }, { sku, quantity, channel, isDiscounted });
  });
}

type Sold = Readonly<{ sku: string; quantity: number; channel: DemoChannel; isDiscounted: boolean }>;

function lineOf(
  { order, index }: { order: number; index: number },
  { sku, quantity, channel, isDiscounted }: Sold,
): TrafficLine {
  const product = CATALOGUE.find((each) => each.sku === sku)!;
  const unitPriceMinor = Math.round(product.priceMinor * channel.rate);
  const grossMinor = unitPriceMinor * quantity;
  const discountMinor = isDiscounted ? shareOf(grossMinor, 1_000) : 0;
  const taxMinor = shareOf(grossMinor - discountMinor, MARKETS[channel.id]!.taxBasisPoints);
  return {
    id: (FIRST_ID + order) * 10 + index,
    sku,
    title: product.title,
    quantity,
    unitPriceMinor,
    ...(discountMinor > 0 ? { discountMinor } : {}),
    taxMinor,
  };
}

function addressOf(
  random: SeededRandom,
  [city, region, postalCode, countryCode, latitude, longitude]: City,
): TrafficAddress {
  return {
    firstName: random.oneOf(FIRST_NAMES),
    lastName: random.oneOf(LAST_NAMES),
    line1: `${random.between(1, 180)} ${random.oneOf(STREETS)}`,
    city,
    region,
    postalCode,
    countryCode,
    latitude,
    longitude,
  };
}

const shareOf = (amountMinor: number, basisPoints: number): number =>
  Math.round((amountMinor * basisPoints) / 10_000);
