import { describe, expect, it } from "vitest";
import { withHolding, type Holding, type Stock } from "../../../src/inventory/domain/sku-stock";
import type { ClaimRequest } from "../../../src/inventory/domain/stock";
import { claimStock } from "../../../src/inventory/domain/allocations";
import { ASK_AGAIN_MS, settleDue, type Asked } from "../../../src/inventory/domain/allocation-expiry";
import { fillWaiting } from "../../../src/inventory/domain/stock-settling";
import { operateStock } from "../../../src/inventory/domain/stock-operations";
import { claimOf, expectSound, MINUTE, say, stockOf } from "./stock-world";

function claimed(over: Partial<ClaimRequest> = {}, onHand: Record<string, number> = { east: 2 }): Stock {
  const result = claimStock(stockOf(onHand), claimOf({ quantity: 2, shortage: "sold", ...over }));
  if (!result.ok) throw new Error(result.rejection.code);
  return result.value.stock;
}

const reservation = { claimant: "res_1", orderId: null } as const;

/** As it is answered for the one claimant there is, with the expiry that it had. */
function settled(stock: Stock, line: Asked["line"], now: number, over: Partial<Asked> = {}): Holding {
  const [holding] = stock.holdings.values();
  const { claimant, expiresAt } = holding!;
  const after = settleDue(stock, [{ claimant, expiresAt, line, ...over }], now);
  expectSound(after);
  return after.holdings.get(claimant)!;
}

describe("settleDue", () => {
  it.each<[string, Stock, Asked["line"], number, string, number | null]>([
    ["lets go of a line that has no use for units", claimed(), "has_none", 16 * MINUTE, "expired", null],
    ["but not within the minute", claimed(), "has_none", 16 * MINUTE - 1, "pending east:2", 16 * MINUTE],
    ["confirms a line that has units", claimed(), "has_units", 16 * MINUTE, "confirmed east:2", null],
    ["confirms it early, too", claimed(), "has_units", MINUTE, "confirmed east:2", null],
    [
      "keeps what nobody can tell of",
      claimed(),
      "unknown",
      16 * MINUTE,
      "pending east:2",
      16 * MINUTE + ASK_AGAIN_MS,
    ],
    ["lets go of a reservation on time", claimed(reservation), "has_none", 15 * MINUTE, "expired", null],
    ["but not before", claimed(reservation), "has_none", 15 * MINUTE - 1, "pending east:2", 15 * MINUTE],
    ["lets go of what is owed", claimed({ quantity: 5 }), "has_none", 16 * MINUTE, "expired", null],
  ])("%s", (_rule, stock, order, now, expected, dueAt) => {
    const after = settled(stock, order, now);
    expect(say(after)).toBe(expected);
    expect(after.dueAt).toBe(dueAt);
  });

  it("keeps a claim that was made again since it asked", () => {
    const again = claimed({ expiresAt: 30 * MINUTE });
    const after = settled(again, "has_none", 16 * MINUTE, { expiresAt: 15 * MINUTE });
    expect(say(after)).toBe("pending east:2");
    expect(after.dueAt).toBe(31 * MINUTE);
  });

  it("does not expire what was voided since it asked, nor touch whom it does not know", () => {
    const stock = claimed();
    const holding = stock.holdings.get("line_a")!;
    const confirmed = withHolding(stock, { ...holding, status: "confirmed", expiresAt: null, dueAt: null });
    expect(say(settled(confirmed, "has_none", 20 * MINUTE, { expiresAt: 15 * MINUTE }))).toBe(
      "confirmed east:2",
    );
    const asked = { claimant: "line_z", expiresAt: 1, line: "has_none" } as const;
    expect(settleDue(stock, [asked], 20 * MINUTE)).toBe(stock);
  });
});

describe("a pending order whose backorder is filled", () => {
  const at = 3 * MINUTE;
  const receipt = operateStock(claimed({}, {}), {
    type: "receive",
    ref: "po-1",
    locationId: "east",
    quantity: 2,
    at,
    by: "ann",
  });
  if (!receipt.ok) throw new Error(receipt.rejection.code);
  const stock = fillWaiting({ ...receipt.value, events: [] }, at);

  it("is not told, but asked about at once", () => {
    expect(stock.events).toEqual([]);
    expect(stock.holdings.get("line_a")).toMatchObject({ status: "pending", dueAt: at });
  });

  it("is told when it is found", () => {
    const after = settleDue(
      stock,
      [{ claimant: "line_a", expiresAt: 15 * MINUTE, line: "has_units" }],
      at + 1,
    );
    expect(after.events).toMatchObject([
      { type: "backorder.filled", id: "MUG/line_a/1", locationId: "east", quantity: 2, at: at + 1 },
    ]);
  });

  it.each<[Asked["line"], number, number]>([
    ["has_none", at, at + ASK_AGAIN_MS],
    ["unknown", at, at + ASK_AGAIN_MS],
    ["has_none", 15 * MINUTE + 59_000, 16 * MINUTE],
  ])("is awaited while it is %s", (order, now, dueAt) => {
    const after = settled(stock, order, now);
    expect(say(after)).toBe("pending east:2");
    expect(after.dueAt).toBe(dueAt);
  });
});
