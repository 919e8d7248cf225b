import { describe, expect, it } from "vitest";
import { type Stock, withHolding } from "../../../src/inventory/domain/sku-stock";
import type { Holding } from "../../../src/inventory/domain/holding";
import type { AllocationRequest } from "../../../src/inventory/domain/allocation-request";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import {
  type LineLookup,
  LOOKUP_AGAIN_MS,
  resolveDue,
} from "../../../src/inventory/domain/allocation-expiry";
import { fillBackorders } from "../../../src/inventory/domain/backorders";
import { applyOperation } from "../../../src/inventory/domain/stock-operations";
import { allocationOf, expectSound, MINUTE, say, stockOf } from "./stock-world";

function allocated(
  over: Partial<AllocationRequest> = {},
  onHand: Record<string, number> = { east: 2 },
): Stock {
  const result = allocateStock(
    stockOf(onHand),
    allocationOf({ quantity: 2, shortage: "backorder", ...over }),
  );
  if (!result.ok) throw new Error(result.rejection.code);
  return result.value.stock;
}

const reservation = { holder: "res_1", orderId: null } as const;

/** As it is answered for the one holder there is, with the expiry that it had. */
function settled(
  stock: Stock,
  line: LineLookup["line"],
  now: number,
  over: Partial<LineLookup> = {},
): Holding {
  const [holding] = stock.holdings.values();
  const { holder, expiresAt } = holding!;
  const after = resolveDue(stock, [{ holder, expiresAt, line, ...over }], now);
  expectSound(after);
  return after.holdings.get(holder)!;
}

describe("resolveDue", () => {
  it.each<[string, Stock, LineLookup["line"], number, string, number | null]>([
    ["lets go of a line that has no use for units", allocated(), "has_none", 16 * MINUTE, "expired", null],
    ["but not within the minute", allocated(), "has_none", 16 * MINUTE - 1, "pending east:2", 16 * MINUTE],
    ["confirms a line that has units", allocated(), "has_units", 16 * MINUTE, "confirmed east:2", null],
    ["confirms it early, too", allocated(), "has_units", MINUTE, "confirmed east:2", null],
    [
      "keeps what nobody can tell of",
      allocated(),
      "unknown",
      16 * MINUTE,
      "pending east:2",
      16 * MINUTE + LOOKUP_AGAIN_MS,
    ],
    ["lets go of a reservation on time", allocated(reservation), "has_none", 15 * MINUTE, "expired", null],
    ["but not before", allocated(reservation), "has_none", 15 * MINUTE - 1, "pending east:2", 15 * MINUTE],
    ["lets go of what is owed", allocated({ quantity: 5 }), "has_none", 16 * MINUTE, "expired", null],
  ])("%s", (_rule, stock, order, now, expected, dueAt) => {
    const after = settled(stock, order, now);
    expect(say(after)).toBe(expected);
    expect(after.dueAt).toBe(dueAt);
  });

  it("keeps a allocation that was made again since it asked", () => {
    const again = allocated({ expiresAt: 30 * MINUTE });
    const after = settled(again, "has_none", 16 * MINUTE, { expiresAt: 15 * MINUTE });
    expect(say(after)).toBe("pending east:2");
    expect(after.dueAt).toBe(31 * MINUTE);
  });

  it("does not expire what was voided since it asked, nor touch whom it does not know", () => {
    const stock = allocated();
    const holding = stock.holdings.get("line_a")!;
    const confirmed = withHolding(stock, { ...holding, status: "confirmed", expiresAt: null, dueAt: null });
    expect(say(settled(confirmed, "has_none", 20 * MINUTE, { expiresAt: 15 * MINUTE }))).toBe(
      "confirmed east:2",
    );
    const asked = { holder: "line_z", expiresAt: 1, line: "has_none" } as const;
    expect(resolveDue(stock, [asked], 20 * MINUTE)).toBe(stock);
  });
});

describe("a pending order whose backorder is filled", () => {
  const at = 3 * MINUTE;
  const receipt = applyOperation(allocated({}, {}), {
    type: "receive",
    ref: "po-1",
    locationId: "east",
    quantity: 2,
    at,
    by: "ann",
  });
  if (!receipt.ok) throw new Error(receipt.rejection.code);
  const stock = fillBackorders({ ...receipt.value, events: [] }, at);

  it("is not eventCount, but asked about at once", () => {
    expect(stock.events).toEqual([]);
    expect(stock.holdings.get("line_a")).toMatchObject({ status: "pending", dueAt: at });
  });

  it("is told when it is found", () => {
    const after = resolveDue(
      stock,
      [{ holder: "line_a", expiresAt: 15 * MINUTE, line: "has_units" }],
      at + 1,
    );
    expect(after.events).toMatchObject([
      { type: "backorder.filled", id: "MUG/line_a/1", locationId: "east", quantity: 2, at: at + 1 },
    ]);
  });

  it.each<[LineLookup["line"], number, number]>([
    ["has_none", at, at + LOOKUP_AGAIN_MS],
    ["unknown", at, at + LOOKUP_AGAIN_MS],
    ["has_none", 15 * MINUTE + 59_000, 16 * MINUTE],
  ])("is awaited while it is %s", (order, now, dueAt) => {
    const after = settled(stock, order, now);
    expect(say(after)).toBe("pending east:2");
    expect(after.dueAt).toBe(dueAt);
  });
});
