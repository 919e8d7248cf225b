/**
 * At which locations a quantity is taken: at the first, in order of preference, that has all of it, so that
 * it leaves in one parcel; otherwise from each in that order as far as its units go.
 */
import type { AllocatedAt } from "./stock";

/** Units that may be given out, at each location. */
export type FreeUnits = ReadonlyMap<string, number>;

/** Takes up to `quantity` units; less only where all the locations together have less. */
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

/** Units the locations have together. */
export const freeAmong = (locations: readonly string[], free: FreeUnits): number =>
  [...new Set(locations)].reduce((sum, locationId) => sum + freeAt(free, locationId), 0);

export const unitsIn = (placed: readonly Readonly<{ quantity: number }>[]): number =>
  placed.reduce((sum, { quantity }) => sum + quantity, 0);

const freeAt = (free: FreeUnits, locationId: string): number => free.get(locationId) ?? 0;
