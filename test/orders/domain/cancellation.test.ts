import { describe, expect, it } from "vitest";
import { decideCancel, type Cancellation } from "../../../src/orders/domain/cancellation";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import {
  answer,
  aSale,
  balances,
  booked,
  cancel,
  lineId,
  lineNamed,
  must,
  paid,
  release,
  ship,
  sold,
  standing,
  takenIn,
} from "../../support/a-sale";
import { aLine, anOrder, NOON } from "../../support/an-order";
import { mug, part } from "./mugs-world";

const why = { reason: "Changed their mind", by: "staff" };
const ofMugs = (order: Order, quantity: number): Cancellation => ({
  ...why,
  units: [{ lineId: lineNamed(order, "Mug"), quantity }],
});

describe("units are cancelled", () => {
  /** One unit everywhere that a unit may wait. */
  const order = anOrder({
    lines: [mug({ ordered: 8, unsourced: 1, backordered: 1 })],
    fulfillments: [
      part("packed", 1, { status: "packed" }),
      part("picked", 1, { status: "picked" }),
      part("released", 1, { status: "released" }),
      part("shipped", 1, { status: "shipped", lines: [{ lineId: lineId("Mug"), quantity: 1, shipped: 1 }] }),
      part("z", 1),
      part("a", 2, { lines: [{ lineId: lineId("Mug"), quantity: 3, shipped: 1 }] }),
    ],
  });

  it.each([
    [1, ["unsourced"]],
    [2, ["unsourced", "backordered"]],
    [3, ["unsourced", "backordered", "a 1"]],
    [4, ["unsourced", "backordered", "a 2"]],
    [5, ["unsourced", "backordered", "a 2", "z 1"]],
    [6, ["unsourced", "backordered", "a 2", "z 1", "released 1"]],
    [7, ["unsourced", "backordered", "a 2", "z 1", "released 1", "picked 1"]],
    [8, ["unsourced", "backordered", "a 2", "z 1", "released 1", "picked 1", "packed 1"]],
  ])("least advanced first: %i", (quantity, expected) => {
    const [event] = must(decideCancel(order, ofMugs(order, quantity)));
    const taken = event?.type === "units.cancelled" ? event.units[0]! : null;
    expect([
      ...(taken?.unsourced === 1 ? ["unsourced"] : []),
      ...(taken?.backordered === 1 ? ["backordered"] : []),
      ...(taken?.allocated ?? []).map(
        (each) => `${each.fulfillmentId.slice("ful_".length)} ${each.quantity}`,
      ),
    ]).toEqual(expected);
  });

  it("whole, all that are open of every line", () => {
    const lines = [sold("Mug", 2), sold("Cup", 1)];
    const after = cancel(ship(release(takenIn(aSale({ lines }))), { Mug: 1 }));
    expect(standing(after)).toEqual(["Mug: 1 shipped, 1 cancelled", "Cup: 1 cancelled"]);
  });

  it("with their reason and by somebody", () => {
    expect(must(decideCancel(order, ofMugs(order, 1)))).toMatchObject([{ type: "units.cancelled", ...why }]);
  });
});

/** 10.00 for three, 0.50 off, 1.00 of tax. Unit by unit: 3.33 3.33 3.34, off 0.16 0.17 0.17, tax 0.33 0.33 0.34. */
const three = {
  lines: [sold("Mug", 3, { unitPriceMinor: 333, grossMinor: 1000, discountMinor: 50, taxMinor: 100 })],
};
/** 48.00 for two, and 6.00 for shipping. */
const two = { lines: [sold("Mug", 2)], shipping: { grossMinor: 500, discountMinor: 0, taxMinor: 100 } };
const sentOne = (over: Partial<NewOrder> = {}): Order =>
  ship(release(takenIn(aSale({ ...two, ...over }))), { Mug: 1 });

describe("a cancellation owes back", () => {
  it.each<[string, Order, Record<string, number> | "all", number, number, string[]]>([
    [
      "the last unit's worth first: 3.34 − 0.17 + 0.34",
      takenIn(aSale(three)),
      { Mug: 1 },
      0,
      351,
      ["deposits 699", "owed back 351"],
    ],
    [
      "the next unit's worth then: 3.33 − 0.17 + 0.33",
      cancel(takenIn(aSale(three)), { Mug: 1 }),
      { Mug: 1 },
      0,
      349,
      ["deposits 350", "owed back 700"],
    ],
    [
      "two units at once, the same: 3.51 + 3.49",
      takenIn(aSale(three)),
      { Mug: 2 },
      0,
      700,
      ["deposits 350", "owed back 700"],
    ],
    [
      "no tax on top where prices hold it: 3.34 − 0.17",
      takenIn(aSale({ ...three, taxIncluded: true })),
      { Mug: 1 },
      0,
      317,
      ["deposits 633", "owed back 317"],
    ],
    ["everything, with the shipping", takenIn(aSale(two)), "all", 0, 5400, ["owed back 5400"]],
    [
      "the shipping too when unit by unit comes to all",
      cancel(takenIn(aSale(two)), { Mug: 1 }),
      { Mug: 1 },
      0,
      3000,
      ["owed back 5400"],
    ],
    [
      "no shipping while something is left to send",
      takenIn(aSale(two)),
      { Mug: 1 },
      0,
      2400,
      ["deposits 3000", "owed back 2400"],
    ],
    [
      "the shipping that it gives back",
      takenIn(aSale(two)),
      { Mug: 1 },
      200,
      2600,
      ["deposits 2800", "owed back 2600"],
    ],
    [
      "no shipping once something was sent: the rest is earned",
      sentOne(),
      "all",
      0,
      2400,
      ["owed back 2400"],
    ],
    [
      "the shipping that it gives back, though the rest is earned",
      sentOne(),
      "all",
      100,
      2500,
      ["owed back 2500"],
    ],
    ["nothing that was not paid", takenIn(aSale({ ...two, payments: [] })), "all", 0, 5400, []],
    [
      "what was paid and what is left does not need",
      takenIn(aSale({ ...two, payments: [paid(3600)] })),
      { Mug: 1 },
      0,
      2400,
      ["deposits 3000", "owed back 600"],
    ],
    [
      "nothing while what is left needs it all",
      takenIn(aSale({ ...two, payments: [paid(2000)] })),
      { Mug: 1 },
      0,
      2400,
      ["deposits 2000"],
    ],
    [
      "all that was paid, once nothing is left",
      takenIn(aSale({ ...two, payments: [paid(2000)] })),
      "all",
      0,
      5400,
      ["owed back 2000"],
    ],
    [
      "no more than its worth, while something is left",
      takenIn(aSale({ ...two, payments: [paid(6000)] })),
      { Mug: 1 },
      0,
      2400,
      ["deposits 3600", "owed back 2400"],
    ],
    [
      "what was paid too much as well, once nothing is left",
      takenIn(aSale({ ...two, payments: [paid(6000)] })),
      "all",
      0,
      5400,
      ["owed back 6000"],
    ],
  ])("%s", (_rule, order, units, shippingMinor, worthMinor, expected) => {
    const after = cancel(order, units, shippingMinor);
    expect(balances(after)).toEqual(expected);
    const wanted = units === "all" ? units : ofMugs(order, units.Mug!).units;
    expect(must(decideCancel(order, { ...why, units: wanted, shippingMinor }))).toMatchObject([
      { worthMinor },
    ]);
  });

  it("and earns the rest of the shipping with its tax, when something was sent", () => {
    const order = sentOne();
    expect(booked(order, must(decideCancel(order, { ...why, units: "all" })))).toEqual([
      "liabilities:customer-deposits 2700",
      "liabilities:refund-payable -2400",
      "liabilities:sales-tax -50",
      "revenue:shipping -250",
    ]);
  });

  it("and allocations the rest of the shipping, when nobody has paid for what was sent", () => {
    const authorized = { externalId: "a", kind: "authorized", amountMinor: 5400, at: NOON } as const;
    const order = sentOne({ payments: [authorized] });
    expect(balances(order)).toEqual(["receivable 2700"]);
    expect(balances(cancel(order))).toEqual(["receivable 3000"]);
  });
});

describe("a cancellation is refused", () => {
  const order = takenIn(aSale({ lines: [sold("Mug", 2)] }));
  const some = (...quantities: number[]) =>
    quantities.map((quantity) => ({ lineId: lineNamed(order, "Mug"), quantity }));
  it.each<[string, Order, Cancellation["units"], string]>([
    ["of nothing", order, [], "nothing_to_cancel"],
    ["of an order with nothing left", cancel(order), "all", "nothing_to_cancel"],
    ["of a line that is not the order's", order, [{ lineId: "line_cup", quantity: 1 }], "line_unknown"],
    ["of more than is open", order, some(3), "quantity_not_open"],
    ["of more than is open, line named twice", order, some(1, 2), "quantity_not_open"],
    ["of what was sent", ship(release(order)), some(1), "quantity_not_open"],
    ["of no unit", order, some(0), "quantity_not_open"],
    ["of less than a unit", order, some(-1), "quantity_not_open"],
    ["not of units that are open, line named twice", order, some(1, 1), "accepted"],
  ])("%s", (_what, refused, units, expected) => {
    expect(answer(decideCancel(refused, { ...why, units }))).toBe(expected);
  });

  it("with how many are open", () => {
    expect(decideCancel(order, ofMugs(order, 3))).toMatchObject({ rejection: { open: 2, quantity: 3 } });
  });

  it("of one line, when another could be", () => {
    const lines = [aLine("Mug"), aLine("Cup", { shipped: 1 })];
    const units = lines.map(({ id }) => ({ lineId: id, quantity: 1 }));
    expect(answer(decideCancel(anOrder({ lines }), { ...why, units }))).toBe("quantity_not_open");
  });
});
