/** What a vendor keeps is not ours: it is allocated and sent like anything else, and has no value in our books. */
import { describe, expect, it } from "vitest";
import { postings } from "../../../src/orders/domain/postings";
import { applyOperation, type StockOperation } from "../../../src/inventory/domain/stock-operations";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import { applyEffect } from "../../../src/inventory/domain/apply-effect";
import { sending } from "../../orders/domain/mugs-world";
import { allocationOf, stockOf } from "./stock-world";

const at = { ref: "op_1", locationId: "vendor", at: 1_000, by: "test" };
const counted = (units: number, vendorOwned = true): StockOperation => ({
  type: "count",
  counted: units,
  vendorOwned,
  ...at,
});

function operated(stock: ReturnType<typeof stockOf>, operation: StockOperation) {
  const result = applyOperation(stock, operation);
  if (!result.ok) throw new Error(result.rejection.code);
  return result.value;
}

describe("a vendor's stock", () => {
  it("is on hand, and worth nothing to us", () => {
    const stock = operated(stockOf({ east: 2 }), counted(5));
    expect(stock.levels.get("vendor")).toMatchObject({ onHand: 5, vendorOwned: true });
    expect(stock.valueMinor).toBe(500);
    expect(stock.movements).toMatchObject([{ kind: "count", quantity: 5, valueMinor: 0 }]);
  });

  it("is allocated and shipped, and moves no value", () => {
    const allocated = allocateStock(
      operated(stockOf({}), counted(5)),
      allocationOf({ locations: ["vendor"], quantity: 2 }),
    );
    if (!allocated.ok) throw new Error(allocated.rejection.code);
    const sent = {
      orderId: "ord_1",
      lineId: "line_a",
      locationId: "vendor",
      quantity: 2,
      at: 2_000,
    } as const;
    const after = applyEffect(allocated.value.stock, {
      type: "ship",
      ref: "eff_1",
      unitCostMinor: 250,
      vendorOwned: true,
      ...sent,
    });
    expect(after.levels.get("vendor")).toMatchObject({ onHand: 3, allocated: 0 });
    expect(after.valueMinor).toBe(0);
  });

  it("that was shipped without ever being told of is a vendor's all the same", () => {
    const sent = {
      orderId: "ord_1",
      lineId: "line_a",
      locationId: "vendor",
      quantity: 2,
      at: 2_000,
    } as const;
    const after = applyEffect(stockOf({}), {
      type: "ship",
      ref: "eff_1",
      unitCostMinor: 250,
      vendorOwned: true,
      ...sent,
    });
    expect(after.valueMinor).toBe(0);
    expect(
      after.events.every((event) => event.type === "stock.moved" && event.movement.valueMinor === 0),
    ).toBe(true);
  });

  it("leaves our books when a location becomes a vendor's, and comes in when it is ours again", () => {
    const theirs = operated(stockOf({ vendor: 4 }), counted(4));
    expect([theirs.valueMinor, theirs.movements.at(-1)?.kind]).toEqual([0, "revalue"]);
    expect(operated(theirs, { ...counted(4, false), ref: "op_2" }).valueMinor).toBe(1_000);
  });

  it.each([
    ["was sent", { type: "ship" as const }, -500],
    ["came back", { type: "restock" as const }, 500],
  ])(
    "moves the value that the books have moved where it %s while it was ours",
    (_what, effect, valueMinor) => {
      const theirs = { ...operated(stockOf({ vendor: 4 }), counted(4)), movements: [], events: [] };
      const moved = { orderId: "ord_1", lineId: "line_a", locationId: "vendor", quantity: 2 } as const;
      const after = applyEffect(theirs, { ...effect, ...moved, ref: "eff_1", unitCostMinor: 250, at: 2_000 });
      expect(after.movements).toMatchObject([{ valueMinor }, { kind: "revalue", valueMinor: -valueMinor }]);
      expect(after.events).toMatchObject([{ movement: { kind: "revalue", valueMinor: -valueMinor } }]);
      expect(after.valueMinor).toBe(0);
    },
  );

  it("is owed for when it is sent", () => {
    const parcel = sending(2, "ful_a");
    if (parcel.type !== "shipment.shipped") throw new Error("a parcel was expected");
    const sent = { ...parcel, dropShipped: true, earned: { ...parcel.earned, costMinor: 1_400 } };
    const accounts = postings(
      { ...sent, earned: { ...sent.earned, listMinor: 2_000, taxMinor: 400 } },
      { currency: "EUR" },
      "EUR",
    );
    expect(accounts?.postings).toContainEqual({
      account: "liabilities:vendor-payable",
      amountMinor: -1_400,
      currency: "EUR",
    });
    expect(accounts?.postings.some(({ account }) => account === "assets:inventory")).toBe(false);
  });
});
