import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ACCOUNTS } from "../../../src/ledger/domain/accounts";
import { hledgerCommodity, hledgerEntry, hledgerHeader } from "../../../src/ledger/domain/hledger";
import type { JournalEntry } from "../../../src/ledger/domain/journal-entry";
import { hledger } from "../../support/hledger";

const paid = (currency: string, amountMinor: number): JournalEntry => ({
  postedOn: "2026-11-22",
  id: "ord_1/1/0",
  orderId: "ord_1",
  at: Date.UTC(2026, 10, 22, 12),
  description: "Payment captured",
  postings: [
    { account: "assets:psp-clearing", amountMinor, currency },
    { account: "liabilities:customer-deposits", amountMinor: -amountMinor, currency },
  ],
});

const received = (sku: string, ref: string): JournalEntry => ({
  postedOn: "2026-11-22",
  id: `${sku}/${ref}`,
  orderId: null,
  at: Date.UTC(2026, 10, 22, 12),
  description: `Stock received: ${sku}`,
  postings: [
    { account: "assets:inventory", amountMinor: 12_345, currency: "USD" },
    { account: "liabilities:goods-received-not-invoiced", amountMinor: -12_345, currency: "USD" },
  ],
});

const journalOf = (entries: readonly JournalEntry[]) =>
  hledgerHeader(entries.flatMap(({ postings }) => postings.map(({ currency }) => currency))) +
  entries.map(hledgerEntry).join("");

describe("hledgerHeader", () => {
  it("declares each currency once, sorted, then every account", () => {
    const [first, second, ...accounts] = hledgerHeader(["USD", "EUR", "USD"]).trimEnd().split("\n");
    expect([first, second]).toEqual(["commodity 1000.00 EUR", "commodity 1000.00 USD"]);
    expect(accounts).toEqual(ACCOUNTS.map((account) => `account ${account}`));
  });
});

describe("hledgerCommodity", () => {
  it.each([
    { currency: "EUR", expected: "commodity 1000.00 EUR\n" },
    { currency: "JPY", expected: "commodity 1000. JPY\n" },
    { currency: "KWD", expected: "commodity 1000.000 KWD\n" },
    { currency: "BTC:8", expected: 'commodity 1000.00000000 "BTC:8"\n' },
  ])("declares the decimals of $currency", ({ currency, expected }) => {
    expect(hledgerCommodity(currency)).toBe(expected);
  });
});

describe("hledgerEntry", () => {
  it("has the day, the id as code, the order as tag, and a line for each posting", () => {
    expect(hledgerEntry(paid("EUR", 7_499)).split("\n")).toEqual([
      "",
      "2026-11-22 (ord_1/1/0) Payment captured  ; order:ord_1",
      `    ${"assets:psp-clearing".padEnd(42)}  ${"74.99".padStart(16)} EUR`,
      `    ${"liabilities:customer-deposits".padEnd(42)}  ${"-74.99".padStart(16)} EUR`,
      "",
    ]);
  });

  it("has no tag without an order", () => {
    expect(hledgerEntry(received("MUG", "po-1"))).toContain("\n2026-11-22 (MUG/po-1) Stock received: MUG\n");
  });

  it.each([
    { name: "ends the code", text: "a)b(c", expected: "a_b_c" },
    { name: "begins a comment", text: "a;b", expected: "a_b" },
    { name: "separates the payee", text: "a|b", expected: "a_b" },
    { name: "ends the line", text: "a\nb\u2028c\u2029d", expected: "a_b_c_d" },
    { name: "is white space at its ends", text: "  a b ", expected: "a b" },
  ])("replaces or removes text that $name", ({ text, expected }) => {
    const entry = { ...received("MUG", "po-1"), id: text, description: text };
    expect(hledgerEntry(entry).split("\n")[1]).toBe(`2026-11-22 (${expected}) ${expected}`);
  });
});

beforeAll(() => void hledger("", "check"), 300_000);

describe("hledger", () => {
  it("accepts the journal in strict mode, with the decimals of each currency", () => {
    const journal = journalOf([
      paid("EUR", 7_499),
      paid("JPY", 1_200),
      paid("KWD", 1_005),
      paid("BTC:8", 150_000),
      received("MUG", "po-1"),
    ]);
    hledger(journal, "check", "--strict", "ordereddates");
    expect(hledger(journal, "balance", "--no-total", "psp-clearing")).toMatch(
      /0\.00150000 "BTC:8"\s+74\.99 EUR\s+1200 JPY\s+1\.005 KWD/,
    );
    expect(hledger(journal, "balance", "--no-total", "inventory").trim()).toBe(
      "123.45 USD  assets:inventory",
    );
  });

  it("finds the entries of an order by its tag", () => {
    const journal = journalOf([paid("EUR", 7_499), received("MUG", "po-1")]);
    expect(hledger(journal, "print", "tag:order=ord_1")).toContain("Payment captured");
    expect(hledger(journal, "print", "tag:order=ord_1")).not.toContain("Stock received");
  });

  it("accepts entries with any text as SKU and reference", { timeout: 60_000 }, () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    const entries = fc.sample(fc.tuple(name, name), { numRuns: 500, seed: 1 });
    const nasty = [
      ["a) b ; c:d", "(x) | y"],
      ["", "\n2026-01-01 x"],
      ["2026-01-01", "; x"],
    ] as const;
    const journal = journalOf([...entries, ...nasty].map(([sku, ref]) => received(sku, ref)));
    hledger(journal, "check", "--strict");
    expect(hledger(journal, "stats")).toMatch(/Transactions +: 503 /);
  });

  it.each([
    { name: "does not balance", from: "11.00", to: "12.00", error: /balanc/i },
    {
      name: "has an account that is not declared",
      from: "assets:psp-clearing",
      to: "assets:pspclearing",
      error: /account/i,
    },
  ])("rejects a journal that $name", ({ from, to, error }) => {
    const journal = journalOf([paid("EUR", 1_100)]);
    const at = journal.lastIndexOf(from);
    const broken = journal.slice(0, at) + to + journal.slice(at + from.length);
    expect(() => hledger(broken, "check", "--strict")).toThrow(error);
  });
});
