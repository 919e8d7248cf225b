import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import type { LineId } from "../../../src/kernel/ids";
import { commitOfKey } from "../../../src/orders/domain/commit-key";
import type { Order } from "../../../src/orders/domain/order";
import type { EventOf, OrderEvent } from "../../../src/orders/domain/order-events";
import { stockEffects } from "../../../src/orders/domain/stock-effects";
import { aLine, anOrder, NOON } from "../../support/an-order";
import { cancelling, from, fulfillment, mug, MUG, refundOf, shipping } from "./mug-orders";
import { lineId } from "./sales";

const HAT = lineId("Hat");
const SONG = lineId("Song");
const order = anOrder({
  lines: [
    mug({ ordered: 9 }),
    aLine("Hat", { id: HAT, sku: null }),
    aLine("Song", { id: SONG, kind: "digital", unitCostMinor: null }),
  ],
});

/** The effects of the events: `["SKU-Mug ship 2 east"]`. */
const effectsText = (...events: OrderEvent[]): string[] =>
  stockEffects(order, events, 4, NOON + 9).map(({ sku, effect }) =>
    [sku, effect.type, ...unitsText(effect)].join(" "),
  );

function unitsText(effect: StockEffect): readonly (string | number)[] {
  if (effect.type === "serve") return effect.locations;
  const where =
    effect.type === "move"
      ? [effect.from, effect.to ?? "backorder", `keep ${effect.keep}`]
      : [effect.locationId ?? "backorder"];
  return [effect.quantity, ...where];
}

const returned = (quantity: number, restockLocationId: string | null, id: LineId = MUG) => ({
  lineId: id,
  quantity,
  restockLocationId,
});

const shipped = (id: LineId, sku: string | null, locationId: string | null): OrderEvent => {
  const event = shipping(2, "ful_a");
  return { ...event, locationId, lines: [{ ...event.lines[0]!, lineId: id, sku }] };
};

const released = (locationId: string | null): OrderEvent => ({
  type: "allocation.released",
  lineId: MUG,
  locationId,
  quantity: 3,
  reason: "backorder_ended",
});

const rejected = (reason: string) =>
  ({
    type: "fulfillment.rejected",
    fulfillmentId: "ful_a",
    locationId: "east",
    units: [
      { lineId: MUG, quantity: 2 },
      { lineId: HAT, quantity: 1 },
    ],
    reason,
    by: "east",
  }) as const;

const moveRequested: OrderEvent = {
  type: "move.requested",
  lineId: MUG,
  quantity: 2,
  from: { fulfillmentId: "ful_a", locationId: "east" },
  to: "west",
  keep: 1,
  locations: ["west", "far"],
  reason: "closed",
};

const itemized = (over: Partial<EventOf<"refund.itemized">>): OrderEvent => ({
  type: "refund.itemized",
  externalId: "ref_1",
  lines: [],
  returned: [],
  at: NOON,
  by: "staff",
  ...over,
});

const sentElsewhere = (over: Partial<EventOf<"units.sent_elsewhere">>): OrderEvent => ({
  type: "units.sent_elsewhere",
  lineId: MUG,
  unsourced: 0,
  backordered: 0,
  from: [],
  to: { fulfillmentId: "ful_c", locationId: "west" },
  at: NOON,
  ...over,
});

describe("the effects on stock", () => {
  it.each<{ name: string; event: OrderEvent; effects: string[] }>([
    { name: "ship units that were shipped", event: shipping(2, "ful_a"), effects: ["SKU-Mug ship 2 east"] },
    {
      name: "ship units under the SKU that was shipped",
      event: shipped(MUG, "MUG-OLD", "east"),
      effects: ["MUG-OLD ship 2 east"],
    },
    { name: "ship nothing of a line without a SKU", event: shipped(HAT, null, "east"), effects: [] },
    { name: "ship nothing that needs no parcel", event: shipped(SONG, "SKU-Song", null), effects: [] },
    {
      name: "release cancelled units where they were allocated",
      event: cancelling({ allocated: [from("a", 1), { ...from("b", 2), locationId: "west" }] }),
      effects: ["SKU-Mug release 1 east", "SKU-Mug release 2 west"],
    },
    {
      name: "release cancelled units of a backorder",
      event: cancelling({ backordered: 2 }),
      effects: ["SKU-Mug release 2 backorder"],
    },
    { name: "release no unsourced units", event: cancelling({ unsourced: 2 }), effects: [] },
    {
      name: "release no units of a line that needs no stock",
      event: cancelling({ lineId: SONG, allocated: [{ ...from("a", 1), locationId: null }] }),
      effects: [],
    },
    {
      name: "release no units of a line without a SKU",
      event: cancelling({ lineId: HAT, backordered: 1 }),
      effects: [],
    },
    {
      name: "release allocated units that the order does not need",
      event: released("east"),
      effects: ["SKU-Mug release 3 east"],
    },
    {
      name: "release units of a backorder that the order does not need",
      event: released(null),
      effects: ["SKU-Mug release 3 backorder"],
    },
    {
      name: "reject the units that a location rejected",
      event: rejected("Broken"),
      effects: ["SKU-Mug reject 2 east"],
    },
    {
      name: "move units as requested",
      event: moveRequested,
      effects: ["SKU-Mug move 2 east west keep 1"],
    },
    {
      name: "move units to the backorder",
      event: { ...moveRequested, to: null },
      effects: ["SKU-Mug move 2 east backorder keep 1"],
    },
    {
      name: "change the locations of a backorder",
      event: { type: "backorder.locations_changed", lineId: MUG, locations: ["far", "east"] },
      effects: ["SKU-Mug serve far east"],
    },
    {
      name: "restock returned units that a refund restocks",
      event: refundOf({ returned: [returned(2, "east"), returned(1, null), returned(1, "west", HAT)] }),
      effects: ["SKU-Mug restock 2 east"],
    },
    {
      name: "restock returned units once it is known that a refund is for them",
      event: itemized({ returned: [returned(2, "east"), returned(1, null), returned(1, "west", HAT)] }),
      effects: ["SKU-Mug restock 2 east"],
    },
    {
      name: "release units where they were planned, if the storefront had others sent",
      event: sentElsewhere({ from: [from("a", 1), { ...from("b", 2), locationId: "west" }] }),
      effects: ["SKU-Mug release 1 east", "SKU-Mug release 2 west"],
    },
    {
      name: "release backordered units that the storefront had sent, and no unsourced ones",
      event: sentElsewhere({ backordered: 2, unsourced: 1 }),
      effects: ["SKU-Mug release 2 backorder"],
    },
    {
      name: "release no units that were planned at no location, if the storefront had them sent",
      event: sentElsewhere({ lineId: SONG, from: [{ ...from("a", 1), locationId: null }] }),
      effects: [],
    },
  ])("$name", ({ event, effects }) => {
    expect(effectsText(event)).toEqual(effects);
  });

  it.each<OrderEvent>([
    { type: "order.hold_released", code: "staff", by: "x" },
    { type: "order.note_added", text: "", by: "x" },
    { type: "order.storefront_seen", storefrontUpdatedAt: 1 },
    { type: "order.lines_added", lines: [mug()], fulfillments: [], totalMinor: 1 },
    { type: "payment.authorized", externalId: "p", amountMinor: 1, at: 1 },
    { type: "payment.authorization_ended", externalId: "p", at: 1 },
    { type: "payment.captured", externalId: "p", amountMinor: 1, at: 1 },
    { type: "payment.reversed", externalId: "p", amountMinor: 1, at: 1 },
    { type: "refund.changed", externalId: "r", amountMinor: 1, shippingMinor: 0, at: 1 },
    { type: "order.details_changed", details: { note: "Ring twice" } },
    { type: "order.difference_kept", state: null },
    { type: "fulfillment.stop_requested", fulfillmentId: "ful_a", reason: "Changed" },
    { type: "fulfillment.stop_withdrawn", fulfillmentId: "ful_a" },
    { type: "units.removed_at_storefront", lineId: MUG, quantity: 1 },
    { type: "line.sku_assigned", lineId: MUG, sku: "X" },
    { type: "line.needs_no_shipping", lineId: MUG, by: "x" },
    {
      type: "units.sourced",
      lineId: MUG,
      unitCostMinor: 1,
      backordered: 1,
      fulfillments: [fulfillment("a", 1)],
    },
    {
      type: "backorder.filled",
      lineId: MUG,
      locationId: "east",
      quantity: 1,
      fulfillmentId: "ful_a",
      releaseAt: 1,
    },
    { type: "allocation.cut", lineId: MUG, locationId: "east", quantity: 1, fulfillmentId: "ful_a" },
    { type: "fulfillment.released", fulfillmentId: "ful_a", at: 1 },
    { type: "shipment.delivered", shipmentId: "shp_1", at: 1 },
  ])("do not include $type: stock made the change itself, or has no part in it", (event) => {
    expect(effectsText(event)).toEqual([]);
  });

  it("have the cost of the units, and the time when they were shipped or returned", () => {
    const refund = refundOf({ returned: [returned(1, "east")], at: NOON + 5 });
    const later = itemized({ returned: [returned(1, "east")], at: NOON + 6 });
    const effects = stockEffects(order, [shipping(2, "ful_a"), refund, later, released("east")], 4, NOON + 9);
    expect(effects.map(({ effect }) => effect)).toMatchObject([
      { type: "ship", orderId: order.id, lineId: MUG, unitCostMinor: 700, at: NOON + 1 },
      { type: "restock", orderId: order.id, unitCostMinor: 700, at: NOON + 5 },
      { type: "restock", orderId: order.id, unitCostMinor: 700, at: NOON + 6 },
      { type: "release", orderId: order.id, at: NOON + 9 },
    ]);
  });

  it("mark units that a vendor shipped", () => {
    const [own] = stockEffects(order, [shipping(2, "ful_a")], 4, NOON);
    const [dropShipped] = stockEffects(order, [{ ...shipping(2, "ful_a"), dropShipped: true }], 4, NOON);
    expect(own!.effect).not.toHaveProperty("vendorOwned");
    expect(dropShipped!.effect).toMatchObject({ vendorOwned: true });
  });

  it.each([
    { reason: "out_of_stock", shortfall: "out_of_stock" },
    { reason: "damaged", shortfall: "damaged" },
    { reason: "too_busy", shortfall: null },
  ])("correct stock as the reason of a rejection requires: $reason", ({ reason, shortfall }) => {
    const [effect] = stockEffects(order, [rejected(reason)], 4, NOON);
    expect(effect!.effect).toMatchObject({ type: "reject", shortfall });
  });
});

describe("an effect's reference", () => {
  const refs = (of: Order, version: number, events: readonly OrderEvent[]) =>
    stockEffects(of, events, version, NOON).map(({ effect }) => effect.ref);

  it("has the order's id, the commit's version and time, and the position among its effects", () => {
    const events = [
      released(null),
      cancelling({ backordered: 1, allocated: [from("a", 1)] }),
      released("east"),
    ];
    expect(refs(order, 4, events)).toEqual(
      [0, 1, 2, 3].map((i) => `${order.id}/4-${NOON.toString(36)}/${i}`),
    );
  });

  it("is another one if the version is committed again, after the database was restored", () => {
    const [first] = stockEffects(order, [released("east")], 4, NOON);
    const [again] = stockEffects(order, [released("east")], 4, NOON + 60_000);
    expect(again!.effect.ref).not.toBe(first!.effect.ref);
    expect(commitOfKey(order.id, first!.effect.ref)).toEqual({ version: 4, at: NOON });
    expect(commitOfKey(order.id, `${again!.effect.ref}#revalue`)).toEqual({ version: 4, at: NOON + 60_000 });
    expect(commitOfKey(order.id, `${order.id}/fetch/x`)).toBeNull();
    expect(commitOfKey("ord_other", first!.effect.ref)).toBeNull();
  });

  it("is unique, and the same for a later version of the order", () => {
    const event = fc.constantFrom<OrderEvent>(
      released("east"),
      cancelling({ allocated: [from("a", 1)] }),
      rejected("Broken"),
      shipping(1, "ful_a"),
    );
    const commits = fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(commits, (versions) => {
        const lines = order.lines.map((line) => ({ ...line, cancelled: 1 }));
        const later = { ...order, lines, version: 99 };
        const first = versions.flatMap((events, version) => refs(order, version, events));
        expect(versions.flatMap((events, version) => refs(later, version, events))).toEqual(first);
        expect(new Set(first).size).toBe(first.length);
      }),
    );
  });
});
