/**
 * When an order may not leave in as many parcels as it would take to send everything: how much the best
 * choice of so many sites can send, and which choices do.
 */
import type { Network } from "./network";
import type { Work } from "./work";

/** Units that so few sites can send at most. Left early, it is the most that was found. */
export function mostUnits(network: Network, work: Work): number {
  const all = network.need.reduce((sum, units) => sum + units, 0);
  let most = 0;
  setsThatSend(
    network,
    work,
    () => most + 1,
    (_, units) => {
      most = units;
      return most < all;
    },
  );
  return most;
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
  const gain = (left: readonly number[], site: number) =>
    left.reduce((sum, wanted, i) => sum + Math.min(wanted, sites[site]!.units[i]!), 0);

  const choose = (from: readonly number[], left: readonly number[], sent: number): void => {
    const gains = from
      .map((site) => ({ site, units: gain(left, site) }))
      .toSorted((a, b) => b.units - a.units || a.site - b.site);
    const slots = maxParcels - chosen.length;
    if (slots === 0) return;
    for (let i = 0; i < gains.length; i += 1) {
      if (!work.spend(1)) return work.leave(0);
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
