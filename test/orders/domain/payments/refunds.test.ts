import { describe, expect, it } from "vitest";
import type { HoldReason } from "../../../../src/orders/domain/holds/hold";
import type { Order } from "../../../../src/orders/domain/order";
import {
  decideRefund,
  decideReportedRefund,
  type ReportedRefund,
} from "../../../../src/orders/domain/payments/refunds";
import { create, createAndShip, lineNamed, refund, RULES } from "../order-steps";
import { aRefund, aSale, mugs, refundLines } from "../sales";

const waiting = create(aSale(mugs(2)));
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

describe("a refund holds the order for units", () => {
  it.each<{ name: string; order: Order; lines: string[]; problem: string }>([
    {
      name: "that exceed those of the order",
      order: waiting,
      lines: ["3 Mug cancel"],
      problem: "1 of Mug not on the order",
    },
    {
      name: "that exceed those of the order, of a line listed twice",
      order: bothShipped,
      lines: ["1 Mug return", "3 Mug none"],
      problem: "2 of Mug not on the order",
    },
    {
      name: "that exceed the unshipped units of the order, of a line listed twice",
      order: waiting,
      lines: ["1 Mug cancel", "2 Mug cancel"],
      problem: "1 of Mug not on the order",
    },
    {
      name: "of a line that the order does not have",
      order: waiting,
      lines: ["1 Hat cancel"],
      problem: "1 of Hat not on the order",
    },
    {
      name: "that were all returned before",
      order: refund(bothShipped, aRefund("r0", refundLines("2 Mug return"))),
      lines: ["1 Mug return"],
      problem: "1 of Mug not on the order",
    },
  ])("$name", ({ order, lines, problem }) => {
    const after = refund(order, aRefund("ref_1", refundLines(...lines)));
    expect(after.holds).toMatchObject([{ code: "refund_unmatched", detail: `Refund ref_1: ${problem}.` }]);
  });
});

describe("a refund of more than was paid", () => {
  const excess = "Refund ref_1: more was refunded than was paid.";
  const allRefunded = refund(bothShipped, aRefund("r0", { amountMinor: 4800 }));

  it.each<{ name: string; order: Order; amountMinor: number; details: string[] }>([
    { name: "not if it refunds all that was paid", order: bothShipped, amountMinor: 4800, details: [] },
    { name: "if it exceeds the payment", order: bothShipped, amountMinor: 4801, details: [excess] },
    {
      name: "if it exceeds the payment with other refunds",
      order: allRefunded,
      amountMinor: 1,
      details: [excess],
    },
    {
      name: "not if only other refunds exceed the payment",
      order: refund(allRefunded, aRefund("r1", { amountMinor: 9 })),
      amountMinor: 0,
      details: [],
    },
  ])("holds the order $name", ({ order, amountMinor, details }) => {
    const events = decideRefund(order, aRefund("ref_1", { amountMinor }), RULES);
    expect(events.flatMap((event) => (event.type === "order.held" ? [event.hold.detail] : []))).toEqual(
      details,
    );
  });

  it("holds the order when it grows beyond the payment", () => {
    const order = refund(bothShipped, aRefund("ref_1", { amountMinor: 4800 }));
    const after = refund(order, aRefund("ref_1", { amountMinor: 4900 }));
    expect(after.holds).toMatchObject([{ code: "refund_unmatched", detail: excess }]);
  });

  it("is listed after units that the order does not have", () => {
    const refunded = aRefund("ref_1", { amountMinor: 4801, ...refundLines("1 Hat none") });
    expect(refund(bothShipped, refunded).holds).toMatchObject([
      { detail: "Refund ref_1: 1 of Hat not on the order; more was refunded than was paid." },
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

  it("cancels and returns no more units when it grows, and no shipping", () => {
    const grown = aRefund("ref_1", { amountMinor: 1500, shippingMinor: 300, ...refundLines("2 Mug return") });
    expect(decideRefund(known, grown, RULES)).toMatchObject([
      { type: "refund.recorded", amountMinor: 500, returned: [], lines: [], shippingTakenBackMinor: 0 },
    ]);
  });
});

describe("decideReportedRefund", () => {
  const problem: HoldReason = { code: "amount_inexact", detail: "Half a penny." };
  const reported: ReportedRefund = {
    refund: aRefund("ref_1", { amountMinor: 2400, ...refundLines("1 Mug return") }),
    currency: "GBP",
    problems: [],
  };

  it("gives the same events as a refund with its order", () => {
    expect(decideReportedRefund(bothShipped, reported, RULES)).toEqual(
      decideRefund(bothShipped, reported.refund, RULES),
    );
  });

  it("holds the order once for a refund in another currency, and does not record it", () => {
    const foreign = { ...reported, currency: "EUR", problems: [problem] };
    const detail = "Refund ref_1 is in EUR, and the order in GBP.";
    const hold = { code: "refund_unmatched", detail } as const;
    expect(decideReportedRefund(bothShipped, foreign, RULES)).toMatchObject([{ type: "order.held", hold }]);
    const held = { ...bothShipped, holds: [{ ...hold, placedAt: 0, placedBy: "" }] };
    expect(decideReportedRefund(held, foreign, RULES)).toEqual([]);
  });

  it("holds the order for the refund's problems, once", () => {
    const withProblem = { ...reported, problems: [problem] };
    const events = decideReportedRefund(bothShipped, withProblem, RULES);
    expect(events.map(({ type }) => type)).toEqual(["refund.recorded", "order.held"]);
    const known = refund(bothShipped, reported.refund);
    expect(decideReportedRefund(known, withProblem, RULES)).toEqual([]);
  });
});
