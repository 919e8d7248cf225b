import { describe, expect, it } from "vitest";
import type { HoldCode } from "../../../../src/orders/domain/holds/hold";
import { decideReleaseHold } from "../../../../src/orders/domain/holds/release-hold";
import type { Order } from "../../../../src/orders/domain/order";
import { aLine, anOrder } from "../../../support/an-order";
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

  it("records the reason, if there is one", () => {
    const order = anOrder(onHold("staff"));
    expect(accepted(decideReleaseHold(order, "staff", "key_1", "Paid by phone"))).toMatchObject([
      { reason: "Paid by phone" },
    ]);
    expect(accepted(decideReleaseHold(order, "staff", "key_1", ""))[0]).not.toHaveProperty("reason");
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
