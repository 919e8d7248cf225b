import { describe, expect, it } from "vitest";
import type { Order } from "../../../../src/orders/domain/order";
import { decidePayments } from "../../../../src/orders/domain/payments/payments";
import {
  decideItemizedRefund,
  decideRefund,
  decideRefundGone,
} from "../../../../src/orders/domain/payments/refunds";
import {
  apply,
  create,
  createAndShip,
  lineNamed,
  refund,
  release,
  RULES,
  ship,
  standing,
} from "../order-steps";
import { aRefund, aSale, mugs, paid, refundLines } from "../sales";

const waiting = create(aSale(mugs(2)));
/** A location is preparing both. */
const prepared = release(waiting);
const bothShipped = createAndShip(aSale(mugs(2)));

describe("a refund cancels units", () => {
  it.each([
    { name: "with its reason", reason: "Broken", expected: "Broken" },
    { name: "as refunded, if it has no reason", reason: null, expected: "Refunded at the storefront" },
  ])("$name", ({ reason, expected }) => {
    const refunded = aRefund("ref_1", { ...refundLines("1 Mug cancel"), reason });
    expect(decideRefund(waiting, refunded, RULES)[0]).toMatchObject({
      type: "units.cancelled",
      reason: expected,
      by: "web",
    });
  });
});

describe("a refund restocks units", () => {
  it("where the rules say", () => {
    const rules = { ...RULES, restockLocationId: () => null };
    const refunded = aRefund("ref_1", { amountMinor: 2400, ...refundLines("1 Mug return") });
    const [event] = decideRefund(bothShipped, refunded, rules);
    expect(event).toMatchObject({
      returned: [{ lineId: lineNamed(bothShipped, "Mug"), restockLocationId: null }],
    });
  });
});

const missing = (units: string) => `${units} are refunded, and the order does not have them.`;

describe("a refund holds the order for units", () => {
  it.each<{ name: string; order: Order; lines: string[]; problem: string }>([
    {
      name: "that exceed those of the order",
      order: waiting,
      lines: ["3 Mug cancel"],
      problem: missing("1 of Mug"),
    },
    {
      name: "that exceed those of the order, of a line listed twice",
      order: bothShipped,
      lines: ["1 Mug return", "3 Mug none"],
      problem: missing("2 of Mug"),
    },
    {
      name: "that exceed the unshipped units of the order, of a line listed twice",
      order: waiting,
      lines: ["1 Mug cancel", "2 Mug cancel"],
      problem: missing("1 of Mug"),
    },
    {
      name: "of a line that the order does not have",
      order: waiting,
      lines: ["1 Hat cancel"],
      problem: missing("1 of line Hat"),
    },
    {
      name: "that were all returned before",
      order: refund(bothShipped, aRefund("r0", refundLines("2 Mug return"))),
      lines: ["1 Mug return"],
      problem: missing("1 of Mug"),
    },
    {
      name: "that exceed those that a location is preparing",
      order: prepared,
      lines: ["3 Mug cancel"],
      problem: missing("1 of Mug"),
    },
    {
      name: "that exceed those that a location is preparing, of a line listed twice",
      order: prepared,
      lines: ["2 Mug cancel", "1 Mug cancel"],
      problem: missing("1 of Mug"),
    },
    {
      name: "of several lines, each with its units",
      order: waiting,
      lines: ["3 Mug cancel", "2 Hat return"],
      problem: `${missing("1 of Mug")}\n${missing("2 of line Hat")}`,
    },
  ])("$name", ({ order, lines, problem }) => {
    const events = decideRefund(order, aRefund("ref_1", refundLines(...lines)), RULES);
    const after = apply(order, [...events, ...standing(order, events)]);
    expect(after.holds).toMatchObject([{ code: "refund_unmatched", detail: problem }]);
  });
});

describe("a refund of more than was paid", () => {
  const excessive = { code: "refund_excessive", detail: "More was refunded than was paid." };
  const allRefunded = refund(bothShipped, aRefund("r0", { amountMinor: 4800 }));

  it.each<{ name: string; order: Order; amountMinor: number; holds: object[] }>([
    { name: "not if it refunds all that was paid", order: bothShipped, amountMinor: 4800, holds: [] },
    { name: "if it exceeds the payment", order: bothShipped, amountMinor: 4801, holds: [excessive] },
    {
      name: "if it exceeds the payment with other refunds",
      order: allRefunded,
      amountMinor: 1,
      holds: [excessive],
    },
    {
      name: "also if only other refunds exceed the payment, as the hold stands",
      order: refund(allRefunded, aRefund("r1", { amountMinor: 9 })),
      amountMinor: 0,
      holds: [excessive],
    },
  ])("holds the order $name", ({ order, amountMinor, holds }) => {
    const events = decideRefund(order, aRefund("ref_1", { amountMinor }), RULES);
    const standingHolds = standing(order, events);
    expect(standingHolds).toMatchObject(holds.map((hold) => ({ type: "order.held", hold })));
    expect(standingHolds).toHaveLength(holds.length);
  });

  it("holds the order when it grows beyond the payment, until the payment arrives", () => {
    const order = refund(bothShipped, aRefund("ref_1", { amountMinor: 4800 }));
    const grown = decideRefund(order, aRefund("ref_1", { amountMinor: 4900 }), RULES);
    const held = apply(order, [...grown, ...standing(order, grown)]);
    expect(held.holds).toMatchObject([excessive]);
    const payments = decidePayments(held, [paid(4900)], RULES.now);
    expect(standing(held, payments)).toMatchObject([
      { type: "order.hold_released", code: "refund_excessive", resolved: true },
    ]);
  });

  it("is a hold beside that for units that the order does not have", () => {
    const refunded = aRefund("ref_1", { amountMinor: 4801, ...refundLines("1 Hat none") });
    const events = decideRefund(bothShipped, refunded, RULES);
    expect([...events, ...standing(bothShipped, events)]).toMatchObject([
      { type: "refund.recorded" },
      { hold: { code: "refund_unmatched", detail: missing("1 of line Hat") } },
      { hold: excessive },
    ]);
  });
});

describe("a refund is recorded", () => {
  it("with all that the storefront reports of it, after the cancellation of its units", () => {
    const refunded = aRefund("ref_1", {
      amountMinor: 5000,
      shippingMinor: 200,
      reason: "Broken",
      at: RULES.now - 5,
      ...refundLines("1 Mug cancel", "1 Mug return"),
    });
    const oneShipped = ship(release(create(aSale(mugs(2)), { Mug: "east:1 backordered:1" })));
    expect(decideRefund(oneShipped, refunded, RULES)).toEqual([
      {
        type: "units.cancelled",
        units: [{ lineId: lineNamed(oneShipped, "Mug"), unsourced: 0, backordered: 1, allocated: [] }],
        reason: "Broken",
        by: "web",
      },
      {
        type: "refund.recorded",
        externalId: "ref_1",
        amountMinor: 5000,
        shippingMinor: 200,
        itemized: true,
        at: RULES.now - 5,
        reason: "Broken",
        lines: [
          { externalLineId: "Mug", quantity: 1 },
          { externalLineId: "Mug", quantity: 1 },
        ],
        returned: [{ lineId: lineNamed(oneShipped, "Mug"), quantity: 1, restockLocationId: "east" }],
      },
    ]);
  });

  it("without units, if the storefront does not report them", () => {
    const unclear = aRefund("ref_1", { amountMinor: 2400, itemized: false });
    expect(decideRefund(waiting, unclear, RULES)).toMatchObject([
      { type: "refund.recorded", itemized: false, lines: [], returned: [] },
    ]);
    expect(standing(waiting, decideRefund(waiting, unclear, RULES))).toMatchObject([
      { hold: { code: "refund_unclear" } },
    ]);
  });
});

describe("a known refund", () => {
  const refunded = aRefund("ref_1", { amountMinor: 1000, ...refundLines("1 Mug return") });
  const known = refund(bothShipped, refunded);

  it("is known by its own id, among others", () => {
    const both = refund(known, aRefund("ref_2", { amountMinor: 100 }));
    expect(decideRefund(both, refunded, RULES)).toEqual([]);
    expect(decideRefund(both, aRefund("ref_2", { amountMinor: 100 }), RULES)).toEqual([]);
    expect(decideRefund(both, { ...refunded, externalId: "ref_3" }, RULES)).toMatchObject([
      { type: "refund.recorded", externalId: "ref_3", amountMinor: 1000, returned: [{ quantity: 1 }] },
    ]);
  });

  it.each([
    { name: "another amount", amountMinor: 1001, shippingMinor: 0 },
    { name: "a smaller amount", amountMinor: 999, shippingMinor: 0 },
    { name: "another share for shipping", amountMinor: 1000, shippingMinor: 1 },
    { name: "both", amountMinor: 1500, shippingMinor: 300 },
  ])("has $name, once, and cancels and returns no more units", ({ amountMinor, shippingMinor }) => {
    const changed = aRefund("ref_1", {
      amountMinor,
      shippingMinor,
      at: RULES.now + 3,
      ...refundLines("2 Mug return"),
    });
    const events = decideRefund(known, changed, RULES);
    expect(events).toEqual([
      { type: "refund.changed", externalId: "ref_1", amountMinor, shippingMinor, at: RULES.now + 3 },
    ]);
    expect(decideRefund(apply(known, events), changed, RULES)).toEqual([]);
  });

  it("does not lose its units if it is reported without them", () => {
    expect(decideRefund(known, { ...refunded, lines: [], itemized: false }, RULES)).toEqual([]);
  });

  it("is set to nothing once the storefront does not have it any more, and only once", () => {
    const gone = decideRefundGone(known, "ref_1", RULES.now + 7);
    expect(gone).toEqual([
      { type: "refund.changed", externalId: "ref_1", amountMinor: 0, shippingMinor: 0, at: RULES.now + 7 },
    ]);
    const after = apply(known, gone);
    expect(after.refundedMinor).toBe(0);
    expect(decideRefundGone(after, "ref_1", RULES.now + 8)).toEqual([]);
    expect(decideRefundGone(known, "ref_2", RULES.now)).toEqual([]);
  });

  it("of a cent is set to nothing too, and of several only the one that is gone", () => {
    const both = refund(known, aRefund("ref_2", { amountMinor: 1 }));
    expect(decideRefundGone(both, "ref_2", RULES.now)).toMatchObject([
      { externalId: "ref_2", amountMinor: 0, shippingMinor: 0 },
    ]);
  });

  it("comes back if the storefront reports it again", () => {
    const after = apply(known, decideRefundGone(known, "ref_1", RULES.now));
    const events = decideRefund(after, refunded, RULES);
    expect(events).toMatchObject([{ type: "refund.changed", amountMinor: 1000 }]);
    expect(apply(after, events)).toMatchObject({ refunds: known.refunds, balances: known.balances });
  });
});

describe("a refund whose units become known", () => {
  const unclear = aRefund("ref_1", { amountMinor: 2400, itemized: false, at: RULES.now - 9 });
  const itemized = aRefund("ref_1", { amountMinor: 2400, at: RULES.now - 9, ...refundLines("1 Mug cancel") });
  const known = refund(waiting, unclear);

  it("changes nothing while they are not known", () => {
    expect(decideRefund(known, unclear, RULES)).toEqual([]);
  });

  it("has only another amount while they are not known", () => {
    expect(decideRefund(known, { ...unclear, amountMinor: 2000 }, RULES)).toMatchObject([
      { type: "refund.changed", amountMinor: 2000 },
    ]);
  });

  it("cancels those that were not shipped, and is itemized, now and by whom", () => {
    const events = decideRefund(known, itemized, RULES);
    expect(events).toMatchObject([
      { type: "units.cancelled", reason: "Refunded at the storefront", by: "web" },
      {
        type: "refund.itemized",
        externalId: "ref_1",
        lines: [{ externalLineId: "Mug", quantity: 1 }],
        returned: [],
        at: RULES.now,
        by: "web",
      },
    ]);
    expect(decideRefund(apply(known, events), itemized, RULES)).toEqual([]);
  });

  it("returns those that were shipped, where the rules restock them", () => {
    const sent = refund(bothShipped, unclear);
    const rules = { ...RULES, restockLocationId: () => "west" };
    expect(decideItemizedRefund(sent, { ...itemized, ...refundLines("1 Mug return") }, rules)).toMatchObject([
      { type: "refund.itemized", returned: [{ quantity: 1, restockLocationId: "west" }] },
    ]);
  });

  it("is goodwill without units", () => {
    const goodwill = { ...unclear, itemized: true };
    const events = decideRefund(known, goodwill, RULES);
    expect(events).toMatchObject([{ type: "refund.itemized", lines: [], returned: [] }]);
    expect(apply(known, events).refunds).toMatchObject([{ itemized: true, amountMinor: 2400 }]);
  });

  it("has another amount first, if both change", () => {
    const events = decideRefund(known, { ...itemized, amountMinor: 2300, shippingMinor: 0 }, RULES);
    expect(events.map(({ type }) => type)).toEqual(["refund.changed", "units.cancelled", "refund.itemized"]);
    expect(apply(known, events).refunds).toMatchObject([{ itemized: true, amountMinor: 2300 }]);
  });

  it("holds the order for units that it does not have", () => {
    const events = decideRefund(known, { ...itemized, ...refundLines("3 Mug cancel") }, RULES);
    expect(standing(known, events)).toContainEqual({
      type: "order.held",
      hold: expect.objectContaining({ code: "refund_unmatched", detail: missing("1 of Mug") }),
    });
  });

  it("leaves the same facts and books as a refund that listed them at once", () => {
    const later = refund(known, itemized);
    const { version: _later, ...facts } = later;
    const { version: _atOnce, ...atOnce } = refund(waiting, itemized);
    expect(facts).toEqual(atOnce);
  });
});
