import { describe, expect, it } from "vitest";
import { balancesOf, type Posting } from "../../../src/ledger/domain/accounts";
import type { JournalEntry } from "../../../src/ledger/domain/journal-entry";
import type { Order } from "../../../src/orders/domain/order";
import {
  accountExceptions,
  expectedDeposits,
  orderExceptions,
  refundOwedException,
  trialBalanceExceptions,
  unbalancedEntries,
  type OrderTotals,
} from "../../../src/reconciliation/domain/book-checks";
import { aLine, anOrder } from "../../support/an-order";

const unpaid = (over: Partial<Order> = {}): Order =>
  anOrder({
    payments: [],
    capturedMinor: 0,
    balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 },
    ...over,
  });

const exactly = (minor: number) => ({ leastMinor: minor, maxMinor: minor });

describe("expectedDeposits", () => {
  const two = [aLine("Mug", { ordered: 2 })];
  const refunds = [{ externalId: "r", amountMinor: 500, at: 0, lines: [] }];

  type Case = Readonly<{ name: string; order: Order; expected: ReturnType<typeof expectedDeposits> }>;
  it.each<Case>([
    {
      name: "are the whole payment while nothing has shipped",
      order: anOrder({ lines: two }),
      expected: exactly(5_400),
    },
    { name: "are zero while nothing is paid", order: unpaid({ lines: two }), expected: exactly(0) },
    {
      name: "are what is paid of the open units",
      order: unpaid({ lines: two, capturedMinor: 1_000 }),
      expected: exactly(1_000),
    },
    {
      name: "are the worth of the units that have not shipped",
      order: anOrder({
        lines: [aLine("Mug", { ordered: 2, shipped: 1 })],
        capturedMinor: 5_400,
        shippingEarnedMinor: 600,
      }),
      expected: exactly(2_400),
    },
    {
      name: "are zero for an order that shipped more than was paid",
      order: unpaid({
        lines: [aLine("Mug", { ordered: 2, shipped: 1 })],
        capturedMinor: 1_000,
        shippingEarnedMinor: 600,
      }),
      expected: exactly(0),
    },
    {
      name: "do not include what is owed back",
      order: anOrder({
        lines: [aLine("Mug", { ordered: 2, cancelled: 1 })],
        capturedMinor: 5_400,
        balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 2_400 },
      }),
      expected: exactly(3_000),
    },
    {
      name: "may include what is owed back, if it can pay for units that an edit added",
      order: anOrder({
        lines: [aLine("Mug", { ordered: 2, cancelled: 1 }), aLine("Lamp", { ordered: 1 })],
        capturedMinor: 5_400,
        balances: { depositsMinor: 3_000, receivableMinor: 0, refundPayableMinor: 2_400 },
      }),
      expected: { leastMinor: 3_000, maxMinor: 5_400 },
    },
    {
      name: "are the worth of the open units, if more is owed back than was cancelled",
      order: anOrder({
        lines: [aLine("Mug", { ordered: 3, cancelled: 1 })],
        capturedMinor: 7_800,
        balances: { depositsMinor: 3_000, receivableMinor: 0, refundPayableMinor: 4_800 },
      }),
      expected: exactly(5_400),
    },
    {
      name: "include an overpayment",
      order: anOrder({ lines: two, capturedMinor: 6_000 }),
      expected: exactly(6_000),
    },
    {
      name: "are the worth of the open units, if the overpayment and the cancelled units are owed back",
      order: anOrder({
        lines: [aLine("Mug", { ordered: 2, cancelled: 1 })],
        capturedMinor: 6_000,
        balances: { depositsMinor: 3_000, receivableMinor: 0, refundPayableMinor: 3_000 },
      }),
      expected: exactly(3_000),
    },
    {
      name: "may include an overpayment that may have been refunded",
      order: anOrder({ lines: two, capturedMinor: 6_000, refunds }),
      expected: { leastMinor: 5_400, maxMinor: 6_000 },
    },
    {
      name: "are the worth of the open units after a refund, if exactly that is paid",
      order: anOrder({ lines: two, capturedMinor: 5_400, refunds }),
      expected: exactly(5_400),
    },
    {
      name: "may be anything up to the worth of the open units after a refund of an underpaid order",
      order: anOrder({ lines: two, capturedMinor: 5_399, refunds }),
      expected: { leastMinor: 0, maxMinor: 5_400 },
    },
    {
      name: "may include the worth of returned units after a refund",
      order: anOrder({
        lines: [aLine("Mug", { ordered: 2, shipped: 1, returned: 1 })],
        capturedMinor: 5_400,
        shippingEarnedMinor: 600,
        refunds,
      }),
      expected: { leastMinor: 2_400, maxMinor: 4_800 },
    },
  ])("$name", ({ order, expected }) => {
    expect(expectedDeposits(order)).toEqual(expected);
  });
});

const posting = (account: Posting["account"], amountMinor: number, currency = "GBP"): Posting => ({
  account,
  amountMinor,
  currency,
});
const deposit = (amountMinor: number) => posting("liabilities:customer-deposits", amountMinor);

describe("orderExceptions", () => {
  const order = anOrder({ balances: { depositsMinor: 3_000, receivableMinor: 0, refundPayableMinor: 0 } });
  const withBalances = (over: Partial<Order["balances"]>): Order => ({
    ...order,
    balances: { ...order.balances, ...over },
  });

  it("finds none where journal, balances and units agree", () => {
    expect(orderExceptions(order, [deposit(-3_000)])).toEqual([]);
  });

  it("adds up all postings of an account", () => {
    const other = posting("assets:psp-clearing", 3_000);
    expect(orderExceptions(order, [deposit(-1_000), other, deposit(-2_000)])).toEqual([]);
  });

  it("finds a balance that the journal does not have", () => {
    expect(orderExceptions(order, [deposit(-2_999)])).toMatchObject([
      { subject: order.id, expected: 2_999, actual: 3_000 },
    ]);
  });

  it.each([
    {
      name: "a receivable",
      balances: { receivableMinor: 5 },
      postings: [deposit(-3_000), posting("assets:receivable", 4)],
    },
    {
      name: "a refund payable",
      balances: { refundPayableMinor: 5 },
      postings: [deposit(-3_000), posting("liabilities:refund-payable", -4)],
    },
  ])("finds $name that differs from the journal", ({ balances, postings }) => {
    expect(orderExceptions(withBalances(balances), postings)).toContainEqual(
      expect.objectContaining({ subject: order.id, expected: 4, actual: 5 }),
    );
  });

  it.each([
    { name: "less than the units are worth", depositsMinor: 2_999 },
    { name: "more than the units are worth", depositsMinor: 3_001 },
  ])("finds deposits of $name, though the journal agrees", ({ depositsMinor }) => {
    expect(orderExceptions(withBalances({ depositsMinor }), [deposit(-depositsMinor)])).toMatchObject([
      { subject: order.id, expected: 3_000, actual: depositsMinor },
    ]);
  });

  describe("for an order whose deposits lie in a range", () => {
    const refunds = [{ externalId: "r", amountMinor: 500, at: 0, lines: [] }];
    const ranged = (depositsMinor: number) =>
      anOrder({
        lines: [aLine("Mug", { ordered: 2 })],
        capturedMinor: 6_000,
        refunds,
        balances: { depositsMinor, receivableMinor: 0, refundPayableMinor: 0 },
      });

    it.each([5_400, 5_700, 6_000])("finds none for deposits of %d, between 5400 and 6000", (minor) => {
      expect(orderExceptions(ranged(minor), [deposit(-minor)])).toEqual([]);
    });

    it.each([
      { minor: 5_399, expected: 5_400 },
      { minor: 6_001, expected: 6_000 },
    ])("names the nearest bound for deposits of $minor", ({ minor, expected }) => {
      expect(orderExceptions(ranged(minor), [deposit(-minor)])).toMatchObject([{ expected, actual: minor }]);
    });
  });
});

describe("accountExceptions", () => {
  const totals = (over: Partial<OrderTotals> = {}): OrderTotals => ({
    currency: "GBP",
    depositsMinor: 3_000,
    receivableMinor: 0,
    refundPayableMinor: 0,
    ...over,
  });

  it("finds none where the accounts equal the sum over the orders of several databases", () => {
    const balances = balancesOf([
      deposit(-4_000),
      posting("assets:receivable", 70),
      posting("liabilities:refund-payable", -5, "USD"),
    ]);
    expect(
      accountExceptions(balances, [
        totals({ receivableMinor: 70 }),
        totals({ depositsMinor: 1_000 }),
        totals({ currency: "USD", depositsMinor: 0, refundPayableMinor: 5 }),
      ]),
    ).toEqual([]);
  });

  it("finds an account that has more than the orders", () => {
    expect(accountExceptions(balancesOf([deposit(-3_500)]), [totals()])).toMatchObject([
      { subject: "liabilities:customer-deposits GBP", expected: 3_000, actual: 3_500 },
    ]);
  });

  it("finds an account without a balance, though orders have one", () => {
    expect(accountExceptions([], [totals()])).toMatchObject([
      { subject: "liabilities:customer-deposits GBP", expected: 3_000, actual: 0 },
    ]);
  });

  it("finds a balance without orders, sorted by currency", () => {
    const balances = balancesOf([
      posting("assets:receivable", 1, "USD"),
      posting("liabilities:refund-payable", -2, "EUR"),
    ]);
    expect(accountExceptions(balances, [])).toMatchObject([
      { subject: "liabilities:refund-payable EUR", expected: 0, actual: 2 },
      { subject: "assets:receivable USD", expected: 0, actual: 1 },
    ]);
  });
});

describe("trialBalanceExceptions", () => {
  it("finds none where each currency adds up to zero", () => {
    expect(trialBalanceExceptions(balancesOf([deposit(-5), posting("assets:psp-clearing", 5)]))).toEqual([]);
  });

  it("finds each currency that does not add up to zero", () => {
    const balances = balancesOf([deposit(5), posting("assets:receivable", -7, "USD")]);
    expect(trialBalanceExceptions(balances)).toMatchObject([
      { subject: "USD", expected: 0, actual: -7 },
      { subject: "GBP", expected: 0, actual: 5 },
    ]);
  });
});

describe("unbalancedEntries", () => {
  const entry = (id: string, postings: readonly Posting[]): JournalEntry => ({
    postedOn: "2026-11-22",
    id,
    orderId: null,
    at: 0,
    description: "Payment captured",
    postings,
  });

  it("finds the entries whose postings do not add up to zero", () => {
    const entries = [
      entry("good", [deposit(-5), posting("assets:psp-clearing", 5)]),
      entry("bad", [deposit(-5), posting("assets:psp-clearing", 4)]),
    ];
    expect(unbalancedEntries(entries)).toEqual([
      { subject: "bad", expected: 0, actual: null, detail: expect.stringContaining("Payment captured") },
    ]);
  });
});

describe("refundOwedException", () => {
  const day = 86_400_000;
  const owing = (refundPayableMinor: number) =>
    anOrder({ balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor } });

  it("allows a refund to be owed for a week", () => {
    expect(refundOwedException(owing(700), 0, 7 * day)).toEqual([]);
    expect(refundOwedException(owing(700), 30 * day, 37 * day)).toEqual([]);
  });

  it("finds a refund that is owed for longer", () => {
    expect(refundOwedException(owing(700), 1, 7 * day + 2)).toMatchObject([
      { subject: owing(700).id, expected: 0, actual: 700 },
    ]);
  });

  it("finds none where nothing is owed", () => {
    expect(refundOwedException(owing(0), 0, 30 * day)).toEqual([]);
  });
});
