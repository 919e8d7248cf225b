/**
 * The orders that are expected in the next two weeks: those of the last four weeks, basket by basket and region by
 * region. The stock at hand is assumed to have to last for these two weeks.
 */
import type { Place } from "../../kernel/geography";
import type { ExpectedOrders } from "./pricing-problem";

export type PastOrder = Readonly<{
  channelId: string;
  placedAt: number;
  destination: Place;
  /** Units to be shipped, without those that were cancelled since. */
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
}>;

/** Places of a channel with about the same costs from every location. */
export type Region = Readonly<{ id: string; channelId: string; place: Place }>;

const DAY_MS = 24 * 3_600_000;
export const LOOKBACK_MS = 28 * DAY_MS;
const HORIZON_MS = 14 * DAY_MS;

export type Expected = Readonly<{
  orders: readonly ExpectedOrders[];
  regions: ReadonlyMap<string, Region>;
}>;

/** @param coveredMs the time span of the past orders. */
export function expectedOrders(past: readonly PastOrder[], coveredMs: number): Expected {
  const expected = HORIZON_MS / coveredMs;
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
