import { describe, expect, it } from "vitest";
import type { FulfillmentId } from "../../../../src/kernel/ids";
import type { Fulfillment } from "../../../../src/orders/domain/fulfillments/fulfillment";
import { decideReject } from "../../../../src/orders/domain/fulfillments/reject";
import { anOrder } from "../../../support/an-order";
import { fulfillment, mug, MUG, partlyShipped } from "../mug-orders";
import { accepted, outcomeOf } from "../order-steps";

const reject = (rejected: Fulfillment, fulfillmentId: FulfillmentId = "ful_a") => {
  const order = anOrder({ lines: [mug({ ordered: 9 })], fulfillments: [rejected] });
  return decideReject(order, { fulfillmentId, reason: "damaged", note: "One broke.", by: "east" });
};

describe("decideReject", () => {
  it.each([
    { name: "a planned fulfillment", rejected: fulfillment("a", 2) },
    { name: "a released fulfillment", rejected: fulfillment("a", 2, { status: "released" }) },
    { name: "the unshipped units of a fulfillment", rejected: partlyShipped("a", 3, 1) },
  ])("rejects $name", ({ rejected }) => {
    expect(accepted(reject(rejected))).toEqual([
      {
        type: "fulfillment.rejected",
        fulfillmentId: "ful_a",
        locationId: "east",
        units: [{ lineId: MUG, quantity: 2 }],
        reason: "damaged",
        note: "One broke.",
        by: "east",
      },
    ]);
  });

  it("changes nothing for a fulfillment that was rejected before", () => {
    expect(accepted(reject(fulfillment("a", 2, { status: "rejected" })))).toEqual([]);
  });

  it.each([
    {
      name: "a fulfillment that the order does not have",
      rejected: fulfillment("a", 2),
      id: "ful_z",
      code: "fulfillment_unknown",
    },
    {
      name: "a fulfillment without a location",
      rejected: fulfillment("a", 1, { locationId: null }),
      id: "ful_a",
      code: "fulfillment_unknown",
    },
    {
      name: "a shipped fulfillment",
      rejected: fulfillment("a", 2, { status: "shipped" }),
      id: "ful_a",
      code: "fulfillment_not_open",
    },
    {
      name: "a delivered fulfillment",
      rejected: fulfillment("a", 2, { status: "delivered" }),
      id: "ful_a",
      code: "fulfillment_not_open",
    },
    {
      name: "a cancelled fulfillment",
      rejected: fulfillment("a", 2, { status: "cancelled" }),
      id: "ful_a",
      code: "fulfillment_not_open",
    },
  ] as const)("gives $code for $name", ({ rejected, id, code }) => {
    expect(outcomeOf(reject(rejected, id))).toBe(code);
  });
});
