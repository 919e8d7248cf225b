/**
 * Which of the chosen sites sends which units, when each of them sends something: exact under stepped parcel
 * prices. Units that only one of the sites has are given; how the others go is bounded first, and tried where
 * the bound leaves hope.
 */
import { startOf } from "./assignment-start";
import type { Incumbent } from "./incumbent";
import type { Network } from "./network";
import { relax } from "./relaxation";
import { tryUnits } from "./unit-search";
import type { Work } from "./work";

/** A set of sites whose best plan may be the best of all. */
export type Hopeful = Readonly<{ bound: number; search: (work: Work) => void }>;

/**
 * Offers plans that use exactly these sites and send all they can of what is needed.
 * @param chosen in ascending order.
 * @returns null where none can cost less than the best so far, or one of the sites has nothing to send.
 */
export function hopeOf(network: Network, chosen: readonly number[], best: Incumbent): Hopeful | null {
  const start = startOf(network, chosen);
  if (start === null) return null;
  const { bound, slopes } = relax(network, start, best);
  if (bound >= best.cutoff()) return null;
  return { bound, search: (work) => tryUnits(network, start, slopes, best, work) };
}
