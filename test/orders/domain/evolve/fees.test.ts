/** When a fee (a tip, a duty, a surcharge) counts as shipped: with the last of the goods, if any of them was shipped. */
import { describe, expect, it } from "vitest";
import { withFeesSettled } from "../../../../src/orders/domain/evolve/fees";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import { aLine, anOrder } from "../../../support/an-order";
import { unitsText } from "../order-text";

const mug = (over: Partial<OrderLine>) => aLine("Mug", { ordered: 2, ...over });
const fee = (over: Partial<OrderLine> = {}) => aLine("Tip", { kind: "fee", ...over });

/** Where the units of the order's fees are after the rule. */
const feesText = (order: Order): string[] =>
  unitsText(withFeesSettled(order)).filter((text) => text.startsWith("Tip"));

describe("a fee beside goods", () => {
  it.each<{ name: string; goods: OrderLine[]; fees: OrderLine[]; expected: string[] }>([
    {
      name: "is open before anything ships",
      goods: [mug({})],
      fees: [fee()],
      expected: ["Tip: 1 allocated"],
    },
    {
      name: "is open while a unit is allocated",
      goods: [mug({ shipped: 1 })],
      fees: [fee()],
      expected: ["Tip: 1 allocated"],
    },
    {
      name: "is open while a unit is backordered",
      goods: [mug({ shipped: 1, backordered: 1 })],
      fees: [fee()],
      expected: ["Tip: 1 allocated"],
    },
    {
      name: "is open while a unit is unsourced",
      goods: [mug({ shipped: 1, unsourced: 1 })],
      fees: [fee()],
      expected: ["Tip: 1 allocated"],
    },
    {
      name: "is open while another line has an open unit",
      goods: [mug({ shipped: 2 }), aLine("Cup")],
      fees: [fee()],
      expected: ["Tip: 1 allocated"],
    },
    {
      name: "is shipped with the last of the goods",
      goods: [mug({ shipped: 2 })],
      fees: [fee()],
      expected: ["Tip: 1 shipped"],
    },
    {
      name: "is shipped with the last of the goods, if others of them were cancelled",
      goods: [mug({ shipped: 1, cancelled: 1 })],
      fees: [fee()],
      expected: ["Tip: 1 shipped"],
    },
    {
      name: "is shipped if one line was shipped, and another was cancelled",
      goods: [mug({ cancelled: 2 }), aLine("Cup", { shipped: 1 })],
      fees: [fee()],
      expected: ["Tip: 1 shipped"],
    },
    {
      name: "is shipped with a download",
      goods: [aLine("Song", { kind: "digital", shipped: 1 })],
      fees: [fee()],
      expected: ["Tip: 1 shipped"],
    },
    {
      name: "is not shipped if all goods were cancelled",
      goods: [mug({ cancelled: 2 })],
      fees: [fee()],
      expected: ["Tip: 1 allocated"],
    },
    {
      name: "stays shipped if all goods were returned",
      goods: [mug({ shipped: 2, returned: 2 })],
      fees: [fee({ shipped: 1 })],
      expected: ["Tip: 1 shipped"],
    },
    {
      name: "is open again if goods are added",
      goods: [mug({ shipped: 2 }), aLine("Cup")],
      fees: [fee({ shipped: 1 })],
      expected: ["Tip: 1 allocated"],
    },
    {
      name: "stays shipped as far as it was refunded, if goods are added",
      goods: [mug({ shipped: 2 }), aLine("Cup")],
      fees: [fee({ ordered: 3, shipped: 3, returned: 2 })],
      expected: ["Tip: 1 allocated, 2 shipped (2 returned)"],
    },
    {
      name: "is not shipped as far as it is cancelled",
      goods: [mug({ shipped: 2 })],
      fees: [fee({ ordered: 3, cancelled: 1 })],
      expected: ["Tip: 2 shipped, 1 cancelled"],
    },
    {
      name: "is shipped with each other fee",
      goods: [mug({ shipped: 2 })],
      fees: [fee(), fee({ ordered: 2 })],
      expected: ["Tip: 1 shipped", "Tip: 2 shipped"],
    },
    {
      name: "does not depend on the payment",
      goods: [mug({ shipped: 1 })],
      fees: [fee({ grossMinor: 0, taxMinor: 0 })],
      expected: ["Tip: 1 allocated"],
    },
  ])("$name", ({ goods, fees, expected }) => {
    expect(feesText(anOrder({ lines: [...goods, ...fees] }))).toEqual(expected);
  });
});

describe("a fee of an order without goods", () => {
  it.each([
    {
      name: "is open while nothing is paid",
      capturedMinor: 0,
      totalMinor: 100,
      expected: "Tip: 1 allocated",
    },
    { name: "is shipped once a cent is paid", capturedMinor: 1, totalMinor: 100, expected: "Tip: 1 shipped" },
    {
      name: "is shipped at once if it costs nothing",
      capturedMinor: 0,
      totalMinor: 0,
      expected: "Tip: 1 shipped",
    },
  ])("$name", ({ capturedMinor, totalMinor, expected }) => {
    expect(feesText(anOrder({ lines: [fee()], capturedMinor, totalMinor }))).toEqual([expected]);
  });

  it("is shipped without its cancelled units", () => {
    expect(feesText(anOrder({ lines: [fee({ ordered: 2, cancelled: 1 })] }))).toEqual([
      "Tip: 1 shipped, 1 cancelled",
    ]);
  });
});

describe("an order", () => {
  it("does not change without fees, even if its lines are not as the rule would have them", () => {
    const order = anOrder({ lines: [mug({ shipped: 1 })] });
    expect(withFeesSettled(order)).toBe(order);
  });

  it("keeps its other lines as they are", () => {
    const goods = [mug({ shipped: 1, backordered: 1 }), aLine("Song", { kind: "digital" })];
    const order = anOrder({ lines: [goods[0]!, fee(), goods[1]!] });
    expect(withFeesSettled(order)).toEqual(order);
  });
});
