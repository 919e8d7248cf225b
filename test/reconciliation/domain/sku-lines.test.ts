import { describe, expect, it } from "vitest";
import type { AuditedHolding, OpenAllocation } from "../../../src/inventory/domain/stock-reading";
import type { Order } from "../../../src/orders/domain/order";
import {
  differencesOf,
  expectedLines,
  suspectLines,
  unitsOf,
  type ExpectedLine,
} from "../../../src/reconciliation/domain/sku-lines";
import { aLine, anOrder } from "../../support/an-order";

const SINCE = 1_000;
const ALL = { compare: "all", since: 0 } as const;
const CHANGED = { compare: "changed", since: SINCE } as const;

const line = (units: ExpectedLine["units"], over: Partial<ExpectedLine> = {}): ExpectedLine => ({
  sku: "MUG",
  orderId: "ord_1",
  lineId: "line_1",
  units,
  ...over,
});

const holding = (
  units: ExpectedLine["units"],
  over: Partial<AuditedHolding & Pick<OpenAllocation, "status">> = {},
): AuditedHolding => {
  const { holder = "line_1", orderId = "ord_1", changedAt = 0, status = "confirmed" } = over;
  const allocations = units.map(([locationId, quantity]) => {
    return { holder, orderId, locationId, quantity, status, expiresAt: null };
  });
  return { holder, orderId, changedAt, allocations };
};

describe("the lines that must be read again", () => {
  const found = (
    expected: readonly ExpectedLine[],
    holdings: readonly AuditedHolding[],
    comparison: typeof ALL | typeof CHANGED = ALL,
  ) => suspectLines({ expected, holdings }, comparison).map(({ lineId }) => lineId);

  it("are none where lines and object agree", () => {
    const units = [
      ["reno", 2],
      [null, 1],
    ] as const;
    expect(found([line(units)], [holding(units)])).toEqual([]);
  });

  it("are those with other units, at another location, or that the object lacks, each once", () => {
    expect(found([line([["reno", 2]])], [holding([["reno", 1]])])).toEqual(["line_1"]);
    expect(found([line([["reno", 2]])], [holding([["york", 2]])])).toEqual(["line_1"]);
    expect(found([line([["reno", 2]])], [])).toEqual(["line_1"]);
  });

  it("are those that must hold nothing and hold something", () => {
    expect(found([line([])], [holding([["reno", 1]])], CHANGED)).toEqual(["line_1"]);
    expect(found([line([])], [holding([])], CHANGED)).toEqual([]);
  });

  it("are all holdings of which no line is known, if everything is compared", () => {
    expect(found([], [holding([["reno", 1]])])).toEqual(["line_1"]);
    expect(found([], [holding([])])).toEqual([]);
  });

  it("are those of them that changed, if changes are compared: also those that ended", () => {
    expect(found([], [holding([["reno", 1]], { changedAt: SINCE - 1 })], CHANGED)).toEqual([]);
    expect(found([], [holding([["reno", 1]], { changedAt: SINCE })], CHANGED)).toEqual(["line_1"]);
    expect(found([], [holding([], { changedAt: SINCE })], CHANGED)).toEqual(["line_1"]);
  });

  it("are no reservations of checkouts", () => {
    const reservation = holding([["reno", 1]], { holder: "res_1" as never, orderId: null });
    expect(found([], [reservation])).toEqual([]);
  });
});

describe("the differences by the orders as they are now", () => {
  const suspect = { orderId: "ord_1", lineId: "line_1" } as const;
  const order = anOrder({
    id: "ord_1",
    lines: [aLine("Mug", { id: "line_1", sku: "MUG", ordered: 3, allocated: 0, backordered: 3 })],
    fulfillments: [],
  });
  const differences = (orders: readonly Order[], holdings: readonly AuditedHolding[]) =>
    differencesOf("MUG", [suspect], { orders: new Map(orders.map((each) => [each.id, each])), holdings });

  it("are none if the order has changed to what its object holds", () => {
    expect(differences([order], [holding([[null, 3]])])).toEqual([]);
  });

  it("name expected and actual units", () => {
    expect(differences([order], [holding([[null, 2]])])).toMatchObject([{ expected: 3, actual: 2 }]);
    expect(differences([order], [])).toMatchObject([{ expected: 3, actual: 0 }]);
  });

  it("leave out units of an order that is not stored, while they are pending", () => {
    expect(differences([], [holding([["reno", 1]], { status: "pending" })])).toEqual([]);
    expect(differences([], [holding([["reno", 1]])])).toMatchObject([{ expected: 0, actual: 1 }]);
  });
});

describe("what an order's lines must hold", () => {
  const order = anOrder({
    id: "ord_1",
    lines: [
      aLine("Mug", { id: "line_1", sku: "MUG", ordered: 3, allocated: 0, backordered: 3 }),
      aLine("Cap", { id: "line_2", sku: "CAP", ordered: 1, allocated: 0, shipped: 1 }),
      aLine("Wrapping", { id: "line_3", sku: null }),
    ],
    fulfillments: [],
  });

  it("is listed by line, and lines that must hold nothing if they are asked for", () => {
    expect(expectedLines(order, false).map((each) => [each.sku, unitsOf(each)])).toEqual([["MUG", 3]]);
    expect(expectedLines(order, true).map((each) => [each.sku, unitsOf(each)])).toEqual([
      ["MUG", 3],
      ["CAP", 0],
    ]);
  });
});
