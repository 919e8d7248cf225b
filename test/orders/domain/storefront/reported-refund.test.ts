/** A refund that a storefront reports without its order, while units are planned, prepared or sent. */
import { describe, expect, it } from "vitest";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import { decideReject } from "../../../../src/orders/domain/fulfillments/reject";
import type { HoldReason } from "../../../../src/orders/domain/holds/hold";
import type { Order } from "../../../../src/orders/domain/order";
import { decideRefund, decideRefundGone } from "../../../../src/orders/domain/payments/refunds";
import { decideRefundedUnitsBack } from "../../../../src/orders/domain/storefront/refunded-units-back";
import {
  decideReportedRefund,
  type ReportedRefund,
} from "../../../../src/orders/domain/storefront/reported-refund";
import {
  accepted,
  apply,
  create,
  createAndShip,
  refund,
  release,
  RULES,
  ship,
  standing,
  update,
} from "../order-steps";
import { aRefund, aSale, mugs, refundLines } from "../sales";

const bothShipped = createAndShip(aSale(mugs(2)));

const report = (order: Order, lines: string, amountMinor: number): Order => {
  const reported = {
    refund: aRefund("ref_1", { amountMinor, ...refundLines(lines) }),
    currency: "GBP",
    problems: [],
  };
  const events = decideReportedRefund(order, reported, RULES);
  return apply(order, [...events, ...standing(order, events)]);
};
const holds = (order: Order) => order.holds.map(({ code, detail }) => `${code}: ${detail}`);
const stops = (order: Order) => order.fulfillments.map(({ stopReason }) => stopReason);

describe("a refund of units that a location is preparing", () => {
  const detail = "1 of Mug are refunded, and a location is preparing them.";
  const prepared = release(create(aSale(mugs(2))));
  const refunded = report(prepared, "1 Mug cancel", 2400);

  it("asks the location to stop", () => {
    expect([holds(refunded), stops(refunded)]).toEqual([[`differs_from_storefront: ${detail}`], [detail]]);
  });

  it("cancels the units when the location gives them back, and the hold ends", () => {
    const [fulfillment] = refunded.fulfillments;
    const refusal = { fulfillmentId: fulfillment!.id, reason: "stopped", note: null, by: "east" };
    const rejected = accepted(decideReject(refunded, refusal));
    const back = rejected.reduce(evolve, refunded);
    const after = apply(refunded, [...rejected, ...decideRefundedUnitsBack(refunded, back, RULES)]);
    expect(after.lines).toMatchObject([{ cancelled: 1, backordered: 1, allocated: 0 }]);
    expect([holds(after), after.balances]).toEqual([
      [],
      { depositsMinor: 2400, receivableMinor: 0, refundPayableMinor: 0 },
    ]);
    expect(decideRefundedUnitsBack(after, after, RULES)).toEqual([]);
  });

  it("keeps a hold for other reasons", () => {
    const other = {
      code: "differs_from_storefront",
      detail: `${detail}\nAnother.`,
      placedAt: 0,
      placedBy: "",
    } as const;
    const held = { ...refunded, holds: [other] };
    const [fulfillment] = refunded.fulfillments;
    const refusal = { fulfillmentId: fulfillment!.id, reason: "stopped", note: null, by: "east" };
    const back = accepted(decideReject(held, refusal)).reduce(evolve, held);
    expect(holds(apply(back, decideRefundedUnitsBack(held, back, RULES)))).toEqual([
      "differs_from_storefront: Another.",
    ]);
  });
});

describe("a refund of units as never sent, which were sent here", () => {
  const detail =
    "2 of Mug were refunded at the storefront as never sent, and were shipped: goods to come back.";

  it("holds the order, naming the goods to come back, alone or with its order", () => {
    const alone = report(bothShipped, "2 Mug cancel", 4800);
    const refunds = [aRefund("ref_1", { amountMinor: 4800, ...refundLines("2 Mug cancel") })];
    const later = aSale({ ...mugs(2), refunds, storefrontUpdatedAt: RULES.now + 1 });
    const ended = { ...later, cancelledAt: RULES.now + 1 };
    for (const order of [
      alone,
      update(bothShipped, later),
      update(bothShipped, ended),
      update(alone, ended),
    ]) {
      expect(holds(order)).toEqual([`differs_from_storefront: ${detail}`]);
    }
  });

  it.each([
    { name: "units that came back", order: bothShipped, lines: "2 Mug return", amountMinor: 4800 },
    { name: "money only", order: bothShipped, lines: "2 Mug none", amountMinor: 4800 },
    {
      name: "units whose fate is not reported",
      order: bothShipped,
      lines: "2 Mug unknown",
      amountMinor: 4800,
    },
    {
      name: "the units that were not sent",
      order: ship(release(create(aSale(mugs(2)))), { Mug: 1 }),
      lines: "1 Mug return",
      amountMinor: 2400,
    },
    {
      name: "units that are planned",
      order: create(aSale(mugs(2))),
      lines: "1 Mug cancel",
      amountMinor: 2400,
    },
  ])("does not hold it for $name", ({ order, lines, amountMinor }) => {
    expect(holds(report(order, lines, amountMinor))).toEqual([]);
  });
});

describe("a refund that is reported alone", () => {
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
    const hold = { code: "differs_from_storefront", detail } as const;
    expect(decideReportedRefund(bothShipped, foreign, RULES)).toMatchObject([{ type: "order.held", hold }]);
    const held = { ...bothShipped, holds: [{ ...hold, placedAt: 0, placedBy: "" }] };
    expect(decideReportedRefund(held, foreign, RULES)).toEqual([]);
  });

  it.each([
    { name: "a refund", amountMinor: 100_000_000_000_001, recorded: 0 },
    { name: "a refund, together with an earlier one", amountMinor: 99_999_999_999_000, recorded: 2_400 },
    { name: "a refund's shipping", amountMinor: 1, shippingMinor: 100_000_000_000_001, recorded: 0 },
  ])(
    "holds the order once for $name of more than can be booked, and does not record it",
    ({ amountMinor, shippingMinor = 0, recorded }) => {
      const earlier = aRefund("ref_0", { amountMinor: recorded });
      const order = recorded > 0 ? refund(bothShipped, earlier) : bothShipped;
      const large = { ...reported, refund: aRefund("ref_1", { amountMinor, shippingMinor }) };
      const detail = expect.stringMatching(/^Refund ref_1 of .* GBP is more than can be booked\.$/);
      const [event, ...more] = decideReportedRefund(order, large, RULES);
      expect(event).toMatchObject({ type: "order.held", hold: { code: "differs_from_storefront", detail } });
      expect(more).toEqual([]);
      const held = apply(order, [event!]);
      expect(decideReportedRefund(held, large, RULES)).toEqual([]);
    },
  );

  it("records a refund up to what can be booked", () => {
    const most = { ...reported, refund: aRefund("ref_1", { amountMinor: 100_000_000_000_000 }) };
    expect(decideReportedRefund(bothShipped, most, RULES)).toMatchObject([{ type: "refund.recorded" }]);
  });

  it("holds the order for the refund's problems, once", () => {
    const withProblem = { ...reported, problems: [problem] };
    const events = decideReportedRefund(bothShipped, withProblem, RULES);
    expect(events.map(({ type }) => type)).toEqual(["refund.recorded", "order.held"]);
    const known = refund(bothShipped, reported.refund);
    expect(decideReportedRefund(known, withProblem, RULES)).toEqual([]);
  });

  it("changes nothing as a late copy of a refund that a later state does not have", () => {
    const known = refund(bothShipped, reported.refund);
    const gone = apply(known, decideRefundGone(known, "ref_1", reported.refund.at + 1));
    const seen = { ...gone, storefrontUpdatedAt: reported.refund.at + 1 };
    expect(decideReportedRefund(seen, reported, RULES)).toEqual([]);
    const again = { ...reported, refund: { ...reported.refund, at: reported.refund.at + 1 } };
    expect(decideReportedRefund(seen, again, RULES)).toMatchObject([{ type: "refund.changed" }]);
  });
});
