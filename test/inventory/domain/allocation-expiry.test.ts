import { describe, expect, it } from "vitest";
import {
  LOOKUP_AGAIN_MS,
  resolveDue,
  type LineLookup,
} from "../../../src/inventory/domain/allocation-expiry";
import type { AllocationRequest } from "../../../src/inventory/domain/allocation-request";
import { fillBackorders } from "../../../src/inventory/domain/backorders";
import type { Holding } from "../../../src/inventory/domain/holding";
import { withHolding, type Stock } from "../../../src/inventory/domain/sku-stock";
import { applyOperation } from "../../../src/inventory/domain/stock-operations";
import { expectSound, MINUTE, stockOf, summaryOf, withAllocations } from "./stock-world";

/** A pending holding of `line_a`: two units at east, which expire after 15 minutes. */
const pending = (
  over: Partial<AllocationRequest> = {},
  onHand: Record<string, number> = { east: 2 },
): Stock => withAllocations(stockOf(onHand), { quantity: 2, ...over });

const reservation = { holder: "res_1", orderId: null } as const;

/** The stock's only holding after its lookup. The lookup saw the holding's current expiry, unless `over` differs. */
function resolved(
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
  it.each<{
    name: string;
    stock: Stock;
    line: LineLookup["line"];
    now: number;
    expected: string;
    dueAt: number | null;
  }>([
    {
      name: "releases a line without units after the grace period",
      stock: pending(),
      line: "has_none",
      now: 16 * MINUTE,
      expected: "expired",
      dueAt: null,
    },
    {
      name: "keeps a line without units within the grace period",
      stock: pending(),
      line: "has_none",
      now: 16 * MINUTE - 1,
      expected: "pending east:2",
      dueAt: 16 * MINUTE,
    },
    {
      name: "confirms a line that has units",
      stock: pending(),
      line: "has_units",
      now: 16 * MINUTE,
      expected: "confirmed east:2",
      dueAt: null,
    },
    {
      name: "confirms a line that has units even before it expires",
      stock: pending(),
      line: "has_units",
      now: MINUTE,
      expected: "confirmed east:2",
      dueAt: null,
    },
    {
      name: "keeps a line that could not be looked up, and looks it up again",
      stock: pending(),
      line: "unknown",
      now: 16 * MINUTE,
      expected: "pending east:2",
      dueAt: 16 * MINUTE + LOOKUP_AGAIN_MS,
    },
    {
      name: "keeps a line that could not be looked up until it expires",
      stock: pending(),
      line: "unknown",
      now: MINUTE,
      expected: "pending east:2",
      dueAt: 16 * MINUTE,
    },
    {
      name: "releases a reservation when it expires",
      stock: pending(reservation),
      line: "has_none",
      now: 15 * MINUTE,
      expected: "expired",
      dueAt: null,
    },
    {
      name: "releases an expired reservation even if lines could not be looked up",
      stock: pending(reservation),
      line: "unknown",
      now: 15 * MINUTE,
      expected: "expired",
      dueAt: null,
    },
    {
      name: "keeps a reservation until it expires",
      stock: pending(reservation),
      line: "has_none",
      now: 15 * MINUTE - 1,
      expected: "pending east:2",
      dueAt: 15 * MINUTE,
    },
    {
      name: "releases backordered units too",
      stock: pending({ quantity: 5 }),
      line: "has_none",
      now: 16 * MINUTE,
      expected: "expired",
      dueAt: null,
    },
  ])("$name", ({ stock, line, now, expected, dueAt }) => {
    const after = resolved(stock, line, now);
    expect(summaryOf(after)).toBe(expected);
    expect(after.dueAt).toBe(dueAt);
  });

  it.each([
    { name: "a later", expiresAt: 30 * MINUTE },
    { name: "an earlier", expiresAt: 10 * MINUTE },
  ])("keeps a holding that got $name expiry during the lookup", ({ expiresAt }) => {
    const after = resolved(pending({ expiresAt }), "has_none", 40 * MINUTE, { expiresAt: 15 * MINUTE });
    expect(summaryOf(after)).toBe("pending east:2");
    expect(after.dueAt).toBe(expiresAt + MINUTE);
  });

  it("keeps a holding that was confirmed during the lookup", () => {
    const stock = pending();
    const holding = stock.holdings.get("line_a")!;
    const confirmed = withHolding(stock, { ...holding, status: "confirmed", expiresAt: null, dueAt: null });
    expect(summaryOf(resolved(confirmed, "has_none", 20 * MINUTE, { expiresAt: 15 * MINUTE }))).toBe(
      "confirmed east:2",
    );
  });

  it("ignores a holder that no longer exists", () => {
    const stock = pending();
    const lookup = { holder: "line_z", expiresAt: 1, line: "has_none" } as const;
    expect(resolveDue(stock, [lookup], 20 * MINUTE)).toBe(stock);
  });

  it("resolves several holdings", () => {
    const stock = withAllocations(stockOf({ east: 3 }), {}, { holder: "line_b" }, reservation);
    const lookups: LineLookup[] = [
      { holder: "line_a", expiresAt: 15 * MINUTE, line: "has_units" },
      { holder: "line_b", expiresAt: 15 * MINUTE, line: "has_none" },
      { holder: "res_1", expiresAt: 15 * MINUTE, line: "has_none" },
    ];
    const after = resolveDue(stock, lookups, 16 * MINUTE);
    expect([...after.holdings.values()].map(summaryOf)).toEqual(["confirmed east:1", "expired", "expired"]);
  });
});

describe("a pending holding whose backorder is filled", () => {
  const at = 3 * MINUTE;
  const lookedUp = resolveDue(
    pending({}, {}),
    [{ holder: "line_a", expiresAt: 15 * MINUTE, line: "has_none" }],
    MINUTE,
  );
  const receipt = applyOperation(lookedUp, {
    type: "receive",
    ref: "po-1",
    locationId: "east",
    quantity: 2,
    at,
    by: "ann",
  });
  if (!receipt.ok) throw new Error(receipt.rejection.code);
  const stock = fillBackorders({ ...receipt.value, events: [] }, at);

  it("publishes no event, and is looked up at once", () => {
    expect(stock.events).toEqual([]);
    expect(stock.holdings.get("line_a")).toMatchObject({ status: "pending", dueAt: at });
  });

  it("publishes the event when its order is found", () => {
    const lookup = { holder: "line_a", expiresAt: 15 * MINUTE, line: "has_units" } as const;
    expect(resolveDue(stock, [lookup], at + 1).events).toMatchObject([
      { type: "backorder.filled", id: "MUG/line_a/1", locationId: "east", quantity: 2, at: at + 1 },
    ]);
  });

  it.each<{ line: LineLookup["line"]; when: string; now: number; dueAt: number }>([
    { line: "has_none", when: "soon", now: at, dueAt: at + LOOKUP_AGAIN_MS },
    { line: "unknown", when: "soon", now: at, dueAt: at + LOOKUP_AGAIN_MS },
    { line: "has_none", when: "when it expires", now: 15 * MINUTE + 59_000, dueAt: 16 * MINUTE },
  ])("is looked up again $when while its order $line", ({ line, now, dueAt }) => {
    const after = resolved(stock, line, now);
    expect(summaryOf(after)).toBe("pending east:2");
    expect(after.dueAt).toBe(dueAt);
  });
});
