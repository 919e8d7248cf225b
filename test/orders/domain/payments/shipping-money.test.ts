/** The shipping charge: what of it is open, earned and cancelled. */
import { describe, expect, it } from "vitest";
import { listPrice, NO_AMOUNTS, payable, type Amounts } from "../../../../src/orders/domain/amounts";
import type { Order } from "../../../../src/orders/domain/order";
import {
  openShipping,
  restOfShipping,
  shippingAmounts,
  shippingCharge,
} from "../../../../src/orders/domain/payments/order-money";
import { aLine, anOrder } from "../../../support/an-order";
import { cancel, create, release, ship } from "../order-steps";
import { aSale, sold } from "../sales";

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

it("openShipping is neither earned nor cancelled", () => {
  expect(openShipping({ ...taxOnTop, shippingEarnedMinor: 300, shippingCancelledMinor: 80 })).toBe(500);
});

describe("shippingAmounts", () => {
  /** Of 8.80: tax 0.80/8.80 and discount 2.00/8.80, each rounded down. */
  it.each<{ name: string; order: Order; from: number; to: number; amounts: Amounts; list: number }>([
    {
      name: "the first half",
      order: taxOnTop,
      from: 0,
      to: 440,
      amounts: { grossMinor: 500, discountMinor: 100, taxMinor: 40 },
      list: 500,
    },
    {
      name: "the second half",
      order: taxOnTop,
      from: 440,
      to: 880,
      amounts: { grossMinor: 500, discountMinor: 100, taxMinor: 40 },
      list: 500,
    },
    {
      name: "the first cent",
      order: taxOnTop,
      from: 0,
      to: 1,
      amounts: { grossMinor: 1, discountMinor: 0, taxMinor: 0 },
      list: 1,
    },
    {
      name: "the last cent",
      order: taxOnTop,
      from: 879,
      to: 880,
      amounts: { grossMinor: 1, discountMinor: 1, taxMinor: 1 },
      list: 1,
    },
    {
      name: "half with included tax",
      order: taxIncluded,
      from: 0,
      to: 400,
      amounts: { grossMinor: 500, discountMinor: 100, taxMinor: 40 },
      list: 460,
    },
    { name: "nothing", order: taxOnTop, from: 300, to: 300, amounts: NO_AMOUNTS, list: 0 },
  ])("splits $name into list, discount and tax", ({ order, from, to, amounts, list }) => {
    const split = shippingAmounts(order, from, to);
    expect(split).toEqual(amounts);
    expect(listPrice(split, order.taxIncluded)).toBe(list);
    expect(payable(split, order.taxIncluded)).toBe(to - from);
  });

  it("has no amounts if shipping is free", () => {
    const free = anOrder({ shipping: { grossMinor: 500, discountMinor: 500, taxMinor: 0 } });
    expect(shippingAmounts(free, 0, 0)).toEqual(NO_AMOUNTS);
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
      const before = order.shippingEarnedMinor;
      order = ship(order, { Mug: quantity });
      return order.shippingEarnedMinor - before;
    });
    expect(earnedByParcel).toEqual(earned);
  });

  it("in proportion to all open units: backordered ones too, but not cancelled ones", () => {
    const sale = aSale({ lines: [sold("Mug", 2), sold("Cup", 2)], shipping });
    const order = release(create(sale, { Cup: "backordered:2" }));
    expect(ship(order, { Mug: 1 }).shippingEarnedMinor).toBe(220);
    expect(ship(cancel(order, { Cup: 2 }), { Mug: 1 }).shippingEarnedMinor).toBe(440);
  });
});

describe("restOfShipping", () => {
  const halfEarned = { ...taxOnTop, shippingEarnedMinor: 440 };
  const withDeposits = (depositsMinor: number) => ({
    ...halfEarned,
    balances: { ...halfEarned.balances, depositsMinor },
  });

  it("is earned from deposits first", () => {
    expect(restOfShipping(withDeposits(300))).toEqual({
      listMinor: 0,
      giftCardMinor: 0,
      discountMinor: 100,
      taxMinor: 40,
      shippingMinor: 500,
      fromDepositsMinor: 300,
      fromReceivableMinor: 140,
      costMinor: 0,
    });
  });

  it("takes no more from deposits than it is", () => {
    expect(restOfShipping(withDeposits(441))).toMatchObject({
      fromDepositsMinor: 440,
      fromReceivableMinor: 0,
    });
  });
});
