import { describe, expect, it } from "vitest";
import { discountLines, feeLine } from "../../../src/orders/domain/new-order-lines";
import { sold } from "./sales";

describe("discountLines", () => {
  const priced = (...prices: readonly (readonly [price: number, discount: number])[]) =>
    prices.map(([unitPriceMinor, discountMinor], i) => sold(`${i}`, 1, { unitPriceMinor, discountMinor }));

  it.each([
    {
      name: "divides the discount in proportion to the prices",
      lines: priced([100, 0], [300, 0]),
      amountMinor: 40,
      discounts: [10, 30],
    },
    {
      name: "counts a price after the line's own discount",
      lines: priced([100, 0], [300, 200]),
      amountMinor: 40,
      discounts: [20, 220],
    },
    {
      name: "gives every cent to one line",
      lines: priced([1, 0], [1, 0], [1, 0]),
      amountMinor: 2,
      discounts: [1, 1, 0],
    },
    {
      name: "drops what exceeds the prices of all lines",
      lines: priced([100, 50], [50, 0]),
      amountMinor: 101,
      discounts: [100, 50],
    },
    {
      name: "changes nothing if every line is free",
      lines: priced([100, 100], [0, 0]),
      amountMinor: 10,
      discounts: [100, 0],
    },
    {
      name: "gives nothing to a line whose own discount exceeds its price",
      lines: priced([100, 0], [100, 150]),
      amountMinor: 10,
      discounts: [10, 150],
    },
  ])("$name", ({ lines, amountMinor, discounts }) => {
    const discounted = discountLines(lines, amountMinor).map(({ discountMinor }) => discountMinor);
    expect(discounted.reduce((sum, each) => sum + each, 0)).toBe(
      discounts.reduce((sum, each) => sum + each, 0),
    );
    expect(discounted).toEqual(discounts);
  });
});

it("feeLine is one unit without a SKU at the whole amount", () => {
  const amounts = { grossMinor: 500, discountMinor: 100, taxMinor: 80 };
  expect(feeLine("fee-1", "Duty", amounts)).toEqual({
    externalId: "fee-1",
    sku: null,
    title: "Duty",
    kind: "fee",
    quantity: 1,
    removed: 0,
    unitPriceMinor: 500,
    ...amounts,
  });
});
