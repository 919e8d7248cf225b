import { describe, expect, it } from "vitest";
import { assertConsistent, unitsToShip } from "../../../../src/orders/domain/evolve/consistency";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import { anOrder } from "../../../support/an-order";
import { fulfillment, mug, MUG } from "../mug-orders";

describe("assertConsistent", () => {
  const consistent = anOrder({
    lines: [mug({ ordered: 2, shipped: 1, returned: 1 })],
    fulfillments: [fulfillment("a", 1)],
  });
  const withLine = (over: Partial<OrderLine>) => ({
    ...consistent,
    lines: [{ ...consistent.lines[0]!, ...over }],
  });
  const withBalances = (over: Partial<Order["balances"]>) => ({
    ...consistent,
    balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0, ...over },
  });
  const whole = "a quantity is whole and not negative";
  const conserved = "ordered = unsourced + backordered + allocated + shipped + cancelled";
  const notNegative = "no balance of an order is negative";
  const planned = "allocated units are exactly those that fulfillments have yet to ship";

  it("accepts a consistent order", () => {
    expect(() => assertConsistent(consistent)).not.toThrow();
  });

  it.each<{ name: string; order: Order; rule: string }>([
    { name: "a missing unit", order: withLine({ ordered: 3 }), rule: conserved },
    { name: "a surplus unit", order: withLine({ ordered: 1 }), rule: conserved },
    { name: "negative unsourced units", order: withLine({ unsourced: -1, backordered: 1 }), rule: whole },
    { name: "negative backordered units", order: withLine({ backordered: -1, unsourced: 1 }), rule: whole },
    { name: "negative allocated units", order: withLine({ allocated: -1, cancelled: 2 }), rule: whole },
    { name: "negative shipped units", order: withLine({ shipped: -1, cancelled: 2 }), rule: whole },
    { name: "negative cancelled units", order: withLine({ cancelled: -1, backordered: 1 }), rule: whole },
    { name: "negative removed units", order: withLine({ removed: -1 }), rule: whole },
    { name: "negative returned units", order: withLine({ returned: -1 }), rule: whole },
    { name: "half a unit", order: withLine({ shipped: 0.5, backordered: 0.5 }), rule: whole },
    { name: "more returned than shipped", order: withLine({ returned: 2 }), rule: "returned ≤ shipped" },
    { name: "more removed than cancelled", order: withLine({ removed: 1 }), rule: "removed ≤ cancelled" },
    { name: "negative deposits", order: withBalances({ depositsMinor: -1 }), rule: notNegative },
    { name: "a negative receivable", order: withBalances({ receivableMinor: -1 }), rule: notNegative },
    { name: "a negative refund due", order: withBalances({ refundPayableMinor: -1 }), rule: notNegative },
    { name: "half a cent", order: withBalances({ refundPayableMinor: 0.5 }), rule: notNegative },
    {
      name: "allocated units that no fulfillment ships",
      order: { ...consistent, fulfillments: [] },
      rule: planned,
    },
    {
      name: "units of a fulfillment that are not allocated",
      order: { ...consistent, fulfillments: [fulfillment("a", 2)] },
      rule: planned,
    },
    {
      name: "allocated units in a cancelled fulfillment",
      order: { ...consistent, fulfillments: [fulfillment("a", 1, { status: "cancelled" })] },
      rule: planned,
    },
  ])("throws for $name", ({ order, rule }) => {
    expect(() => assertConsistent(order)).toThrow(rule);
  });
});

describe("unitsToShip", () => {
  it("sums the unshipped units of live fulfillments", () => {
    const begun = fulfillment("a", 3, {
      status: "packed",
      lines: [{ lineId: MUG, quantity: 3, shipped: 1 }],
    });
    const order = anOrder({
      fulfillments: [begun, fulfillment("b", 4), fulfillment("c", 5, { status: "rejected" })],
    });
    expect(unitsToShip(order, MUG)).toBe(6);
    expect(unitsToShip(order, "line_other")).toBe(0);
  });
});
