import { describe, expect, it } from "vitest";
import {
  changedReference,
  EMPTY_REPORT,
  replayed,
  type PastOrder,
  type SourcingChanges,
} from "../../../src/planning/domain/replay";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import type { SourcingProblem } from "../../../src/sourcing/domain/problem";
import { channel, ground, newark, problemOf, reno, store, supplyOf } from "../../sourcing/domain/retailer";

const unchanged: SourcingChanges = { rules: {}, locations: {}, withoutServices: [] };
const reference = { locations: [newark, reno, store], carrierServices: [ground] };
const AT = Date.UTC(2026, 10, 23, 12);

const past = (orderId: string, problem: SourcingProblem): PastOrder => ({
  orderId,
  placedAt: AT,
  request: problem.request,
  decision: sourceOrder(problem),
});

const play = (orders: readonly (PastOrder | null)[], changes: Partial<SourcingChanges>) => {
  const all = { ...unchanged, ...changes };
  const changed = changedReference(reference, all);
  return orders.reduce((report, order) => replayed(report, order, changed, all), EMPTY_REPORT);
};

const mugs = problemOf({ mug: supplyOf(2, { newark: 5, reno: 5 }) });
const both = problemOf({ mug: supplyOf(1, { newark: 1 }), pen: supplyOf(1, { reno: 1 }) });

describe("replayed", () => {
  it("finds the same under the same rules, and counts what cannot be played", () => {
    const report = play([past("a", mugs), null, past("b", both)], {});
    expect(report).toMatchObject({ orders: 2, skipped: 1, changed: 0, differences: [] });
    expect(report.simulated).toEqual(report.recorded);
    expect(report.recorded).toMatchObject({
      costMinor: 1_900,
      parcels: 3,
      splitOrders: 1,
      parcelsByLocation: { newark: 2, reno: 1 },
    });
  });

  it("compares cost, splits and lateness when a location is not there", () => {
    const report = play([past("a", mugs), past("b", both)], { locations: { newark: { active: false } } });
    expect(report).toMatchObject({
      changed: 2,
      recorded: { costMinor: 1_900, splitOrders: 1, lateOrders: 0, unsentUnits: 0 },
      simulated: { costMinor: 1_800, splitOrders: 0, lateOrders: 1, unsentUnits: 1 },
    });
    // From Newark it would have come on Wednesday the 25th, from Reno it comes on Monday the 30th.
    expect(report.simulated.lateDays).toBe(5);
    expect(report.differences).toEqual([
      {
        orderId: "b",
        recorded: { locationIds: ["newark", "reno"], costMinor: 1_400 },
        simulated: { locationIds: ["reno"], costMinor: 900 },
      },
      {
        orderId: "a",
        recorded: { locationIds: ["newark"], costMinor: 500 },
        simulated: { locationIds: ["reno"], costMinor: 900 },
      },
    ]);
  });

  it("fills a location's day no further than its capacity", () => {
    const orders = ["a", "b", "c"].map((id) => past(id, mugs));
    const report = play(orders, { locations: { newark: { capacityPerDay: 2 } } });
    expect(report.simulated.parcelsByLocation).toEqual({ newark: 2, reno: 1 });
  });

  it("plays other rules, and does without services", () => {
    expect(play([past("b", both)], { rules: { maxParcels: 1 } })).toMatchObject({
      recorded: { parcels: 2, unsentUnits: 0 },
      simulated: { parcels: 1, unsentUnits: 1 },
    });
    const dear = { ...mugs, request: { ...mugs.request, channel: channel({ splitPenaltyMinor: 70 }) } };
    expect(play([past("a", dear)], { withoutServices: ["ground"] }).simulated.costMinor).toBe(1_000);
  });
});
