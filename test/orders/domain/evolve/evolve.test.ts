import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../../src/kernel/invariant";
import { NO_AMOUNTS } from "../../../../src/orders/domain/amounts";
import { decideInTurn, evolve, evolveAll } from "../../../../src/orders/domain/evolve/evolve";
import type { Order, OrderDetails } from "../../../../src/orders/domain/order";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import { sourceOrder } from "../../../../src/sourcing/domain/source-order";
import { problemOf } from "../../../sourcing/domain/retailer";
import { aLine, anAddress, NOON } from "../../../support/an-order";
import { cancelling, from, fulfillment, held, MUG, mugOrder, shipping } from "../mug-orders";
import { unitsText } from "../order-text";
import { aSale } from "../sales";

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

  it("keeps the quoted day until the storefront changes the destination", () => {
    const quote = { quoteId: null, quotedOn: "2026-12-08", fault: null } as const;
    const quoted = evolve({ ...order, shippingAddress: anAddress }, { type: "order.quoted", ...quote });
    const after = (details: Partial<OrderDetails>) =>
      evolve(quoted, { type: "order.details_changed", details }).quotedOn;
    expect([
      quoted.quotedOn,
      after({ phone: null, shippingAddress: { ...anAddress, line2: "Flat 2", phone: null } }),
      after({ shippingAddress: { ...anAddress, postalCode: "E1 6AN" } }),
      after({ pickupLocationId: "store" }),
    ]).toEqual(["2026-12-08", "2026-12-08", null, null]);
  });

  it("changes the details that are given, and no others", () => {
    const details = { email: "b@example.com", phone: null, shippingAddress: null, note: "Ring twice" };
    expect(evolve(order, { type: "order.details_changed", details })).toEqual({ ...order, ...details });
  });

  it("changes the prices of the lines that are given, the shipping, the rounding and the total", () => {
    const [first, second] = [aLine("Mug"), aLine("Cup")];
    const amounts = { grossMinor: 1500, discountMinor: 100, taxMinor: 200 };
    const line = { id: second.id, title: "Large cup", unitPriceMinor: 1500, ...amounts };
    const shipping = { grossMinor: 300, discountMinor: 30, taxMinor: 60 };
    const rest = { shipping, roundingMinor: -2, totalMinor: 4321, taxIncluded: true };
    const before = { ...order, lines: [first, second] };
    const { title, unitPriceMinor, grossMinor, discountMinor, taxMinor } = second;
    expect(discountMinor).toBe(0);
    const placed = { title, unitPriceMinor, grossMinor, discountMinor, taxMinor };
    expect(evolve(before, { type: "order.repriced", lines: [line], ...rest })).toEqual({
      ...before,
      ...rest,
      lines: [first, { ...second, ...line, placedAs: placed }],
    });
  });

  it("adds lines with their fulfillments, and changes the total", () => {
    const lines = [aLine("Cup")];
    const planned = { id: "ful_b", locationId: "west", releaseAt: NOON, lines: [] } as const;
    const after = evolve(order, {
      type: "order.lines_added",
      lines,
      fulfillments: [planned],
      totalMinor: 77,
    });
    expect(after.lines).toEqual([...order.lines, ...lines]);
    expect(after.fulfillments.map(({ id }) => id)).toEqual(["ful_a", "ful_b"]);
    expect(after.totalMinor).toBe(77);
  });

  it("counts units that the storefront does not count any more", () => {
    const cancelledMug = {
      ...order,
      lines: [aLine("Mug", { id: MUG, ordered: 5, cancelled: 3, removed: 1 })],
    };
    const event = { type: "units.removed_at_storefront", lineId: MUG, quantity: 2 } as const;
    expect(evolve(cancelledMug, event).lines).toMatchObject([{ cancelled: 3, removed: 3 }]);
  });

  it("records the time of the storefront's state", () => {
    const seen = { type: "order.storefront_seen", storefrontUpdatedAt: 9 } as const;
    expect(evolve(order, seen).storefrontUpdatedAt).toBe(9);
  });

  it("assigns a SKU to a line", () => {
    const assigned = evolve(order, { type: "line.sku_assigned", lineId: MUG, sku: "MUG-2" });
    expect(assigned.lines[0]!.sku).toBe("MUG-2");
  });

  it("has nothing to ship for a line, once staff decided so", () => {
    const after = evolve(order, { type: "line.needs_no_shipping", lineId: MUG, by: "staff" });
    const line = { ...order.lines[0]!, kind: "digital", placedAs: { kind: "physical" } };
    expect(after).toEqual({ ...order, lines: [line] });
  });

  it("keeps the first values of what has changed of a line, however often it changes", () => {
    const { id, title, grossMinor, discountMinor, taxMinor } = order.lines[0]!;
    const priced = (unitPriceMinor: number): OrderEvent => ({
      type: "order.repriced",
      lines: [{ id, title, unitPriceMinor, grossMinor, discountMinor, taxMinor }],
      shipping: order.shipping,
      roundingMinor: 0,
      totalMinor: 1,
      taxIncluded: false,
    });
    const { sku, unitPriceMinor } = order.lines[0]!;
    const assigned: OrderEvent = { type: "line.sku_assigned", lineId: MUG, sku: "MUG-2" };
    const after = [priced(7), assigned, priced(9), priced(unitPriceMinor)].reduce(evolve, order);
    expect(after.lines[0]).toMatchObject({ sku: "MUG-2", unitPriceMinor, placedAs: { sku, unitPriceMinor } });
    expect(Object.keys(after.lines[0]!.placedAs!).toSorted()).toEqual(["sku", "unitPriceMinor"]);
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

describe("evolve, for a state of the storefront that locations keep from being applied,", () => {
  const state = aSale();
  const differs = "differs_from_storefront";
  const two = mugOrder([fulfillment("a", 1), fulfillment("b", 1)]);
  const stopsOf = (of: Order) => of.fulfillments.map(({ stopReason }) => stopReason);
  const asked = evolve(two, {
    type: "fulfillment.stop_requested",
    fulfillmentId: "ful_b",
    reason: "Another address.",
  });
  const kept: Order = { ...asked, differing: state, holds: [held(differs), held("staff")] };

  it("keeps the state, until none is left", () => {
    const withState = evolve(two, { type: "order.difference_kept", state });
    expect(withState.differing).toBe(state);
    expect(evolve(withState, { type: "order.difference_kept", state: null }).differing).toBeNull();
  });

  it("asks a location to stop, and to go on", () => {
    expect(stopsOf(asked)).toEqual([null, "Another address."]);
    const goesOn = evolve(asked, { type: "fulfillment.stop_withdrawn", fulfillmentId: "ful_b" });
    expect(stopsOf(goesOn)).toEqual([null, null]);
  });

  it("drops the state and goes on at all locations, if staff release the hold", () => {
    const after = evolve(kept, { type: "order.hold_released", code: differs, by: "staff" });
    expect(after).toMatchObject({ differing: null, holds: [{ code: "staff" }] });
    expect(stopsOf(after)).toEqual([null, null]);
  });

  it.each([
    { name: "the hold is resolved", event: { code: differs, resolved: true } },
    { name: "staff release another hold", event: { code: "staff" } },
  ] as const)("keeps the state and the stops, if $name", ({ event }) => {
    const after = evolve(kept, { type: "order.hold_released", by: "staff", ...event });
    expect(after.differing).toBe(state);
    expect(stopsOf(after)).toEqual([null, "Another address."]);
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

  it("computes the balances once, from the order after all events", () => {
    const empty = { ...open, payments: [], capturedMinor: 0, shipping: NO_AMOUNTS };
    const [captured, back] = [
      { type: "payment.captured", externalId: "p", amountMinor: 3000, at: NOON },
      { type: "payment.reversed", externalId: "p", amountMinor: 1000, at: NOON },
    ] as const;
    const deposits = { depositsMinor: 2000, receivableMinor: 0, refundPayableMinor: 0 };
    expect(evolveAll(empty, [captured, back], NOON).balances).toEqual(deposits);
    const owed = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 3000 };
    expect(evolveAll(empty, [captured, ...cancelled], NOON).balances).toEqual(owed);
  });

  it("ships fees with the last of the goods, in the same version", () => {
    const lines = [...open.lines, aLine("Tip", { kind: "fee" })];
    const released = { ...open, lines, fulfillments: [fulfillment("a", 1, { status: "released" })] };
    const after = evolveAll(released, [shipping(1, "ful_a")], NOON);
    expect(unitsText(after)).toEqual(["Mug: 1 shipped", "Tip: 1 shipped"]);
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
