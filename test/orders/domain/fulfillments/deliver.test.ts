import { describe, expect, it } from "vitest";
import { decideDeliver } from "../../../../src/orders/domain/fulfillments/deliver";
import { anOrder, NOON } from "../../../support/an-order";
import { parcel } from "../mug-orders";
import { accepted, outcomeOf } from "../order-steps";

describe("decideDeliver", () => {
  const order = anOrder({ shipments: [parcel("1", 1, "ful_a"), parcel("2", 1, "ful_a", NOON)] });

  it.each([
    { name: "a time after the shipment", at: NOON + 1 },
    { name: "the time of the shipment", at: NOON },
  ])("records $name", ({ at }) => {
    expect(accepted(decideDeliver(order, "shp_1", at))).toEqual([
      { type: "shipment.delivered", shipmentId: "shp_1", at },
    ]);
  });

  it("changes nothing for a delivered shipment", () => {
    expect(accepted(decideDeliver(order, "shp_2", NOON + 1))).toEqual([]);
  });

  it.each([
    { name: "a time before the shipment", id: "shp_1", at: NOON - 1, code: "delivered_before_shipped" },
    { name: "a shipment that the order does not have", id: "shp_3", at: NOON, code: "shipment_unknown" },
  ] as const)("rejects $name", ({ id, at, code }) => {
    expect(outcomeOf(decideDeliver(order, id, at))).toBe(code);
  });
});
