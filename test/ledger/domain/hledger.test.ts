import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { hledgerEntry, hledgerHeader } from "../../../src/ledger/domain/hledger";
import { journalEntryFor } from "../../../src/orders/domain/postings";
import { journalEntryForStock } from "../../../src/inventory/domain/movement-postings";
import { type JournalEntry } from "../../../src/ledger/domain/journal-entry";
import { hledger } from "../../support/hledger";

const books = { booksCurrency: "USD", booksTimeZone: "UTC" };
const at = Date.UTC(2026, 10, 22, 12);

const paid = (currency: string, amountMinor: number): JournalEntry =>
  journalEntryFor(
    {
      type: "payment.captured",
      externalId: "p",
      amountMinor,
      at,
      toReceivableMinor: 0,
      toDepositsMinor: amountMinor,
    },
    { orderId: "ord_1", version: 1, index: 0, at, currency },
    books,
  )!;

const received = (sku: string, ref: string): JournalEntry =>
  journalEntryForStock(
    { ref, kind: "receive", locationId: "reno", quantity: 1, valueMinor: 12_345, reason: null, at },
    { id: `${sku}/${ref}`, sku },
    books,
  )!;

const journalOf = (entries: readonly JournalEntry[]) =>
  hledgerHeader(entries.flatMap(({ postings }) => postings.map(({ currency }) => currency))) +
  entries.map(hledgerEntry).join("");

beforeAll(() => void hledger("", "check"), 300_000);

describe("the journal for hledger", () => {
  it("is accepted strictly, with each currency's own decimals", () => {
    const journal = journalOf([
      paid("EUR", 7_499),
      paid("JPY", 1_200),
      paid("KWD", 1_005),
      received("MUG", "po-1"),
    ]);
    hledger(journal, "check", "--strict", "ordereddates");
    expect(hledger(journal, "balance", "--no-total", "psp-clearing")).toMatch(
      /74\.99 EUR\s+1200 JPY\s+1\.005 KWD/,
    );
    expect(hledger(journal, "balance", "--no-total", "inventory").trim()).toBe(
      "123.45 USD  assets:inventory",
    );
  });

  it("finds an order's entries by its tag", () => {
    const journal = journalOf([paid("EUR", 7_499), received("MUG", "po-1")]);
    expect(hledger(journal, "print", "tag:order=ord_1")).toContain("Payment captured");
    expect(hledger(journal, "print", "tag:order=ord_1")).not.toContain("Stock received");
  });

  it("is accepted whatever a SKU or reference is called", { timeout: 60_000 }, () => {
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
    ["is out of balance", "11.00", "12.00", /balanc/i],
    ["names an account that is not in the chart", "assets:psp-clearing", "assets:pspclearing", /account/i],
  ])("is refused when it %s", (_what, from, to, words) => {
    const journal = journalOf([paid("EUR", 1_100)]);
    const at = journal.lastIndexOf(from);
    const broken = journal.slice(0, at) + to + journal.slice(at + from.length);
    expect(() => hledger(broken, "check", "--strict")).toThrow(words);
  });
});
