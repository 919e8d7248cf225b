import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stockEffects } from "../../../src/orders/domain/stock-effects";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import { lineId } from "../../support/a-sale";
import { aLine, anOrder, NOON } from "../../support/an-order";
import { cancelling, from, mug, refundOf, sending } from "./mugs-world";

const nameless = aLine("Hat", { id: lineId("Hat"), sku: null });
const song = aLine("Song", { id: lineId("Song"), kind: "digital", unitCostMinor: null });
const order = anOrder({ lines: [mug({ ordered: 9 }), nameless, song] });

/** What the events ask of stock: `["SKU-Mug ship 2 east"]`. */
const asked = (...events: OrderEvent[]): string[] =>
  stockEffects(order, events, 4, NOON + 9).map(({ sku, effect }) =>
    [sku, effect.type, ...unitsOf(effect)].join(" "),
  );

function unitsOf(effect: StockEffect): readonly (string | number)[] {
  if (effect.type === "serve") return effect.locations;
  const where = effect.type === "move" ? [effect.from, effect.to ?? "owed"] : [effect.locationId ?? "owed"];
  return [effect.quantity, ...where];
}

const returned = (quantity: number, restockLocationId: string | null, title = "Mug") => ({
  lineId: lineId(title),
  quantity,
  restockLocationId,
});
const parcelOf = (title: string, sku: string | null, locationId: string | null): OrderEvent => {
  const event = sending(2, "ful_a");
  if (event.type !== "shipment.shipped") throw new Error("a parcel was expected");
  return { ...event, locationId, lines: [{ ...event.lines[0]!, lineId: lineId(title), sku }] };
};
const declined = (locationId: string | null): OrderEvent => ({
  type: "allocation.released",
  lineId: lineId("Mug"),
  locationId,
  quantity: 3,
  reason: "backorder_ended",
});
const refused: OrderEvent = {
  type: "fulfillment.rejected",
  fulfillmentId: "ful_a",
  locationId: "east",
  units: [
    { lineId: lineId("Mug"), quantity: 2 },
    { lineId: lineId("Hat"), quantity: 1 },
  ],
  reason: "Broken",
  by: "east",
};

describe("stock is asked", () => {
  it.each<[string, OrderEvent, string[]]>([
    ["to ship what was sent", sending(2, "ful_a"), ["SKU-Mug ship 2 east"]],
    ["to ship it under the SKU it was sent as", parcelOf("Mug", "MUG-OLD", "east"), ["MUG-OLD ship 2 east"]],
    ["nothing for what has no SKU", parcelOf("Hat", null, "east"), []],
    ["nothing for what needs no parcel", parcelOf("Song", "SKU-Song", null), []],
    [
      "to give back what was cancelled, where it was",
      cancelling({ allocated: [from("a", 1), { ...from("b", 2), locationId: "west" }] }),
      ["SKU-Mug release 1 east", "SKU-Mug release 2 west"],
    ],
    ["to owe no longer what was cancelled", cancelling({ backordered: 2 }), ["SKU-Mug release 2 owed"]],
    ["nothing for what nobody had sourced", cancelling({ unsourced: 2 }), []],
    [
      "nothing for a cancelled song",
      cancelling({ lineId: lineId("Song"), allocated: [{ ...from("a", 1), locationId: null }] }),
      [],
    ],
    ["nothing for cancelled units of no SKU", cancelling({ lineId: lineId("Hat"), backordered: 1 }), []],
    ["to take back what the order declined", declined("east"), ["SKU-Mug release 3 east"]],
    ["to owe no longer what the order declined", declined(null), ["SKU-Mug release 3 owed"]],
    ["to look elsewhere for what was refused", refused, ["SKU-Mug reject 2 east"]],
    [
      "to restock what came back for it",
      refundOf({ returned: [returned(2, "east"), returned(1, null), returned(1, "west", "Hat")] }),
      ["SKU-Mug restock 2 east"],
    ],
  ])("%s", (_what, event, expected) => {
    expect(asked(event)).toEqual(expected);
  });

  it.each<OrderEvent>([
    { type: "order.hold_released", code: "staff", by: "x" },
    { type: "order.note_added", text: "", by: "x" },
    { type: "order.storefront_seen", storefrontUpdatedAt: 1 },
    { type: "order.lines_added", lines: [mug()], fulfillments: [], totalMinor: 1 },
    { type: "payment.authorized", externalId: "p", amountMinor: 1, at: 1 },
    { type: "deposit.refund_due", amountMinor: 1 },
    { type: "credit.applied", amountMinor: 1 },
    { type: "units.removed_at_storefront", lineId: lineId("Mug"), quantity: 1 },
    { type: "line.sku_assigned", lineId: lineId("Mug"), sku: "X" },
    { type: "units.sourced", lineId: lineId("Mug"), unitCostMinor: 1, backordered: 1, fulfillments: [] },
    {
      type: "backorder.filled",
      lineId: lineId("Mug"),
      locationId: "east",
      quantity: 1,
      fulfillmentId: "ful_a",
      releaseAt: 1,
    },
    {
      type: "allocation.cut",
      lineId: lineId("Mug"),
      locationId: "east",
      quantity: 1,
      fulfillmentId: "ful_a",
    },
    { type: "fulfillment.released", fulfillmentId: "ful_a", at: 1 },
    { type: "shipment.delivered", shipmentId: "shp_1", at: 1 },
  ])("nothing for $type: stock has said it itself, or has no part in it", (event) => {
    expect(asked(event)).toEqual([]);
  });

  it("of units at what they cost, as of when they left or came back", () => {
    const back = refundOf({ returned: [returned(1, "east")], at: NOON + 5 });
    const effects = stockEffects(order, [sending(2, "ful_a"), back, declined("east")], 4, NOON + 9);
    expect(effects.map(({ effect }) => effect)).toMatchObject([
      { type: "ship", orderId: order.id, lineId: lineId("Mug"), unitCostMinor: 700, at: NOON + 1 },
      { type: "restock", orderId: order.id, unitCostMinor: 700, at: NOON + 5 },
      { type: "release", orderId: order.id, at: NOON + 9 },
    ]);
  });
});

describe("an effect's reference", () => {
  const refs = (of: Order, version: number, events: readonly OrderEvent[]) =>
    stockEffects(of, events, version, NOON).map(({ effect }) => effect.ref);

  it("is the order's, the version's, and its own", () => {
    const events = [
      declined(null),
      cancelling({ backordered: 1, allocated: [from("a", 1)] }),
      declined("east"),
    ];
    expect(refs(order, 4, events)).toEqual([0, 1, 2, 3].map((i) => `${order.id}/4/${i}`));
  });

  it("is the same whenever it is asked, and no other effect's", () => {
    const event = fc.constantFrom(
      declined("east"),
      cancelling({ allocated: [from("a", 1)] }),
      refused,
      sending(1, "ful_a"),
    );
    const commits = fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(commits, (versions) => {
        const later = {
          ...order,
          lines: order.lines.map((line) => ({ ...line, cancelled: 1 })),
          version: 99,
        };
        const first = versions.flatMap((events, version) => refs(order, version, events));
        expect(versions.flatMap((events, version) => refs(later, version, events))).toEqual(first);
        expect(new Set(first).size).toBe(first.length);
      }),
    );
  });
});
