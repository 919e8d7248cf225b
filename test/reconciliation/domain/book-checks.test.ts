import { describe, expect, it } from "vitest";
import { balancesOf, type Posting } from "../../../src/ledger/domain/accounts";
import type { JournalEntry } from "../../../src/ledger/domain/journal-entry";
import type { Order } from "../../../src/orders/domain/order";
import {
  accountExceptions,
  closingExceptions,
  orderExceptions,
  refundOwedException,
  trialBalanceExceptions,
  unbalancedEntries,
  type OrderTotals,
} from "../../../src/reconciliation/domain/book-checks";
import { aLine, anOrder } from "../../support/an-order";

const posting = (account: Posting["account"], amountMinor: number, currency = "GBP"): Posting => ({
  account,
  amountMinor,
  currency,
});
const deposit = (amountMinor: number) => posting("liabilities:customer-deposits", amountMinor);

/** Two mugs at 24.00 and shipping of 6.00, paid in full. One was shipped: 27.00 are earned, 27.00 are on deposit. */
const order = anOrder({
  lines: [aLine("Mug", { ordered: 2, shipped: 1 })],
  balances: { depositsMinor: 2_700, receivableMinor: 0, refundPayableMinor: 0 },
});
/** What the journal has of it: each account of the order by number. */
const posted: readonly Posting[] = [
  posting("assets:psp-clearing", 5_400),
  deposit(-2_700),
  posting("liabilities:sales-tax", -450),
  posting("revenue:products", -2_000),
  posting("revenue:shipping", -250),
];

describe("orderExceptions", () => {
  const withBalances = (over: Partial<Order["balances"]>): Order => ({
    ...order,
    balances: { ...order.balances, ...over },
  });

  it("finds none where the journal, the balances and the facts of the order agree", () => {
    expect(orderExceptions(order, posted)).toEqual([]);
  });

  it("adds up all postings of an account", () => {
    const parts = [...posted, deposit(-1_000), deposit(400), deposit(600)];
    expect(orderExceptions(order, parts)).toEqual([]);
  });

  it("does not compare postings in another currency, nor accounts that do not follow from the order itself", () => {
    const others = [
      posting("liabilities:customer-deposits", -1, "USD"),
      posting("assets:inventory", -700),
      posting("expenses:cogs", 700),
    ];
    expect(orderExceptions(order, [...posted, ...others])).toEqual([]);
  });

  it.each([
    { account: "assets:psp-clearing", expected: 5_400 },
    { account: "assets:receivable", expected: 0 },
    { account: "liabilities:customer-deposits", expected: -2_700 },
    { account: "liabilities:refund-payable", expected: 0 },
    { account: "liabilities:gift-cards", expected: 0 },
    { account: "liabilities:sales-tax", expected: -450 },
    { account: "revenue:products", expected: -2_000 },
    { account: "revenue:sales-returns", expected: 0 },
    { account: "revenue:discounts", expected: 0 },
    { account: "revenue:shipping", expected: -250 },
    { account: "revenue:rounding", expected: 0 },
    { account: "revenue:allowances", expected: 0 },
    { account: "revenue:restocking-fees", expected: 0 },
  ] as const)("finds a cent too much in the journal: $account", ({ account, expected }) => {
    expect(orderExceptions(order, [...posted, posting(account, 1)])).toEqual([
      {
        subject: order.id,
        expected,
        actual: expected + 1,
        detail: `${account}: the journal and the order differ`,
      },
    ]);
  });

  it("finds an account that the journal does not have at all", () => {
    const without = posted.filter(({ account }) => account !== "revenue:shipping");
    expect(orderExceptions(order, without)).toMatchObject([
      { subject: order.id, expected: -250, actual: 0, detail: expect.stringContaining("revenue:shipping") },
    ]);
  });

  it.each([
    { balance: "depositsMinor", expected: 2_700, actual: 2_699, account: "liabilities:customer-deposits" },
    { balance: "depositsMinor", expected: 2_700, actual: 2_701, account: "liabilities:customer-deposits" },
    { balance: "receivableMinor", expected: 0, actual: 5, account: "assets:receivable" },
    { balance: "refundPayableMinor", expected: 0, actual: 5, account: "liabilities:refund-payable" },
  ] as const)(
    "finds a stored balance that does not follow from the facts, though the journal does: $balance $actual",
    ({ balance, expected, actual, account }) => {
      expect(orderExceptions(withBalances({ [balance]: actual }), posted)).toEqual([
        {
          subject: order.id,
          expected,
          actual,
          detail: `${account}: the stored balance does not follow from the order`,
        },
      ]);
    },
  );

  it("finds the journal and the stored balance apart, though both have the same wrong deposit", () => {
    const wrong = [...posted, deposit(-100), posting("assets:psp-clearing", 100)];
    expect(orderExceptions(withBalances({ depositsMinor: 2_800 }), wrong)).toMatchObject([
      { expected: 2_700, actual: 2_800 },
      { expected: 5_400, actual: 5_500 },
      { expected: -2_700, actual: -2_800 },
    ]);
  });

  it.each<{ name: string; over: Partial<Order>; balances: Partial<Order["balances"]> }>([
    {
      name: "nothing is paid",
      over: { payments: [], capturedMinor: 0 },
      balances: { receivableMinor: 2_700 },
    },
    {
      name: "a cent too much is paid",
      over: { capturedMinor: 5_401 },
      balances: { depositsMinor: 2_700, refundPayableMinor: 1 },
    },
    {
      name: "the other unit is cancelled: the shipping is earned",
      over: { lines: [aLine("Mug", { ordered: 2, shipped: 1, cancelled: 1 })] },
      balances: { refundPayableMinor: 2_400 },
    },
    {
      name: "a unit of three is cancelled, and more is owed back for it",
      over: { lines: [aLine("Mug", { ordered: 3, cancelled: 1 })], capturedMinor: 7_800 },
      balances: { depositsMinor: 5_400, refundPayableMinor: 2_400 },
    },
    {
      name: "an edit added a lamp, which what is owed back pays for",
      over: { lines: [aLine("Mug", { ordered: 2, cancelled: 1 }), aLine("Lamp")] },
      balances: { depositsMinor: 5_400 },
    },
  ])("knows what the balances are: $name", ({ over, balances }) => {
    const none = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };
    const of = anOrder({ ...order, ...over, balances: { ...none, ...balances } });
    const stored = orderExceptions(of, []).filter(({ detail }) => detail.includes("stored balance"));
    expect(stored).toEqual([]);
  });

  it("expects nothing in the journal of a test of the checkout, and no balance", () => {
    const test = { ...order, isTest: true };
    const none = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };
    expect(orderExceptions({ ...test, balances: none }, [])).toEqual([]);
    expect(orderExceptions(test, [])).toMatchObject([{ expected: 0, actual: 2_700 }]);
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

describe("sums beyond 2^53", () => {
  const large = Number.MAX_SAFE_INTEGER;

  it("are exact, and a difference of one is found", () => {
    const balances = balancesOf([deposit(-large), deposit(-large), deposit(-1)]);
    const orders = [large, large, 1].map((depositsMinor): OrderTotals => ({
      currency: "GBP",
      depositsMinor,
      receivableMinor: 0,
      refundPayableMinor: 0,
    }));
    expect(accountExceptions(balances, orders)).toEqual([]);
    expect(accountExceptions(balances, orders.slice(0, 2))).toMatchObject([
      { expected: 18_014_398_509_481_982n, actual: 18_014_398_509_481_983n },
    ]);
    expect(trialBalanceExceptions(balances)).toMatchObject([{ actual: -18_014_398_509_481_983n }]);
  });
});

describe("closingExceptions", () => {
  const stored = balancesOf([deposit(-5), posting("assets:psp-clearing", 5)]);

  it("finds none where the entries still add up to the closing", () => {
    expect(closingExceptions("2026-11-22", stored, stored)).toEqual([]);
  });

  it("finds an account whose balance changed, was added or is gone", () => {
    const entries = balancesOf([deposit(-7), posting("assets:receivable", 7)]);
    expect(closingExceptions("2026-11-22", stored, entries)).toMatchObject([
      { subject: "assets:psp-clearing GBP", expected: 5, actual: 0 },
      { subject: "liabilities:customer-deposits GBP", expected: -5, actual: -7 },
      { subject: "assets:receivable GBP", expected: 0, actual: 7 },
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
