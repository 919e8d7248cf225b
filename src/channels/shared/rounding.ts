/**
 * Rounding at the storefront. It reports rounded figures, but adds up exact ones: 149.375 + 29.875 is reported as
 * 149.38 + 29.88 beside a total of 179.25. The total is what the customer pays, so it is right.
 */
import type { NewOrder } from "../../orders/domain/new-order";
import { computedTotal } from "../../orders/domain/new-order-checks";

/**
 * The order's `roundingMinor`: what its total has more than its parts, as far as rounding explains it, which is half a
 * minor unit for each rounded figure. 0 if it is more: then the total does not add up, and the order is held.
 */
export function roundingOf(
  order: Pick<NewOrder, "lines" | "shipping" | "taxIncluded" | "totalMinor">,
  roundedFigures: number,
): number {
  const difference = order.totalMinor - computedTotal({ ...order, roundingMinor: 0 });
  return Math.abs(difference) * 2 <= roundedFigures ? difference : 0;
}

/**
 * Exact amounts in minor units, rounded so that they add up to the total, by the largest remainders. If the total
 * differs from them by more than rounding, each amount is rounded by itself. `perMinor`: the parts of a minor unit that
 * the amounts are given in.
 */
export function roundToTotal(exact: readonly number[], perMinor: number, totalMinor: number): number[] {
  const floors = exact.map((amount) => Math.floor(amount / perMinor));
  const left = totalMinor - floors.reduce((sum, floor) => sum + floor, 0);
  const byRemainder = exact
    .map((amount, i) => ({ i, remainder: amount - floors[i]! * perMinor }))
    .filter(({ remainder }) => remainder > 0)
    .toSorted((a, b) => b.remainder - a.remainder || a.i - b.i);
  if (left < 0 || left > byRemainder.length) return exact.map((amount) => nearestMinor(amount, perMinor));
  for (const { i } of byRemainder.slice(0, left)) floors[i] = floors[i]! + 1;
  return floors;
}

/** Rounds half away from zero. */
export const nearestMinor = (amount: number, perMinor: number): number =>
  Math.sign(amount) * Math.floor(Math.abs(amount) / perMinor + 0.5);
