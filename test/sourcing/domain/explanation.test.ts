import { expect, it } from "vitest";
import { explainDecision, explanationOf } from "../../../src/sourcing/domain/explanation";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { channel, newark, problemOf, reno, store, supplyOf } from "./retailer";

it("tells a decision as staff would: what goes, what it costs, what came second, who was left out", () => {
  const problem = problemOf(
    {
      mug: supplyOf(2, { newark: 2, reno: 2 }, { stockPrices: { newark: 30 } }),
      pen: supplyOf(3, { newark: 1 }),
    },
    { channel: channel({ shipComplete: true }) },
    { locations: [{ ...newark, handlingPerParcelMinor: 20 }, reno, { ...store, shipsOrders: false }] },
  );
  expect(explainDecision(sourceOrder(problem), "USD")).toEqual([
    "newark sends 2 of mug, 1 of pen with ground for 6.80 USD (parcel 6.00 USD, handling 0.20 USD, stock 0.60 USD).",
    "It costs 6.80 USD in all.",
    "Next comes newark with reno, for 7.40 USD more.",
    "Not sent: 2 of pen.",
    "It leaves as a whole, and not all of it can.",
    "store sends no parcels.",
  ]);
});

it("tells why nobody may send it by the first reasons, however many locations there are", () => {
  const reasons = Array.from({ length: 500 }, (_, i) => {
    return { locationId: `store-${i}`, rule: "ships_no_orders" } as const;
  });
  expect(explanationOf(reasons.slice(0, 2))).toBe("store-0 sends no parcels; store-1 sends no parcels");
  expect(explanationOf(reasons)).toMatch(
    /^store-0 sends no parcels; .*; store-9 sends no parcels; and 490 more reasons$/,
  );
  const ofOthers = reasons.map(({ locationId }) => ({ locationId, rule: "not_of_channel" }) as const);
  expect(explanationOf([...ofOthers, { locationId: "reno", rule: "no_service" }])).toMatch(
    /^reno has no carrier's service that goes there; store-0 /,
  );
  expect(explanationOf([])).toBe("there is no location");
});

it("tells an order that nobody can send by who was left out alone", () => {
  const nobody = problemOf({ mug: supplyOf(1, {}) }, {}, { locations: [newark] });
  expect(explainDecision(sourceOrder(nobody), "USD")).toEqual([
    "No location sends any of it.",
    "Not sent: 1 of mug.",
    "newark has nothing of it.",
  ]);
});
