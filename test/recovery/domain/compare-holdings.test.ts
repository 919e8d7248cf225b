import { describe, expect, it } from "vitest";
import type { JournaledHolding } from "../../../src/inventory/domain/journal";
import type { LineId, OrderId } from "../../../src/kernel/ids";
import { commitKey } from "../../../src/orders/domain/commit-key";
import { compareHoldings, type OrderMovement } from "../../../src/recovery/domain/compare-holdings";
import { undoWithoutHolding } from "../../../src/recovery/domain/movements";
import { aLine, anOrder } from "../../support/an-order";

const SINCE = Date.UTC(2026, 10, 22, 12);
const LATER = SINCE + 60_000;
const NOW = SINCE + 3_600_000;
const LINE = "line_mug" as LineId;

const stored = anOrder({
  lines: [aLine("Mug", { id: LINE, sku: "MUG", ordered: 2, allocated: 2 })],
  fulfillments: [
    {
      id: "ful_1",
      locationId: "east",
      serviceId: null,
      status: "planned",
      releaseAt: 0,
      releasedAt: null,
      reason: null,
      stopReason: null,
      shipByOn: null,
      lateAt: null,
      pendingMoves: 0,
      lines: [{ lineId: LINE, quantity: 2, shipped: 0 }],
    },
  ],
});

const holding = (over: Partial<JournaledHolding> = {}): JournaledHolding => ({
  holder: LINE,
  orderId: stored.id,
  status: "confirmed",
  fill: "partial",
  placedAt: 0,
  locations: ["east"],
  expiresAt: null,
  dueAt: null,
  backordered: 0,
  released: 0,
  eventCount: 0,
  allocations: [{ locationId: "east", live: 2, shipped: 0, unreported: 0 }],
  refs: [],
  undelivered: 0,
  ...over,
});

const refOf = (version: number, at: number, orderId: OrderId = stored.id) =>
  `${commitKey(orderId, version, at)}/0`;

const shipped: OrderMovement = {
  kind: "ship",
  locationId: "east",
  quantity: -2,
  valueMinor: -1_400,
  at: LATER,
};

type Given = Readonly<{
  holding: JournaledHolding;
  movements?: readonly (readonly [string, OrderMovement])[];
  orders?: readonly (typeof stored)[];
  commits?: readonly string[];
}>;

const compared = ({ holding: given, movements = [], orders = [stored], commits = [] }: Given) =>
  compareHoldings(
    { sku: "MUG", holdings: [given], movements: new Map(movements) },
    { orders: new Map(orders.map((order) => [order.id, order])), commits: new Set(commits) },
    { since: SINCE, now: NOW },
  );

describe("a holding compared with the orders of a restored database", () => {
  it("shows nothing if the order has what it holds", () => {
    expect(compared({ holding: holding() })).toEqual({
      undo: [],
      lost: [],
      findings: [],
      applied: [],
      repair: [],
    });
  });

  it("shows nothing of commits that the database has, or that are older than the minute", () => {
    const known = holding({ refs: [refOf(2, LATER), refOf(1, SINCE - 1)] });
    const commits = [commitKey(stored.id, 2, LATER)];
    expect(compared({ holding: known, commits })).toMatchObject({ undo: [], lost: [], repair: [] });
  });

  it("shows a lost commit whose version the order has committed again", () => {
    const again = holding({ refs: [refOf(2, LATER)] });
    const commits = [commitKey(stored.id, 2, LATER + 5_000)];
    expect(compared({ holding: again, commits })).toMatchObject({
      lost: [
        { orderId: stored.id, reasons: [expect.stringContaining("version 2 of 2026-11-22T12:01:00.000Z")] },
      ],
      repair: [stored.id],
    });
  });

  it("undoes a lost shipment by its own units and value, holds its order and names it", () => {
    const ref = refOf(3, LATER);
    const left = holding({
      allocations: [{ locationId: "east", live: 0, shipped: 2, unreported: 0 }],
      refs: [ref],
    });
    expect(compared({ holding: left, movements: [[ref, shipped]] })).toMatchObject({
      undo: [
        {
          type: "unship",
          ref: `${ref}#undone`,
          orderId: stored.id,
          lineId: LINE,
          locationId: "east",
          quantity: 2,
          unitCostMinor: 700,
          at: NOW,
        },
      ],
      lost: [{ orderId: stored.id, reasons: [expect.stringMatching(/^2 of MUG left east by version 3/)] }],
      findings: [
        { kind: "shipment_lost", orderId: stored.id, facts: { quantity: 2, locationId: "east", at: LATER } },
      ],
      repair: [stored.id],
    });
  });

  it("undoes nothing twice", () => {
    const ref = refOf(3, LATER);
    const undone = holding({ refs: [ref, `${ref}#undone`] });
    expect(compared({ holding: undone, movements: [[ref, shipped]] })).toMatchObject({
      undo: [],
      findings: [],
    });
  });

  it("takes back a lost return", () => {
    const ref = refOf(3, LATER);
    const back: OrderMovement = { ...shipped, kind: "restock", quantity: 1, valueMinor: 650 };
    const { undo, findings } = compared({ holding: holding({ refs: [ref] }), movements: [[ref, back]] });
    expect(undo).toMatchObject([{ type: "unrestock", quantity: 1, unitCostMinor: 650 }]);
    expect(findings).toEqual([]);
  });

  it.each([
    { name: "no order", orders: [] },
    { name: "an order without the line", orders: [anOrder({ ...stored, lines: [] })] },
    {
      name: "an order that needs nothing any more",
      orders: [
        anOrder({
          ...stored,
          status: "cancelled",
          lines: [{ ...stored.lines[0]!, allocated: 0, cancelled: 2 }],
          fulfillments: [],
        }),
      ],
    },
  ])("names units that are confirmed for $name", ({ orders }) => {
    expect(compared({ holding: holding(), orders }).findings).toMatchObject([
      {
        kind: "allocation_without_order",
        orderId: stored.id,
        facts: { sku: "MUG", lineId: LINE, units: [["east", 2]] },
      },
    ]);
  });

  it.each([
    { name: "pending ones, which expire", over: { status: "pending" as const } },
    { name: "a reservation's", over: { holder: "res_1" as const, orderId: null } },
    { name: "none", over: { allocations: [] } },
  ])("names no units: $name", ({ over }) => {
    expect(compared({ holding: holding(over), orders: [] }).findings).toEqual([]);
  });

  it("says of units without an order how many of them have left", () => {
    const ref = refOf(3, LATER);
    const allocations = [{ locationId: "east", live: 1, shipped: 2, unreported: 0 }];
    const left = compared({
      holding: holding({ allocations, refs: [ref] }),
      movements: [[ref, shipped]],
      orders: [],
    });
    expect(left.findings).toMatchObject([
      {
        detail: expect.stringMatching(/^3 at east of MUG .*; 2 of them have left east\.$/),
        facts: { left: [["east", 2]] },
      },
    ]);
  });

  it("lets an order with open units adopt what stock holds", () => {
    const moved = holding({ allocations: [{ locationId: "west", live: 2, shipped: 0, unreported: 0 }] });
    expect(compared({ holding: moved })).toMatchObject({ repair: [stored.id], lost: [], findings: [] });
  });

  it.each([
    { name: "all delivered", eventCount: 3, undelivered: 0, applied: [{ generation: 0, number: 3 }] },
    { name: "one under way", eventCount: 3, undelivered: 1, applied: [{ generation: 0, number: 2 }] },
    { name: "all under way", eventCount: 2, undelivered: 2, applied: [] },
    { name: "after a fold", eventCount: 2_000_001, undelivered: 0, applied: [{ generation: 2, number: 1 }] },
  ])("counts the events that its stock has published: $name", ({ eventCount, undelivered, applied }) => {
    expect(compared({ holding: holding({ eventCount, undelivered }) }).applied).toMatchObject(applied);
  });
});

describe("lost movements without a holding", () => {
  const back: OrderMovement = { ...shipped, kind: "restock", quantity: 1, valueMinor: 650 };

  it("are returns that no holding names", () => {
    const [named, other] = [refOf(3, LATER), refOf(4, LATER)];
    const movements = new Map([
      [named, back],
      [other, back],
      [refOf(5, LATER), shipped],
    ]);
    const undo = undoWithoutHolding(movements, [holding({ refs: [named] })], NOW);
    expect(undo).toMatchObject([{ type: "unrestock", ref: `${other}#undone`, orderId: stored.id }]);
    expect(undoWithoutHolding(movements, [holding({ refs: [named, `${other}#undone`] })], NOW)).toEqual([]);
  });
});
