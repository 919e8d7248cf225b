/**
 * If the number of parcels is limited: the most units that so few sites can ship, and the sets of sites that ship
 * them.
 */
import type { Network } from "./network";
import { SUPPLIERS_A_STEP, type Work } from "./work";

export type Coverage = Readonly<{ sites: readonly number[]; units: number }>;

/**
 * The most units that at most `maxParcels` sites can ship, and a set of sites that ships them. If the limit of work is
 * reached first, the best found so far.
 */
export function maxUnits(network: Network, work: Work): Coverage {
  const all = network.need.reduce((sum, units) => sum + units, 0);
  let most: Coverage = greedyCoverage(network);
  setsThatSend(
    network,
    work,
    () => most.units + 1,
    (sites, units) => {
      most = { sites, units };
      return units < all;
    },
  );
  return most;
}

/** Repeatedly takes the site that ships most of the remaining units, at most `maxParcels` times. */
export function greedyCoverage({ maxParcels, need, sites }: Network): Coverage {
  const chosen: number[] = [];
  let left: readonly number[] = need;
  let units = 0;
  while (chosen.length < maxParcels) {
    const gains = sites.map((site, at) => (chosen.includes(at) ? 0 : gainOf(left, site.units)));
    const gain = Math.max(0, ...gains);
    if (gain === 0) break;
    const best = gains.indexOf(gain);
    chosen.push(best);
    units += gain;
    left = left.map((wanted, item) => Math.max(0, wanted - sites[best]!.units[item]!));
  }
  return { sites: chosen.toSorted((a, b) => a - b), units };
}

function gainOf(left: readonly number[], units: readonly number[]): number {
  let gain = 0;
  for (let item = 0; item < left.length; item += 1) gain += Math.min(left[item]!, units[item]!);
  return gain;
}

/**
 * Visits each set of at most `maxParcels` sites that can ship so many units once.
 * @param visit returns whether larger sets that contain this one are of interest.
 */
export function setsThatSend(
  network: Network,
  work: Work,
  units: () => number,
  visit: (sites: readonly number[], units: number) => boolean,
): void {
  const { maxParcels, need, sites } = network;
  const chosen: number[] = [];

  const choose = (from: readonly number[], left: readonly number[], sent: number): void => {
    if (!work.spend(Math.ceil((from.length * need.length) / SUPPLIERS_A_STEP))) return work.skip(0);
    const gains = from
      .map((site) => ({ site, units: gainOf(left, sites[site]!.units) }))
      .toSorted((a, b) => b.units - a.units || a.site - b.site);
    const slots = maxParcels - chosen.length;
    if (slots === 0) return;
    for (let i = 0; i < gains.length; i += 1) {
      if (work.isSpent()) return work.skip(0);
      const reachable = gains.slice(i, i + slots).reduce((sum, each) => sum + each.units, sent);
      if (reachable < units()) return;
      const { site, units: gained } = gains[i]!;
      chosen.push(site);
      const extend =
        sent + gained < units() ||
        visit(
          chosen.toSorted((a, b) => a - b),
          sent + gained,
        );
      if (extend) {
        const after = left.map((wanted, item) => Math.max(0, wanted - sites[site]!.units[item]!));
        choose(
          gains.slice(i + 1).map((each) => each.site),
          after,
          sent + gained,
        );
      }
      chosen.pop();
    }
  };
  choose(
    sites.map((_, site) => site),
    need,
    0,
  );
}
