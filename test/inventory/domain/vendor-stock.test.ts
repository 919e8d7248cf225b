/** A vendor's stock is allocated and shipped like our own, and has no value in our books. */
import { describe, expect, it } from "vitest";
import { applyEffect } from "../../../src/inventory/domain/apply-effect";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import { applyOperation, type StockOperation } from "../../../src/inventory/domain/stock-operations";
import { evolveAll } from "../../../src/orders/domain/evolve/evolve";
import { journalEntryOf } from "../../../src/orders/domain/postings";
import { fulfillment, mugOrder, shipping } from "../../orders/domain/mug-orders";
import { allocate, stockOf } from "./stock-world";

const count = (units: number, { vendorOwned = true, ref = "op_1" } = {}): StockOperation => ({
  type: "count",
  ref,
  locationId: "vendor",
  counted: units,
  vendorOwned,
  at: 1_000,
  by: "test",
});

function applied(stock: Stock, operation: StockOperation): Stock {
  const result = applyOperation(stock, operation);
  if (!result.ok) throw new Error(result.rejection.code);
  return result.value;
}

const effect = {
  ref: "eff_1",
  orderId: "ord_1",
  lineId: "line_a",
  locationId: "vendor",
  quantity: 2,
  unitCostMinor: 250,
  at: 2_000,
} as const;
const shipFromVendor: StockEffect = { type: "ship", ...effect, vendorOwned: true };

describe("a vendor's stock", () => {
  it("is on hand, and has no value", () => {
    const stock = applied(stockOf({ east: 2 }), count(5));
    expect(stock.levels.get("vendor")).toMatchObject({ onHand: 5, vendorOwned: true });
    expect(stock.valueMinor).toBe(500);
    expect(stock.movements).toMatchObject([{ kind: "count", quantity: 5, valueMinor: 0 }]);
  });

  it("is allocated and shipped without value", () => {
    const counted = applied(stockOf({}), count(5));
    const { stock } = allocate(counted, { locations: ["vendor"], quantity: 2 });
    const after = applyEffect(stock, shipFromVendor);
    expect(after.levels.get("vendor")).toMatchObject({ onHand: 3, allocated: 0 });
    expect(after.valueMinor).toBe(0);
  });

  it("has no value if it is shipped before it was ever counted", () => {
    const after = applyEffect(stockOf({}), shipFromVendor);
    expect(after.valueMinor).toBe(0);
    expect(
      after.events.every((event) => event.type === "stock.moved" && event.movement.valueMinor === 0),
    ).toBe(true);
  });

  it("loses its value if our location becomes a vendor's, and gets it back if it is ours again", () => {
    const vendors = applied(stockOf({ vendor: 4 }), count(4));
    expect([vendors.valueMinor, vendors.movements.at(-1)?.kind]).toEqual([0, "revalue"]);
    const ours = applied(vendors, count(4, { vendorOwned: false, ref: "op_2" }));
    expect(ours.valueMinor).toBe(1_000);
  });

  it.each([
    { name: "shipped", type: "ship" as const, valueMinor: -500 },
    { name: "restocked", type: "restock" as const, valueMinor: 500 },
  ])(
    "moves the value that the order posted for units $name while they were ours, and revalues it",
    ({ type, valueMinor }) => {
      const vendors = { ...applied(stockOf({ vendor: 4 }), count(4)), movements: [], events: [] };
      const after = applyEffect(vendors, { type, ...effect });
      expect(after.movements).toMatchObject([{ valueMinor }, { kind: "revalue", valueMinor: -valueMinor }]);
      expect(after.events).toMatchObject([{ movement: { kind: "revalue", valueMinor: -valueMinor } }]);
      expect(after.valueMinor).toBe(0);
    },
  );

  it("is posted as a payable to the vendor when an order ships it", () => {
    const before = mugOrder([fulfillment("a", 2, { status: "released" })]);
    const events = [{ ...shipping(2, "ful_a"), dropShipped: true }];
    const books = { booksCurrency: "EUR", booksTimeZone: "UTC" };
    const entry = journalEntryOf({ before, after: evolveAll(before, events, 0), events }, 0, books);
    expect(entry?.postings).toContainEqual({
      account: "liabilities:vendor-payable",
      amountMinor: -1_400,
      currency: "EUR",
    });
    expect(entry?.postings.some(({ account }) => account === "assets:inventory")).toBe(false);
  });
});
