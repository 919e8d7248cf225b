import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../../src/kernel/invariant";
import { decideInTurn, evolve, evolveAll } from "../../../../src/orders/domain/evolve/evolve";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import { sourceOrder } from "../../../../src/sourcing/domain/source-order";
import { problemOf } from "../../../sourcing/domain/retailer";
import { aLine, NOON } from "../../../support/an-order";
import { cancelling, from, fulfillment, held, MUG, mugOrder } from "../mug-orders";

const order = mugOrder([fulfillment("a", 3)]);
const note: OrderEvent = { type: "order.note_added", text: "Hello", by: "staff" };

describe("evolve", () => {
  const holdReleased = { type: "order.hold_released", code: "staff", by: "key_1" } as const;

  it("keeps one hold for each code, with the latest detail", () => {
    const holds = [held("staff", "Ask."), held("stock_short"), held("staff", "Ask again.")];
    const after = holds.map((hold) => ({ type: "order.held", hold }) as const).reduce(evolve, order);
    expect(after.holds.map(({ code, detail }) => `${code} ${detail}`)).toEqual([
      "stock_short Wait.",
      "staff Ask again.",
    ]);
    expect(evolve(after, holdReleased).holds.map(({ code }) => code)).toEqual(["stock_short"]);
  });

  it("remembers a released hold, but not a resolved one", () => {
    const onHold = { ...order, holds: [held("staff", "Ask."), held("stock_short")] };
    expect(evolve(onHold, holdReleased).releasedHolds).toEqual([{ code: "staff", detail: "Ask." }]);
    expect(evolve(onHold, { ...holdReleased, resolved: true })).toMatchObject({
      holds: [{ code: "stock_short" }],
      releasedHolds: [],
    });
  });

  it("changes the contact", () => {
    const contact = { email: "b@example.com", phone: null, customerName: "B", shippingAddress: null };
    expect(evolve(order, { type: "order.contact_changed", ...contact })).toMatchObject(contact);
  });

  it("records the time of the storefront's state", () => {
    const seen = { type: "order.storefront_seen", storefrontUpdatedAt: 9 } as const;
    expect(evolve(order, seen).storefrontUpdatedAt).toBe(9);
  });

  it("assigns a SKU to a line", () => {
    const assigned = evolve(order, { type: "line.sku_assigned", lineId: MUG, sku: "MUG-2" });
    expect(assigned.lines[0]!.sku).toBe("MUG-2");
  });

  it.each<OrderEvent>([
    note,
    { type: "order.sourced", decision: sourceOrder(problemOf({})) },
    { type: "allocation.released", lineId: MUG, locationId: "east", quantity: 1, reason: "repair" },
    { type: "backorder.locations_changed", lineId: MUG, locations: ["east"] },
  ])("does not change the order for $type", (event) => {
    expect(evolve(order, event)).toEqual(order);
  });
});

describe("evolveAll", () => {
  const open = mugOrder([fulfillment("a", 1)]);
  const cancelled = [cancelling({ allocated: [from("a", 1)] })];

  it("makes one version of all the events, with the status that follows", () => {
    const events: OrderEvent[] = [
      { type: "order.held", hold: held("staff") },
      { type: "order.storefront_seen", storefrontUpdatedAt: 9 },
    ];
    expect(evolveAll(open, events, NOON + 1)).toMatchObject({
      version: 2,
      status: "on_hold",
      storefrontUpdatedAt: 9,
      closedAt: null,
    });
  });

  it("records when the order was first finished, until it is reopened", () => {
    const first = evolveAll(open, cancelled, NOON + 1);
    expect(first).toMatchObject({ status: "cancelled", closedAt: NOON + 1 });
    const noted = evolveAll(first, [note], NOON + 2);
    expect(noted).toMatchObject({ version: 3, closedAt: NOON + 1 });
    const added: OrderEvent = {
      type: "order.lines_added",
      lines: [aLine("Cup", { backordered: 1 })],
      fulfillments: [],
      totalMinor: 0,
    };
    expect(evolveAll(noted, [added], NOON + 3)).toMatchObject({ status: "open", closedAt: null });
  });

  it("throws if the events leave the order inconsistent", () => {
    const tooMany = cancelling({ allocated: [from("a", 2)] });
    expect(() => evolveAll(open, [tooMany], NOON)).toThrow(InvariantViolation);
  });
});

describe("decideInTurn", () => {
  const open = mugOrder([fulfillment("a", 2)]);

  it("gives each decision the order after the ones before, and returns all events in order", () => {
    const seen: number[] = [];
    const cancelOne = (before: Order): OrderEvent[] => {
      seen.push(before.lines[0]!.cancelled);
      return before.lines[0]!.allocated === 0 ? [] : [cancelling({ allocated: [from("a", 1)] })];
    };
    const events = decideInTurn(open, [cancelOne, cancelOne, cancelOne]);
    expect(events.map(({ type }) => type)).toEqual(["units.cancelled", "units.cancelled"]);
    expect(seen).toEqual([0, 1, 2]);
  });

  it("throws at the first decision that leaves the order inconsistent", () => {
    const tooMany = (): OrderEvent[] => [cancelling({ allocated: [from("a", 3)] })];
    const back = (): OrderEvent[] => [cancelling({ allocated: [from("a", -1)] })];
    expect(() => decideInTurn(open, [tooMany, back])).toThrow(InvariantViolation);
  });
});
