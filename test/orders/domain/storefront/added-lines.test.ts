import { describe, expect, it } from "vitest";
import { payable } from "../../../../src/orders/domain/amounts";
import type { NewOrder, NewOrderLine } from "../../../../src/orders/domain/new-order";
import { computedTotal } from "../../../../src/orders/domain/new-order-checks";
import { addedLines } from "../../../../src/orders/domain/storefront/added-lines";
import { NOON } from "../../../support/an-order";
import { cancel, create, createAndShip, deliver, update } from "../order-steps";
import { unitsText } from "../order-text";
import { aSale, mugs, sold } from "../sales";

const later = (over: Partial<NewOrder>, minutes = 1): NewOrder =>
  aSale({ ...over, storefrontUpdatedAt: NOON + minutes * 60_000 });

const two = create(aSale(mugs(2)));

describe("an added line", () => {
  it("has an id of its own, the same for the same state", () => {
    const [first] = addedLines(two, later(mugs(3)));
    const [again] = addedLines(two, later(mugs(3)));
    const [second] = addedLines(update(two, later(mugs(3))), later(mugs(4), 2));
    expect(first!.id).toBe(again!.id);
    expect(new Set([two.lines[0]!.id, first!.id, second!.id]).size).toBe(3);
  });

  it("is not read from a stale state", () => {
    expect(addedLines(two, later(mugs(3), -1))).toEqual([]);
  });

  it("reopens an order that was delivered", () => {
    const closed = deliver(createAndShip(aSale(mugs(2))));
    expect(closed.status).toBe("closed");
    const after = update(closed, later(mugs(3)));
    expect(unitsText(after)).toEqual(["Mug: 2 shipped", "Mug: 1 allocated"]);
    expect(after).toMatchObject({ status: "open", closedAt: null });
  });

  it("reopens an order that staff cancelled", () => {
    const after = update(cancel(two), later(mugs(3)));
    expect(unitsText(after)).toEqual(["Mug: 2 cancelled", "Mug: 1 allocated"]);
  });
});

describe("the amounts of an added line", () => {
  it("are the share of the last units of the storefront's line, and change the order's total", () => {
    const amounts = { unitPriceMinor: 333, discountMinor: 33, taxMinor: 66 };
    const order = create(aSale(mugs(2, { ...amounts, grossMinor: 666 })));
    const three = later(mugs(3, { ...amounts, grossMinor: 999, discountMinor: 50, taxMinor: 100 }));
    expect(addedLines(order, three)).toMatchObject([
      { quantity: 1, removed: 0, grossMinor: 333, discountMinor: 17, taxMinor: 34 },
    ]);
    expect(update(order, three).totalMinor).toBe(999 - 50 + 100);
  });

  it.each<{ name: string; before: NewOrderLine; after: NewOrderLine; amounts: number[] }>([
    {
      name: "have their share of the line's discount, whenever it was given",
      before: sold("Mug", 1, { discountMinor: 500 }),
      after: sold("Mug", 2, { discountMinor: 500 }),
      amounts: [2000, 250, 400],
    },
    {
      name: "have the cents of a price that does not divide",
      before: sold("Mug", 2, { grossMinor: 667, taxMinor: 0 }),
      after: sold("Mug", 3, { grossMinor: 1000, taxMinor: 0 }),
      amounts: [334, 0, 0],
    },
    {
      name: "have their share of a discount that takes off a unit's price",
      before: sold("Mug", 1),
      after: sold("Mug", 2, { discountMinor: 2000 }),
      amounts: [2000, 1000, 400],
    },
    {
      name: "are a share of the line if its discount shrank",
      before: sold("Mug", 1, { discountMinor: 500 }),
      after: sold("Mug", 2, { discountMinor: 200 }),
      amounts: [2000, 100, 400],
    },
    {
      name: "are a share of the line if its tax shrank",
      before: sold("Mug", 1, { taxMinor: 900 }),
      after: sold("Mug", 2),
      amounts: [2000, 0, 400],
    },
    {
      name: "are a share of the line if its price shrank",
      before: sold("Mug", 1, { grossMinor: 5000 }),
      after: sold("Mug", 2),
      amounts: [2000, 0, 400],
    },
    {
      name: "are a share of the line if the storefront counts other units",
      before: sold("Mug", 2, { removed: 1 }),
      after: sold("Mug", 2, { discountMinor: 500 }),
      amounts: [2000, 250, 400],
    },
  ])("$name", ({ before, after, amounts }) => {
    const [added] = addedLines(create(aSale({ lines: [before] })), later({ lines: [after] }));
    expect([added!.grossMinor, added!.discountMinor, added!.taxMinor]).toEqual(amounts);
  });
});

describe("the lines of an edited line add up to the cent", () => {
  const line = (quantity: number, amounts: Partial<NewOrderLine>) =>
    sold("Mug", quantity, { unitPriceMinor: 0, grossMinor: 0, taxMinor: 0, ...amounts });

  it.each([
    {
      name: "at a price with a third of a cent",
      before: line(2, { grossMinor: 666 }),
      after: line(3, { grossMinor: 1000 }),
    },
    {
      name: "with a discount that the edit added",
      before: line(1, { unitPriceMinor: 1000, grossMinor: 1000 }),
      after: line(2, { unitPriceMinor: 1000, grossMinor: 2000, discountMinor: 500 }),
    },
    {
      name: "with a tax that is rounded again",
      before: line(2, { taxMinor: 33 }),
      after: line(3, { taxMinor: 50 }),
    },
    {
      name: "with amounts whose product exceeds 2^53",
      before: line(999_999, { grossMinor: 9e15, discountMinor: 9e15 - 999_999 }),
      after: line(1_000_000, { grossMinor: 9e15 + 9, discountMinor: 9e15 - 999_991 }),
    },
  ])("$name", ({ before, after }) => {
    const state = later({ lines: [after] });
    const order = update(create(aSale({ lines: [before] })), state);
    const worth = order.lines.reduce((sum, each) => sum + payable(each, order.taxIncluded), 0);
    expect(worth).toBe(computedTotal(state));
    expect(order.balances).toEqual({ depositsMinor: worth, receivableMinor: 0, refundPayableMinor: 0 });
  });
});
