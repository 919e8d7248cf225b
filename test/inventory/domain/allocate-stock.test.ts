import { describe, expect, it } from "vitest";
import { allocateStock, releaseIfNotRenewed } from "../../../src/inventory/domain/allocate-stock";
import type { AllocationRequest } from "../../../src/inventory/domain/allocation-request";
import { applyEffect } from "../../../src/inventory/domain/apply-effect";
import { FIRST_LOOKUP_MS } from "../../../src/inventory/domain/holding";
import { confirm, releaseHolding } from "../../../src/inventory/domain/holding-status";
import { allocateUnits, withHolding, withLevel, type Stock } from "../../../src/inventory/domain/sku-stock";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { allocate, allocationOf, expectSound, MINUTE, stockOf, summaryOf } from "./stock-world";

/** The holding after the request, or the rejection with the available units. */
function outcomeOf(stock: Stock, over: Partial<AllocationRequest>): string {
  const result = allocateStock(stock, allocationOf(over));
  if (!result.ok) return `${result.rejection.code} ${result.rejection.available}`;
  return summaryOf(result.value.stock.holdings.get(over.holder ?? "line_a"));
}

const backorder = { shortage: "backorder" } as const;
const backorderSku = { policy: "backorder" } as const;
const whole = { fill: "whole" } as const;

type Case = Readonly<{ name: string; stock: Stock; request: Partial<AllocationRequest>; expected: string }>;

describe("allocateStock", () => {
  it.each<Case>([
    {
      name: "allocates at the first location that has all units",
      stock: stockOf({ east: 1, west: 2 }),
      request: { quantity: 2 },
      expected: "pending west:2",
    },
    {
      name: "prefers the first of two locations that have all units",
      stock: stockOf({ east: 2, west: 2 }),
      request: { quantity: 2 },
      expected: "pending east:2",
    },
    {
      name: "spreads units over locations if none has all of them",
      stock: stockOf({ east: 1, west: 2 }),
      request: { quantity: 3 },
      expected: "pending east:1 west:2",
    },
    {
      name: "ignores locations that the request does not list",
      stock: stockOf({ east: 1, far: 9 }),
      request: { quantity: 2 },
      expected: "insufficient_stock 1",
    },
    {
      name: "counts a location that is listed twice once",
      stock: stockOf({ east: 1 }),
      request: { quantity: 2, locations: ["east", "east"] },
      expected: "insufficient_stock 1",
    },
    {
      name: "rejects a request if units are missing",
      stock: stockOf({ east: 1 }),
      request: { quantity: 2 },
      expected: "insufficient_stock 1",
    },
    {
      name: "accepts a request for exactly the units there are",
      stock: stockOf({ east: 1, west: 1 }),
      request: { quantity: 2 },
      expected: "pending east:1 west:1",
    },
    {
      name: "backorders missing units of a SKU that may be backordered",
      stock: stockOf({ east: 1 }, backorderSku),
      request: { quantity: 3 },
      expected: "pending east:1 backordered:2",
    },
    {
      name: "backorders a pre-order",
      stock: stockOf({}, { policy: "preorder" }),
      request: { quantity: 3 },
      expected: "pending backordered:3",
    },
    {
      name: "never rejects a request whose shortage is to backorder",
      stock: stockOf({ east: 1 }),
      request: { quantity: 3, ...backorder },
      expected: "pending east:1 backordered:2",
    },
    {
      name: "backorders all units if a whole fill does not fit",
      stock: stockOf({ east: 1 }),
      request: { quantity: 3, ...backorder, ...whole },
      expected: "pending backordered:3",
    },
    {
      name: "spreads a whole fill over locations",
      stock: stockOf({ east: 1, west: 2 }),
      request: { quantity: 3, ...whole },
      expected: "pending east:1 west:2",
    },
    {
      name: "does not allocate safety stock",
      stock: withLevel(stockOf({}), { locationId: "east", onHand: 5, allocated: 0, safetyStock: 4 }),
      request: { quantity: 2 },
      expected: "insufficient_stock 1",
    },
  ])("$name", ({ stock, request, expected }) => {
    const units = [...stock.levels.values()].reduce((sum, { onHand }) => sum + onHand, 0);
    expect(outcomeOf({ ...stock, valueMinor: units * 250 }, request)).toBe(expected);
  });

  it("returns what is left at each location of the request", () => {
    const { value } = allocate(stockOf({ east: 3, west: 1, far: 7 }), { quantity: 2 });
    expect(value).toMatchObject({ repeated: false, backordered: 0, free: { east: 1, west: 1 } });
    expect(value.allocated).toEqual([{ locationId: "east", quantity: 2 }]);
    expect(value.free).not.toHaveProperty("far");
  });

  it("changes nothing if it rejects", () => {
    const stock = stockOf({ east: 1 });
    expect(allocateStock(stock, allocationOf({ quantity: 2 })).ok).toBe(false);
    expect(stock.holdings.size).toBe(0);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])("throws for a quantity of %d", (quantity) => {
    expect(() => allocateStock(stockOf({ east: 5 }), allocationOf({ quantity }))).toThrow(InvariantViolation);
  });

  it("checks a reservation when it expires, and an order's holding soon after its commit", () => {
    const reservation = { holder: "res_1", orderId: null } as const;
    const { stock } = allocate(stockOf({ east: 2 }), reservation);
    expect(stock.holdings.get("res_1")?.dueAt).toBe(15 * MINUTE);
    expect(allocate(stock, { now: 1_000 }).stock.holdings.get("line_a")?.dueAt).toBe(1_000 + FIRST_LOOKUP_MS);
  });

  it("checks an order's holding that expires sooner a minute after its expiry", () => {
    const soon = { expiresAt: 2_000, now: 60_000 };
    expect(allocate(stockOf({ east: 2 }), soon).stock.holdings.get("line_a")?.dueAt).toBe(62_000);
  });
});

describe("allocateStock for a repeated request", () => {
  const first = allocate(stockOf({ east: 5 }), { quantity: 2 });

  it("allocates nothing more, and postpones the expiry, but not the next check", () => {
    const again = allocate(first.stock, { quantity: 2, expiresAt: 40 * MINUTE });
    expect(again.value).toMatchObject({ repeated: true, allocated: first.value.allocated });
    expect(again.stock.holdings.get("line_a")).toMatchObject({
      expiresAt: 40 * MINUTE + 1,
      dueAt: first.stock.holdings.get("line_a")!.dueAt,
    });
  });

  it("never sets an earlier expiry", () => {
    const again = allocate(first.stock, { quantity: 2, expiresAt: 2 * MINUTE });
    expect(again.stock.holdings.get("line_a")).toMatchObject({ expiresAt: 15 * MINUTE + 1 });
  });

  it("allocates nothing more for a confirmed holding, which stays confirmed", () => {
    const again = allocate(confirm(first.stock, "line_a", 5), { quantity: 2 });
    expect(again.value.allocated).toEqual([{ locationId: "east", quantity: 2 }]);
    expect(again.stock.holdings.get("line_a")).toMatchObject({
      status: "confirmed",
      expiresAt: null,
      dueAt: null,
    });
  });

  it.each(["voided", "expired"] as const)("allocates again for a %s holding of a line", (reason) => {
    const again = allocate(releaseHolding(first.stock, "line_a", reason), { quantity: 2 });
    expect(again.value).toMatchObject({ repeated: true, allocated: [{ locationId: "east", quantity: 2 }] });
    expect(summaryOf(again.stock.holdings.get("line_a"))).toBe("pending east:2");
  });

  it.each(["voided", "expired"] as const)("treats a %s reservation as new", (reason) => {
    const reservation = { holder: "res_1", orderId: null, placedAt: 500 } as const;
    const { stock } = allocate(stockOf({ east: 5 }), reservation);
    const again = allocate(releaseHolding(stock, "res_1", reason), { ...reservation, placedAt: 900 });
    expect(again.value.repeated).toBe(false);
    expect(again.stock.holdings.get("res_1")).toMatchObject({ status: "pending", placedAt: 900 });
  });

  it("backorders units that others hold since the holding expired", () => {
    const expired = releaseHolding(first.stock, "line_a", "expired");
    const { stock } = allocate(expired, { holder: "line_b", quantity: 5 });
    expect(outcomeOf(stock, { quantity: 2, ...backorder })).toBe("pending backordered:2");
  });

  const shipped = applyEffect(first.stock, {
    type: "ship",
    ref: "eff_1",
    orderId: "ord_1",
    lineId: "line_a",
    locationId: "east",
    quantity: 2,
    unitCostMinor: 250,
    at: 5,
  });
  const released = applyEffect(first.stock, {
    type: "release",
    ref: "eff_1",
    orderId: "ord_1",
    lineId: "line_a",
    locationId: "east",
    quantity: 1,
    at: 5,
  });

  it("returns shipped units as allocated, and allocates nothing for them", () => {
    const again = allocate(shipped, { quantity: 2 });
    expect(again.value).toMatchObject({ repeated: true, allocated: [{ locationId: "east", quantity: 2 }] });
    expect(again.stock.levels.get("east")).toMatchObject({ onHand: 3, allocated: 0 });
  });

  it("does not allocate units again that the order released", () => {
    expect(summaryOf(allocate(released, { quantity: 2 }).stock.holdings.get("line_a"))).toBe(
      "confirmed east:1",
    );
  });

  it("allocates missing units", () => {
    const short = allocateUnits(first.stock, "line_a", "east", -1);
    expect(summaryOf(allocate(short, { quantity: 2 }).stock.holdings.get("line_a"))).toBe("pending east:2");
  });

  it("counts the held units as available when it rejects a larger quantity", () => {
    expect(outcomeOf(first.stock, { quantity: 6 })).toBe("insufficient_stock 5");
    expect(outcomeOf(first.stock, { quantity: 5 })).toBe("pending east:5");
  });

  it("keeps the locations of an expired holding if the repeat lists none", () => {
    const expired = releaseHolding(first.stock, "line_a", "expired");
    const again = allocate(expired, { quantity: 2, locations: [], ...backorder });
    expect(again.stock.holdings.get("line_a")?.locations).toEqual(["east", "west"]);
  });

  it("takes the repeat's locations for an expired holding", () => {
    const expired = releaseHolding(first.stock, "line_a", "expired");
    const again = allocate(expired, { quantity: 2, locations: ["west"], ...backorder });
    expect(again.stock.holdings.get("line_a")?.locations).toEqual(["west"]);
  });

  it("keeps the locations of a live holding, so that a location that rejected it does not come back", () => {
    const again = allocate(first.stock, { quantity: 2, locations: ["far"] });
    expect(again.stock.holdings.get("line_a")?.locations).toEqual(["east", "west"]);
  });

  it("takes the repeat's locations if the holding has none", () => {
    const nowhere = withHolding(first.stock, { ...first.stock.holdings.get("line_a")!, locations: [] });
    const again = allocate(nowhere, { quantity: 9, locations: ["far"], ...backorder });
    expect(again.stock.holdings.get("line_a")?.locations).toEqual(["far"]);
  });

  it("leaves unreported fills out of the result, and reports them when the order is confirmed", () => {
    const holding = first.stock.holdings.get("line_a")!;
    const unreported = { ...holding, dueAt: 5, allocations: [{ ...holding.allocations[0]!, unreported: 2 }] };
    const again = allocate(withHolding(first.stock, unreported), { quantity: 2 });
    expect(again.value).toMatchObject({ allocated: [], backordered: 2 });
    expect(confirm(again.stock, "line_a", 9).events).toMatchObject([
      { type: "backorder.filled", quantity: 2 },
    ]);
    expect(again.stock.holdings.get("line_a")?.dueAt, "the check is not delayed").toBe(5);
  });

  describe("for five units", () => {
    it.each([
      { quantityOf: "ever_allocated", stock: first.stock, given: "pending", expected: "pending east:5" },
      { quantityOf: "first_allocated", stock: first.stock, given: "pending", expected: "pending east:2" },
      { quantityOf: "open_now", stock: first.stock, given: "pending", expected: "pending east:5" },
      {
        quantityOf: "ever_allocated",
        stock: shipped,
        given: "shipped",
        expected: "confirmed east:3+2 shipped",
      },
      {
        quantityOf: "first_allocated",
        stock: shipped,
        given: "shipped",
        expected: "confirmed east:0+2 shipped",
      },
      {
        quantityOf: "open_now",
        stock: shipped,
        given: "shipped",
        expected: "confirmed east:3+2 shipped backordered:2",
      },
      {
        quantityOf: "ever_allocated",
        stock: released,
        given: "partly released",
        expected: "confirmed east:4",
      },
      { quantityOf: "open_now", stock: released, given: "partly released", expected: "confirmed east:5" },
      {
        quantityOf: "first_allocated",
        stock: releaseHolding(first.stock, "line_a", "expired"),
        given: "expired",
        expected: "pending east:5",
      },
    ] as const)(
      "counts units as $quantityOf: a $given holding of two becomes $expected",
      ({ quantityOf, stock, expected }) => {
        expect(outcomeOf(stock, { quantity: 5, quantityOf, ...backorder })).toBe(expected);
      },
    );

    it("counts units as ever_allocated by default", () => {
      expect(outcomeOf(shipped, { quantity: 5 })).toBe("confirmed east:3+2 shipped");
    });
  });

  it("allocates units to be open_now once, however often the request is repeated", () => {
    const open = { quantity: 2, quantityOf: "open_now" } as const;
    const repaired = allocate(shipped, open);
    expect(summaryOf(repaired.stock.holdings.get("line_a"))).toBe("confirmed east:2+2 shipped");
    const again = allocate(repaired.stock, open);
    expect(again.stock.levels.get("east")).toMatchObject({ onHand: 3, allocated: 2 });
  });
});

describe("releaseIfNotRenewed", () => {
  it.each([
    { name: "releases the units of the only request", expiries: [15], expected: "voided" },
    { name: "keeps units that an earlier request asked for", expiries: [14, 15], expected: "pending east:2" },
    { name: "keeps units that a later request asked for", expiries: [15, 14], expected: "pending east:2" },
    {
      name: "keeps units that another request with the same expiry asked for",
      expiries: [15, 15],
      expected: "pending east:2",
    },
  ])("$name", ({ expiries, expected }) => {
    let stock = stockOf({ east: 5 });
    for (const minute of expiries) stock = allocate(stock, { quantity: 2, expiresAt: minute * MINUTE }).stock;
    const after = releaseIfNotRenewed(stock, "line_a", 15 * MINUTE);
    expectSound(after);
    expect(summaryOf(after.holdings.get("line_a"))).toBe(expected);
  });

  const first = allocate(stockOf({ east: 5 }), { quantity: 2 }).stock;

  it("releases units that a request got after the holding had expired", () => {
    const again = allocate(releaseHolding(first, "line_a", "expired"), { expiresAt: 40 * MINUTE }).stock;
    const after = releaseIfNotRenewed(again, "line_a", 40 * MINUTE);
    expect(summaryOf(after.holdings.get("line_a"))).toBe("voided");
  });

  it("releases no confirmed units", () => {
    const confirmed = confirm(first, "line_a", 5);
    expect(releaseIfNotRenewed(confirmed, "line_a", 15 * MINUTE)).toBe(confirmed);
  });

  it("changes nothing for an unknown holder", () => {
    expect(releaseIfNotRenewed(first, "line_z", 15 * MINUTE)).toBe(first);
  });
});
