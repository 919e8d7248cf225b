import { describe, expect, it } from "vitest";
import type { HoldCode } from "../../../../src/orders/domain/holds/hold";
import { decideReleaseHold, decideResolvedHolds } from "../../../../src/orders/domain/holds/release-hold";
import { NO_AMOUNTS } from "../../../../src/orders/domain/amounts";
import type { Order } from "../../../../src/orders/domain/order";
import { aLine, anAddress, anOrder } from "../../../support/an-order";
import { held } from "../mug-orders";
import { accepted, outcomeOf } from "../order-steps";

const onHold = (...codes: HoldCode[]): Partial<Order> => ({
  status: "on_hold",
  holds: codes.map((code) => held(code)),
});

describe("decideReleaseHold", () => {
  const unsourced = aLine("Mug", { unsourced: 1 });
  const backordered = aLine("Mug", { backordered: 1 });

  it.each([
    { name: "a standing hold", holds: "staff", released: "staff", line: aLine("Mug"), expected: "accepted" },
    {
      name: "a hold of another code",
      holds: "staff",
      released: "stock_short",
      line: aLine("Mug"),
      expected: "hold_unknown",
    },
    {
      name: "a hold for another reason, with unsourced units",
      holds: "staff",
      released: "staff",
      line: unsourced,
      expected: "accepted",
    },
    {
      name: "an unknown SKU, with unsourced units",
      holds: "unknown_sku",
      released: "unknown_sku",
      line: unsourced,
      expected: "hold_unresolved",
    },
    {
      name: "a missing SKU, with unsourced units",
      holds: "sku_missing",
      released: "sku_missing",
      line: unsourced,
      expected: "hold_unresolved",
    },
    {
      name: "no location, with unsourced units",
      holds: "no_location",
      released: "no_location",
      line: unsourced,
      expected: "hold_unresolved",
    },
    {
      name: "an unknown SKU, once it is sourced",
      holds: "unknown_sku",
      released: "unknown_sku",
      line: aLine("Mug"),
      expected: "accepted",
    },
    {
      name: "a missing SKU, once its units are backordered",
      holds: "sku_missing",
      released: "sku_missing",
      line: backordered,
      expected: "accepted",
    },
  ] as const)("gives $expected for $name", ({ holds, released, line, expected }) => {
    const order = anOrder({ lines: [aLine("Cup"), line], ...onHold(holds) });
    expect(outcomeOf(decideReleaseHold(order, released, "key_1"))).toBe(expected);
  });

  it("records by whom the hold was released", () => {
    expect(accepted(decideReleaseHold(anOrder(onHold("staff")), "staff", "key_1"))).toEqual([
      { type: "order.hold_released", code: "staff", by: "key_1" },
    ]);
  });

  it.each([
    { code: "unknown_sku", detail: "Mug, Hat: assign a known SKU or cancel." },
    { code: "no_location", detail: "Mug, Hat: source it once a location may send it or cancel." },
  ] as const)("lists the lines that keep the hold $code, and the remedy", ({ code, detail }) => {
    const lines = [unsourced, aLine("Cup"), aLine("Hat", { unsourced: 1 })];
    const decision = decideReleaseHold(anOrder({ lines, ...onHold(code) }), code, "key_1");
    expect(decision).toMatchObject({ rejection: { hold: code, detail } });
  });
});

describe("decideResolvedHolds", () => {
  const address = (countryCode: string | null): Partial<Order> => ({
    shippingAddress: { ...anAddress, countryCode },
  });
  const withBackorder = (backordered: number): Partial<Order> => ({
    lines: [aLine("Mug", { ordered: 2, backordered, allocated: 2 - backordered })],
  });

  const allCancelled = { lines: [aLine("Mug", { cancelled: 1 })], shipping: NO_AMOUNTS };
  const owed = (receivableMinor: number): Order["balances"] => ({
    depositsMinor: 0,
    receivableMinor,
    refundPayableMinor: 0,
  });

  it.each<{ name: string; holds: HoldCode[]; order: Partial<Order>; resolved: HoldCode[] }>([
    {
      name: "ship_complete once no unit is backordered",
      holds: ["ship_complete"],
      order: withBackorder(0),
      resolved: ["ship_complete"],
    },
    {
      name: "nothing while a unit is backordered",
      holds: ["ship_complete"],
      order: withBackorder(1),
      resolved: [],
    },
    {
      name: "destination_unknown once the country is known",
      holds: ["destination_unknown"],
      order: address("US"),
      resolved: ["destination_unknown"],
    },
    {
      name: "nothing while the country is unknown",
      holds: ["destination_unknown"],
      order: address(null),
      resolved: [],
    },
    {
      name: "destination_unknown once the order has no address",
      holds: ["destination_unknown"],
      order: { shippingAddress: null },
      resolved: ["destination_unknown"],
    },
    {
      name: "payment_pending once all is cancelled",
      holds: ["payment_pending"],
      order: { ...allCancelled, balances: owed(0) },
      resolved: ["payment_pending"],
    },
    {
      name: "nothing while a unit is left to pay for",
      holds: ["payment_pending"],
      order: { lines: [aLine("Mug", { ordered: 2, cancelled: 1 })], shipping: NO_AMOUNTS, balances: owed(0) },
      resolved: [],
    },
    {
      name: "nothing while shipping is left to pay for",
      holds: ["payment_pending"],
      order: { lines: [aLine("Mug", { cancelled: 1 })], balances: owed(0) },
      resolved: [],
    },
    {
      name: "nothing while what was shipped is not paid",
      holds: ["payment_pending"],
      order: { ...allCancelled, balances: owed(1) },
      resolved: [],
    },
    { name: "no hold of another code", holds: ["staff"], order: withBackorder(0), resolved: [] },
    {
      name: "each resolved hold of several",
      holds: ["staff", "ship_complete", "destination_unknown"],
      order: { ...withBackorder(0), ...address("US") },
      resolved: ["ship_complete", "destination_unknown"],
    },
  ])("releases $name", ({ holds, order, resolved }) => {
    expect(decideResolvedHolds(anOrder({ ...onHold(...holds), ...order }), "key_1")).toEqual(
      resolved.map((code) => ({ type: "order.hold_released", code, by: "key_1", resolved: true })),
    );
  });
});
