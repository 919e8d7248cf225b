import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../../src/kernel/invariant";
import { evolveAll } from "../../../../src/orders/domain/evolve/evolve";
import type { NewOrder } from "../../../../src/orders/domain/new-order";
import { lineOf } from "../../../../src/orders/domain/order";
import { NOON } from "../../../support/an-order";
import { create, createBare, type StockByTitle } from "../order-steps";
import { unitsText } from "../order-text";
import { aSale, sold } from "../sales";

const MINUTE = 60_000;

/** `["east: 2 Mug, 1 Cup"]`: what each fulfillment is to ship, and from where. */
const plannedText = (sale: NewOrder, stock: StockByTitle): string[] => {
  const order = create(sale, stock);
  return order.fulfillments.map(({ locationId, lines }) => {
    const units = lines.map(({ lineId, quantity }) => `${quantity} ${lineOf(order, lineId).title}`);
    return `${locationId ?? "no location"}: ${units.join(", ")}`;
  });
};

describe("the units of a new order", () => {
  const mugs = [sold("Mug", 3)];
  it.each<{
    name: string;
    lines: NewOrder["lines"];
    stock: StockByTitle;
    units: string[];
    planned: string[];
  }>([
    {
      name: "are planned where they are allocated",
      lines: mugs,
      stock: { Mug: "east:3" },
      units: ["Mug: 3 allocated"],
      planned: ["east: 3 Mug"],
    },
    {
      name: "are planned at several locations",
      lines: mugs,
      stock: { Mug: "west:1 east:2" },
      units: ["Mug: 3 allocated"],
      planned: ["west: 1 Mug", "east: 2 Mug"],
    },
    {
      name: "are backordered if they are short",
      lines: mugs,
      stock: { Mug: "east:1 backordered:2" },
      units: ["Mug: 2 backordered, 1 allocated"],
      planned: ["east: 1 Mug"],
    },
    {
      name: "are unsourced if their SKU is unknown",
      lines: mugs,
      stock: { Mug: "unknown" },
      units: ["Mug: 3 unsourced"],
      planned: [],
    },
    {
      name: "have one fulfillment for each location",
      lines: [sold("Mug", 3), sold("Cup", 1)],
      stock: { Mug: "east:1 west:2" },
      units: ["Mug: 3 allocated", "Cup: 1 allocated"],
      planned: ["east: 1 Mug, 1 Cup", "west: 2 Mug"],
    },
    {
      name: "have a fulfillment without a location if they need no stock",
      lines: [sold("Song", 2, { kind: "digital" }), sold("Card", 1, { kind: "gift_card" }), sold("Mug", 1)],
      stock: {},
      units: ["Song: 2 allocated", "Card: 1 allocated", "Mug: 1 allocated"],
      planned: ["no location: 2 Song, 1 Card", "east: 1 Mug"],
    },
  ])("$name", ({ lines, stock, units, planned }) => {
    const sale = aSale({ lines });
    expect(unitsText(create(sale, stock))).toEqual(units);
    expect(plannedText(sale, stock)).toEqual(planned);
  });

  it("have the unit cost of the day, or none if no stock is kept", () => {
    const lines = [sold("Mug"), sold("Song", 1, { kind: "digital" }), sold("Cup")];
    const { order } = createBare(aSale({ lines }), { Cup: "unknown" });
    expect(order.lines.map(({ unitCostMinor }) => unitCostMinor)).toEqual([700, null, null]);
  });

  it("are never more than were ordered", () => {
    expect(() => create(aSale({ lines: mugs }), { Mug: "east:3 backordered:1" })).toThrow(InvariantViolation);
  });

  it("include units that an edit removed before the order arrived", () => {
    const order = create(aSale({ lines: [sold("Mug", 3, { removed: 1 })] }));
    expect(unitsText(order)).toEqual(["Mug: 2 allocated, 1 cancelled (1 removed)"]);
  });
});

describe("a new order", () => {
  it("may be released after the channel's grace period", () => {
    const { order } = createBare(aSale(), {}, { gracePeriodMinutes: 30 });
    expect(order.fulfillments.map(({ releaseAt }) => releaseAt)).toEqual([NOON + 30 * MINUTE]);
  });

  it("is the same however often it is created", () => {
    expect(createBare(aSale())).toEqual(createBare(aSale()));
    expect(createBare(aSale({ externalId: "1002" })).order.id).not.toBe(createBare(aSale()).order.id);
  });

  it("is open, has no payments recorded, and becomes version 1 with its first commit", () => {
    const { order } = createBare(aSale());
    expect(order).toMatchObject({ status: "open", capturedMinor: 0, balances: { depositsMinor: 0 } });
    expect(evolveAll(order, [], NOON).version).toBe(1);
  });

  it("is on hold if it has holds, and lists them in its event", () => {
    const { order, placed } = createBare(aSale({ payments: [] }));
    expect(order).toMatchObject({ status: "on_hold", holds: [{ placedAt: NOON, placedBy: "web" }] });
    expect(placed).toMatchObject({ type: "order.placed", holds: order.holds, lines: order.lines });
  });

  it("that arrives cancelled is cancelled at once, and its payment is due for refund", () => {
    const order = create(aSale({ cancelledAt: NOON }));
    expect(unitsText(order)).toEqual(["Mug: 1 cancelled (1 removed)"]);
    expect(order).toMatchObject({ status: "cancelled", closedAt: NOON });
    expect(order.balances).toEqual({ depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 2400 });
  });
});
