import { expect, it } from "vitest";
import { mayServe, whyMoved } from "../../../../src/orders/domain/promises/plan-changes";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import type { Location } from "../../../../src/catalog/domain/reference";
import { anAddress } from "../../../support/an-order";
import { plainLocation } from "../../../support/reference";

const happened = (...types: OrderEvent["type"][]) => types.map((type) => ({ type }) as OrderEvent);

it.each([
  [happened("backorder.filled"), "stock_arrived"],
  [happened("units.cancelled", "allocation.cut"), "stock_missing"],
  [happened("fulfillment.rejected", "allocation.cut"), "location_rejected"],
  [happened("units.replanned"), "sourced_again"],
  [happened("fulfillment.postponed"), "postponed"],
  [happened("order.note_added"), "order_changed"],
  [[], "order_changed"],
])("a promise moved because of what happened: %#", (events, why) => {
  expect(whyMoved(events)).toBe(why);
});

const at = (over: Partial<Location> = {}): Location => ({
  id: "east",
  name: "east",
  kind: "warehouse",
  address: anAddress,
  latitude: 0,
  longitude: 0,
  timeZone: "UTC",
  cutOff: "16:00",
  workingDays: [1],
  ...plainLocation,
  priority: 1,
  active: true,
  ...over,
});
const sent = { pickupLocationId: null };

it.each([
  ["any of a channel that names none", sent, { locationIds: [] }, at(), true],
  ["the channel's own", sent, { locationIds: ["east"] }, at(), true],
  ["not another's", sent, { locationIds: ["west"] }, at(), false],
  ["none that is closed down", sent, { locationIds: [] }, at({ active: false }), false],
  ["none that sends nothing", sent, { locationIds: [] }, at({ shipsOrders: false }), false],
  [
    "where it is fetched",
    { pickupLocationId: "east" },
    { locationIds: [] },
    at({ shipsOrders: false }),
    true,
  ],
  ["nowhere else then", { pickupLocationId: "west" }, { locationIds: [] }, at(), false],
  ["none that nobody knows", sent, undefined, undefined, false],
])("what comes in may be an order's: %s", (_case, order, channel, location, expected) => {
  expect(mayServe(order, channel, location)).toBe(expected);
});
