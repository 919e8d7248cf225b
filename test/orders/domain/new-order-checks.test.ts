import { describe, expect, it } from "vitest";
import { NO_AMOUNTS } from "../../../src/orders/domain/amounts";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import { computedTotal, unbookableReasons, withProblems } from "../../../src/orders/domain/new-order-checks";
import { aRefund, aSale, paid, sold } from "./sales";

const SHIPPING = { grossMinor: 500, discountMinor: 100, taxMinor: 80 };

describe("computedTotal", () => {
  it.each([
    { name: "adds tax on top", taxIncluded: false, total: 2 * 2400 + 480 },
    { name: "does not add included tax", taxIncluded: true, total: 2 * 2000 + 400 },
  ])("$name", ({ taxIncluded, total }) => {
    expect(computedTotal({ lines: [sold("Mug", 2)], shipping: SHIPPING, taxIncluded })).toBe(total);
  });
});

describe("withProblems", () => {
  const problemsOf = (over: Partial<NewOrder>) =>
    withProblems(aSale(over), []).problems.map(({ code, detail }) => `${code}: ${detail}`);

  it.each<{ name: string; sale: Partial<NewOrder>; problems: string[] }>([
    { name: "finds none in an order that adds up", sale: { shipping: SHIPPING }, problems: [] },
    {
      name: "finds a total that differs by a cent",
      sale: { totalMinor: 2401 },
      problems: [
        "totals_mismatch: lines and shipping add up to 24.00 GBP, the total is 24.01 GBP: a difference of 0.01 GBP",
      ],
    },
    {
      name: "finds goods without a SKU",
      sale: { lines: [sold("Mug", 1, { sku: null }), sold("Cup"), sold("Hat", 1, { sku: null })] },
      problems: ["sku_missing: no SKU: Mug, Hat"],
    },
    {
      name: "needs no SKU of a download",
      sale: { lines: [sold("Song", 1, { sku: null, kind: "digital" })], shippingAddress: null },
      problems: [],
    },
    {
      name: "finds goods without an address",
      sale: { shippingAddress: null },
      problems: ["address_missing: goods to ship, and no shipping address"],
    },
    {
      name: "needs no address of an order that the customer collects",
      sale: { shippingAddress: null, pickupLocationId: "store" },
      problems: [],
    },
  ])("$name", ({ sale, problems }) => {
    expect(problemsOf(sale)).toEqual(problems);
  });

  it("keeps the given problems first", () => {
    const given = { code: "amount_inexact", detail: "Half a cent." } as const;
    const { problems } = withProblems(aSale({ shippingAddress: null }), [given]);
    expect(problems.map(({ code }) => code)).toEqual(["amount_inexact", "address_missing"]);
  });
});

const MAX = 100_000_000_000_000;

describe("unbookableReasons", () => {
  it.each<{ name: string; sale: Partial<NewOrder>; reasons: string[] }>([
    { name: "none of a plain order", sale: { shipping: SHIPPING }, reasons: [] },
    {
      name: "none of a line that is free by its discount",
      sale: { lines: [sold("Mug", 1, { discountMinor: 2000 })] },
      reasons: [],
    },
    {
      name: "a discount above the price of a line",
      sale: { lines: [sold("Mug", 1, { discountMinor: 2001 })] },
      reasons: ["line Mug has a discount above its price"],
    },
    {
      name: "a discount above the price of shipping",
      sale: { shipping: { grossMinor: 1, discountMinor: 2, taxMinor: 0 } },
      reasons: ["shipping has a discount above its price"],
    },
    {
      name: "a negative price",
      sale: { lines: [sold("Mug", 1, { grossMinor: -1 })], totalMinor: 0 },
      reasons: ["line Mug has a negative amount"],
    },
    {
      name: "a negative discount",
      sale: { lines: [sold("Mug", 1, { discountMinor: -1 })] },
      reasons: ["line Mug has a negative amount"],
    },
    {
      name: "a negative tax",
      sale: { shipping: { ...NO_AMOUNTS, taxMinor: -1 } },
      reasons: ["shipping has a negative amount"],
    },
    { name: "a negative total", sale: { totalMinor: -1 }, reasons: ["the total is negative"] },
    {
      name: "a total above the limit",
      sale: { totalMinor: MAX + 1 },
      reasons: ["the order is too large"],
    },
    {
      name: "a sum that is no number",
      sale: { totalMinor: Number.NaN },
      reasons: ["the order is too large"],
    },
    {
      name: "payments that add up to more than the limit",
      sale: { payments: [paid(MAX), paid(1, "pay_2")] },
      reasons: ["the order is too large"],
    },
    {
      name: "payments and refunds that add up to more than the limit",
      sale: { payments: [paid(1)], refunds: [aRefund("r", { amountMinor: MAX })] },
      reasons: ["the order is too large"],
    },
    {
      name: "refunds of shipping that add up to more than the limit",
      sale: { refunds: [aRefund("r", { shippingMinor: MAX }), aRefund("s", { shippingMinor: 1 })] },
      reasons: ["the order is too large"],
    },
    {
      name: "prices that add up to more than the limit",
      sale: {
        lines: ["Mug", "Cup"].map((title) => sold(title, 1, { grossMinor: MAX })),
        totalMinor: 0,
      },
      reasons: ["the order is too large"],
    },
    {
      name: "a price above the limit, though its discount takes it off",
      sale: {
        lines: [sold("Mug", 1, { grossMinor: MAX + 1, discountMinor: MAX + 1, taxMinor: 0 })],
        totalMinor: 0,
      },
      reasons: ["the order is too large"],
    },
    {
      name: "a tax above the limit, though it is part of the price",
      sale: { taxIncluded: true, lines: [sold("Mug", 1, { taxMinor: MAX })] },
      reasons: ["the order is too large"],
    },
    {
      name: "a rounding above the limit",
      sale: { roundingMinor: -MAX - 1 },
      reasons: ["the order is too large"],
    },
    {
      name: "none of an order at the limit",
      sale: {
        lines: [sold("Mug", 1, { grossMinor: MAX, taxMinor: 0 })],
        shipping: NO_AMOUNTS,
        totalMinor: MAX,
        payments: [paid(MAX)],
      },
      reasons: [],
    },
  ])("returns $name", ({ sale, reasons }) => {
    expect(unbookableReasons(aSale(sale))).toEqual(reasons);
  });

  it("accepts an order without payments and refunds", () => {
    const { lines, shipping, taxIncluded, totalMinor } = aSale();
    expect(unbookableReasons({ lines, shipping, taxIncluded, totalMinor })).toEqual([]);
  });
});
