import { expect, it } from "vitest";
import { whyMoved } from "../../../../src/orders/domain/promises/plan-changes";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";

const happened = (...types: OrderEvent["type"][]) => types.map((type) => ({ type }) as OrderEvent);

it.each([
  [happened("backorder.filled"), "stock_arrived"],
  [happened("units.cancelled", "allocation.cut"), "stock_missing"],
  [happened("fulfillment.rejected", "allocation.cut"), "location_rejected"],
  [happened("units.replanned"), "replanned"],
  [happened("fulfillment.postponed"), "postponed"],
  [happened("order.note_added"), "order_changed"],
  [[], "order_changed"],
])("a promise moved because of what happened: %#", (events, why) => {
  expect(whyMoved(events)).toBe(why);
});
