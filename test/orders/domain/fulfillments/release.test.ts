import { describe, expect, it } from "vitest";
import type { FulfillmentId } from "../../../../src/kernel/ids";
import type { FulfillmentStatus } from "../../../../src/orders/domain/fulfillments/fulfillment";
import { decideRelease } from "../../../../src/orders/domain/fulfillments/release";
import type { Order } from "../../../../src/orders/domain/order";
import { NOON } from "../../../support/an-order";
import { fulfillment, held, mugOrder } from "../mug-orders";
import { accepted, apply, create } from "../order-steps";
import { balancesText, unitsText } from "../order-text";
import { aSale, sold } from "../sales";

const onHold = { holds: [held("staff")] };
const FINISHED: FulfillmentStatus[] = ["shipped", "delivered", "cancelled", "rejected"];

describe("decideRelease", () => {
  it.each<{ name: string; order: Order; id?: FulfillmentId; expected: string }>([
    {
      name: "releases a fulfillment that is due",
      order: mugOrder([fulfillment("a", 1, { releaseAt: NOON })]),
      expected: "fulfillment.released",
    },
    {
      name: "rejects a fulfillment that is due in a millisecond",
      order: mugOrder([fulfillment("a", 1, { releaseAt: NOON + 1 })]),
      expected: "fulfillment_not_due",
    },
    {
      name: "rejects a fulfillment of an order on hold",
      order: mugOrder([fulfillment("a", 1)], onHold),
      expected: "order_on_hold",
    },
    {
      name: "rejects a fulfillment whose move stock has not answered",
      order: mugOrder([fulfillment("a", 1, { pendingMoves: 1 })]),
      expected: "fulfillment_moving",
    },
    {
      name: "rejects a fulfillment that the order does not have",
      order: mugOrder([fulfillment("a", 1)]),
      id: "ful_z",
      expected: "fulfillment_unknown",
    },
    {
      name: "changes nothing for a released fulfillment",
      order: mugOrder([fulfillment("a", 1, { status: "released" })]),
      expected: "",
    },
    {
      name: "changes nothing for a released fulfillment of an order that is on hold since",
      order: mugOrder([fulfillment("a", 1, { status: "released" })], onHold),
      expected: "",
    },
    ...FINISHED.map((status) => ({
      name: `changes nothing for a ${status} fulfillment`,
      order: mugOrder([], { fulfillments: [fulfillment("a", 1, { status })] }),
      expected: "",
    })),
  ])("$name", ({ order, id = "ful_a", expected }) => {
    const decision = decideRelease(order, id, NOON);
    const events = decision.ok ? decision.value.map(({ type }) => type).join() : decision.rejection.code;
    expect(events).toBe(expected);
  });

  it("ships and delivers at once what needs no parcel", () => {
    const order = create(aSale({ lines: [sold("Song", 2, { kind: "digital" }), sold("Mug")] }));
    const [songs] = order.fulfillments;
    const events = accepted(decideRelease(order, songs!.id, NOON));
    expect(events.map(({ type }) => type)).toEqual([
      "fulfillment.released",
      "shipment.shipped",
      "shipment.delivered",
    ]);
    const after = apply(order, events);
    expect(unitsText(after)).toEqual(["Song: 2 shipped", "Mug: 1 allocated"]);
    expect(after.fulfillments.map(({ status }) => status)).toEqual(["delivered", "planned"]);
    expect(balancesText(after)).toEqual(["deposits 2400"]);
    expect(after.shipments).toMatchObject([{ locationId: null, deliveredAt: NOON, carrier: null }]);
  });

  it("names the holds of an order on hold, and when a fulfillment is due", () => {
    const order = mugOrder([fulfillment("a", 1, { releaseAt: NOON + 9 })], {
      holds: [held("staff"), held("stock_short")],
    });
    expect(decideRelease(order, "ful_a", NOON)).toMatchObject({
      rejection: { holds: ["staff", "stock_short"] },
    });
    expect(decideRelease({ ...order, holds: [] }, "ful_a", NOON)).toMatchObject({
      rejection: { releaseAt: NOON + 9 },
    });
  });
});
