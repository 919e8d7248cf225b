/** Payments are set to what the storefront reports now: more than before, less, or none. */
import { describe, expect, it } from "vitest";
import type { NewPayment } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { decidePayments } from "../../../../src/orders/domain/payments/payments";
import { NOON } from "../../../support/an-order";
import { apply, cancel, create, release, ship } from "../order-steps";
import { balancesText, postingsText } from "../order-text";
import { aSale, authorized, mugs, paid } from "../sales";

/** Two mugs at 24.00 with tax: 48.00. */
const unpaid = create(aSale({ ...mugs(2), payments: [authorized(4800)] }));
const oneShippedUnpaid = ship(release(unpaid), { Mug: 1 });
const bothShippedUnpaid = ship(oneShippedUnpaid);

const LATER = NOON + 60_000;
const giftCard = (amountMinor: number, externalId = "pay_1"): NewPayment => ({
  ...paid(amountMinor, externalId),
  kind: "gift_card",
});

/** The order after the storefront has reported its payments, once for each list. */
const report = (order: Order, ...reports: readonly (readonly NewPayment[])[]): Order =>
  reports.reduce((before, payments) => {
    const events = decidePayments(before, payments, LATER);
    return events.length === 0 ? before : apply(before, events);
  }, order);

describe("a captured payment", () => {
  type Case = Readonly<{
    name: string;
    order: Order;
    reports: NewPayment[][];
    balances: string[];
    captured: number;
  }>;
  it.each<Case>([
    {
      name: "is a deposit while its units are not shipped",
      order: unpaid,
      reports: [[paid(4800)]],
      balances: ["deposits 4800"],
      captured: 4800,
    },
    {
      name: "counts once",
      order: unpaid,
      reports: [[paid(4800)], [paid(4800)]],
      balances: ["deposits 4800"],
      captured: 4800,
    },
    {
      name: "counts for what it has grown by",
      order: unpaid,
      reports: [[paid(3000)], [paid(4800)]],
      balances: ["deposits 4800"],
      captured: 4800,
    },
    {
      name: "counts for what the storefront reports now, if that is less than before",
      order: unpaid,
      reports: [[paid(4800)], [paid(3000)]],
      balances: ["deposits 3000"],
      captured: 3000,
    },
    {
      name: "grows again after it fell",
      order: unpaid,
      reports: [[paid(3000)], [paid(1000)], [paid(3500)]],
      balances: ["deposits 3500"],
      captured: 3500,
    },
    {
      name: "is taken back if it is reported as nothing",
      order: unpaid,
      reports: [[paid(4800)], [paid(0)]],
      balances: [],
      captured: 0,
    },
    {
      name: "is taken back if it is not reported any more",
      order: unpaid,
      reports: [[paid(4800), paid(200, "pay_2")], [paid(200, "pay_2")]],
      balances: ["deposits 200"],
      captured: 200,
    },
    {
      name: "makes what it paid for receivable, if it is taken back after the shipment",
      order: bothShippedUnpaid,
      reports: [[paid(4800)], []],
      balances: ["receivable 4800"],
      captured: 0,
    },
    {
      name: "counts once if one report lists it twice",
      order: unpaid,
      reports: [[paid(4800), paid(4800)]],
      balances: ["deposits 4800"],
      captured: 4800,
    },
    {
      name: "adds to a payment of another id",
      order: unpaid,
      reports: [[paid(3000)], [paid(3000), paid(1000, "pay_2")]],
      balances: ["deposits 4000"],
      captured: 4000,
    },
    {
      name: "adds to what was paid by gift card under the same id",
      order: unpaid,
      reports: [[paid(3000), giftCard(1000)]],
      balances: ["deposits 4000"],
      captured: 4000,
    },
    { name: "of nothing changes nothing", order: unpaid, reports: [[paid(0)]], balances: [], captured: 0 },
    {
      name: "pays for shipped units first",
      order: oneShippedUnpaid,
      reports: [[paid(3000)]],
      balances: ["deposits 600"],
      captured: 3000,
    },
    {
      name: "pays for a share of the shipped units",
      order: bothShippedUnpaid,
      reports: [[paid(3000)]],
      balances: ["receivable 1800"],
      captured: 3000,
    },
    {
      name: "pays for shipped units to the cent",
      order: bothShippedUnpaid,
      reports: [[paid(4800)]],
      balances: [],
      captured: 4800,
    },
    {
      name: "is due for refund beyond the shipped units",
      order: bothShippedUnpaid,
      reports: [[paid(5000)]],
      balances: ["refund due 200"],
      captured: 5000,
    },
    {
      name: "is due for refund if all units are cancelled",
      order: cancel(unpaid),
      reports: [[paid(4800)]],
      balances: ["refund due 4800"],
      captured: 4800,
    },
    {
      name: "is due for refund beyond the shipped units if the rest is cancelled",
      order: cancel(oneShippedUnpaid, { Mug: 1 }),
      reports: [[paid(4800)]],
      balances: ["refund due 2400"],
      captured: 4800,
    },
    {
      name: "is due for refund at once beyond the order's worth, though units are not shipped",
      order: unpaid,
      reports: [[paid(5000)]],
      balances: ["deposits 4800", "refund due 200"],
      captured: 5000,
    },
  ])("$name", ({ order, reports, balances, captured }) => {
    const after = report(order, ...reports);
    expect(balancesText(after)).toEqual(balances);
    expect(after.capturedMinor).toBe(captured);
  });

  it("is booked against what is receivable, and then as a deposit", () => {
    expect(postingsText(oneShippedUnpaid, decidePayments(oneShippedUnpaid, [paid(3000)], LATER))).toEqual([
      "assets:psp-clearing 3000",
      "assets:receivable -2400",
      "liabilities:customer-deposits -600",
    ]);
    expect(postingsText(bothShippedUnpaid, decidePayments(bothShippedUnpaid, [paid(5000)], LATER))).toEqual([
      "assets:psp-clearing 5000",
      "assets:receivable -4800",
      "liabilities:refund-payable -200",
    ]);
  });

  it("is booked back when it is taken back", () => {
    const both = report(bothShippedUnpaid, [paid(5000)]);
    expect(postingsText(both, decidePayments(both, [paid(1000)], LATER))).toEqual([
      "assets:psp-clearing -4000",
      "assets:receivable 3800",
      "liabilities:refund-payable 200",
    ]);
  });
});

describe("an authorized payment", () => {
  it.each([
    { name: "records its amount", amountMinor: 4800, authorizedMinor: 4800 },
    { name: "records a higher amount", amountMinor: 5000, authorizedMinor: 5000 },
    { name: "records a lower amount", amountMinor: 4000, authorizedMinor: 4000 },
    { name: "is gone if it is reported as nothing", amountMinor: 0, authorizedMinor: 0 },
  ])("$name, and moves no money", ({ amountMinor, authorizedMinor }) => {
    const after = report(unpaid, [authorized(amountMinor)]);
    expect(after).toMatchObject({ authorizedMinor, capturedMinor: 0 });
    expect(balancesText(after)).toEqual([]);
    expect(postingsText(unpaid, decidePayments(unpaid, [authorized(amountMinor)], LATER))).toEqual([]);
  });

  it("is gone once it is not reported any more", () => {
    expect(report(unpaid, [])).toMatchObject({ authorizedMinor: 0, payments: [] });
  });

  it("stays beside what is captured of it, as long as it is reported", () => {
    const partly = report(unpaid, [authorized(1800), paid(3000, "auth_1")]);
    expect(partly).toMatchObject({ authorizedMinor: 1800, capturedMinor: 3000 });
    expect(report(partly, [paid(3000, "auth_1")])).toMatchObject({ authorizedMinor: 0, capturedMinor: 3000 });
  });
});

describe("decidePayments", () => {
  const at = NOON + 5;
  const known = report(unpaid, [authorized(500, "a"), paid(3000, "p"), giftCard(1000, "g")]);
  const reported = known.payments;
  const instead = (payment: NewPayment) =>
    reported.map((each) => (each.externalId === payment.externalId ? payment : each));
  const without = (externalId: string) => reported.filter((each) => each.externalId !== externalId);

  it("has no event if nothing changed, whatever the sequence", () => {
    expect(decidePayments(known, reported, LATER)).toEqual([]);
    expect(decidePayments(known, reported.toReversed(), LATER)).toEqual([]);
  });

  it("has no event for unknown payments of nothing", () => {
    const nothing = [authorized(0, "b"), paid(0, "q"), giftCard(0, "h")];
    expect(decidePayments(known, [...reported, ...nothing], LATER)).toEqual([]);
  });

  it.each<{ name: string; payments: readonly NewPayment[]; event: object }>([
    {
      name: "a higher authorization",
      payments: instead({ ...authorized(501, "a"), at }),
      event: { type: "payment.authorized", externalId: "a", amountMinor: 501, at },
    },
    {
      name: "a lower authorization",
      payments: instead({ ...authorized(1, "a"), at }),
      event: { type: "payment.authorized", externalId: "a", amountMinor: 1, at },
    },
    {
      name: "an authorization of nothing",
      payments: instead({ ...authorized(0, "a"), at }),
      event: { type: "payment.authorization_ended", externalId: "a", at },
    },
    {
      name: "an authorization that is gone, at the time of the report",
      payments: without("a"),
      event: { type: "payment.authorization_ended", externalId: "a", at: LATER },
    },
    {
      name: "a captured payment that has grown, by what it has grown",
      payments: instead({ ...paid(3001, "p"), at }),
      event: { type: "payment.captured", externalId: "p", amountMinor: 1, at },
    },
    {
      name: "a captured payment that has fallen, by what it has fallen",
      payments: instead({ ...paid(2998, "p"), at }),
      event: { type: "payment.reversed", externalId: "p", amountMinor: 2, at },
    },
    {
      name: "a captured payment that is gone, at the time of the report",
      payments: without("p"),
      event: { type: "payment.reversed", externalId: "p", amountMinor: 3000, at: LATER },
    },
    {
      name: "a gift card that has grown",
      payments: instead({ ...giftCard(1100, "g"), at }),
      event: { type: "payment.captured", externalId: "g", amountMinor: 100, at, giftCard: true },
    },
    {
      name: "a gift card that has fallen",
      payments: instead({ ...giftCard(900, "g"), at }),
      event: { type: "payment.reversed", externalId: "g", amountMinor: 100, at, giftCard: true },
    },
    {
      name: "a gift card that is gone, at the time of the report",
      payments: without("g"),
      event: { type: "payment.reversed", externalId: "g", amountMinor: 1000, at: LATER, giftCard: true },
    },
    {
      name: "a payment of another id",
      payments: [...reported, { ...paid(7, "q"), at }],
      event: { type: "payment.captured", externalId: "q", amountMinor: 7, at },
    },
    {
      name: "a payment of another kind under a known id",
      payments: [...reported, { ...giftCard(7, "p"), at }],
      event: { type: "payment.captured", externalId: "p", amountMinor: 7, at, giftCard: true },
    },
  ])("has one event for $name", ({ payments, event }) => {
    const events = decidePayments(known, payments, LATER);
    expect(events).toEqual([event]);
    expect(decidePayments(apply(known, events), payments, LATER + 1)).toEqual([]);
  });

  it("takes back a payment whose kind has changed, and records the other", () => {
    const events = decidePayments(known, instead({ ...giftCard(3000, "p"), at }), LATER);
    expect(events).toEqual([
      { type: "payment.captured", externalId: "p", amountMinor: 3000, at, giftCard: true },
      { type: "payment.reversed", externalId: "p", amountMinor: 3000, at: LATER },
    ]);
    expect(apply(known, events)).toMatchObject({ capturedMinor: 4000, balances: known.balances });
  });

  it("has one event for each payment that is captured after its authorization", () => {
    expect(decidePayments(unpaid, [paid(4800, "auth_1")], LATER)).toEqual([
      { type: "payment.captured", externalId: "auth_1", amountMinor: 4800, at: NOON },
      { type: "payment.authorization_ended", externalId: "auth_1", at: LATER },
    ]);
  });
});

describe("an overpayment", () => {
  it("is due for refund at once, and not only after the last unit", () => {
    const oneShipped = ship(release(create(aSale({ ...mugs(2), payments: [paid(5000)] }))), { Mug: 1 });
    expect(balancesText(oneShipped)).toEqual(["deposits 2400", "refund due 200"]);
    expect(balancesText(ship(oneShipped))).toEqual(["refund due 200"]);
  });

  it("pays for units that are added later", () => {
    const order = create(aSale({ ...mugs(2), payments: [paid(5000)] }));
    expect(balancesText(order)).toEqual(["deposits 4800", "refund due 200"]);
    const { id, title, unitPriceMinor, discountMinor, taxMinor } = order.lines[0]!;
    const dearer = { id, title, unitPriceMinor, discountMinor, taxMinor, grossMinor: 4150 };
    const repriced = apply(order, [
      {
        type: "order.repriced",
        lines: [dearer],
        shipping: order.shipping,
        roundingMinor: 0,
        totalMinor: 4950,
        taxIncluded: false,
      },
    ]);
    expect(balancesText(repriced)).toEqual(["deposits 4950", "refund due 50"]);
  });
});
