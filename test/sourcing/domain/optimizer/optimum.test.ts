import { describe, expect, it } from "vitest";
import { networkOf, parcelCost } from "../../../../src/sourcing/domain/optimizer/network";
import type { NetworkInput } from "../../../../src/sourcing/domain/optimizer/input";
import { findOptimum, type SitePlan } from "../../../../src/sourcing/domain/optimizer/optimum";
import { exhaustiveSearch, plansToTry } from "../exhaustive-search";
import { randomNetwork, randomOf } from "../random-networks";
import { casesOf } from "../../../support/cases";

/** The plan's cost and units, computed from the input alone. */
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

const INSTANCES = casesOf(10_000);
/** The number of plans to try grows with every unit: larger instances are skipped. */
const MAX_PLANS = 4_000;

describe("findOptimum", () => {
  it("finds what an exhaustive search finds, in ten thousand random instances", () => {
    const random = randomOf(20_261_126);
    const differing: unknown[] = [];
    let [tried, splits, limited] = [0, 0, 0];
    while (tried < INSTANCES) {
      const input = randomNetwork(random);
      if (plansToTry(input) > MAX_PLANS) continue;
      tried += 1;
      const found = findOptimum(networkOf(input), { best: 1_000_000, runnerUp: 1_000_000 });
      const expected = exhaustiveSearch(input);
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

  it("returns the best plan that it found, and a lower bound, if it reaches its limit of steps", () => {
    const random = randomOf(4);
    const inputs = Array.from({ length: 300 }, () => randomNetwork(random));
    const results = inputs.flatMap((input) => {
      const network = networkOf(input);
      const proven = findOptimum(network, { best: 1_000_000, runnerUp: 0 });
      const found = findOptimum(network, { best: 5, runnerUp: 0 });
      return proven.best && found.best ? [{ input, found, best: found.best, proven: proven.best }] : [];
    });
    const tooHigh = results.filter(({ found, proven }) => found.lowerBound > proven.cost + 1e-6);
    const wronglyExact = results.filter(
      ({ found, best, proven }) => found.isExact && Math.abs(best.cost - proven.cost) > 1e-6,
    );
    const shippingLess = results.filter(
      ({ input, best, proven }) =>
        input.maxParcels === null && costOf(input, best)!.sent < costOf(input, proven)!.sent,
    );
    expect([tooHigh, wronglyExact, shippingLess]).toEqual([[], [], []]);
    const bounded = results.filter(({ found }) => !found.isExact).length;
    expect(bounded).toBeGreaterThan(20);
  });

  it("breaks ties by preference: the first set of sites, and each item from one site if possible", () => {
    const rate = {
      serviceId: null,
      prices: [{ upToGrams: 99_000, priceMinor: 500 }],
      perExtraKgMinor: null,
      volumeDivisor: 5_000,
      lateDays: 0,
      latenessMinor: 0,
      speedMinor: 0,
    };
    const site = (...units: number[]) => ({ units, unitCosts: [0, 0, 0], perParcel: 0, rates: [rate] });
    const items = [1, 2, 1].map((quantity) => ({ quantity, grams: 100, mm3: 0 }));
    const sites = [site(1, 1, 0), site(0, 2, 1), site(1, 2, 0), site(0, 0, 1)];
    const { best } = findOptimum(networkOf({ items, sites, splitPenalty: 0, maxParcels: null }));
    expect(best).toMatchObject({
      sites: [0, 1],
      units: [
        [1, 0, 0],
        [0, 2, 1],
      ],
    });
  });

  it.each([null, 7])(
    "returns a plan that ships the most units, even with few steps (at most %s parcels)",
    (maxParcels) => {
      const rate = {
        serviceId: null,
        prices: [{ upToGrams: 99_000, priceMinor: 500 }],
        perExtraKgMinor: null,
        volumeDivisor: 5_000,
        lateDays: 0,
        latenessMinor: 0,
        speedMinor: 0,
      };
      const items = Array.from({ length: 60 }, () => ({ quantity: 1, grams: 100, mm3: 0 }));
      const sites = items.map((_, at) => ({
        units: items.map((_, item) => (item === at || item === (at + 7) % 60 ? 1 : 0)),
        unitCosts: items.map(() => 0),
        perParcel: 0,
        rates: [rate],
      }));
      const network = networkOf({ items, sites, splitPenalty: 0, maxParcels });
      const { best, isExact } = findOptimum(network, { best: 10, runnerUp: 10 });
      const sent = best!.units.flat().reduce((sum, units) => sum + units, 0);
      expect([sent, isExact]).toEqual([maxParcels === null ? 60 : 14, false]);
    },
  );
});
