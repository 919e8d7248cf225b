/** The shipping charge: what of it is open, earned and refunded. */
import { describe, expect, it } from "vitest";
import { listPrice, NO_AMOUNTS, payable, type Amounts } from "../../../../src/orders/domain/amounts";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import {
  openShipping,
  shippingAmounts,
  shippingCharge,
  shippingEarned,
} from "../../../../src/orders/domain/payments/order-money";
import { aLine, anOrder, NOON } from "../../../support/an-order";
import { cancel, create, refund, release, ship } from "../order-steps";
import { balancesText } from "../order-text";
import { aRefund, aSale, sold } from "../sales";

/** 10.00, 2.00 off, 0.80 of tax: 8.80, or 8.00 if the price includes the tax. */
const shipping: Amounts = { grossMinor: 1000, discountMinor: 200, taxMinor: 80 };
const taxOnTop = anOrder({ lines: [aLine("Mug", { ordered: 3 })], shipping });
const taxIncluded = { ...taxOnTop, taxIncluded: true };

describe("shippingCharge", () => {
  it.each<{ name: string; order: Order; expected: number }>([
    { name: "adds tax on top", order: taxOnTop, expected: 880 },
    { name: "does not add included tax", order: taxIncluded, expected: 800 },
    {
      name: "is zero for free shipping",
      order: anOrder({ shipping: { ...shipping, discountMinor: 1000, taxMinor: 0 } }),
      expected: 0,
    },
  ])("$name", ({ order, expected }) => {
    expect(shippingCharge(order)).toBe(expected);
  });
});

describe("shippingAmounts", () => {
  /** Of 8.80: tax 0.80/8.80 and discount 2.00/8.80, each rounded down. */
  it.each<{ name: string; order: Order; upTo: number; amounts: Amounts; list: number }>([
    {
      name: "half",
      order: taxOnTop,
      upTo: 440,
      amounts: { grossMinor: 500, discountMinor: 100, taxMinor: 40 },
      list: 500,
    },
    { name: "all", order: taxOnTop, upTo: 880, amounts: shipping, list: 1000 },
    {
      name: "the first cent",
      order: taxOnTop,
      upTo: 1,
      amounts: { grossMinor: 1, discountMinor: 0, taxMinor: 0 },
      list: 1,
    },
    {
      name: "all but the last cent",
      order: taxOnTop,
      upTo: 879,
      amounts: { grossMinor: 999, discountMinor: 199, taxMinor: 79 },
      list: 999,
    },
    {
      name: "half with included tax",
      order: taxIncluded,
      upTo: 400,
      amounts: { grossMinor: 500, discountMinor: 100, taxMinor: 40 },
      list: 460,
    },
    { name: "all with included tax", order: taxIncluded, upTo: 800, amounts: shipping, list: 920 },
    { name: "nothing", order: taxOnTop, upTo: 0, amounts: NO_AMOUNTS, list: 0 },
  ])("splits $name into list, discount and tax", ({ order, upTo, amounts, list }) => {
    const split = shippingAmounts(order, upTo);
    expect(split).toEqual(amounts);
    expect(listPrice(split, order.taxIncluded)).toBe(list);
    expect(payable(split, order.taxIncluded)).toBe(upTo);
  });

  it("has the amounts of a charge of one cent", () => {
    const cent = { grossMinor: 1, discountMinor: 0, taxMinor: 0 };
    expect(shippingAmounts(anOrder({ shipping: cent }), 1)).toEqual(cent);
  });

  it("has no amounts if shipping is free", () => {
    const free = anOrder({ shipping: { grossMinor: 500, discountMinor: 500, taxMinor: 0 } });
    expect(shippingAmounts(free, 0)).toEqual(NO_AMOUNTS);
  });
});

describe("the shipping charge is earned", () => {
  it.each([
    { name: "unit by unit", parcels: [1, 1, 1], earned: [293, 293, 294] },
    { name: "in proportion to the units", parcels: [2, 1], earned: [586, 294] },
    { name: "as a whole by the only parcel", parcels: [3], earned: [880] },
  ])("$name, and the last parcel earns the rest", ({ parcels, earned }) => {
    let order = release(create(aSale({ lines: [sold("Mug", 3)], shipping })));
    const earnedByParcel = parcels.map((quantity) => {
      const before = shippingEarned(order);
      order = ship(order, { Mug: quantity });
      return shippingEarned(order) - before;
    });
    expect(earnedByParcel).toEqual(earned);
  });

  it("in proportion to all open units: backordered ones too, but not cancelled ones", () => {
    const sale = aSale({ lines: [sold("Mug", 2), sold("Cup", 2)], shipping });
    const order = release(create(sale, { Cup: "backordered:2" }));
    expect(shippingEarned(ship(order, { Mug: 1 }))).toBe(220);
    expect(shippingEarned(ship(cancel(order, { Cup: 2 }), { Mug: 1 }))).toBe(440);
  });

  it("in the same proportion whether units are cancelled before or after the shipment", () => {
    const order = release(create(aSale({ lines: [sold("Mug", 4)], shipping })));
    const before = ship(cancel(order, { Mug: 2 }), { Mug: 1 });
    const after = cancel(ship(order, { Mug: 1 }), { Mug: 2 });
    expect([before, after].map(shippingEarned)).toEqual([440, 440]);
  });
});

const mug = (over: Partial<OrderLine>) => aLine("Mug", { ordered: 4, ...over });
const song = (over: Partial<OrderLine> = {}) => aLine("Song", { kind: "digital", ...over });
const ofLines = (...lines: OrderLine[]) => ({ ...taxOnTop, lines });
const refunded = (...amounts: number[]) =>
  amounts.map((shippingMinor, i) => ({
    externalId: `r${i}`,
    amountMinor: shippingMinor,
    shippingMinor,
    itemized: true,
    at: NOON,
    lines: [],
  }));

describe("of the shipping charge of 8.80", () => {
  it.each<{ name: string; order: Order; earned: number; open: number }>([
    { name: "all is open before the first parcel", order: ofLines(mug({})), earned: 0, open: 880 },
    {
      name: "a quarter is earned by the first of four",
      order: ofLines(mug({ shipped: 1 })),
      earned: 220,
      open: 660,
    },
    { name: "all is earned by the last", order: ofLines(mug({ shipped: 4 })), earned: 880, open: 0 },
    {
      name: "all is earned if the others are cancelled",
      order: ofLines(mug({ shipped: 1, cancelled: 3 })),
      earned: 880,
      open: 0,
    },
    {
      name: "nothing is earned or open if all are cancelled",
      order: ofLines(mug({ cancelled: 4 })),
      earned: 0,
      open: 0,
    },
    {
      name: "all stays earned if units come back",
      order: ofLines(mug({ shipped: 4, returned: 4 })),
      earned: 880,
      open: 0,
    },
    {
      name: "unsourced units are open ones",
      order: ofLines(mug({ shipped: 1, unsourced: 2, cancelled: 1 })),
      earned: 293,
      open: 587,
    },
    {
      name: "downloads earn nothing beside goods",
      order: ofLines(mug({}), song({ shipped: 1 })),
      earned: 0,
      open: 880,
    },
    {
      name: "all is earned with the goods, though a download is open",
      order: ofLines(mug({ shipped: 4 }), song()),
      earned: 880,
      open: 0,
    },
    {
      name: "all is open if only a download is left, and the goods were cancelled",
      order: ofLines(mug({ cancelled: 4 }), song()),
      earned: 0,
      open: 880,
    },
    {
      name: "nothing is earned or open if a download was released, and the goods were cancelled",
      order: ofLines(mug({ cancelled: 4 }), song({ shipped: 1 })),
      earned: 0,
      open: 0,
    },
    {
      name: "downloads earn their share in an order without goods",
      order: ofLines(song({ ordered: 4, shipped: 1 })),
      earned: 220,
      open: 660,
    },
    {
      name: "fees are no units, in an order without goods either",
      order: ofLines(song({ shipped: 1 }), aLine("Tip", { kind: "fee" })),
      earned: 880,
      open: 0,
    },
    {
      name: "a refunded part is neither earned nor open",
      order: { ...ofLines(mug({ shipped: 1 })), refunds: refunded(80) },
      earned: 200,
      open: 600,
    },
    {
      name: "a refunded part is not earned by the last parcel",
      order: { ...ofLines(mug({ shipped: 4 })), refunds: refunded(80) },
      earned: 800,
      open: 0,
    },
    {
      name: "the parts of several refunds add up",
      order: { ...ofLines(mug({ shipped: 1 })), refunds: refunded(80, 400) },
      earned: 100,
      open: 300,
    },
    {
      name: "a cent is left if all but a cent is refunded",
      order: { ...ofLines(mug({ shipped: 4 })), refunds: refunded(879) },
      earned: 1,
      open: 0,
    },
    {
      name: "nothing is left if all is refunded",
      order: { ...ofLines(mug({ shipped: 4 })), refunds: refunded(880) },
      earned: 0,
      open: 0,
    },
    {
      name: "no less than nothing is left if more is refunded",
      order: { ...ofLines(mug({ shipped: 2 })), refunds: refunded(881) },
      earned: 0,
      open: 0,
    },
  ])("$name", ({ order, earned, open }) => {
    expect({ earned: shippingEarned(order), open: openShipping(order) }).toEqual({ earned, open });
  });
});

describe("half of a shipping charge of 10.82 that is refunded", () => {
  const half = aRefund("r", { amountMinor: 541, shippingMinor: 541 });
  const sale = aSale({
    lines: [sold("Mug", 2)],
    shipping: { grossMinor: 1000, discountMinor: 0, taxMinor: 82 },
  });

  it("leaves the same books before and after the shipment", () => {
    const before = ship(refund(release(create(sale)), half));
    const after = refund(ship(release(create(sale))), half);
    for (const order of [before, after]) {
      expect(shippingEarned(order)).toBe(541);
      expect(balancesText(order)).toEqual([]);
    }
  });

  it("is no deposit any more before the shipment", () => {
    const order = refund(create(sale), half);
    expect([shippingEarned(order), openShipping(order)]).toEqual([0, 541]);
    expect(balancesText(order)).toEqual([`deposits ${4800 + 541}`]);
  });

  it("is shared by the parcels, whether it is refunded before or between them", () => {
    const order = release(create(sale));
    for (const one of [ship(refund(order, half), { Mug: 1 }), refund(ship(order, { Mug: 1 }), half)]) {
      expect([shippingEarned(one), openShipping(one)]).toEqual([270, 271]);
      expect(balancesText(one)).toEqual([`deposits ${2400 + 271}`]);
    }
  });
});
