import { describe, expect, it } from "vitest";
import type { Fulfillment } from "../../../src/orders/domain/fulfillments/fulfillment";
import type { Order } from "../../../src/orders/domain/order";
import type { OpenAllocation } from "../../../src/inventory/domain/stock-reading";
import {
  allocationDifferences,
  expectedAllocations,
  type AllocationDifference,
  type ExpectedAllocation,
} from "../../../src/orders/domain/allocation-differences";
import { aLine, anOrder } from "../../support/an-order";

const fulfillment = (
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
  stopReason: null,
  serviceId: null,
  pendingMoves: 0,
  lines: [{ lineId: "line_mug", quantity, shipped }],
});

const mug = (over: Parameters<typeof aLine>[1]) => aLine("Mug", over);

describe("expectedAllocations", () => {
  type Case = Readonly<{ name: string; order: Partial<Order>; expected: string[] }>;
  it.each<Case>([
    {
      name: "expects units of live fulfillments that have not shipped, by location",
      order: {
        lines: [mug({ ordered: 6, shipped: 1 })],
        fulfillments: [
          fulfillment("reno", "planned", 2),
          fulfillment("reno", "packed", 1),
          fulfillment("york", "released", 3, 1),
        ],
      },
      expected: ["reno:3", "york:2"],
    },
    {
      name: "expects backordered units at no location",
      order: {
        lines: [mug({ ordered: 3, backordered: 1 })],
        fulfillments: [fulfillment("reno", "planned", 2)],
      },
      expected: ["backorder:1", "reno:2"],
    },
    {
      name: "expects only the units of the line itself",
      order: {
        lines: [mug({ ordered: 2 }), aLine("Lamp", { ordered: 1 })],
        fulfillments: [fulfillment("reno", "planned", 2)],
      },
      expected: ["reno:2"],
    },
    {
      name: "expects nothing of a fulfillment whose units have all shipped",
      order: {
        lines: [mug({ ordered: 2, shipped: 2 })],
        fulfillments: [fulfillment("reno", "released", 2, 2)],
      },
      expected: [],
    },
    {
      name: "expects nothing of fulfillments that are shipped, cancelled or rejected",
      order: {
        lines: [mug({ ordered: 2, shipped: 2 })],
        fulfillments: [
          fulfillment("reno", "shipped", 1, 1),
          fulfillment("york", "cancelled", 1),
          fulfillment("kent", "rejected", 1),
        ],
      },
      expected: [],
    },
    {
      name: "expects nothing of a line without a known SKU",
      order: { lines: [mug({ sku: null, unsourced: 1 })] },
      expected: [],
    },
    {
      name: "expects nothing of a line that is not a physical article",
      order: { lines: [mug({ kind: "gift_card" })], fulfillments: [fulfillment(null, "planned", 1)] },
      expected: [],
    },
  ])("$name", ({ order, expected }) => {
    const allocations = expectedAllocations(anOrder(order));
    expect(allocations.map(({ locationId, quantity }) => `${locationId ?? "backorder"}:${quantity}`)).toEqual(
      expected,
    );
  });
});

describe("allocationDifferences", () => {
  const line: ExpectedAllocation = {
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
  const ofMug = { orderId: "ord_1", lineId: "line_mug" } as const;

  type Case = Readonly<{
    name: string;
    allocations: readonly OpenAllocation[];
    differences: readonly AllocationDifference[];
  }>;
  it.each<Case>([
    { name: "finds none where both agree", allocations: [allocation], differences: [] },
    {
      name: "finds none where the allocation is still pending",
      allocations: [{ ...allocation, status: "pending", expiresAt: 9 }],
      differences: [],
    },
    {
      name: "adds up allocations at the same location",
      allocations: [
        { ...allocation, quantity: 1 },
        { ...allocation, quantity: 1 },
      ],
      differences: [],
    },
    {
      name: "leaves out the allocations of checkouts",
      allocations: [allocation, { ...allocation, holder: "res_1", orderId: null }],
      differences: [],
    },
    {
      name: "finds an allocation that is missing",
      allocations: [],
      differences: [{ ...ofMug, locationId: "reno", expected: 2, actual: 0 }],
    },
    {
      name: "finds another quantity",
      allocations: [{ ...allocation, quantity: 1 }],
      differences: [{ ...ofMug, locationId: "reno", expected: 2, actual: 1 }],
    },
    {
      name: "finds another location",
      allocations: [{ ...allocation, locationId: "york" }],
      differences: [
        { ...ofMug, locationId: "reno", expected: 2, actual: 0 },
        { ...ofMug, locationId: "york", expected: 0, actual: 2 },
      ],
    },
    {
      name: "finds a backorder that the order does not need",
      allocations: [allocation, { ...allocation, locationId: null }],
      differences: [{ ...ofMug, locationId: null, expected: 0, actual: 2 }],
    },
  ])("$name", ({ allocations, differences }) => {
    expect(allocationDifferences([line], allocations)).toEqual(differences);
  });
});
