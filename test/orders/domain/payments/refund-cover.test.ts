/** What refunds pay back: the worth of the units and the shipping that each lists, and the rest. */
import { describe, expect, it } from "vitest";
import type { Order } from "../../../../src/orders/domain/order";
import { refundCover } from "../../../../src/orders/domain/payments/refund-cover";
import { aLine, NOON } from "../../../support/an-order";
import { facts, onlyFourthLeft, refundFor, three, units } from "./money-facts";

/** `[covered, uncovered, shortfall]` */
const coverOf = (order: Order): [number, number, number] => {
  const { coveredMinor, uncoveredMinor, shortfallMinor } = refundCover(order);
  return [coveredMinor, uncoveredMinor, shortfallMinor];
};

type Case = Readonly<{ name: string; order: Order; cover: [number, number, number] }>;
const itCovers = (cases: readonly Case[]) =>
  it.each(cases)("$name", ({ order, cover }) => {
    expect(coverOf(order)).toEqual(cover);
  });

const SHIPPING = { grossMinor: 50, discountMinor: 0, taxMinor: 10 };

describe("a refund of cancelled units", () => {
  const lines = [units({ cancelled: 2 })];
  itCovers([
    { name: "none: nothing", order: facts(lines), cover: [0, 0, 0] },
    {
      name: "pays for a unit",
      order: facts(lines, { refunds: [refundFor(100, ["1 A"])] }),
      cover: [100, 0, 0],
    },
    { name: "a cent less", order: facts(lines, { refunds: [refundFor(99, ["1 A"])] }), cover: [99, 0, 0] },
    {
      name: "a cent more, which pays for nothing",
      order: facts(lines, { refunds: [refundFor(101, ["1 A"])] }),
      cover: [100, 1, 0],
    },
    {
      name: "of nothing, which is no fee: the units were never sent",
      order: facts(lines, { refunds: [refundFor(0, ["2 A"])] }),
      cover: [0, 0, 0],
    },
    {
      name: "more units than are gone: those that are gone",
      order: facts(lines, { refunds: [refundFor(300, ["3 A"])] }),
      cover: [200, 100, 0],
    },
    {
      name: "units that none are gone of: nothing, until they are",
      order: facts([units()], { refunds: [refundFor(100, ["1 A"])] }),
      cover: [0, 100, 0],
    },
    {
      name: "a line that the order does not have: nothing",
      order: facts(lines, { refunds: [refundFor(100, ["1 Hat"])] }),
      cover: [0, 100, 0],
    },
    {
      name: "the last units of a line: 3.34 − 0.17 + 0.34",
      order: facts([three({ cancelled: 1 })], { refunds: [refundFor(400, ["1 A"])] }),
      cover: [351, 49, 0],
    },
    {
      name: "without tax on top, if prices include it: 3.34 − 0.17",
      order: facts([three({ cancelled: 1 })], { taxIncluded: true, refunds: [refundFor(400, ["1 A"])] }),
      cover: [317, 83, 0],
    },
    {
      name: "units that were shipped: nothing, unless they came back",
      order: facts([units({ shipped: 4 })], { refunds: [refundFor(100, ["1 A"])] }),
      cover: [0, 100, 0],
    },
  ]);
});

describe("a refund of returned units", () => {
  const lines = [units({ shipped: 4, returned: 2 })];
  itCovers([
    {
      name: "pays for a unit",
      order: facts(lines, { refunds: [refundFor(100, ["1 A 1"])] }),
      cover: [100, 0, 0],
    },
    {
      name: "a cent less: a shortfall",
      order: facts(lines, { refunds: [refundFor(99, ["1 A 1"])] }),
      cover: [99, 0, 1],
    },
    {
      name: "a cent more: no shortfall, and a cent for nothing",
      order: facts(lines, { refunds: [refundFor(101, ["1 A 1"])] }),
      cover: [100, 1, 0],
    },
    {
      name: "a cent: a shortfall of the rest of the units' worth",
      order: facts(lines, { refunds: [refundFor(1, ["2 A 2"])] }),
      cover: [1, 0, 199],
    },
    {
      name: "of nothing: no shortfall, but units that are not paid back yet",
      order: facts(lines, { refunds: [refundFor(0, ["2 A 2"])] }),
      cover: [0, 0, 0],
    },
    {
      name: "the first units of a line: 3.33 − 0.16 + 0.33",
      order: facts([three({ shipped: 3, returned: 1 })], { refunds: [refundFor(400, ["1 A 1"])] }),
      cover: [350, 50, 0],
    },
    {
      name: "without tax on top, if prices include it: 3.33 − 0.16",
      order: facts([three({ shipped: 3, returned: 1 })], {
        taxIncluded: true,
        refunds: [refundFor(400, ["1 A 1"])],
      }),
      cover: [317, 83, 0],
    },
  ]);

  const both = [units({ shipped: 2, returned: 1, cancelled: 1 })];
  itCovers([
    {
      name: "and of a cancelled one pays for both",
      order: facts(both, { refunds: [refundFor(200, ["2 A 1"])] }),
      cover: [200, 0, 0],
    },
    {
      name: "and of a cancelled one: what it lacks is a shortfall up to the returned one's worth",
      order: facts(both, { refunds: [refundFor(101, ["2 A 1"])] }),
      cover: [101, 0, 99],
    },
    {
      name: "and of a cancelled one: no more than the returned one's worth",
      order: facts(both, { refunds: [refundFor(50, ["2 A 1"])] }),
      cover: [50, 0, 100],
    },
    {
      name: "pays for nothing of a cancelled one that it does not list",
      order: facts(both, { refunds: [refundFor(200, ["1 A 1"])] }),
      cover: [100, 100, 0],
    },
    {
      name: "and of a cancelled one, listed apart",
      order: facts(both, { refunds: [refundFor(250, ["1 A", "1 A 1"])] }),
      cover: [200, 50, 0],
    },
  ]);
});

describe("a refund of shipping", () => {
  const lines = [units({ shipped: 4, returned: 1 })];
  itCovers([
    {
      name: "pays for the charge, tax included",
      order: facts(lines, { shipping: SHIPPING, refunds: [refundFor(60, [], { shippingMinor: 60 })] }),
      cover: [60, 0, 0],
    },
    {
      name: "pays for no tax on top, if the charge includes it",
      order: facts(lines, {
        shipping: SHIPPING,
        taxIncluded: true,
        refunds: [refundFor(60, [], { shippingMinor: 60 })],
      }),
      cover: [50, 10, 0],
    },
    {
      name: "pays for no more than the charge",
      order: facts(lines, { shipping: SHIPPING, refunds: [refundFor(61, [], { shippingMinor: 61 })] }),
      cover: [60, 1, 0],
    },
    {
      name: "pays for no more than it lists",
      order: facts(lines, { shipping: SHIPPING, refunds: [refundFor(60, [], { shippingMinor: 59 })] }),
      cover: [59, 1, 0],
    },
    {
      name: "pays with others for no more than the charge",
      order: facts(lines, {
        shipping: SHIPPING,
        refunds: [
          refundFor(40, [], { shippingMinor: 40 }),
          refundFor(40, [], { externalId: "r2", shippingMinor: 40 }),
        ],
      }),
      cover: [60, 20, 0],
    },
    {
      name: "pays for a returned unit with it",
      order: facts(lines, {
        shipping: SHIPPING,
        refunds: [refundFor(160, ["1 A 1"], { shippingMinor: 60 })],
      }),
      cover: [160, 0, 0],
    },
    {
      name: "with a returned unit: what both lack is a shortfall",
      order: facts(lines, {
        shipping: SHIPPING,
        refunds: [refundFor(100, ["1 A 1"], { shippingMinor: 60 })],
      }),
      cover: [100, 0, 60],
    },
    {
      name: "with a returned unit: the shortfall is no more than the unit's worth",
      order: facts(lines, { shipping: SHIPPING, refunds: [refundFor(20, ["1 A 1"], { shippingMinor: 60 })] }),
      cover: [20, 0, 100],
    },
    {
      name: "that lists nothing and pays nothing takes none of the charge",
      order: facts(lines, {
        shipping: SHIPPING,
        refunds: [
          refundFor(0, [], { externalId: "r0", shippingMinor: 60 }),
          refundFor(60, [], { shippingMinor: 60 }),
        ],
      }),
      cover: [60, 0, 0],
    },
  ]);
});

describe("a refund that lists nothing", () => {
  itCovers([
    {
      name: "pays for nothing in particular, though units are cancelled",
      order: facts([units({ cancelled: 4 })], { refunds: [refundFor(100)] }),
      cover: [0, 100, 0],
    },
    {
      name: "pays for nothing in particular, though units came back",
      order: facts([units({ shipped: 4, returned: 4 })], { refunds: [refundFor(100)] }),
      cover: [0, 100, 0],
    },
  ]);
});

describe("several refunds", () => {
  const twoReturned = [three({ shipped: 3, returned: 2 })];
  /** Both units are worth 6.99: 3.49 for the refund that comes first, 3.50 for the other. */
  const [small, large] = [refundFor(349, ["1 A 1"]), refundFor(350, ["1 A 1"])];
  const later = { at: NOON + 1, externalId: "r0" };

  itCovers([
    {
      name: "of one line take its units in turn",
      order: facts([units({ cancelled: 2 })], {
        refunds: [refundFor(100, ["1 A"]), refundFor(100, ["1 A"], { externalId: "r2" })],
      }),
      cover: [200, 0, 0],
    },
    {
      name: "of one unit: only the first pays for it",
      order: facts([units({ cancelled: 1 })], {
        refunds: [refundFor(100, ["1 A"]), refundFor(100, ["1 A"], { externalId: "r2" })],
      }),
      cover: [100, 100, 0],
    },
    {
      name: "of one line: one that lists more units than are gone leaves none",
      order: facts([units({ cancelled: 2 })], {
        refunds: [refundFor(250, ["3 A"]), refundFor(50, ["1 A"], { externalId: "r2" })],
      }),
      cover: [200, 100, 0],
    },
    {
      name: "of one line: one that came back, and one that was cancelled",
      order: facts([units({ shipped: 2, returned: 1, cancelled: 1 })], {
        refunds: [refundFor(100, ["1 A"]), refundFor(90, ["1 A 1"], { externalId: "r2" })],
      }),
      cover: [190, 0, 10],
    },
    {
      name: "of two lines take the units of each",
      order: facts([units({ cancelled: 1 }), aLine("B", { grossMinor: 30, taxMinor: 0, cancelled: 1 })], {
        refunds: [refundFor(130, ["1 A", "1 B"])],
      }),
      cover: [130, 0, 0],
    },
    {
      name: "of a line that an edit added to take the units of both",
      order: facts([units({ cancelled: 1 }), units({ ordered: 1, grossMinor: 30, cancelled: 1 })], {
        refunds: [refundFor(200, ["2 A"])],
      }),
      cover: [130, 70, 0],
    },
    {
      name: "of a line that an edit added to take the returned units of both",
      order: facts(
        [units({ shipped: 4, returned: 1 }), units({ ordered: 1, grossMinor: 30, shipped: 1, returned: 1 })],
        { refunds: [refundFor(100, ["2 A 2"])] },
      ),
      cover: [100, 0, 30],
    },
    {
      name: "are read by their time: the earlier one is for the first unit",
      order: facts(twoReturned, { refunds: [{ ...large, ...later }, small] }),
      cover: [699, 0, 0],
    },
    {
      name: "are read by their time: the later one is for the second unit",
      order: facts(twoReturned, { refunds: [{ ...small, ...later }, large] }),
      cover: [698, 1, 0],
    },
    {
      name: "of one time are read by their id",
      order: facts(twoReturned, { refunds: [{ ...large, externalId: "r2" }, small] }),
      cover: [699, 0, 0],
    },
    {
      name: "of one time are read by their id, which decides the cents",
      order: facts(twoReturned, { refunds: [{ ...small, externalId: "r2" }, large] }),
      cover: [698, 1, 0],
    },
  ]);
});

describe("a unit that is worth less than nothing", () => {
  const cancelledOdd = { ...onlyFourthLeft, shipped: 3, cancelled: 4, allocated: 0 };
  itCovers([
    {
      name: "is paid for by nothing",
      order: facts([{ ...onlyFourthLeft, grossMinor: 0, discountMinor: 7, cancelled: 4, allocated: 0 }], {
        refunds: [refundFor(5, ["4 Odd"])],
      }),
      cover: [0, 5, 0],
    },
    {
      name: "is no shortfall when it comes back",
      order: facts([{ ...onlyFourthLeft, grossMinor: 0, discountMinor: 7, returned: 3 }], {
        refunds: [refundFor(0, ["3 Odd 3"])],
      }),
      cover: [0, 0, 0],
    },
    {
      name: "and its neighbours are worth nothing together: −0.01 + 0.01",
      order: facts([cancelledOdd], { refunds: [refundFor(2, ["4 Odd"])] }),
      cover: [0, 2, 0],
    },
  ]);
});

describe("a cent of rounding", () => {
  const ofRounding = (order: Order) => {
    const { shortfallMinor, roundedOffMinor, roundedUpMinor } = refundCover(order);
    return { shortfallMinor, roundedOffMinor, roundedUpMinor };
  };
  const none = { shortfallMinor: 0, roundedOffMinor: 0, roundedUpMinor: 0 };
  // A unit is worth 3.50 or 3.51: gross, discount and tax do not divide by three.
  const returned = [three({ shipped: 3, returned: 1 })];
  const cancelled = [three({ cancelled: 1 })];
  const refunds = (amountMinor: number) => ({ refunds: [refundFor(amountMinor, ["1 A 1"])] });
  const worth = 350;

  it.each([
    { name: "none", order: facts(returned, refunds(worth)), expected: none },
    {
      name: "less for a returned unit is no fee",
      order: facts(returned, refunds(worth - 3)),
      expected: { ...none, roundedOffMinor: 3 },
    },
    {
      name: "more for a returned unit",
      order: facts(returned, refunds(worth + 3)),
      expected: { ...none, roundedUpMinor: 3 },
    },
    {
      name: "less than rounding explains is a fee",
      order: facts(returned, refunds(worth - 4)),
      expected: { ...none, shortfallMinor: 4 },
    },
    { name: "more than rounding explains", order: facts(returned, refunds(worth + 4)), expected: none },
    {
      name: "less for a cancelled unit is not owed",
      order: facts(cancelled, { refunds: [refundFor(350, ["1 A"])] }),
      expected: { ...none, roundedOffMinor: 1 },
    },
    {
      name: "of units that are all worth the same",
      order: facts([units({ cancelled: 2 })], { refunds: [refundFor(99, ["1 A"])] }),
      expected: none,
    },
    {
      name: "of a refund of nothing",
      order: facts(returned, refunds(0)),
      expected: none,
    },
  ])("$name", ({ order, expected }) => {
    expect(ofRounding(order)).toEqual(expected);
  });
});

describe("what the storefront lists as kept", () => {
  const kept = (keptMinor: number, amountMinor: number) =>
    facts([units({ cancelled: 1 })], { refunds: [refundFor(amountMinor, ["1 A"], { keptMinor })] });
  itCovers([
    { name: "of a cancelled unit is a shortfall", order: kept(10, 90), cover: [90, 0, 10] },
    { name: "is no more than what the refund lacks", order: kept(20, 90), cover: [90, 0, 10] },
    { name: "leaves the rest owed", order: kept(4, 90), cover: [90, 0, 4] },
  ]);
});
