import { describe, expect, it } from "vitest";
import { networkOf, parcelCost, type NetworkInput } from "../../../src/domain/sourcing/network";
import { findOptimum, type SitePlan } from "../../../src/domain/sourcing/optimum";
import { byTryingAll, plansToTry } from "./by-trying-all";
import { randomNetwork, randomOf } from "./random-networks";

/** What the plan costs by the input alone, and how many units it sends. */
function costOf({ items, sites, splitPenalty }: NetworkInput, plan: SitePlan | null) {
  if (plan === null) return null;
  let cost = (plan.sites.length - 1) * splitPenalty;
  let sent = 0;
  for (const [i, at] of plan.sites.entries()) {
    const site = sites[at]!;
    let [grams, mm3] = [0, 0];
    for (const [item, units] of plan.units[i]!.entries()) {
      expect(units).toBeLessThanOrEqual(site.units[item]!);
      grams += units * items[item]!.grams;
      mm3 += units * items[item]!.mm3;
      cost += units * site.unitCosts[item]!;
      sent += units;
    }
    cost += site.perParcel + parcelCost(site, grams, mm3);
  }
  return { sent, cost, sites: plan.sites.join() };
}

const INSTANCES = 10_000;
/** What there is to try grows with every unit; larger instances are drawn again. */
const MOST_PLANS = 4_000;

describe("findOptimum", () => {
  it("finds what trying everything finds, in ten thousand random instances", () => {
    const random = randomOf(20_261_126);
    const differing: unknown[] = [];
    let [tried, splits, limited] = [0, 0, 0];
    while (tried < INSTANCES) {
      const input = randomNetwork(random);
      if (plansToTry(input) > MOST_PLANS) continue;
      tried += 1;
      const found = findOptimum(networkOf(input), { best: 1_000_000, runnerUp: 1_000_000 });
      const expected = byTryingAll(input);
      const best = costOf(input, found.best);
      const runnerUp = costOf(input, found.runnerUp);
      if (found.best && found.best.sites.length > 1) splits += 1;
      if (input.maxParcels !== null) limited += 1;
      const same =
        found.isExact &&
        best?.sent === expected.best?.sent &&
        best?.cost === expected.best?.cost &&
        runnerUp?.cost === expected.runnerUp?.cost;
      if (!same) differing.push({ input, best, runnerUp, expected });
    }
    expect(differing.slice(0, 1)).toEqual([]);
    expect(splits).toBeGreaterThan(INSTANCES / 3);
    expect(limited).toBeGreaterThan(INSTANCES / 5);
  }, 60_000);
});
