/**
 * Assigns units to a given set of sites, each of which must ship something. Units that only one of the sites has are
 * assigned at once. The others are bounded first, and searched exactly only if the bound allows a better plan.
 */
import { startOf } from "./assignment-start";
import type { Incumbent } from "./incumbent";
import type { Network } from "./network";
import { relax } from "./relaxation";
import { tryUnits } from "./unit-search";
import type { Work } from "./work";

/** A set of sites that may have a better plan than the incumbent. */
export type OpenAssignment = Readonly<{ bound: number; search: (work: Work) => void }>;

/**
 * Bounds the plans that use exactly these sites and ship as many units as they can. Plans met on the way are offered.
 * @param chosen in ascending order.
 * @returns null if no such plan costs less than the incumbent, or one of the sites has nothing to ship.
 */
export function boundAssignment(
  network: Network,
  chosen: readonly number[],
  best: Incumbent,
): OpenAssignment | null {
  const start = startOf(network, chosen);
  if (start === null) return null;
  const { bound, slopes } = relax(network, start, best);
  if (bound >= best.cutoff()) return null;
  return { bound, search: (work) => tryUnits(network, start, slopes, best, work) };
}
