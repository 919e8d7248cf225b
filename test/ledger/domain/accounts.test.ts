import { describe, expect, it } from "vitest";
import { balancesOf, imbalanceOf, type Balance, type Posting } from "../../../src/ledger/domain/accounts";

const posting = (account: Posting["account"], amountMinor: number, currency = "EUR"): Posting => ({
  account,
  amountMinor,
  currency,
});
const balance = (account: Balance["account"], balanceMinor: number, currency = "EUR"): Balance => ({
  account,
  currency,
  balanceMinor,
});

describe("balancesOf", () => {
  it("adds up postings by account and currency", () => {
    const postings = [
      posting("assets:receivable", 500),
      posting("assets:receivable", -200),
      posting("assets:receivable", 70, "USD"),
    ];
    expect(balancesOf(postings)).toEqual([
      balance("assets:receivable", 300),
      balance("assets:receivable", 70, "USD"),
    ]);
  });

  it("adds postings to the opening balances", () => {
    const opening = [balance("assets:receivable", 1_000), balance("revenue:products", -1_000)];
    expect(balancesOf([posting("assets:receivable", -400)], opening)).toEqual([
      balance("assets:receivable", 600),
      balance("revenue:products", -1_000),
    ]);
  });

  it("leaves out balances of zero", () => {
    expect(balancesOf([posting("assets:receivable", -5)], [balance("assets:receivable", 5)])).toEqual([]);
  });

  it("sorts by the chart of accounts, then by currency", () => {
    const postings = [
      posting("expenses:cogs", 1),
      posting("assets:receivable", 1, "USD"),
      posting("assets:receivable", 1, "EUR"),
      posting("assets:psp-clearing", 1, "USD"),
      posting("assets:receivable", 1, "JPY"),
    ];
    expect(balancesOf(postings).map(({ account, currency }) => `${account} ${currency}`)).toEqual([
      "assets:psp-clearing USD",
      "assets:receivable EUR",
      "assets:receivable JPY",
      "assets:receivable USD",
      "expenses:cogs EUR",
    ]);
  });
});

describe("imbalanceOf", () => {
  it("is empty where debits and credits are equal in each currency", () => {
    expect(
      imbalanceOf([
        balance("assets:receivable", 5),
        balance("revenue:products", -5),
        balance("assets:inventory", -1, "USD"),
        balance("expenses:cogs", 1, "USD"),
      ]),
    ).toEqual({});
  });

  it("is the sum of each currency that does not add up to zero", () => {
    expect(
      imbalanceOf([
        balance("assets:receivable", 5),
        balance("revenue:products", -7),
        balance("assets:inventory", 3, "USD"),
        balance("assets:inventory", 2, "JPY"),
        balance("expenses:cogs", -2, "JPY"),
      ]),
    ).toEqual({ EUR: -2, USD: 3 });
  });
});
