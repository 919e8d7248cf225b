/** The lines that customers read: they add up to what the storefront has. */
import { describe, expect, it } from "vitest";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import { countedLines } from "../../../src/orders/domain/counted-lines";
import { publicView } from "../../../src/orders/domain/order-view";
import { anAddress, NOON } from "../../support/an-order";
import { cancel, create, update } from "./order-steps";
import { aSale, mugs } from "./sales";

const later = (over: Partial<NewOrder>, minutes = 1): NewOrder =>
  aSale({ ...over, storefrontUpdatedAt: NOON + minutes * 60_000 });

const two = create(aSale(mugs(2)));
const cancelled = update(two, later({ ...mugs(2), cancelledAt: NOON + 60_000 }));
const other = { ...mugs(2), lines: [{ ...mugs(2).lines[0]!, sku: "OTHER" }] };

/** `["2 ordered, 0 cancelled, 40.00"]` */
const textOf = (order: Order): string[] =>
  countedLines(order).map(
    ({ ordered, cancelled: gone, grossMinor }) =>
      `${ordered} ordered, ${gone} cancelled, ${(grossMinor / 100).toFixed(2)}`,
  );

describe("the lines that the storefront counts", () => {
  it.each<{ name: string; order: Order; expected: string[] }>([
    { name: "all", order: two, expected: ["2 ordered, 0 cancelled, 40.00"] },
    { name: "of a cancelled order", order: cancelled, expected: ["2 ordered, 2 cancelled, 40.00"] },
    {
      name: "of an order that is open again",
      order: update(cancelled, later(mugs(2), 2)),
      expected: ["2 ordered, 0 cancelled, 40.00"],
    },
    {
      name: "of an order for another destination",
      order: update(two, later({ ...mugs(2), shippingAddress: { ...anAddress, city: "Leeds" } })),
      expected: ["2 ordered, 0 cancelled, 40.00"],
    },
    { name: "of another SKU", order: update(two, later(other)), expected: ["2 ordered, 0 cancelled, 40.00"] },
    {
      name: "of fewer units",
      order: update(two, later(mugs(1))),
      expected: ["1 ordered, 0 cancelled, 20.00"],
    },
    {
      name: "of units that staff cancelled, which the storefront still has",
      order: cancel(two, { Mug: 1 }),
      expected: ["2 ordered, 1 cancelled, 40.00"],
    },
  ])("$name", ({ order, expected }) => {
    expect(textOf(order)).toEqual(expected);
  });

  it("add up to the total on the customer's page, after a reopening too", () => {
    for (const order of [two, cancelled, update(cancelled, later(mugs(2), 2)), update(two, later(mugs(1)))]) {
      const { itemsMinor, shippingMinor, taxMinor, totalMinor } = publicView(order);
      expect(itemsMinor + shippingMinor + taxMinor).toBe(totalMinor);
    }
  });
});
