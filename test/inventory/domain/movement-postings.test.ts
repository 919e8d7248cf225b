import { describe, expect, it } from "vitest";
import type { Movement } from "../../../src/inventory/domain/movement";
import { journalEntryForStock, stockPostings } from "../../../src/inventory/domain/movement-postings";
import type { Account } from "../../../src/ledger/domain/accounts";

const movement = (kind: Movement["kind"], valueMinor: number, over: Partial<Movement> = {}): Movement => ({
  ref: "r",
  kind,
  locationId: "reno",
  quantity: 1,
  valueMinor,
  reason: null,
  at: 0,
  ...over,
});

describe("stockPostings", () => {
  type Case = Readonly<{ name: string; given: Movement; against: Account; description: string }>;
  it.each<Case>([
    {
      name: "a receipt against the supplier's invoice to come",
      given: movement("receive", 900),
      against: "liabilities:goods-received-not-invoiced",
      description: "Stock received",
    },
    {
      name: "damage as shrinkage, with its reason",
      given: movement("adjust", -900, { reason: "damaged" }),
      against: "expenses:shrinkage",
      description: "Stock adjusted (damaged)",
    },
    {
      name: "units that a count finds in excess as negative shrinkage",
      given: movement("count", 900),
      against: "expenses:shrinkage",
      description: "Stock counted",
    },
    {
      name: "a new standard cost as a revaluation",
      given: movement("revalue", -900),
      against: "expenses:inventory-revaluation",
      description: "Stock revalued",
    },
  ])("posts $name", ({ given, against, description }) => {
    const { valueMinor } = given;
    expect(stockPostings(given, "USD")).toEqual({
      description,
      postings: expect.arrayContaining([
        { account: "assets:inventory", amountMinor: valueMinor, currency: "USD" },
        { account: against, amountMinor: -valueMinor, currency: "USD" },
      ]),
    });
    expect(stockPostings(given, "USD")?.postings).toHaveLength(2);
  });

  it.each<Readonly<{ name: string; given: Movement }>>([
    { name: "a count that finds what was expected", given: movement("count", 0) },
    { name: "a shipment, which the order's event posts", given: movement("ship", -900) },
    { name: "a restock, which the order's event posts", given: movement("restock", 900) },
  ])("posts nothing for $name", ({ given }) => {
    expect(stockPostings(given, "USD")).toBeNull();
  });
});

describe("journalEntryForStock", () => {
  const books = { booksCurrency: "USD", booksTimeZone: "America/New_York" };
  const at = Date.UTC(2026, 10, 22, 3);

  it("has the id of the stock event, names the SKU, and is posted on the local date of the books", () => {
    const received = movement("receive", 900, { ref: "po-1", quantity: 3, at });
    expect(journalEntryForStock(received, { id: "mov_1", sku: "MUG" }, books)).toMatchObject({
      id: "mov_1",
      orderId: null,
      at,
      description: "Stock received: MUG",
      postedOn: "2026-11-21",
    });
  });

  it("is null for a movement that posts nothing", () => {
    expect(journalEntryForStock(movement("count", 0), { id: "mov_1", sku: "MUG" }, books)).toBeNull();
  });
});
