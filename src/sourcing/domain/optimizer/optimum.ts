/**
 * The best plan for an order: it sends as many units as can be sent, and of the plans that do, costs least.
 * Branch and bound over the sites that are used; for each set that may be best the units are assigned exactly.
 */
import { hopeOf, type Hopeful } from "./assignment";
import { greedyCoverage, maxUnits, setsThatSend } from "./coverage";
import { CHOSEN, dualBound, OPEN, RULED_OUT } from "./dual-bound";
import type { Incumbent } from "./incumbent";
import type { Network } from "./network";
import { ROUNDS } from "./relaxation";
import { OFFERS_A_STEP, workOf, type Work } from "./work";

export type SitePlan = Readonly<{
  /** Sites used, in order of preference, and the units each sends of every item. */
  sites: readonly number[];
  units: readonly (readonly number[])[];
  /** With ties counted in, as the search compares it. */
  cost: number;
}>;

export type Optimum = Readonly<{
  best: SitePlan | null;
  /** The best plan that uses another set of sites. */
  runnerUp: SitePlan | null;
  /** No plan that sends as many units costs less. */
  lowerBound: number;
  isExact: boolean;
  steps: number;
}>;

/** Steps to find the best plan and prove it, about a thousand a millisecond; more are not taken. */
const WORK_LIMIT = 4_000;
/** Steps to find who comes second, which only explains. */
const RUNNER_UP_LIMIT = 1_000;

/** @param limits of steps; a plan that is not proven to be the best by then is told with its bound. */
export function findOptimum(
  network: Network,
  limits = { best: WORK_LIMIT, runnerUp: RUNNER_UP_LIMIT },
): Optimum {
  const work = workOf(limits.best);
  const all = network.need.reduce((sum, units) => sum + units, 0);
  if (all === 0) return { best: null, runnerUp: null, lowerBound: 0, isExact: true, steps: 0 };
  const most = network.maxParcels < network.sites.length ? maxUnits(network, work) : greedyCoverage(network);
  const search = (ranking: Ranking, within: Work) => {
    // However little work there is left: a plan to begin with.
    ranking.consider(most.sites, within);
    if (most.units < all) searchSome(network, within, most.units, ranking);
    else searchAll(network, within, ranking);
  };

  const ranking = rankingOf(network, { than: null, known: null });
  search(ranking, work);
  ranking.settle(work);
  const { best, others } = ranking.plans();
  const lowerBound = Math.min(best?.cost ?? Number.POSITIVE_INFINITY, work.leftAt());
  const second = workOf(limits.runnerUp);
  const rankingOfOthers = rankingOf(network, { than: best, known: others });
  search(rankingOfOthers, second);
  rankingOfOthers.settle(second);
  return {
    best,
    runnerUp: rankingOfOthers.plans().best,
    lowerBound,
    isExact: lowerBound === best?.cost,
    steps: work.spent() + second.spent(),
  };
}

type Ranking = Readonly<{
  /** Takes these sites into account: exactly these, each of them used. */
  consider: (sites: readonly number[], work: Work) => void;
  /** Searches the sets that may be better than what was found, the most hopeful first. */
  settle: (work: Work) => void;
  /** What a set must cost less than to be of interest. */
  cutoff: () => number;
  /** The best, and the best of those with other sites that it displaced. */
  plans: () => Readonly<{ best: SitePlan | null; others: SitePlan | null }>;
}>;

/** @param other the plan whose sites are left out, and the best that is known beside it. */
function rankingOf(
  network: Network,
  other: Readonly<{ than: SitePlan | null; known: SitePlan | null }>,
): Ranking {
  let best = other.known;
  let others: SitePlan | null = null;
  const leftOut = other.than?.sites.join();
  const considered = new Set<string>();
  const hopeful: Hopeful[] = [];
  const cutoff = () => (best === null ? Number.POSITIVE_INFINITY : best.cost - network.tie / 2);
  const offer: Incumbent["offer"] = (sites, cost, units) => {
    if (cost >= cutoff() || sites.join() === leftOut) return;
    if (best !== null && best.sites.join() !== sites.join()) others = best;
    best = { sites, cost, units };
  };
  return {
    cutoff,
    plans: () => ({ best, others }),
    consider: (chosen, work) => {
      const sites = chosen.toSorted((a, b) => a - b);
      const name = sites.join();
      if (name === leftOut || considered.has(name)) return;
      considered.add(name);
      // Several rounds over its items.
      work.spend(Math.ceil((network.order.length * sites.length * ROUNDS) / OFFERS_A_STEP));
      const hope = hopeOf(network, sites, { cutoff, offer });
      if (hope !== null) hopeful.push(hope);
    },
    settle: (work) => {
      for (const { bound, search } of hopeful.toSorted((a, b) => a.bound - b.bound)) {
        if (bound >= cutoff()) return;
        if (work.spend(1)) search(work);
        else return work.leave(bound);
      }
    },
  };
}

/** Plans that send every unit. The scarcest item not yet provided for says which sites to try next. */
function searchAll(network: Network, work: Work, { consider, cutoff }: Ranking): void {
  const state = new Uint8Array(network.sites.length).fill(OPEN);
  const chosen: number[] = [];
  const offers = network.suppliers.reduce((sum, ofItem) => sum + ofItem.length, 0);
  const steps = Math.ceil(offers / OFFERS_A_STEP);

  const visit = (): void => {
    const slack = new Float64Array(state.length);
    const bound = dualBound(network, state, slack);
    if (bound >= cutoff()) return;
    if (!work.spend(steps)) return work.leave(bound);
    const item = scarcestUnprovided(network, state);
    if (item === null) consider(chosen, work);
    if (chosen.length === network.maxParcels) return;

    const open = item === null ? sitesOf(state) : network.suppliers[item]!.map(({ site }) => site);
    const candidates = open
      .filter((site) => state[site] === OPEN)
      .toSorted((a, b) => slack[a]! - slack[b]! || a - b);
    for (const site of candidates) {
      // What is tried after it costs no less.
      if (work.isSpent()) {
        work.leave(bound + slack[site]!);
        break;
      }
      // Using it as well would cost too much, whatever else is used.
      if (bound + slack[site]! < cutoff()) {
        state[site] = CHOSEN;
        chosen.push(site);
        visit();
        chosen.pop();
      }
      state[site] = RULED_OUT;
    }
    for (const site of candidates) state[site] = OPEN;
  };
  visit();
}

function scarcestUnprovided({ order, need, suppliers }: Network, state: Uint8Array): number | null {
  let scarcest: number | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const item of order) {
    let left = need[item]!;
    let open = 0;
    for (const { site, units } of suppliers[item]!) {
      if (state[site] === CHOSEN) left -= units;
      else if (state[site] === OPEN) open += 1;
    }
    if (left > 0 && open < fewest) [scarcest, fewest] = [item, open];
  }
  return scarcest;
}

/** Plans of so few parcels that not every unit can be sent: only sets that send the most are looked at. */
function searchSome(network: Network, work: Work, most: number, { consider, cutoff }: Ranking): void {
  const leastForUnits = cheapestUnits(network, most) - network.discount;
  setsThatSend(
    network,
    work,
    () => most,
    (sites) => {
      const opening = sites.reduce((sum, site) => sum + network.opening[site]!, 0);
      if (opening + leastForUnits >= cutoff()) return false;
      consider(sites, work);
      return true;
    },
  );
}

function cheapestUnits({ suppliers, need }: Network, quantity: number): number {
  const offers = need.flatMap((wanted, item) => {
    let open = wanted;
    return suppliers[item]!.map(({ units, linearCost }) => {
      const taken = Math.min(open, units);
      open -= taken;
      return { units: taken, linearCost };
    });
  });
  let [left, cost] = [quantity, 0];
  for (const { units, linearCost } of offers.toSorted((a, b) => a.linearCost - b.linearCost)) {
    const taken = Math.min(left, units);
    if (taken === 0) continue;
    left -= taken;
    cost += taken * linearCost;
  }
  return cost;
}

const sitesOf = (state: Uint8Array): number[] => [...state.keys()];
