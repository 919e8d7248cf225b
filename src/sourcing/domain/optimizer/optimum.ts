/**
 * Finds the best plan of an order: among the plans that ship the most units, the one that costs least. It is a branch
 * and bound over the sets of sites; for each set that may be the best, the units are assigned exactly.
 */
import { boundAssignment, type OpenAssignment } from "./assignment";
import { greedyCoverage, maxUnits, setsThatSend } from "./coverage";
import { CHOSEN, dualBound, OPEN, RULED_OUT } from "./dual-bound";
import type { Incumbent } from "./incumbent";
import type { Network } from "./network";
import { MAX_ROUNDS } from "./relaxation";
import { SUPPLIERS_A_STEP, workOf, type Work } from "./work";

export type SitePlan = Readonly<{
  /** The sites used, in ascending order, and by site the units of every item. */
  sites: readonly number[];
  units: readonly (readonly number[])[];
  /** Includes ties, as the search compares plans. */
  cost: number;
}>;

export type Optimum = Readonly<{
  best: SitePlan | null;
  /** The best plan with another set of sites. */
  runnerUp: SitePlan | null;
  /** No plan that ships as many units costs less. */
  lowerBound: number;
  isExact: boolean;
  steps: number;
}>;

/** The most steps to find the best plan and prove it: about a thousand take a millisecond. */
const WORK_LIMIT = 4_000;
/** The most steps to find the runner-up, which is only used to explain the decision. */
const RUNNER_UP_LIMIT = 1_000;

/** @param limits of steps. If they are reached, the plan is the best found, with a lower bound. */
export function findOptimum(
  network: Network,
  limits = { best: WORK_LIMIT, runnerUp: RUNNER_UP_LIMIT },
): Optimum {
  const work = workOf(limits.best);
  const all = network.need.reduce((sum, units) => sum + units, 0);
  if (all === 0) return { best: null, runnerUp: null, lowerBound: 0, isExact: true, steps: 0 };
  const most = network.maxParcels < network.sites.length ? maxUnits(network, work) : greedyCoverage(network);
  const search = (ranking: Ranking, within: Work) => {
    // There is always a first plan, even without steps left.
    ranking.consider(most.sites, within);
    if (most.units < all) searchSome(network, within, most.units, ranking);
    else searchAll(network, within, ranking);
  };

  const ranking = rankingOf(network, { than: null, known: null });
  search(ranking, work);
  ranking.finish(work);
  const { best, others } = ranking.plans();
  const lowerBound = Math.min(best?.cost ?? Number.POSITIVE_INFINITY, work.leastSkipped());
  const second = workOf(limits.runnerUp);
  const rankingOfOthers = rankingOf(network, { than: best, known: others });
  search(rankingOfOthers, second);
  rankingOfOthers.finish(second);
  return {
    best,
    runnerUp: rankingOfOthers.plans().best,
    lowerBound,
    isExact: lowerBound === best?.cost,
    steps: work.spent() + second.spent(),
  };
}

type Ranking = Readonly<{
  /** Bounds the plans that use exactly this set of sites. */
  consider: (sites: readonly number[], work: Work) => void;
  /** Searches the considered sets that may have a better plan, the lowest bound first. */
  finish: (work: Work) => void;
  /** Plans must cost less than this to be of interest. */
  cutoff: () => number;
  /** The best plan, and the last one with other sites that it replaced. */
  plans: () => Readonly<{ best: SitePlan | null; others: SitePlan | null }>;
}>;

/** @param other the plan whose set of sites is left out, and the best other plan that is known. */
function rankingOf(
  network: Network,
  other: Readonly<{ than: SitePlan | null; known: SitePlan | null }>,
): Ranking {
  let best = other.known;
  let others: SitePlan | null = null;
  const leftOut = other.than?.sites.join();
  const considered = new Set<string>();
  const open: OpenAssignment[] = [];
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
      // The relaxation visits all items in each round.
      work.spend(Math.ceil((network.order.length * sites.length * MAX_ROUNDS) / SUPPLIERS_A_STEP));
      const assignment = boundAssignment(network, sites, { cutoff, offer });
      if (assignment !== null) open.push(assignment);
    },
    finish: (work) => {
      for (const { bound, search } of open.toSorted((a, b) => a.bound - b.bound)) {
        if (bound >= cutoff()) return;
        if (work.spend(1)) search(work);
        else return work.skip(bound);
      }
    },
  };
}

/** Searches the plans that ship every unit. It branches on the sites of the scarcest item that is not covered yet. */
function searchAll(network: Network, work: Work, { consider, cutoff }: Ranking): void {
  const state = new Uint8Array(network.sites.length).fill(OPEN);
  const chosen: number[] = [];
  const offers = network.suppliers.reduce((sum, ofItem) => sum + ofItem.length, 0);
  const steps = Math.ceil(offers / SUPPLIERS_A_STEP);

  const visit = (): void => {
    const slack = new Float64Array(state.length);
    const bound = dualBound(network, state, slack);
    if (bound >= cutoff()) return;
    if (!work.spend(steps)) return work.skip(bound);
    const item = scarcestUncovered(network, state);
    if (item === null) consider(chosen, work);
    if (chosen.length === network.maxParcels) return;

    const open = item === null ? sitesOf(state) : network.suppliers[item]!.map(({ site }) => site);
    const candidates = open
      .filter((site) => state[site] === OPEN)
      .toSorted((a, b) => slack[a]! - slack[b]! || a - b);
    for (const site of candidates) {
      // Sorted by slack: the later candidates cost at least as much.
      if (work.isSpent()) {
        work.skip(bound + slack[site]!);
        break;
      }
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

function scarcestUncovered({ order, need, suppliers }: Network, state: Uint8Array): number | null {
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

/** Searches the plans of limited parcels that cannot ship every unit: only the sets that ship the most. */
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

/** A lower bound of the cost of so many units, whatever the sites. */
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
