/** Holds that follow from the order itself: when each is placed, when it ends, and what staff have released. */
import { describe, expect, it } from "vitest";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import type { HoldCode, HoldReason } from "../../../../src/orders/domain/holds/hold";
import { decideReasons, decideStandingHolds } from "../../../../src/orders/domain/holds/standing-holds";
import type { Order, RecordedRefund } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import { aLine, anAddress, anOrder, NOON } from "../../../support/an-order";
import { fulfillment, held } from "../mug-orders";

const PLACED = { now: NOON + 5, by: "web" };

/** `["+payment_pending The storefront …", "-ship_complete"]`: the holds that are placed and that end. */
const holdsText = (order: Order): string[] =>
  decideStandingHolds(order, PLACED).map((event) => {
    if (event.type === "order.held") return `+${event.hold.code} ${event.hold.detail}`;
    return event.type === "order.hold_released" ? `-${event.code}` : event.type;
  });

const onHold = (...codes: HoldCode[]): Partial<Order> => ({
  status: "on_hold",
  holds: codes.map((code) => held(code)),
});

/** The order after the holds that follow from it are placed. */
const withHolds = (order: Order): Order => decideStandingHolds(order, PLACED).reduce(evolve, order);

const shipped = { lines: [aLine("Mug", { shipped: 1 })] };
const cancelled = { lines: [aLine("Mug", { cancelled: 1 })] };

const NO_PAYMENT = "The storefront has reported no payment.";
const unpaid = (over: Partial<Order> = {}) => anOrder({ payments: [], capturedMinor: 0, ...over });

describe("payment_pending", () => {
  const placed = [`+payment_pending ${NO_PAYMENT}`];
  it.each<{ name: string; order: Order; expected: string[] }>([
    { name: "holds an order that is not paid", order: unpaid(), expected: placed },
    {
      name: "does not hold one of which a cent is captured",
      order: unpaid({ capturedMinor: 1 }),
      expected: [],
    },
    {
      name: "does not hold one of which a cent is authorized",
      order: unpaid({ authorizedMinor: 1 }),
      expected: [],
    },
    { name: "does not hold one that costs nothing", order: unpaid({ totalMinor: 0 }), expected: [] },
    { name: "holds one that costs a cent", order: unpaid({ totalMinor: 1 }), expected: placed },
    { name: "does not hold one that was shipped", order: unpaid(shipped), expected: [] },
    { name: "does not hold one that was cancelled", order: unpaid(cancelled), expected: [] },
    {
      name: "holds one that is partly shipped",
      order: unpaid({ lines: [aLine("Mug", { ordered: 2, shipped: 1 })] }),
      expected: placed,
    },
    {
      name: "ends with a captured payment",
      order: unpaid({ ...onHold("payment_pending"), capturedMinor: 1 }),
      expected: ["-payment_pending"],
    },
    {
      name: "ends with the last unit",
      order: unpaid({ ...onHold("payment_pending"), ...cancelled }),
      expected: ["-payment_pending"],
    },
    {
      name: "stands as it is while the reason is there",
      order: unpaid({ holds: [held("payment_pending", NO_PAYMENT)] }),
      expected: [],
    },
    {
      name: "does not hold the order again after staff have released it",
      order: unpaid({ releasedHolds: [{ code: "payment_pending", detail: NO_PAYMENT }] }),
      expected: [],
    },
    {
      name: "holds the order although staff have released another hold of that detail",
      order: unpaid({ releasedHolds: [{ code: "staff", detail: NO_PAYMENT }] }),
      expected: placed,
    },
  ])("$name", ({ order, expected }) => {
    expect(holdsText(order)).toEqual(expected);
  });

  it("holds the order again once a payment is taken back", () => {
    const paid = evolve(unpaid({ holds: [held("payment_pending", NO_PAYMENT)] }), {
      type: "payment.captured",
      externalId: "p",
      amountMinor: 100,
      at: NOON,
    });
    const resumed = withHolds(paid);
    expect(resumed.holds).toEqual([]);
    const back = { type: "payment.reversed", externalId: "p", amountMinor: 100, at: NOON } as const;
    expect(holdsText(evolve(resumed, back))).toEqual(placed);
  });
});

const refund = (externalId: string, over: Partial<RecordedRefund> = {}): RecordedRefund => ({
  externalId,
  amountMinor: 500,
  shippingMinor: 0,
  itemized: false,
  at: NOON,
  lines: [],
  ...over,
});
const refunded = (refunds: readonly RecordedRefund[], over: Partial<Order> = {}): Order =>
  anOrder({ refunds, refundedMinor: refunds.reduce((sum, each) => sum + each.amountMinor, 0), ...over });

describe("refund_unclear", () => {
  const first = "Refund r1 of 5.00 GBP does not list its units.";
  const second = "Refund r2 of 0.01 GBP does not list its units.";
  const all = "All that was paid is refunded.";
  const exactly = (capturedMinor: number, refundedMinor: number) =>
    refunded([], { capturedMinor, refundedMinor });

  it.each<{ name: string; order: Order; expected: string[] }>([
    {
      name: "holds an order with units to ship",
      order: refunded([refund("r1")]),
      expected: [`+refund_unclear ${first}`],
    },
    {
      name: "names each refund that does not list its units, and no other",
      order: refunded([
        refund("r1"),
        refund("goodwill", { itemized: true }),
        refund("gone", { amountMinor: 0 }),
        refund("r2", { amountMinor: 1 }),
      ]),
      expected: [`+refund_unclear ${first} ${second}`],
    },
    { name: "does not hold one that was shipped", order: refunded([refund("r1")], shipped), expected: [] },
    {
      name: "does not hold one that was cancelled",
      order: refunded([refund("r1")], cancelled),
      expected: [],
    },
    {
      name: "ends once the refund is itemized",
      order: refunded([refund("r1", { itemized: true })], { holds: [held("refund_unclear", first)] }),
      expected: ["-refund_unclear"],
    },
    {
      name: "ends once the refund is gone",
      order: refunded([refund("r1", { amountMinor: 0 })], { holds: [held("refund_unclear", first)] }),
      expected: ["-refund_unclear"],
    },
    {
      name: "names only what is unclear still",
      order: refunded([refund("r1", { itemized: true }), refund("r2", { amountMinor: 1 })], {
        holds: [held("refund_unclear", `${first} ${second}`)],
      }),
      expected: [`+refund_unclear ${second}`],
    },
    {
      name: "names only what staff have not released",
      order: refunded([refund("r1"), refund("r2", { amountMinor: 1 })], {
        releasedHolds: [{ code: "refund_unclear", detail: `${all} ${first}` }],
      }),
      expected: [`+refund_unclear ${second}`],
    },
    {
      name: "names a released refund again if its amount is another one",
      order: refunded([refund("r1")], {
        releasedHolds: [{ code: "refund_unclear", detail: "Refund r1 of 5.01 GBP does not list its units." }],
      }),
      expected: [`+refund_unclear ${first}`],
    },
    {
      name: "holds an order of which all that was paid is refunded, whatever the refunds list",
      order: exactly(3000, 3000),
      expected: [`+refund_unclear ${all}`],
    },
    {
      name: "holds an order of which the only cent that was paid is refunded",
      order: exactly(1, 1),
      expected: [`+refund_unclear ${all}`],
    },
    { name: "does not if a cent is left", order: exactly(3000, 2999), expected: [] },
    {
      name: "holds an order of which more than all is refunded, beside refund_excessive",
      order: exactly(3000, 3001),
      expected: [`+refund_unclear ${all}`, "+refund_excessive More was refunded than was paid."],
    },
    {
      name: "does not if nothing was ever paid or refunded",
      order: exactly(0, 0),
      expected: [`+payment_pending ${NO_PAYMENT}`],
    },
    {
      name: "names the refund and that all is refunded",
      order: refunded([refund("r1")], { capturedMinor: 500 }),
      expected: [`+refund_unclear ${first} ${all}`],
    },
  ])("$name", ({ order, expected }) => {
    expect(holdsText(order)).toEqual(expected);
  });
});

describe("refund_unmatched", () => {
  const lists = (quantity: number, externalLineId = "Mug", externalId = "r1"): RecordedRefund =>
    refund(externalId, { itemized: true, lines: [{ externalLineId, quantity, returned: 0 }] });
  const missing = (units: string) => `${units} are refunded, and the order does not have them.`;
  const mugs = (over: Partial<OrderLine>) => aLine("Mug", { ordered: 4, ...over });
  const ofMugs = (over: Partial<OrderLine>, ...refunds: RecordedRefund[]) =>
    refunded(refunds, { lines: [mugs(over)] });
  /** A location is preparing two of them; two others are planned. */
  const prepared = (...refunds: RecordedRefund[]) => {
    const lines = [{ lineId: mugs({}).id, quantity: 2, shipped: 0 }];
    const fulfillments = [fulfillment("a", 2, { status: "released", lines }), fulfillment("b", 2, { lines })];
    return refunded(refunds, { lines: [mugs({})], fulfillments });
  };

  it.each<{ name: string; order: Order; expected: string[] }>([
    {
      name: "does not hold an order for cancelled units",
      order: ofMugs({ cancelled: 2 }, lists(2)),
      expected: [],
    },
    {
      name: "holds it for one unit more",
      order: ofMugs({ cancelled: 2 }, lists(3)),
      expected: [`+refund_unmatched ${missing("1 of Mug")}`],
    },
    {
      name: "does not hold it for returned units",
      order: ofMugs({ shipped: 4, returned: 2 }, lists(2)),
      expected: [],
    },
    {
      name: "holds it for shipped units that did not come back",
      order: ofMugs({ shipped: 4, returned: 2 }, lists(4)),
      expected: [`+refund_unmatched ${missing("2 of Mug")}`],
    },
    {
      name: "does not hold it for cancelled and returned units",
      order: ofMugs({ shipped: 3, returned: 2, cancelled: 1 }, lists(3)),
      expected: [],
    },
    {
      name: "does not hold it for units that a location is preparing",
      order: prepared(lists(2)),
      expected: [],
    },
    {
      name: "holds it for planned units: a refund cancels them",
      order: prepared(lists(3)),
      expected: [`+refund_unmatched ${missing("1 of Mug")}`],
    },
    {
      name: "counts the units of all refunds",
      order: ofMugs({ cancelled: 3 }, lists(2), lists(3, "Mug", "r2")),
      expected: [`+refund_unmatched ${missing("2 of Mug")}`],
    },
    {
      name: "counts the units of all lines that are one at the storefront",
      order: refunded([lists(3)], {
        lines: [mugs({ cancelled: 2 }), aLine("More", { externalId: "Mug", cancelled: 1 })],
      }),
      expected: [],
    },
    {
      name: "names each line, and one that the order does not have by its id",
      order: ofMugs({ cancelled: 1 }, lists(2), lists(3, "Hat", "r2")),
      expected: [`+refund_unmatched ${missing("1 of Mug")} ${missing("3 of line Hat")}`],
    },
    {
      name: "ends once the units are cancelled",
      order: {
        ...ofMugs({ cancelled: 2 }, lists(2)),
        holds: [held("refund_unmatched", missing("2 of Mug"))],
      },
      expected: ["-refund_unmatched"],
    },
  ])("$name", ({ order, expected }) => {
    expect(holdsText(order)).toEqual(expected);
  });
});

describe("refund_excessive", () => {
  const excessive = "More was refunded than was paid.";
  const exactly = (capturedMinor: number, refundedMinor: number, over: Partial<Order> = {}) =>
    refunded([], { capturedMinor, refundedMinor, ...shipped, ...over });

  it.each<{ name: string; order: Order; expected: string[] }>([
    {
      name: "holds an order of which a cent more was refunded than was paid",
      order: exactly(3000, 3001),
      expected: [`+refund_excessive ${excessive}`],
    },
    { name: "does not hold one of which all was refunded", order: exactly(3000, 3000), expected: [] },
    {
      name: "ends once the payment arrives",
      order: exactly(3000, 3000, { holds: [held("refund_excessive", excessive)] }),
      expected: ["-refund_excessive"],
    },
    {
      name: "stands while the reason is there",
      order: exactly(0, 1, { holds: [held("refund_excessive", excessive)] }),
      expected: [],
    },
    {
      name: "does not hold the order again after staff have released it",
      order: exactly(0, 1, { releasedHolds: [{ code: "refund_excessive", detail: excessive }] }),
      expected: [],
    },
  ])("$name", ({ order, expected }) => {
    expect(holdsText(order)).toEqual(expected);
  });
});

describe("a hold that another rule has placed", () => {
  const address = (countryCode: string | null): Partial<Order> => ({
    shippingAddress: { ...anAddress, countryCode },
  });
  const mug = (over: Partial<OrderLine>): Partial<Order> => ({
    lines: [aLine("Mug", { ordered: 2, ...over })],
  });

  it.each<{ name: string; code: HoldCode; order: Partial<Order>; ends: boolean }>([
    { name: "ends once no unit is backordered", code: "ship_complete", order: mug({}), ends: true },
    {
      name: "stands while a unit is backordered",
      code: "ship_complete",
      order: mug({ backordered: 1 }),
      ends: false,
    },
    {
      name: "stands while a unit of another line is backordered",
      code: "ship_complete",
      order: { lines: [aLine("Cup"), aLine("Mug", { backordered: 1 })] },
      ends: false,
    },
    { name: "ends once the country is known", code: "destination_unknown", order: address("US"), ends: true },
    {
      name: "stands while the country is unknown",
      code: "destination_unknown",
      order: address(null),
      ends: false,
    },
    {
      name: "ends once the order has no address",
      code: "destination_unknown",
      order: { shippingAddress: null },
      ends: true,
    },
    {
      name: "ends once the goods were shipped",
      code: "address_missing",
      order: mug({ shipped: 2 }),
      ends: true,
    },
    {
      name: "ends once the goods were cancelled",
      code: "address_missing",
      order: mug({ cancelled: 2 }),
      ends: true,
    },
    {
      name: "stands while one of the goods is open",
      code: "address_missing",
      order: mug({ shipped: 1 }),
      ends: false,
    },
    {
      name: "stands while one of the goods is open, beside a line that was shipped and a download",
      code: "address_missing",
      order: { lines: [aLine("Cup", { shipped: 1 }), aLine("Mug"), aLine("Song", { kind: "digital" })] },
      ends: false,
    },
    {
      name: "ends if only a download is open",
      code: "address_missing",
      order: { lines: [aLine("Mug", { shipped: 1 }), aLine("Song", { kind: "digital" })] },
      ends: true,
    },
    { name: "stands whatever the order is like", code: "staff", order: mug({}), ends: false },
    ...(["sku_missing", "unknown_sku", "no_location"] as const).map((code) => ({
      name: "stands once the line is sourced: the change that sources it ends it",
      code,
      order: mug({}),
      ends: false,
    })),
  ])("$code $name", ({ code, order, ends }) => {
    expect(holdsText(anOrder({ ...onHold(code), ...order }))).toEqual(ends ? [`-${code}`] : []);
  });

  it.each<{ name: string; order: Partial<Order> }>([
    { name: "backordered units", order: mug({ backordered: 1 }) },
    { name: "an unknown country", order: address(null) },
    { name: "unsourced units", order: mug({ unsourced: 1 }) },
  ])("is not placed by these rules: $name", ({ order }) => {
    expect(holdsText(anOrder(order))).toEqual([]);
  });

  it("ends beside others that stand", () => {
    const codes: HoldCode[] = ["staff", "ship_complete", "destination_unknown", "no_location"];
    const order = anOrder({ ...onHold(...codes), ...mug({ unsourced: 1 }), ...address("US") });
    expect(holdsText(order)).toEqual(["-ship_complete", "-destination_unknown"]);
  });
});

it("the events name who placed and ended the holds, and when; an ended hold is resolved, not released", () => {
  const order = unpaid(onHold("ship_complete"));
  expect(decideStandingHolds(order, PLACED)).toEqual([
    {
      type: "order.held",
      hold: { code: "payment_pending", detail: NO_PAYMENT, placedAt: NOON + 5, placedBy: "web" },
    },
    { type: "order.hold_released", code: "ship_complete", by: "web", resolved: true },
  ]);
});

it("the holds that follow from an order change nothing the second time", () => {
  const refunds = [refund("r1"), refund("r2")];
  const order = withHolds(refunded(refunds, { capturedMinor: 900, ...onHold("ship_complete", "staff") }));
  expect(order.holds.map(({ code }) => code)).toEqual(["staff", "refund_unclear", "refund_excessive"]);
  expect(decideStandingHolds(order, PLACED)).toEqual([]);
});

describe("decideReasons", () => {
  const code = "totals_mismatch";
  const decide = (order: Partial<Order>, ...details: string[]) =>
    decideReasons(anOrder(order), { code, details }, PLACED);
  const placed = (detail: string) => [
    { type: "order.held", hold: { code, detail, placedAt: NOON + 5, placedBy: "web" } },
  ];
  const released = (...reasons: HoldReason[]) => ({ releasedHolds: reasons });

  it("has no event without a reason and a hold", () => {
    expect(decide({ holds: [held("staff")] })).toEqual([]);
  });

  it("places one hold with all the details", () => {
    expect(decide({}, "Total.", "Tax.")).toEqual(placed("Total. Tax."));
  });

  it("replaces the details of the hold, and does not add to them", () => {
    expect(decide({ holds: [held(code, "Total. Tax.")] }, "Tax.")).toEqual(placed("Tax."));
    expect(decide({ holds: [held(code, "Tax.")] }, "Total.", "Tax.")).toEqual(placed("Total. Tax."));
  });

  it("does not compare with a hold of another code", () => {
    expect(decide({ holds: [held("staff", "Tax.")] }, "Tax.")).toEqual(placed("Tax."));
  });

  it("has no event if the hold has these details", () => {
    expect(decide({ holds: [held(code, "Total. Tax.")] }, "Total.", "Tax.")).toEqual([]);
  });

  it("ends the hold without a reason", () => {
    expect(decide({ holds: [held(code, "Tax.")] })).toEqual([
      { type: "order.hold_released", code, by: "web", resolved: true },
    ]);
  });

  it("ends the hold if the only reason left was released before", () => {
    const order = { holds: [held(code, "Tax.")], ...released({ code, detail: "Total." }) };
    expect(decide(order, "Total.")).toEqual([
      { type: "order.hold_released", code, by: "web", resolved: true },
    ]);
  });

  it.each([
    { name: "a released reason", reason: { code, detail: "Total." }, expected: [] },
    { name: "a released reason among others", reason: { code, detail: "Tax. Total." }, expected: [] },
    { name: "another released reason", reason: { code, detail: "Tax." }, expected: placed("Total.") },
    {
      name: "the same reason, released of another code",
      reason: { code: "staff", detail: "Total." },
      expected: placed("Total."),
    },
  ] as const)("holds the order unless its reason was released before: $name", ({ reason, expected }) => {
    expect(decide(released(reason), "Total.")).toEqual(expected);
  });
});
