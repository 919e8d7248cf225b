/** What units are worth, open and earned, and the sales of an order. Shipping: shipping-money.test.ts. */
import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../../src/kernel/invariant";
import { NO_AMOUNTS, type Amounts } from "../../../../src/orders/domain/amounts";
import { lineOf, type Order } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import {
  earnedWorth,
  openWorth,
  roundingEarned,
  salesOf,
  type Sales,
} from "../../../../src/orders/domain/payments/order-money";
import { aLine, anOrder } from "../../../support/an-order";
import { cancel, create, release, ship } from "../order-steps";
import { balancesText } from "../order-text";
import { aSale, authorized, sold } from "../sales";

/** 10.00, 2.00 off, 0.80 of tax: 8.80, or 8.00 if the price includes the tax. */
const shipping: Amounts = { grossMinor: 1000, discountMinor: 200, taxMinor: 80 };
const taxOnTop = anOrder({ lines: [aLine("Mug", { ordered: 3 })], shipping });
const taxIncluded = { ...taxOnTop, taxIncluded: true };

/** 10.00 for three, 0.50 off, 1.00 of tax. By unit: 3.33 3.33 3.34, discount 0.16 0.17 0.17, tax 0.33 0.33 0.34. */
const three = (over: Partial<OrderLine> = {}) =>
  aLine("Mug", { ordered: 3, grossMinor: 1000, discountMinor: 50, taxMinor: 100, ...over });
const ofThree = (over: Partial<OrderLine>, rest: Partial<Order> = {}) =>
  anOrder({ lines: [three(over)], shipping: NO_AMOUNTS, ...rest });

describe("openWorth", () => {
  const line = aLine("Mug", { ordered: 3, shipped: 1, cancelled: 1 });

  it.each<{ name: string; order: Order; expected: number }>([
    { name: "all units and the shipping", order: taxOnTop, expected: 3 * 2400 + 880 },
    {
      name: "the unit neither shipped nor cancelled, and the shipping that is not earned",
      order: { ...taxOnTop, lines: [line] },
      expected: 2400 + 440,
    },
    {
      name: "no tax on top if prices include it",
      order: { ...taxIncluded, lines: [line] },
      expected: 2000 + 400,
    },
    {
      name: "the last unit of a line, if the others were shipped",
      order: ofThree({ shipped: 2 }),
      expected: 351,
    },
    {
      name: "the first unit of a line, if the others were cancelled",
      order: ofThree({ cancelled: 2 }),
      expected: 350,
    },
    {
      name: "the middle unit of a line, between one that was shipped and one that was cancelled",
      order: ofThree({ shipped: 1, cancelled: 1 }),
      expected: 349,
    },
    {
      name: "backordered and unsourced units",
      order: ofThree({ backordered: 2, unsourced: 1 }),
      expected: 1050,
    },
    {
      name: "the units of every line, fees too",
      order: ofThree({}, { lines: [three(), aLine("Cup"), aLine("Tip", { kind: "fee" })] }),
      expected: 1050 + 2400 + 2400,
    },
    {
      name: "nothing that was shipped, returned or not",
      order: ofThree({ shipped: 3, returned: 1 }),
      expected: 0,
    },
    { name: "the rounding", order: ofThree({ shipped: 2 }, { roundingMinor: 2 }), expected: 353 },
    {
      name: "the rounding that takes off",
      order: ofThree({ shipped: 2 }, { roundingMinor: -2 }),
      expected: 349,
    },
    {
      name: "no rounding once all units were shipped",
      order: ofThree({ shipped: 3 }, { roundingMinor: 2 }),
      expected: 0,
    },
    {
      name: "no rounding and no shipping once all units were cancelled",
      order: ofThree({ cancelled: 3 }, { roundingMinor: 2, shipping }),
      expected: 0,
    },
  ])("includes $name", ({ order, expected }) => {
    expect(openWorth(order)).toBe(expected);
  });
});

describe("earnedWorth", () => {
  it.each<{ name: string; order: Order; expected: number }>([
    { name: "nothing before the first shipment", order: taxOnTop, expected: 0 },
    { name: "the first unit", order: ofThree({ shipped: 1 }), expected: 350 },
    { name: "all units", order: ofThree({ shipped: 3 }), expected: 1050 },
    {
      name: "the unit that was not returned: the last one",
      order: ofThree({ shipped: 3, returned: 2 }),
      expected: 351,
    },
    {
      name: "nothing of units that were all returned",
      order: ofThree({ shipped: 2, returned: 2 }),
      expected: 0,
    },
    {
      name: "no tax on top if prices include it",
      order: ofThree({ shipped: 3 }, { taxIncluded: true }),
      expected: 950,
    },
    {
      name: "the share of the shipping",
      order: { ...taxOnTop, lines: [aLine("Mug", { ordered: 3, shipped: 1 })] },
      expected: 2400 + 293,
    },
    {
      name: "all the shipping, though the units were returned",
      order: { ...taxOnTop, lines: [aLine("Mug", { ordered: 3, shipped: 3, returned: 3 })] },
      expected: 880,
    },
    {
      name: "the units of every line, fees too",
      order: ofThree({}, { lines: [three({ shipped: 3 }), aLine("Tip", { kind: "fee", shipped: 1 })] }),
      expected: 1050 + 2400,
    },
    {
      name: "the rounding with the last unit",
      order: ofThree({ shipped: 3 }, { roundingMinor: -2 }),
      expected: 1048,
    },
    { name: "no rounding before", order: ofThree({ shipped: 2 }, { roundingMinor: -2 }), expected: 699 },
  ])("includes $name", ({ order, expected }) => {
    expect(earnedWorth(order)).toBe(expected);
  });

  it("is the whole order with openWorth, as long as nothing is cancelled or returned", () => {
    for (const shipped of [0, 1, 2, 3]) {
      const order = ofThree({ shipped }, { shipping, roundingMinor: 2 });
      expect(earnedWorth(order) + openWorth(order)).toBe(1050 + 880 + 2);
    }
  });
});

describe("roundingEarned", () => {
  it.each<{ name: string; order: Order; expected: number }>([
    { name: "nothing while a unit is open", order: ofThree({ shipped: 2 }), expected: 0 },
    { name: "all with the last unit", order: ofThree({ shipped: 3 }), expected: 3 },
    {
      name: "all if the last units are cancelled",
      order: ofThree({ shipped: 1, cancelled: 2 }),
      expected: 3,
    },
    { name: "nothing if no unit was shipped", order: ofThree({ cancelled: 3 }), expected: 0 },
    {
      name: "all if one line was shipped, and another cancelled",
      order: anOrder({ lines: [three({ cancelled: 3 }), aLine("Cup", { shipped: 1 })] }),
      expected: 3,
    },
    {
      name: "nothing if only the fee counts as shipped",
      order: anOrder({ lines: [three({ cancelled: 3 }), aLine("Tip", { kind: "fee", shipped: 1 })] }),
      expected: 0,
    },
  ])("is $name", ({ order, expected }) => {
    expect(roundingEarned({ ...order, roundingMinor: 3 })).toBe(expected);
  });
});

describe("lineOf", () => {
  it("returns the order's line", () => {
    expect(lineOf(taxOnTop, taxOnTop.lines[0]!.id).title).toBe("Mug");
  });

  it("throws for a line that the order does not have", () => {
    expect(() => lineOf(taxOnTop, "line_hat")).toThrow(InvariantViolation);
  });
});

describe("salesOf", () => {
  const none: Sales = {
    productsMinor: 0,
    giftCardsMinor: 0,
    returnsMinor: 0,
    returnedGiftCardsMinor: 0,
    discountMinor: 0,
    taxMinor: 0,
    shippingMinor: 0,
  };
  const shippedMugs = (shipped: number, over: Partial<Order> = {}): Order => ({
    ...taxOnTop,
    lines: [aLine("Mug", { ordered: 3, shipped })],
    ...over,
  });
  const card = (over: Partial<OrderLine>) =>
    aLine("Card", { kind: "gift_card", ordered: 2, taxMinor: 0, ...over });

  it.each<{ name: string; order: Order; expected: Partial<Sales> }>([
    { name: "nothing before the first shipment", order: taxOnTop, expected: {} },
    {
      name: "list, discount, tax and shipping of a parcel",
      order: shippedMugs(1),
      expected: { productsMinor: 2000, discountMinor: 66, taxMinor: 426, shippingMinor: 333 },
    },
    {
      name: "list prices without the tax that they include",
      order: shippedMugs(3, { taxIncluded: true }),
      expected: { productsMinor: 4800, taxMinor: 1280, shippingMinor: 920, discountMinor: 200 },
    },
    {
      name: "the first unit of a line that does not divide",
      order: ofThree({ shipped: 1 }),
      expected: { productsMinor: 333, discountMinor: 16, taxMinor: 33 },
    },
    {
      name: "returns at list price, and no discount or tax for them",
      order: ofThree({ shipped: 3, returned: 1 }),
      expected: { productsMinor: 1000, returnsMinor: 333, discountMinor: 34, taxMinor: 67 },
    },
    {
      name: "no discount and no tax if all was returned",
      order: ofThree({ shipped: 3, returned: 3 }),
      expected: { productsMinor: 1000, returnsMinor: 1000 },
    },
    {
      name: "returns without the tax that prices include",
      order: ofThree({ shipped: 3, returned: 1 }, { taxIncluded: true }),
      expected: { productsMinor: 900, returnsMinor: 300, discountMinor: 34, taxMinor: 67 },
    },
    {
      name: "gift cards apart from products",
      order: anOrder({ lines: [card({ shipped: 1 }), aLine("Mug", { shipped: 1 })], shipping: NO_AMOUNTS }),
      expected: { giftCardsMinor: 2000, productsMinor: 2000, taxMinor: 400 },
    },
    {
      name: "returned gift cards apart from products",
      order: anOrder({
        lines: [card({ shipped: 2, returned: 1 }), aLine("Mug", { shipped: 1, returned: 1 })],
        shipping: NO_AMOUNTS,
      }),
      expected: {
        giftCardsMinor: 4000,
        returnedGiftCardsMinor: 2000,
        productsMinor: 2000,
        returnsMinor: 2000,
      },
    },
    {
      name: "downloads and fees as products",
      order: anOrder({
        lines: [
          aLine("Song", { kind: "digital", shipped: 1 }),
          aLine("Tip", { kind: "fee", shipped: 1, grossMinor: 300, taxMinor: 0 }),
        ],
        shipping: NO_AMOUNTS,
      }),
      expected: { productsMinor: 2300, taxMinor: 400 },
    },
    { name: "nothing of cancelled units", order: ofThree({ cancelled: 3 }, { shipping }), expected: {} },
  ])("has $name", ({ order, expected }) => {
    expect(salesOf(order)).toEqual({ ...none, ...expected });
  });
});

describe("a unit whose share of the discount is a cent more than its price", () => {
  /** 0.10 for seven, 0.09 off. By unit: price 1 1 2 1 2 1 2, discount 1 1 1 2 1 1 2, worth 0 0 1 −1 1 0 0. */
  const seven = [sold("Mug", 7, { unitPriceMinor: 1, grossMinor: 10, discountMinor: 9, taxMinor: 0 })];
  const times = (order: Order, count: number, step: (order: Order) => Order): Order =>
    count === 0 ? order : times(step(order), count - 1, step);
  const shipOne = (order: Order) => ship(order, { Mug: 1 });
  const cancelOne = (order: Order) => cancel(order, { Mug: 1 });
  const order = release(create(aSale({ lines: seven })));

  it.each([
    { units: 3, balances: [] },
    { units: 4, balances: ["deposits 1"] },
    { units: 5, balances: [] },
    { units: 7, balances: [] },
  ])("becomes a deposit when it ships, and pays for the next unit: $units units", ({ units, balances }) => {
    expect(balancesText(times(order, units, shipOne))).toEqual(balances);
  });

  it("reduces what is receivable when it ships unpaid", () => {
    const unpaid = release(create(aSale({ lines: seven, payments: [authorized(1)] })));
    expect(balancesText(times(unpaid, 7, shipOne))).toEqual(["receivable 1"]);
  });

  it.each([
    { units: 2, balances: ["deposits 1"] },
    { units: 3, balances: ["refund due 1"] },
    { units: 4, balances: ["deposits 1"] },
    { units: 7, balances: ["refund due 1"] },
  ])(
    "leaves on deposit what the units left are worth, when it is cancelled: $units units",
    ({ units, balances }) => {
      expect(balancesText(times(order, units, cancelOne))).toEqual(balances);
    },
  );

  it("is worth its cent in any sequence of shipments and cancellations", () => {
    expect(balancesText(times(times(order, 4, cancelOne), 3, shipOne))).toEqual([]);
    const onlyFourthLeft = times(times(order, 3, shipOne), 3, cancelOne);
    expect(balancesText(onlyFourthLeft)).toEqual([]);
    expect(balancesText(shipOne(onlyFourthLeft))).toEqual(["refund due 1"]);
  });
});
