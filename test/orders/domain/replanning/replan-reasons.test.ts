import { describe, expect, it } from "vitest";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import { replanReasonOf } from "../../../../src/orders/domain/replanning/replan-reasons";
import { MUG } from "../mug-orders";

const inEast = { lineId: MUG, locationId: "east", quantity: 1 } as const;
const postponed = { type: "fulfillment.postponed", fulfillmentId: "ful_a", releaseAt: 1 } as const;

describe("replanReasonOf", () => {
  it.each<{ event: OrderEvent; reason: string | null }>([
    { event: { type: "allocation.cut", fulfillmentId: "ful_a", ...inEast }, reason: "allocation_cut" },
    {
      event: {
        type: "fulfillment.rejected",
        fulfillmentId: "ful_a",
        locationId: "east",
        units: [],
        reason: "damaged",
        by: "east",
      },
      reason: "rejected",
    },
    {
      event: { type: "backorder.filled", fulfillmentId: "ful_a", releaseAt: 1, ...inEast },
      reason: "stock_arrived",
    },
    { event: { ...postponed, reason: "closed" }, reason: "closed" },
    { event: { ...postponed, reason: "capacity" }, reason: "capacity" },
    { event: { type: "allocation.released", reason: "repair", ...inEast }, reason: null },
    { event: { type: "order.note_added", text: "", by: "x" }, reason: null },
  ])("is $reason for $event.type", ({ event, reason }) => {
    expect(replanReasonOf(event)).toBe(reason);
  });
});
