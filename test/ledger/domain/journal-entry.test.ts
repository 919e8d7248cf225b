import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../src/kernel/invariant";
import type { Posting } from "../../../src/ledger/domain/accounts";
import { entryOf, isBalanced, postedAt } from "../../../src/ledger/domain/journal-entry";

const posting = (account: Posting["account"], amountMinor: number, currency = "EUR"): Posting => ({
  account,
  amountMinor,
  currency,
});

describe("entryOf", () => {
  it("has a posting for each account, in the order of the chart", () => {
    const legs = { "revenue:products": -700, "liabilities:sales-tax": -300, "assets:receivable": 1_000 };
    expect(entryOf("Sale", [["EUR", legs]])).toEqual({
      description: "Sale",
      postings: [
        posting("assets:receivable", 1_000),
        posting("liabilities:sales-tax", -300),
        posting("revenue:products", -700),
      ],
    });
  });

  it("adds up the amounts of an account in the same currency", () => {
    const entry = entryOf("Sale", [
      ["EUR", { "assets:receivable": 500, "revenue:products": -500 }],
      ["EUR", { "assets:receivable": 200, "revenue:shipping": -200 }],
    ]);
    expect(entry?.postings).toEqual([
      posting("assets:receivable", 700),
      posting("revenue:products", -500),
      posting("revenue:shipping", -200),
    ]);
  });

  it("keeps currencies apart", () => {
    const entry = entryOf("Shipment", [
      ["EUR", { "assets:receivable": 500, "revenue:products": -500 }],
      ["USD", { "assets:inventory": -300, "expenses:cogs": 300 }],
    ]);
    expect(entry?.postings).toEqual([
      posting("assets:receivable", 500),
      posting("revenue:products", -500),
      posting("assets:inventory", -300, "USD"),
      posting("expenses:cogs", 300, "USD"),
    ]);
  });

  it("leaves out amounts of zero, and those that cancel each other", () => {
    const entry = entryOf("Sale", [
      ["EUR", { "assets:receivable": 500, "revenue:products": -500, "liabilities:sales-tax": 0 }],
      ["EUR", { "assets:receivable": -500, "assets:psp-clearing": 500 }],
    ]);
    expect(entry?.postings).toEqual([posting("assets:psp-clearing", 500), posting("revenue:products", -500)]);
  });

  it("is null if no amount is left", () => {
    expect(entryOf("Nothing", [])).toBeNull();
    expect(entryOf("Nothing", [["EUR", { "assets:receivable": 0 }]])).toBeNull();
  });

  it.each<Readonly<{ name: string; parts: Parameters<typeof entryOf>[1] }>>([
    { name: "do not add up to zero", parts: [["EUR", { "assets:receivable": 1 }]] },
    {
      name: "add up to zero over two currencies only",
      parts: [
        ["EUR", { "assets:receivable": 1 }],
        ["USD", { "revenue:products": -1 }],
      ],
    },
    {
      name: "are fractions of a minor unit",
      parts: [["EUR", { "assets:receivable": 0.5, "revenue:products": -0.5 }]],
    },
    {
      name: "are too large to be exact",
      parts: [["EUR", { "assets:receivable": 2 ** 53, "revenue:products": -(2 ** 53) }]],
    },
  ])("throws for amounts that $name", ({ parts }) => {
    expect(() => entryOf("Wrong", parts)).toThrow(InvariantViolation);
  });
});

describe("isBalanced", () => {
  it.each<Readonly<{ name: string; postings: Posting[]; expected: boolean }>>([
    { name: "no postings", postings: [], expected: true },
    {
      name: "debits and credits that are equal in each currency",
      postings: [
        posting("assets:receivable", 5),
        posting("revenue:products", -3),
        posting("revenue:shipping", -2),
        posting("assets:inventory", -1, "USD"),
        posting("expenses:cogs", 1, "USD"),
      ],
      expected: true,
    },
    {
      name: "debits and credits that differ",
      postings: [posting("assets:receivable", 5), posting("revenue:products", -4)],
      expected: false,
    },
    {
      name: "amounts that cancel each other over two currencies only",
      postings: [posting("assets:receivable", 5), posting("revenue:products", -5, "USD")],
      expected: false,
    },
  ])("is $expected for $name", ({ postings, expected }) => {
    expect(isBalanced(postings)).toBe(expected);
  });
});

describe("postedAt", () => {
  const books = { booksCurrency: "USD", booksTimeZone: "America/New_York" };

  it.each([
    { name: "before midnight in the books' time zone", at: Date.UTC(2026, 10, 22, 4, 59), on: "2026-11-21" },
    { name: "at midnight in the books' time zone", at: Date.UTC(2026, 10, 22, 5), on: "2026-11-22" },
  ])("is the local date $name", ({ at, on }) => {
    expect(postedAt(at, books)).toEqual({ postedOn: on, at });
  });
});
