import { describe, expect, it } from "vitest";
import { explainDecision, explanationOf } from "../../../src/sourcing/domain/explanation";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { channel, newark, problemOf, reno, store, supplyOf } from "./retailer";

describe("explainDecision", () => {
  it("lists the parcels, the cost, the next best plan, what is missing and the exclusions", () => {
    const problem = problemOf(
      {
        mug: supplyOf(2, { newark: 2, reno: 2 }, { stockPrices: { newark: 30 } }),
        pen: supplyOf(3, { newark: 1 }),
      },
      { channel: channel({ shipComplete: true }) },
      { locations: [{ ...newark, handlingPerParcelMinor: 20 }, reno, { ...store, shipsOrders: false }] },
    );
    expect(explainDecision(sourceOrder(problem), "USD")).toEqual([
      "newark ships 2 of mug, 1 of pen with ground for 6.80 USD (parcel 6.00 USD, handling 0.20 USD, stock 0.60 USD).",
      "It costs 6.80 USD in all.",
      "The next best plan is newark with reno, for 7.40 USD more.",
      "Not shipped: 2 of pen.",
      "It ships complete, and not all of it is available.",
      "store ships no orders.",
    ]);
  });

  it("lists only what is missing and the exclusions if no location ships any of it", () => {
    const problem = problemOf({ mug: supplyOf(1, {}) }, {}, { locations: [newark] });
    expect(explainDecision(sourceOrder(problem), "USD")).toEqual([
      "No location ships any of it.",
      "Not shipped: 1 of mug.",
      "newark has no stock of it.",
    ]);
  });
});

describe("explanationOf", () => {
  const reasons = Array.from({ length: 500 }, (_, i) => {
    return { locationId: `store-${i}`, rule: "ships_no_orders" } as const;
  });

  it("joins the reasons", () => {
    expect(explanationOf(reasons.slice(0, 2))).toBe("store-0 ships no orders; store-1 ships no orders");
  });

  it("lists ten reasons, and the number of the others", () => {
    expect(explanationOf(reasons)).toMatch(
      /^store-0 ships no orders; .*; store-9 ships no orders; and 490 more reasons$/,
    );
  });

  it("lists locations of other channels last", () => {
    const ofOthers = reasons.map(({ locationId }) => ({ locationId, rule: "not_of_channel" }) as const);
    expect(explanationOf([...ofOthers, { locationId: "reno", rule: "no_service" }])).toMatch(
      /^reno has no carrier's service to the destination; store-0 /,
    );
  });

  it("names the missing location if there is none at all", () => {
    expect(explanationOf([])).toBe("there is no location");
  });
});
