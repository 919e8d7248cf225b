/** Finds the best plan by trying all: slow, and obviously correct. */
import type { NetworkInput } from "../../../src/sourcing/domain/optimizer/input";
import { parcelPriceMinor } from "../../../src/sourcing/domain/parcel-price";

export type Tried = Readonly<{ sent: number; cost: number; sites: string }>;

type Input = NetworkInput;

/** All ways to take `most` units from the sites; with `less`, fewer units too. */
function ways(has: readonly number[], most: number, less: boolean): number[][] {
  if (has.length === 0) return most === 0 || less ? [[]] : [];
  const all: number[][] = [];
  for (let taken = 0; taken <= Math.min(has[0]!, most); taken += 1) {
    for (const rest of ways(has.slice(1), most - taken, less)) all.push([taken, ...rest]);
  }
  return all;
}

const waysOf = ({ items, sites, maxParcels }: Input) =>
  items.map(({ quantity }, i) => {
    const has = sites.map((site) => site.units[i]!);
    const sum = has.reduce((a, b) => a + b, 0);
    return ways(has, Math.min(quantity, sum), maxParcels !== null);
  });

/** The number of plans to try. */
export const plansToTry = (input: Input): number =>
  waysOf(input).reduce((product, { length }) => product * length, 1);

/** The best plan, and the best one with another set of sites. An empty plan does not count. */
export function exhaustiveSearch(input: Input): { best: Tried | null; runnerUp: Tried | null } {
  const { items, sites, splitPenalty, maxParcels } = input;
  const options = waysOf(input);
  const bySites = new Map<string, Tried>();
  const grams = sites.map(() => 0);
  const mm3 = sites.map(() => 0);
  const count = sites.map(() => 0);

  const tryItem = (item: number, unitCost: number): void => {
    if (item < items.length) {
      for (const way of options[item]!) {
        let more = 0;
        for (let at = 0; at < way.length; at += 1) {
          grams[at]! += way[at]! * items[item]!.grams;
          mm3[at]! += way[at]! * items[item]!.mm3;
          count[at]! += way[at]!;
          more += way[at]! * sites[at]!.unitCosts[item]!;
        }
        tryItem(item + 1, unitCost + more);
        for (let at = 0; at < way.length; at += 1) {
          grams[at]! -= way[at]! * items[item]!.grams;
          mm3[at]! -= way[at]! * items[item]!.mm3;
          count[at]! -= way[at]!;
        }
      }
      return;
    }
    const used = [...count.keys()].filter((at) => count[at]! > 0);
    if (used.length === 0 || used.length > (maxParcels ?? sites.length)) return;
    let cost = unitCost + (used.length - 1) * splitPenalty;
    for (const at of used) {
      const load = { grams: grams[at]!, mm3: mm3[at]! };
      const prices = sites[at]!.rates.map(
        (rate) => parcelPriceMinor(rate, load) + rate.latenessMinor + rate.speedMinor,
      );
      cost += sites[at]!.perParcel + Math.min(...prices);
    }
    const sent = count.reduce((a, b) => a + b, 0);
    const plan = { sent, cost, sites: used.join() };
    const known = bySites.get(plan.sites);
    if (!known || isBetter(plan, known)) bySites.set(plan.sites, plan);
  };
  tryItem(0, 0);
  const plans = [...bySites.values()].toSorted((a, b) => b.sent - a.sent || a.cost - b.cost);
  const sent = plans[0]?.sent ?? 0;
  const shippingMost = plans.filter((plan) => plan.sent === sent);
  return { best: shippingMost[0] ?? null, runnerUp: shippingMost[1] ?? null };
}

const isBetter = (a: Tried, b: Tried): boolean => a.sent > b.sent || (a.sent === b.sent && a.cost < b.cost);
