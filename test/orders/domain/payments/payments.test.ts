import { describe, expect, it } from "vitest";
import type { NewPayment } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { decideCredit, decidePayment, decideSurplus } from "../../../../src/orders/domain/payments/payments";
import {
  aSale,
  balances,
  booked,
  cancel,
  happened,
  inSync,
  lineNamed,
  paid,
  release,
  ship,
  sold,
  takenIn,
} from "../../../support/a-sale";
import { NOON } from "../../../support/an-order";

const authorized = (amountMinor: number): NewPayment => ({
  externalId: "auth_1",
  kind: "authorized",
  amountMinor,
  at: NOON,
});

/** Two mugs at 24.00 with tax: 48.00. */
const mugs = { lines: [sold("Mug", 2)] };
const twoMugs = takenIn(aSale(mugs));
const unpaid = takenIn(aSale({ ...mugs, payments: [authorized(4800)] }));
const oneSentUnpaid = ship(release(unpaid), { Mug: 1 });
const bothSentUnpaid = ship(oneSentUnpaid);
const sentThenOneCancelled = cancel(oneSentUnpaid, { Mug: 1 });

const pay = (order: Order, ...payments: NewPayment[]): Order =>
  payments.reduce((before, payment) => {
    const events = decidePayment(before, payment);
    return events.length === 0 ? before : happened(before, events);
  }, order);

describe("a payment", () => {
  it.each<[string, Order, NewPayment[], string[], number]>([
    ["is on deposit while its units wait", unpaid, [paid(4800)], ["deposits 4800"], 4800],
    ["is taken in once", unpaid, [paid(4800), paid(4800)], ["deposits 4800"], 4800],
    ["grows by what is new", unpaid, [paid(3000), paid(4800)], ["deposits 4800"], 4800],
    [
      "takes nothing back when an older word on it comes late",
      unpaid,
      [paid(4800), paid(3000)],
      ["deposits 4800"],
      4800,
    ],
    [
      "grows again after an older word",
      unpaid,
      [paid(3000), paid(1000), paid(3500)],
      ["deposits 3500"],
      3500,
    ],
    ["is one beside another", unpaid, [paid(3000), paid(1000, "pay_2")], ["deposits 4000"], 4000],
    ["of nothing is none", unpaid, [paid(0)], [], 0],
    ["pays first for what was sent", oneSentUnpaid, [paid(3000)], ["deposits 600"], 3000],
    ["pays for what was sent, as far as it goes", bothSentUnpaid, [paid(3000)], ["receivable 1800"], 3000],
    ["pays to the cent for what was sent", bothSentUnpaid, [paid(4800)], [], 4800],
    ["is owed back beyond what was sent", bothSentUnpaid, [paid(5000)], ["owed back 200"], 5000],
    ["is owed back when all is cancelled", cancel(unpaid), [paid(4800)], ["owed back 4800"], 4800],
    [
      "is owed back beyond what was sent, the rest cancelled",
      sentThenOneCancelled,
      [paid(4800)],
      ["owed back 2400"],
      4800,
    ],
    [
      "is on deposit beyond the order's worth, while units wait",
      unpaid,
      [paid(5000)],
      ["deposits 5000"],
      5000,
    ],
  ])("%s", (_rule, order, payments, expected, captured) => {
    const after = pay(order, ...payments);
    expect(balances(after)).toEqual(expected);
    expect(after.capturedMinor).toBe(captured);
  });

  it("is booked against what was sent, and then as a deposit", () => {
    expect(booked(oneSentUnpaid, decidePayment(oneSentUnpaid, paid(3000)))).toEqual([
      "assets:psp-clearing 3000",
      "assets:receivable -2400",
      "liabilities:customer-deposits -600",
    ]);
    expect(booked(bothSentUnpaid, decidePayment(bothSentUnpaid, paid(5000)))).toEqual([
      "assets:psp-clearing 5000",
      "assets:receivable -4800",
      "liabilities:refund-payable -200",
    ]);
  });

  it("that is too much is owed back once the last unit is sent, and not sooner", () => {
    const overpaid = takenIn(aSale({ ...mugs, payments: [paid(5000)] }));
    const oneSent = ship(release(overpaid), { Mug: 1 });
    expect(balances(oneSent)).toEqual(["deposits 2600"]);
    expect(decideSurplus(oneSent)).toEqual([]);
    expect(balances(ship(oneSent))).toEqual(["owed back 200"]);
  });
});

describe("an authorization", () => {
  it.each([
    ["is known", 4800, [4800]],
    ["grows", 5000, [5000]],
    ["of less is an older one", 4000, [4800]],
  ])("%s, and moves no money", (_rule, amountMinor, [expected]) => {
    const after = pay(unpaid, authorized(amountMinor));
    expect(after).toMatchObject({ authorizedMinor: expected, capturedMinor: 0 });
    expect(balances(after)).toEqual([]);
  });

  it("that is known already changes nothing", () => {
    expect(decidePayment(unpaid, authorized(4800))).toEqual([]);
  });
});

describe("what is owed back", () => {
  /** One of two paid mugs is cancelled: 24.00 are owed back. Then an edit adds a cup nobody has paid for. */
  const withCup = (priceMinor: number): Order => {
    const lines = [sold("Mug", 2), sold("Cup", 1, { unitPriceMinor: priceMinor })];
    const edited = aSale({ lines, payments: [paid(4800)], storefrontUpdatedAt: NOON + 1 });
    return release(inSync(cancel(twoMugs, { Mug: 1 }), edited));
  };

  it.each([
    ["pays to the cent", 2400, []],
    ["pays, and the rest stays owed", 1000, ["owed back 1400"]],
    ["pays what it can", 3000, ["receivable 600"]],
  ])("%s for what is sent and was not paid", (_rule, priceMinor, expected) => {
    const order = withCup(priceMinor);
    expect(balances(order)).toEqual(["deposits 2400", "owed back 2400"]);
    expect(balances(ship(order))).toEqual(expected);
  });

  it("pays for nothing that is paid", () => {
    for (const order of [withCup(2400), unpaid]) {
      expect(decideCredit(order, [{ lineId: lineNamed(order, "Mug"), quantity: 1 }])).toEqual([]);
    }
  });

  it("may still be paid out before anything is sent", () => {
    const order = withCup(2400);
    expect(order.balances.refundPayableMinor).toBe(2400);
    expect(decideCredit(order, [{ lineId: lineNamed(order, "Cup"), quantity: 1 }])).toEqual([]);
    const both = ["Mug", "Cup"].map((title) => ({ lineId: lineNamed(order, title), quantity: 1 }));
    expect(decideCredit(order, both)).toEqual([{ type: "credit.applied", amountMinor: 2400 }]);
  });
});
