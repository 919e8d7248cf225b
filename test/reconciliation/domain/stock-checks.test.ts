import { describe, expect, it } from "vitest";
import type { OpenAllocation, StockAudit, StockSnapshot } from "../../../src/inventory/domain/stock-reading";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import type { Exception } from "../../../src/reconciliation/domain/report";
import {
  differsFromSnapshot,
  effectValue,
  expiredAllocations,
  movementExceptions,
  oversold,
  unitsOnHand,
} from "../../../src/reconciliation/domain/stock-checks";
import { plainFacts } from "../../support/reference-defaults";

const reno = { locationId: "reno", onHand: 3, allocated: 3, safetyStock: 0, available: 0 };
const york = { locationId: "york", onHand: 1, allocated: 0, safetyStock: 0, available: 1 };

const reading: StockAudit["reading"] = {
  facts: { sku: "MUG", policy: "deny", unitCostMinor: 700, weightGrams: 200, ...plainFacts },
  levels: [reno, york],
  backordered: 0,
  valueMinor: 2_800,
};

const audit: StockAudit = {
  reading,
  holdings: [],
  nextAfter: null,
  movedAfterMinor: 0,
  movedByLocation: { reno: 3, york: 1 },
  movedValueMinor: 2_800,
  appliedRefs: [],
  tooOldRefs: [],
  checkpoint: { foldedBefore: 0, lastSeq: 0, hash: "", holdings: 0, refs: 0, sums: [] },
  openEvents: 0,
  undelivered: [],
  version: 1,
};

const reads = (over: Partial<StockAudit["reading"]>): StockAudit => ({
  ...audit,
  reading: { ...reading, ...over },
});

describe("expiredAllocations", () => {
  const pending: OpenAllocation = {
    holder: "line_mug",
    orderId: "ord_1",
    locationId: "reno",
    quantity: 2,
    status: "pending",
    expiresAt: 1_000,
  };

  it("allows a quarter of an hour after the expiry", () => {
    expect(expiredAllocations("MUG", [pending], 901_000)).toEqual([]);
  });

  it("names an allocation that is still pending later", () => {
    expect(expiredAllocations("MUG", [pending], 901_001)).toEqual([
      { subject: "MUG line_mug", expected: 0, actual: 2, detail: expect.any(String) },
    ]);
  });

  it("leaves out confirmed allocations and those that do not expire", () => {
    const confirmed: OpenAllocation = { ...pending, status: "confirmed" };
    const everlasting: OpenAllocation = { ...pending, expiresAt: null };
    expect(expiredAllocations("MUG", [confirmed, everlasting], 901_001)).toEqual([]);
  });
});

describe("movementExceptions", () => {
  type Case = Readonly<{ name: string; audit: StockAudit; exceptions: Partial<Exception>[] }>;
  it.each<Case>([
    { name: "finds none where movements, units and value agree", audit, exceptions: [] },
    {
      name: "finds a location whose units are not the sum of its movements",
      audit: { ...audit, movedByLocation: { reno: 2, york: 1 } },
      exceptions: [{ subject: "MUG at reno", expected: 2, actual: 3 }],
    },
    {
      name: "finds a location that has units and no movements",
      audit: { ...audit, movedByLocation: { reno: 3 } },
      exceptions: [{ subject: "MUG at york", expected: 0, actual: 1 }],
    },
    {
      name: "finds a location that has movements and no units",
      audit: { ...audit, movedByLocation: { reno: 3, york: 1, kent: 1 } },
      exceptions: [{ subject: "MUG at kent", expected: 1, actual: 0 }],
    },
    {
      name: "finds a value of stock that is not the sum of the movements' values",
      audit: { ...audit, movedValueMinor: 2_799 },
      exceptions: [{ subject: "MUG", expected: 2_799, actual: 2_800 }],
    },
    {
      name: "finds a value of stock that is not units on hand × cost",
      audit: { ...reads({ valueMinor: 2_801 }), movedValueMinor: 2_801 },
      exceptions: [{ subject: "MUG", expected: 2_800, actual: 2_801 }],
    },
    {
      name: "counts no value for a vendor's units",
      audit: {
        ...reads({ levels: [reno, { ...york, vendorOwned: true }], valueMinor: 2_100 }),
        movedValueMinor: 2_100,
      },
      exceptions: [],
    },
  ])("$name", ({ audit: given, exceptions }) => {
    expect(movementExceptions(given)).toEqual(
      exceptions.map((exception) => ({ ...exception, detail: expect.any(String) })),
    );
  });
});

describe("unitsOnHand", () => {
  it("adds up all locations", () => {
    expect(unitsOnHand(reading)).toBe(4);
  });
});

describe("oversold", () => {
  it("finds none where everything on hand is allocated", () => {
    expect(oversold(audit)).toEqual([]);
  });

  it("finds a location with more units allocated than on hand", () => {
    expect(oversold(reads({ levels: [{ ...reno, allocated: 4 }, york] }))).toEqual([
      { subject: "MUG at reno", expected: 3, actual: 4, detail: expect.any(String) },
    ]);
  });
});

describe("differsFromSnapshot", () => {
  const snapshot: StockSnapshot = { sku: "MUG", version: 1, at: 0, levels: [reno, york], backordered: 0 };

  type Case = Readonly<{
    name: string;
    audit?: StockAudit;
    snapshot: StockSnapshot | null;
    differs: boolean;
  }>;
  it.each<Case>([
    { name: "is false where both are the same", snapshot, differs: false },
    {
      name: "is false for the same levels in another order",
      snapshot: { ...snapshot, levels: [york, reno] },
      differs: false,
    },
    {
      name: "is true for another number of backordered units",
      snapshot: { ...snapshot, backordered: 1 },
      differs: true,
    },
    { name: "is true for another version", snapshot: { ...snapshot, version: 2 }, differs: true },
    { name: "is true for a missing level", snapshot: { ...snapshot, levels: [reno] }, differs: true },
    {
      name: "is true for other units on hand",
      snapshot: { ...snapshot, levels: [{ ...reno, onHand: 4 }, york] },
      differs: true,
    },
    {
      name: "is true for other allocated units",
      snapshot: { ...snapshot, levels: [{ ...reno, allocated: 2 }, york] },
      differs: true,
    },
    {
      name: "is true for another safety stock",
      snapshot: { ...snapshot, levels: [{ ...reno, safetyStock: 1 }, york] },
      differs: true,
    },
    {
      name: "is true for another location",
      snapshot: { ...snapshot, levels: [{ ...reno, locationId: "kent" }, york] },
      differs: true,
    },
    { name: "is true where changed stock has no snapshot", snapshot: null, differs: true },
    {
      name: "is false where stock that never changed has no snapshot",
      audit: { ...audit, version: 0 },
      snapshot: null,
      differs: false,
    },
  ])("$name", ({ audit: given = audit, snapshot: stored, differs }) => {
    expect(differsFromSnapshot(given, stored)).toBe(differs);
  });
});

describe("effectValue", () => {
  const line = { orderId: "ord_1", lineId: "line_mug", ref: "r", at: 0 } as const;
  const units = { ...line, locationId: "reno", quantity: 2 };
  const shipped: StockEffect = { ...units, type: "ship", unitCostMinor: 700 };

  it.each<Readonly<{ name: string; effect: StockEffect; expected: number }>>([
    { name: "of shipped units is minus their cost", effect: shipped, expected: -1_400 },
    { name: "of a vendor's shipped units is zero", effect: { ...shipped, vendorOwned: true }, expected: 0 },
    {
      name: "of restocked units is their cost",
      effect: { ...units, type: "restock", unitCostMinor: 700 },
      expected: 1_400,
    },
    { name: "of released units is zero", effect: { ...units, type: "release" }, expected: 0 },
    { name: "of rejected units is zero", effect: { ...units, type: "reject", shortfall: null }, expected: 0 },
    {
      name: "of moved units is zero",
      effect: {
        ...line,
        type: "move",
        from: "reno",
        to: "york",
        quantity: 2,
        keep: 0,
        locations: [],
        fulfillmentId: "ful_1",
      },
      expected: 0,
    },
  ])("$name", ({ effect, expected }) => {
    expect(effectValue({ sku: "MUG", effect })).toBe(expected);
  });
});
