/** Chooses the locations that give a quantity. */
import type { AllocatedAt } from "./allocation-request";

/** Units that may be given, by location. */
export type FreeUnits = ReadonlyMap<string, number>;

/**
 * Places up to `quantity` units: all at the first location that has as many, so that they leave in one parcel;
 * otherwise at each location in turn. Places fewer only if all the locations together have fewer.
 * @param locations best first.
 */
export function place(quantity: number, locations: readonly string[], free: FreeUnits): AllocatedAt[] {
  if (quantity === 0) return [];
  const whole = locations.find((locationId) => freeAt(free, locationId) >= quantity);
  if (whole !== undefined) return [{ locationId: whole, quantity }];

  const placed: AllocatedAt[] = [];
  let left = quantity;
  for (const locationId of new Set(locations)) {
    const taken = Math.min(left, freeAt(free, locationId));
    if (taken === 0) continue;
    placed.push({ locationId, quantity: taken });
    left -= taken;
  }
  return placed;
}

/** Units that the locations have together. A location that is listed twice counts once. */
export const freeAmong = (locations: readonly string[], free: FreeUnits): number =>
  [...new Set(locations)].reduce((sum, locationId) => sum + freeAt(free, locationId), 0);

const freeAt = (free: FreeUnits, locationId: string): number => free.get(locationId) ?? 0;
