/** Orders whose units, payments and refunds change in several steps: what is owed at the end, and on the way. */
import { describe, expect, it } from "vitest";
import type { NewOrder, NewOrderLine } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { settlementOf } from "../../../../src/orders/domain/payments/settlement";
import { NOON } from "../../../support/an-order";
import { accepted, apply, cancel, create, decideParcel, refund, release, ship, update } from "../order-steps";
import { balancesText, postingsText } from "../order-text";
import { aRefund, aSale, authorized, mugs, paid, refundLines, sold } from "../sales";

/** A line of units at the given price, without tax. */
const priced = (title: string, unitPriceMinor: number, quantity = 1): NewOrderLine =>
  sold(title, quantity, { unitPriceMinor });

/** What is not zero: the balances, `allowance` and `fee`. */
function owed(order: Order): string[] {
  const { allowanceMinor, feeMinor } = settlementOf(order);
  return [
    ...balancesText(order),
    ...(allowanceMinor === 0 ? [] : [`allowance ${allowanceMinor}`]),
    ...(feeMinor === 0 ? [] : [`fee ${feeMinor}`]),
  ];
}

/** The storefront's next states of a sale: each is later than the one before. */
function statesOf(first: NewOrder, ...changes: readonly Partial<NewOrder>[]): NewOrder[] {
  const states = [first];
  for (const change of changes) {
    const before = states.at(-1)!;
    const next = { ...before, ...change, storefrontUpdatedAt: before.storefrontUpdatedAt + 1 };
    const charge = next.shipping.grossMinor - next.shipping.discountMinor + next.shipping.taxMinor;
    const totalMinor = next.lines.reduce((sum, line) => sum + line.grossMinor + line.taxMinor, charge);
    states.push({ ...next, totalMinor });
  }
  return states;
}

/** Units that are paid and cancelled pay for units that an edit adds. */
describe("what is owed for a cancelled mug of 24.00", () => {
  /** One of two paid mugs is cancelled. Then an edit adds a cup without a payment. */
  const cancelled = cancel(create(aSale(mugs(2))), { Mug: 1 });
  const withCup = (priceMinor: number): Order => {
    const lines = [sold("Mug", 2), sold("Cup", 1, { unitPriceMinor: priceMinor })];
    return release(
      update(cancelled, aSale({ lines, payments: [paid(4800)], storefrontUpdatedAt: NOON + 1 })),
    );
  };

  it.each([
    { name: "pays at once for a cup to the cent", priceMinor: 2400, waiting: ["deposits 4800"], shipped: [] },
    {
      name: "pays at once for a cheaper cup, and the rest stays due",
      priceMinor: 1000,
      waiting: ["deposits 3400", "refund due 1400"],
      shipped: ["refund due 1400"],
    },
    {
      name: "pays at once for a share of a dearer cup",
      priceMinor: 3000,
      waiting: ["deposits 4800"],
      shipped: ["receivable 600"],
    },
  ])("$name", ({ priceMinor, waiting, shipped }) => {
    expect(owed(cancelled)).toEqual(["deposits 2400", "refund due 2400"]);
    expect(owed(withCup(priceMinor))).toEqual(waiting);
    expect(owed(ship(withCup(priceMinor)))).toEqual(shipped);
  });

  it("pays before the cup is sent, so that nothing becomes receivable", () => {
    const order = withCup(1000);
    const events = accepted(decideParcel(order, "all"));
    expect(events.map(({ type }) => type)).toEqual(["shipment.shipped"]);
    expect(postingsText(order, events)).toEqual([
      "liabilities:customer-deposits 3400",
      "liabilities:sales-tax -400",
      "revenue:products -3000",
    ]);
  });

  it("pays for no unit that is not paid: nothing is owed for it", () => {
    const unpaid = cancel(create(aSale({ ...mugs(2), payments: [authorized(4800)] })), { Mug: 1 });
    expect(owed(unpaid)).toEqual([]);
  });

  it("pays for the cup, whichever of the two is sent first", () => {
    const order = withCup(2400);
    expect(owed(ship(order, { Mug: 1 }))).toEqual(["deposits 2400"]);
    expect(owed(ship(order, { Cup: 1 }))).toEqual(["deposits 2400"]);
    expect(owed(ship(ship(order, { Cup: 1 }), { Mug: 1 }))).toEqual([]);
  });
});

describe("goodwill of 5 on an order of 100", () => {
  const first = aSale({ lines: [priced("A", 100)] });
  const goodwill = aRefund("r1", { amountMinor: 5 });

  it("owes nothing if all is cancelled then, and the rest is refunded", () => {
    const given = refund(create(first), goodwill);
    expect(owed(given)).toEqual(["deposits 100", "allowance 5"]);
    const cancelled = cancel(given);
    expect(owed(cancelled)).toEqual(["refund due 95"]);
    for (const lines of [{}, refundLines("1 A cancel")]) {
      expect(owed(refund(cancelled, aRefund("r2", { amountMinor: 95, ...lines })))).toEqual([]);
      expect(owed(refund(cancelled, aRefund("r2", { amountMinor: 94, ...lines })))).toEqual(["refund due 1"]);
      expect(owed(refund(cancelled, aRefund("r2", { amountMinor: 96, ...lines })))).toEqual(["allowance 1"]);
    }
  });

  it("is the same if the cancellation and its refund come first", () => {
    const cancelled = refund(create(first), aRefund("r2", { amountMinor: 95, ...refundLines("1 A cancel") }));
    expect(owed(cancelled)).toEqual(["refund due 5"]);
    expect(owed(refund(cancelled, goodwill))).toEqual([]);
  });

  it("stays an allowance if the goods are sent", () => {
    expect(owed(ship(release(refund(create(first), goodwill))))).toEqual(["allowance 5"]);
  });

  it("is no allowance any more if the goods are sent, and all of it comes back with the rest", () => {
    const sent = refund(ship(release(create(first))), goodwill);
    expect(owed(refund(sent, aRefund("r2", { amountMinor: 95, ...refundLines("1 A return") })))).toEqual([]);
    expect(owed(refund(sent, aRefund("r2", { amountMinor: 90, ...refundLines("1 A return") })))).toEqual([
      "fee 5",
    ]);
  });
});

describe("an order of 80 that is paid in two parts", () => {
  const lines = [priced("A", 20), priced("B", 60)];
  const first = aSale({ lines, payments: [paid(50)] });
  const refunds = [aRefund("r1", { amountMinor: 20, ...refundLines("1 A cancel") })];
  const [, cancelled, paidUp] = statesOf(first, { refunds }, { payments: [paid(50), paid(30, "pay_2")] });

  it("owes nothing if 20 are cancelled and refunded between the parts, and the rest is sent", () => {
    const steps = [create(first)];
    for (const state of [cancelled, paidUp]) steps.push(update(steps.at(-1)!, state!));
    steps.push(ship(release(steps.at(-1)!)));
    expect(steps.map(owed)).toEqual([["deposits 50"], ["deposits 30"], ["deposits 60"], []]);
  });

  it("owes nothing if the rest is sent before the second part is paid", () => {
    const sent = ship(release(update(create(first), cancelled!)));
    expect(owed(sent)).toEqual(["receivable 30"]);
    expect(owed(update(sent, paidUp!))).toEqual([]);
  });
});

describe("an exchange of a returned A for a B of the same price", () => {
  const [sale, exchanged] = statesOf(aSale({ lines: [priced("A", 100)] }), {
    lines: [priced("A", 100), priced("B", 100)],
    refunds: [aRefund("r1", { amountMinor: 0, ...refundLines("1 A return") })],
  });

  it.each([
    { name: "before A was sent", order: create(sale!) },
    { name: "after A was sent", order: ship(release(create(sale!))) },
  ])("owes nothing and keeps no fee: $name", ({ order }) => {
    const after = update(order, exchanged!);
    expect(after.capturedMinor).toBe(100);
    expect(owed(after)).toEqual(["deposits 100"]);
    expect(owed(ship(release(after)))).toEqual([]);
  });

  it("is the same if A is removed by an edit, without a refund", () => {
    const lines = [{ ...priced("A", 100), removed: 1, grossMinor: 0, quantity: 1 }, priced("B", 100)];
    const after = update(create(sale!), { ...exchanged!, lines, refunds: [], totalMinor: 100 });
    expect(owed(after)).toEqual(["deposits 100"]);
    expect(owed(ship(release(after)))).toEqual([]);
  });

  it.each([
    { name: "a dearer B", price: 130, waiting: ["deposits 100"], sent: ["receivable 30"] },
    { name: "a cheaper B", price: 70, waiting: ["deposits 70", "refund due 30"], sent: ["refund due 30"] },
  ])("owes back what B leaves of A, and keeps no fee: $name", ({ price, waiting, sent }) => {
    const lines = [priced("A", 100), priced("B", price)];
    const after = update(ship(release(create(sale!))), { ...exchanged!, lines, totalMinor: 100 + price });
    expect(owed(after)).toEqual(waiting);
    expect(owed(ship(release(after)))).toEqual(sent);
  });
});

describe("an order of 100 that is paid with 130", () => {
  const [first, refunded, paidUp] = statesOf(
    aSale({ lines: [priced("A", 100)], payments: [paid(100)] }),
    { refunds: [aRefund("r1", { amountMinor: 30 })] },
    { payments: [paid(100), paid(30, "pay_2")] },
  );

  it("owes nothing, though the refund of 30 arrives before the second payment", () => {
    const steps = [create(first!)];
    for (const state of [refunded, paidUp]) steps.push(update(steps.at(-1)!, state!));
    expect(steps.map(owed)).toEqual([["deposits 100"], ["deposits 100", "allowance 30"], ["deposits 100"]]);
    expect(owed(ship(release(steps.at(-1)!)))).toEqual([]);
  });

  it("owes 30 until they are refunded", () => {
    const overpaid = update(create(first!), { ...paidUp!, refunds: [] });
    expect(owed(overpaid)).toEqual(["deposits 100", "refund due 30"]);
    expect(owed(ship(release(overpaid)))).toEqual(["refund due 30"]);
    expect(owed(refund(overpaid, aRefund("r1", { amountMinor: 30 })))).toEqual(["deposits 100"]);
  });
});

describe("a restocking fee of 10 on a returned unit of 100", () => {
  const sent = ship(release(create(aSale({ lines: [priced("A", 100)] }))));
  const returned = refund(sent, aRefund("r1", { amountMinor: 90, ...refundLines("1 A return") }));

  it("is kept", () => {
    expect(owed(returned)).toEqual(["fee 10"]);
  });

  it.each([
    {
      name: "by the same refund",
      refunded: aRefund("r1", { amountMinor: 100, ...refundLines("1 A return") }),
    },
    { name: "by another refund", refunded: aRefund("r2", { amountMinor: 10 }) },
    {
      name: "by an earlier refund that arrives late",
      refunded: aRefund("r0", { amountMinor: 10, at: NOON - 1 }),
    },
  ])("is paid back later: $name", ({ refunded }) => {
    const after = refund(returned, refunded);
    expect(owed(after)).toEqual([]);
  });

  it("is kept in part if a part of it is paid back", () => {
    expect(owed(refund(returned, aRefund("r2", { amountMinor: 4 })))).toEqual(["fee 6"]);
  });

  it("is not owed if the unit was never paid", () => {
    const unpaid = ship(release(create(aSale({ lines: [priced("A", 100)], payments: [authorized(100)] }))));
    expect(owed(refund(unpaid, aRefund("r1", refundLines("1 A return"))))).toEqual([]);
  });
});

describe("a refund that is read again with its units", () => {
  const sent = ship(release(create(aSale({ lines: [priced("A", 100)] }))));
  const unclear = refund(sent, aRefund("r1", { amountMinor: 90, itemized: false }));

  it("is an allowance until they are known, and then a refund of units with a fee", () => {
    expect(owed(unclear)).toEqual(["allowance 90"]);
    const itemized = refund(unclear, aRefund("r1", { amountMinor: 90, ...refundLines("1 A return") }));
    expect(owed(itemized)).toEqual(["fee 10"]);
  });

  it("stays an allowance if it is goodwill", () => {
    expect(owed(refund(unclear, aRefund("r1", { amountMinor: 90 })))).toEqual(["allowance 90"]);
  });
});

describe("a payment that is taken back", () => {
  const order = create(aSale({ lines: [priced("A", 100)] }));
  const withoutPayment = apply(order, [
    { type: "payment.reversed", externalId: "pay_1", amountMinor: 100, at: NOON },
  ]);

  it("leaves nothing on deposit, and nothing to refund", () => {
    expect(owed(withoutPayment)).toEqual([]);
    expect(owed(cancel(withoutPayment))).toEqual([]);
  });

  it("is receivable for what was refunded of it", () => {
    const refunded = refund(order, aRefund("r1", { amountMinor: 100, ...refundLines("1 A cancel") }));
    const events = [{ type: "payment.reversed", externalId: "pay_1", amountMinor: 100, at: NOON } as const];
    expect(owed(apply(refunded, events))).toEqual(["receivable 100"]);
  });
});
