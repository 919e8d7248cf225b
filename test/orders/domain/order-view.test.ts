import { describe, expect, it } from "vitest";
import { publicView, type PublicStatus } from "../../../src/orders/domain/order-view";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderLine } from "../../../src/orders/domain/order-line";
import { aLine, anOrder, aPromise, aShipment, NOON } from "../../support/an-order";

/** Where the units of one line stand, as a reader would say it: `["2 delivered", "1 on_its_way"]`. */
const standing = (line: OrderLine, shipments: Order["shipments"] = []) =>
  publicView(anOrder({ lines: [line], shipments })).lines[0]!.units.map(
    ({ quantity, state }) => `${quantity} ${state}`,
  );

const arrived = aShipment("shp_1", [["line_mug", 2]], { deliveredAt: NOON });
const arrivedOne = aShipment("shp_1", [["line_mug", 1]], { deliveredAt: NOON });
const underWay = aShipment("shp_2", [["line_mug", 1]]);

describe("publicView", () => {
  it.each<[string, OrderLine, Order["shipments"], string[]]>([
    ["allocated", aLine("Mug"), [], ["1 being_prepared"]],
    ["not yet sourced", aLine("Mug", { unsourced: 1 }), [], ["1 being_prepared"]],
    ["owed", aLine("Mug", { backordered: 1 }), [], ["1 waiting_for_stock"]],
    [
      "in several parcels",
      aLine("Mug", { ordered: 5, shipped: 3, cancelled: 1 }),
      [arrived, underWay],
      ["2 delivered", "1 on_its_way", "1 being_prepared", "1 cancelled"],
    ],
    [
      "partly sent back",
      aLine("Mug", { ordered: 3, shipped: 3, returned: 1 }),
      [arrived, underWay],
      ["1 delivered", "1 on_its_way", "1 returned"],
    ],
    [
      "sent back before the carrier said delivered",
      aLine("Mug", { ordered: 1, shipped: 1, returned: 1 }),
      [underWay],
      ["1 returned"],
    ],
    ["of what needs no parcel", aLine("Mug", { kind: "gift_card", shipped: 1 }), [underWay], ["1 sent"]],
  ])("says where the units of a line stand: %s", (_what, line, shipments, expected) => {
    expect(standing(line, shipments)).toEqual(expected);
  });

  it.each<[string, Partial<OrderLine>, Partial<Order>, (string | null)[]]>([
    ["what is still here", {}, {}, ["2026-11-25", null, "2026-11-26", "2026-11-27"]],
    ["what is on its way", { shipped: 1 }, {}, [null, null, "2026-11-26", "2026-11-27"]],
    ["what is fetched", {}, { pickupLocationId: "store" }, [null, "2026-11-25", "2026-11-26", "2026-11-27"]],
    ["nothing of what has arrived", { shipped: 1 }, { shipments: [arrivedOne] }, [null, null, null, null]],
    ["nothing of what is cancelled", { cancelled: 1 }, {}, [null, null, null, null]],
  ])("says when it comes: %s", (_what, over, ofOrder, expected) => {
    const line = aLine("Mug", { ...over, promise: aPromise() });
    const [shown] = publicView(anOrder({ lines: [line], ...ofOrder })).lines;
    const { leavesByOn, collectFromOn, arrivesFromOn, arrivesByOn } = shown!;
    expect([leavesByOn, collectFromOn, arrivesFromOn, arrivesByOn]).toEqual(expected);
  });

  it.each<[PublicStatus, Partial<Order>]>([
    ["being_prepared", {}],
    ["being_prepared", { lines: [aLine("Mug"), aLine("Cup", { backordered: 1 })] }],
    ["waiting_for_stock", { lines: [aLine("Mug", { backordered: 1 })] }],
    ["partly_sent", { lines: [aLine("Mug", { ordered: 2, shipped: 1 })], shipments: [underWay] }],
    [
      "partly_sent",
      { lines: [aLine("Mug", { shipped: 1 }), aLine("Cup", { backordered: 1 })], shipments: [underWay] },
    ],
    ["on_its_way", { lines: [aLine("Mug", { shipped: 1 })], shipments: [underWay] }],
    ["delivered", { lines: [aLine("Mug", { ordered: 2, shipped: 2 })], shipments: [arrived] }],
    ["returned", { lines: [aLine("Mug", { ordered: 2, shipped: 2, returned: 2 })], shipments: [arrived] }],
    ["cancelled", { status: "cancelled", lines: [aLine("Mug", { cancelled: 1 })] }],
    [
      "being_prepared",
      {
        status: "on_hold",
        holds: [{ code: "staff", detail: "looks like fraud", placedAt: NOON, placedBy: "key_1" }],
      },
    ],
  ])("says in one word how far the order is: %s", (expected, over) => {
    expect(publicView(anOrder(over)).status).toBe(expected);
  });

  it("shows nothing that is not the link holder's business", () => {
    const order = anOrder({
      status: "on_hold",
      note: "leave it at the back door",
      holds: [{ code: "staff", detail: "looks like fraud", placedAt: NOON, placedBy: "key_1" }],
      lines: [aLine("Mug", { shipped: 1 })],
      shipments: [underWay],
    });
    const shown = JSON.stringify(publicView(order));
    const secrets = [
      "ada@example.com",
      "Ada Lovelace",
      "St James",
      "SW1Y",
      "7946",
      "SKU-Mug",
      "newark-secret-dock",
      "fraud",
      "back door",
      "ful_1",
      "shp_2",
      "line_mug",
      order.id,
    ];
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    expect(shown).not.toMatch(/cost|hold|email|phone|location|sku/i);
  });

  it("shows parcels only, with what is in them", () => {
    const lines = [aLine("Mug", { ordered: 3, shipped: 3 }), aLine("Song", { kind: "digital", shipped: 1 })];
    const download = aShipment("shp_3", [["line_song", 1]], { locationId: null });
    const { shipments } = publicView(anOrder({ lines, shipments: [arrived, underWay, download] }));
    expect(shipments.map((shipment) => [shipment.deliveredAt, shipment.lines])).toEqual([
      [NOON, [{ title: "Mug", quantity: 2 }]],
      [null, [{ title: "Mug", quantity: 1 }]],
    ]);
  });

  it("adds the sums up", () => {
    const order = anOrder({ lines: [aLine("Mug", { ordered: 2, discountMinor: 500 })] });
    const { itemsMinor, shippingMinor, taxMinor, totalMinor } = publicView(order);
    expect({ itemsMinor, shippingMinor, taxMinor, totalMinor }).toEqual({
      itemsMinor: 3500,
      shippingMinor: 500,
      taxMinor: 900,
      totalMinor: 4900,
    });
  });
});
