import { describe, expect, it } from "vitest";
import { lineIdOf } from "../../../../src/kernel/ids";
import { limitToOrdered, unusedLines, type LineStock } from "../../../../src/orders/domain/creation/new-line";
import type { NewOrder } from "../../../../src/orders/domain/new-order";
import { MUG } from "../mug-orders";
import { NOON } from "../../../support/an-order";
import { create, update } from "../order-steps";
import { aSale, sold } from "../sales";

describe("limitToOrdered", () => {
  const stock: LineStock = {
    found: true,
    allocated: [
      { locationId: "east", quantity: 2 },
      { locationId: "west", quantity: 2 },
    ],
    backordered: 2,
    unitCostMinor: 700,
  };

  /** `["east 2", "backordered 1"]` */
  const text = (units: readonly Readonly<{ locationId: string | null; quantity: number }>[]) =>
    units.map(({ locationId, quantity }) => `${locationId ?? "backordered"} ${quantity}`);

  it.each([
    {
      name: "keeps all units of a line that orders as many",
      quantity: 6,
      kept: ["east 2", "west 2", "backordered 2"],
      released: [],
    },
    {
      name: "keeps all units of a line that orders more",
      quantity: 7,
      kept: ["east 2", "west 2", "backordered 2"],
      released: [],
    },
    {
      name: "releases backordered units first",
      quantity: 5,
      kept: ["east 2", "west 2", "backordered 1"],
      released: ["backordered 1"],
    },
    {
      name: "releases units of the last location next",
      quantity: 3,
      kept: ["east 2", "west 1", "backordered 0"],
      released: ["west 1", "backordered 2"],
    },
    {
      name: "releases whole locations",
      quantity: 2,
      kept: ["east 2", "backordered 0"],
      released: ["west 2", "backordered 2"],
    },
    {
      name: "releases everything of a line that orders nothing",
      quantity: 0,
      kept: ["backordered 0"],
      released: ["east 2", "west 2", "backordered 2"],
    },
  ])("$name", ({ quantity, kept, released }) => {
    const limited = limitToOrdered({ id: MUG, quantity }, stock);
    const given = limited.stock.found ? limited.stock : null;
    expect(text([...given!.allocated, { locationId: null, quantity: given!.backordered }])).toEqual(kept);
    expect(
      limited.released.flatMap((event) => (event.type === "allocation.released" ? text([event]) : [])),
    ).toEqual(released);
  });

  it("gives the line and the reason of a release", () => {
    const { released } = limitToOrdered({ id: MUG, quantity: 5 }, stock);
    expect(released).toEqual([
      { type: "allocation.released", lineId: MUG, locationId: null, quantity: 1, reason: "exceeds_order" },
    ]);
  });

  it("keeps a line without stock as it is", () => {
    const none = { found: false, noLocation: "closed" } as const;
    expect(limitToOrdered({ id: MUG, quantity: 0 }, none)).toEqual({ stock: none, released: [] });
  });
});

describe("unusedLines", () => {
  it("does not return a line that the order has, though an edit added another to it", () => {
    const sale = aSale({ lines: [sold("Mug", 3)] });
    const edited = aSale({ lines: [sold("Mug", 4)], storefrontUpdatedAt: NOON + 1 });
    const order = update(create(sale), edited);
    const [first] = sale.lines.map((line) => ({ ...line, id: order.lines[0]!.id }));
    expect(order.lines).toHaveLength(2);
    expect(unusedLines(order, [first!])).toEqual([]);
  });

  const order = create(aSale({ lines: [sold("Mug", 3), sold("Cup", 1)] }));

  it.each<{ name: string; lines: NewOrder["lines"]; unused: string[] }>([
    { name: "no line that the order has", lines: [sold("Mug", 3), sold("Cup", 1)], unused: [] },
    {
      name: "a line that the order has with another quantity",
      lines: [sold("Mug", 2), sold("Cup", 1)],
      unused: ["2 Mug"],
    },
    {
      name: "no line that the order does not have: an edit may add it",
      lines: [sold("Mug", 3), sold("Bowl", 1)],
      unused: [],
    },
  ])("returns $name", ({ lines, unused }) => {
    const found = unusedLines(
      order,
      lines.map((line) => ({ ...line, id: lineIdOf(order.id, line.externalId, line.quantity) })),
    );
    expect(found.map(({ title, quantity }) => `${quantity} ${title}`)).toEqual(unused);
  });
});
