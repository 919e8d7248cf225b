import { describe, expect, it } from "vitest";
import type { EffectOnSku } from "../../../src/orders/domain/stock-effects";
import type { Fulfillment, Order } from "../../../src/orders/domain/order";
import type { OpenAllocation, StockAudit } from "../../../src/inventory/domain/stock";
import {
  allocationDifferences,
  effectValue,
  expectedAllocations,
  expiredAllocations,
  movementExceptions,
  oversold,
  type ExpectedAllocation,
} from "../../../src/orders/domain/allocation-differences";
import { aLine, anOrder } from "../../support/an-order";
import { plainFacts } from "../../support/reference";

const part = (
  locationId: string | null,
  status: Fulfillment["status"],
  quantity: number,
  shipped = 0,
): Fulfillment => ({
  id: `ful_${locationId ?? "none"}_${status}`,
  locationId,
  status,
  releaseAt: 0,
  releasedAt: null,
  shipByOn: null,
  lateAt: null,
  reason: null,
  pendingMoves: 0,
  lines: [{ lineId: "line_mug", quantity, shipped }],
});

/** `["reno:2", "owed:1"]`: what the mug's line must hold. */
const held = (order: Order) =>
  expectedAllocations(order).map(({ locationId, quantity }) => `${locationId ?? "owed"}:${quantity}`);

const mug = (over: Parameters<typeof aLine>[1]) => aLine("Mug", over);

describe("what an open line must hold", () => {
  it.each<[string, Partial<Order>, string[]]>([
    [
      "units of live fulfillments, by location, less what left",
      {
        lines: [mug({ ordered: 6, shipped: 1 })],
        fulfillments: [part("reno", "planned", 2), part("reno", "packed", 1), part("york", "released", 3, 1)],
      },
      ["reno:3", "york:2"],
    ],
    [
      "what is backordered",
      { lines: [mug({ ordered: 3, backordered: 1 })], fulfillments: [part("reno", "planned", 2)] },
      ["owed:1", "reno:2"],
    ],
    [
      "nothing of fulfillments that are over",
      {
        lines: [mug({ ordered: 2, shipped: 2 })],
        fulfillments: [
          part("reno", "shipped", 1, 1),
          part("york", "cancelled", 1),
          part("kent", "rejected", 1),
        ],
      },
      [],
    ],
    ["nothing of a SKU nobody knows", { lines: [mug({ sku: null, unsourced: 1 })] }, []],
    [
      "nothing of what needs no parcel",
      { lines: [mug({ kind: "gift_card" })], fulfillments: [part(null, "planned", 1)] },
      [],
    ],
  ])("is %s", (_rule, over, expected) => {
    expect(held(anOrder(over))).toEqual(expected);
  });
});

describe("allocations beside lines", () => {
  const expected: ExpectedAllocation = {
    orderId: "ord_1",
    lineId: "line_mug",
    sku: "MUG",
    locationId: "reno",
    quantity: 2,
  };
  const allocation: OpenAllocation = {
    holder: "line_mug",
    orderId: "ord_1",
    locationId: "reno",
    quantity: 2,
    status: "confirmed",
    expiresAt: null,
  };
  const backorder = { ...allocation, locationId: null };

  it.each<[string, OpenAllocation[], unknown[]]>([
    ["agree", [allocation], []],
    ["agree while the allocation is pending", [{ ...allocation, status: "pending", expiresAt: 9 }], []],
    ["leave checkouts alone", [allocation, { ...allocation, holder: "res_1", orderId: null }], []],
    ["differ where the allocation is gone", [], [{ locationId: "reno", expected: 2, actual: 0 }]],
    ["differ in quantity", [{ ...allocation, quantity: 1 }], [{ expected: 2, actual: 1 }]],
    [
      "differ in location",
      [{ ...allocation, locationId: "york" }],
      [
        { locationId: "reno", expected: 2, actual: 0 },
        { locationId: "york", expected: 0, actual: 2 },
      ],
    ],
    [
      "differ where nobody asked for it",
      [allocation, backorder],
      [{ locationId: null, expected: 0, actual: 2 }],
    ],
  ])("%s", (_rule, allocations, differences) => {
    expect(allocationDifferences([expected], allocations)).toMatchObject(differences);
    expect(allocationDifferences([expected], allocations)).toHaveLength(differences.length);
  });

  it("releaseHolding a quarter of an hour after their expiry, or are named", () => {
    const pending: OpenAllocation = { ...allocation, status: "pending", expiresAt: 1_000 };
    expect(expiredAllocations("MUG", [pending, allocation], 901_000)).toEqual([]);
    expect(expiredAllocations("MUG", [pending, allocation], 901_001)).toMatchObject([
      { subject: "MUG line_mug", actual: 2 },
    ]);
  });
});

describe("an object's own account of itself", () => {
  const audit: StockAudit = {
    reading: {
      facts: { sku: "MUG", policy: "deny", unitCostMinor: 700, weightGrams: 200, ...plainFacts },
      levels: [
        { locationId: "reno", onHand: 3, allocated: 3, safetyStock: 0, available: 0 },
        { locationId: "york", onHand: 1, allocated: 0, safetyStock: 0, available: 1 },
      ],
      backordered: 0,
      valueMinor: 2_800,
    },
    allocations: [],
    movedByLocation: { reno: 3, york: 1 },
    movedValueMinor: 2_800,
    appliedRefs: [],
    openEvents: 0,
    version: 1,
  };
  const valued = (valueMinor: number) => ({ ...audit, reading: { ...audit.reading, valueMinor } });

  it.each<[string, StockAudit, unknown[]]>([
    ["is in order", audit, []],
    [
      "differs from its movements at a location",
      { ...audit, movedByLocation: { reno: 2, york: 1 } },
      [{ subject: "MUG at reno", expected: 2, actual: 3 }],
    ],
    [
      "has movements where it has no level",
      { ...audit, movedByLocation: { reno: 3, york: 1, kent: 1 } },
      [{ subject: "MUG at kent", expected: 1, actual: 0 }],
    ],
    [
      "differs from its movements in value",
      { ...audit, movedValueMinor: 2_799 },
      [{ expected: 2_799, actual: 2_800 }],
    ],
    [
      "is not worth on hand × cost",
      { ...valued(2_801), movedValueMinor: 2_801 },
      [{ expected: 2_800, actual: 2_801 }],
    ],
  ])("%s", (_rule, of, exceptions) => {
    expect(movementExceptions(of)).toMatchObject(exceptions);
    expect(movementExceptions(of)).toHaveLength(exceptions.length);
  });

  it("has promised no more than it has", () => {
    expect(oversold(audit)).toEqual([]);
    const [reno] = audit.reading.levels;
    const levels = [{ ...reno!, allocated: 4 }];
    expect(oversold({ ...audit, reading: { ...audit.reading, levels } })).toMatchObject([
      { subject: "MUG at reno", expected: 3, actual: 4 },
    ]);
  });
});

it.each([
  ["ship", -1_400],
  ["restock", 1_400],
  ["release", 0],
] as const)("a %s of two at 7.00 moves the value of stock by %d", (type, expected) => {
  const common = {
    ref: "r",
    orderId: "ord_1",
    lineId: "line_mug",
    locationId: "reno",
    quantity: 2,
    at: 0,
  } as const;
  const each: EffectOnSku = {
    sku: "MUG",
    effect: type === "release" ? { type, ...common } : { type, ...common, unitCostMinor: 700 },
  };
  expect(effectValue(each)).toBe(expected);
});
