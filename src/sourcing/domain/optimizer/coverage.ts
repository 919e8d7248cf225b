/**
 * When an order may not leave in as many parcels as it would take to send everything: how much the best
 * choice of so many sites can send, and which choices do.
 */
import type { Network } from "./network";
import { OFFERS_A_STEP, type Work } from "./work";

export type Coverage = Readonly<{ sites: readonly number[]; units: number }>;

/** The most that so few sites can send, and which do. Left early, it is the most that was found. */
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

/** Takes the site that sends most of what is left, and again, as often as there may be parcels. */
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
 * Visits the sets of at most `maxParcels` sites that can send so many units, each once.
 * @param visit is to say whether a larger set with this one in it is still of interest.
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
    if (!work.spend(Math.ceil((from.length * need.length) / OFFERS_A_STEP))) return work.leave(0);
    const gains = from
      .map((site) => ({ site, units: gainOf(left, sites[site]!.units) }))
      .toSorted((a, b) => b.units - a.units || a.site - b.site);
    const slots = maxParcels - chosen.length;
    if (slots === 0) return;
    for (let i = 0; i < gains.length; i += 1) {
      if (work.isSpent()) return work.leave(0);
      const reachable = gains.slice(i, i + slots).reduce((sum, each) => sum + each.units, sent);
      if (reachable < units()) return;
      const { site, units: gained } = gains[i]!;
      chosen.push(site);
      const goesOn =
        sent + gained < units() ||
        visit(
          chosen.toSorted((a, b) => a - b),
          sent + gained,
        );
      if (goesOn) {
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
