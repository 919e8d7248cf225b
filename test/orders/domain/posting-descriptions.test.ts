/** How the journal entry of a commit is described: by the events that move money, in their sequence. */
import { describe, expect, it } from "vitest";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { aLine } from "../../support/an-order";
import { goods, charge, sale, captured, shippedAll, shipped, entryFor } from "./booked-sales";
import { cancelling, from, MUG, refundOf } from "./mug-orders";
import { refundFor } from "./payments/money-facts";

describe("the description of an entry", () => {
  const paid = sale(10_780);
  it.each<{ before: Order; events: OrderEvent[]; description: string }>([
    { before: sale(0), events: [captured(1)], description: "Payment captured" },
    {
      before: paid,
      events: [{ type: "payment.reversed", externalId: "pay-1", amountMinor: 1, at: 0 }],
      description: "Payment taken back",
    },
    { before: paid, events: [shippedAll(paid)], description: "Shipment" },
    {
      before: paid,
      events: [{ ...shippedAll(paid), dropShipped: true }],
      description: "Shipment by a vendor",
    },
    {
      before: paid,
      events: [cancelling({ allocated: [from("a", 1)] })],
      description: "Cancelled before shipment",
    },
    {
      before: { ...paid, capturedMinor: 10_781 },
      events: [
        {
          type: "order.lines_added",
          lines: [aLine("Cup", { backordered: 1 })],
          fulfillments: [],
          totalMinor: 0,
        },
      ],
      description: "Lines added",
    },
    {
      before: paid,
      events: [
        {
          type: "order.repriced",
          lines: [],
          shipping: { ...charge, grossMinor: 700 },
          roundingMinor: 0,
          totalMinor: 0,
          taxIncluded: false,
        },
      ],
      description: "Price changed",
    },
    { before: paid, events: [refundOf({ amountMinor: 1 })], description: "Refund" },
    {
      before: { ...paid, refunds: [refundFor(1)], refundedMinor: 1 },
      events: [{ type: "refund.changed", externalId: "r1", amountMinor: 2, shippingMinor: 0, at: 0 }],
      description: "Refund changed",
    },
    {
      before: { ...shipped(10_780), refunds: [refundFor(9_900)], refundedMinor: 9_900 },
      events: [
        {
          type: "refund.itemized",
          externalId: "r1",
          lines: [{ externalLineId: "Mug", quantity: 1 }],
          returned: [{ lineId: MUG, quantity: 1, restockLocationId: null }],
          at: 0,
          by: "staff",
        },
      ],
      description: "Refund itemized",
    },
    {
      before: sale(0),
      events: [
        { type: "order.note_added", text: "hello", by: "staff" },
        captured(1),
        captured(2),
        shippedAll(paid),
        captured(3),
      ],
      description: "Payment captured, Shipment",
    },
    {
      before: sale(10_780, { lines: [goods(), aLine("Song", { kind: "digital", shipped: 1 })] }),
      events: [{ type: "line.needs_no_shipping", lineId: MUG, by: "staff" }],
      description: "Order changed",
    },
  ])("is: $description", ({ before, events, description }) => {
    expect(entryFor(before, ...events)).toMatchObject({ description });
  });
});
