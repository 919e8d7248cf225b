/**
 * Which orders are expected: those of the last four weeks say what the next two will bring, basket by basket
 * and region by region. For so long the stock at hand is taken to have to last.
 */
import type { Place } from "../../kernel/geography";
import type { ExpectedOrders } from "./pricing-problem";

export type PastOrder = Readonly<{
  channelId: string;
  placedAt: number;
  destination: Place;
  /** Units to be sent; what was cancelled since is not among them. */
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
}>;

/** Whoever sends to it from one location pays much the same, and sends from the same locations. */
export type Region = Readonly<{ id: string; channelId: string; place: Place }>;

const DAY_MS = 24 * 3_600_000;
export const LOOKED_BACK_MS = 28 * DAY_MS;
const AHEAD_MS = 14 * DAY_MS;

export type Expected = Readonly<{
  orders: readonly ExpectedOrders[];
  regions: ReadonlyMap<string, Region>;
}>;

/** @param coveredMs how long it took for so many orders to come. */
export function expectedOrders(past: readonly PastOrder[], coveredMs: number): Expected {
  const expected = AHEAD_MS / coveredMs;
  const regions = new Map<string, Region>();
  const orders = past.flatMap(({ channelId, destination, lines }) => {
    if (lines.length === 0) return [];
    const region = regionOf(channelId, destination);
    regions.set(region.id, region);
    return [{ region: region.id, lines, expected }];
  });
  return { orders, regions };
}

/** A square of about 100 km where coordinates are known; otherwise the state or province, or the country. */
export function regionOf(channelId: string, { countryCode, region, latitude, longitude }: Place): Region {
  const country = countryCode?.toUpperCase() ?? null;
  const place =
    latitude === null || longitude === null
      ? { countryCode: country, region: region?.toUpperCase() ?? null, latitude: null, longitude: null }
      : {
          countryCode: country,
          region: null,
          latitude: Math.round(latitude),
          longitude: Math.round(longitude),
        };
  return { id: JSON.stringify([channelId, ...Object.values(place)]), channelId, place };
}
