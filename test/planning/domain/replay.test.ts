import { describe, expect, it } from "vitest";
import {
  changedReference,
  EMPTY_REPORT,
  withReplay,
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

const replay = (orders: readonly (PastOrder | null)[], changes: Partial<SourcingChanges>) => {
  const all = { ...unchanged, ...changes };
  const changed = changedReference(reference, all);
  return orders.reduce((report, order) => withReplay(report, order, changed, all), EMPTY_REPORT);
};

const mugs = problemOf({ mug: supplyOf(2, { newark: 5, reno: 5 }) });
const both = problemOf({ mug: supplyOf(1, { newark: 1 }), pen: supplyOf(1, { reno: 1 }) });

describe("withReplay", () => {
  it("finds the same plans under the same rules, and counts orders that cannot be replayed", () => {
    const report = replay([past("a", mugs), null, past("b", both)], {});
    expect(report).toMatchObject({ orders: 2, skipped: 1, changed: 0, differences: [] });
    expect(report.simulated).toEqual(report.recorded);
    expect(report.recorded).toMatchObject({
      costMinor: 1_900,
      parcels: 3,
      splitOrders: 1,
      parcelsByLocation: { newark: 2, reno: 1 },
    });
  });

  it("compares costs, splits and lateness without a location", () => {
    const report = replay([past("a", mugs), past("b", both)], { locations: { newark: { active: false } } });
    expect(report).toMatchObject({
      changed: 2,
      recorded: { costMinor: 1_900, splitOrders: 1, lateOrders: 0, unsentUnits: 0 },
      simulated: { costMinor: 1_800, splitOrders: 0, lateOrders: 1, unsentUnits: 1 },
    });
    // From Newark it was promised for Wednesday the 25th, from Reno it arrives on Monday the 30th.
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

  it("gives a location no more fulfillments a day than its capacity", () => {
    const orders = ["a", "b", "c"].map((id) => past(id, mugs));
    const report = replay(orders, { locations: { newark: { capacityPerDay: 2 } } });
    expect(report.simulated.parcelsByLocation).toEqual({ newark: 2, reno: 1 });
  });

  it("applies changed rules, and leaves out services", () => {
    expect(replay([past("b", both)], { rules: { maxParcels: 1 } })).toMatchObject({
      recorded: { parcels: 2, unsentUnits: 0 },
      simulated: { parcels: 1, unsentUnits: 1 },
    });
    const dear = { ...mugs, request: { ...mugs.request, channel: channel({ splitPenaltyMinor: 70 }) } };
    expect(replay([past("a", dear)], { withoutServices: ["ground"] }).simulated.costMinor).toBe(1_000);
  });
});
