/** An event of an order's history without personal data. Amounts, units, places and times stay. */
import { handleOrderEvent, ignoring, type OrderEventHandlers } from "../order-event-handlers";
import type { OrderEvent } from "../order-events";
import { ERASED, erasedDetails, erasedParcel, erasedReason, erasedState, erasedText } from "./erased-details";

const NO_DETAILS = {
  email: null,
  phone: null,
  customerName: null,
  note: null,
  shippingAddress: null,
  billingAddress: null,
};

/** "ignored": the event holds no personal data. */
const WITHOUT: OrderEventHandlers<null, OrderEvent> = {
  "order.placed": (event) => ({ ...event, holds: event.holds.map(erasedReason) }),
  "order.held": (event) => ({ ...event, hold: erasedReason(event.hold) }),
  "order.hold_released": (event) => (event.reason === undefined ? event : { ...event, reason: ERASED }),
  "order.note_added": (event) => ({ ...event, text: ERASED }),
  "order.details_changed": ({ details, ...event }) => {
    const erased = erasedDetails({ ...NO_DETAILS, ...details });
    const kept = Object.entries(erased).filter(([name]) => name in details);
    return { ...event, details: Object.fromEntries(kept) };
  },
  "order.difference_kept": (event) => ({ ...event, state: event.state && erasedState(event.state) }),
  // The id holds a digest of the destination, which could be guessed from it.
  "order.quoted": (event) => ({ ...event, quoteId: null }),
  "refund.recorded": (event) => ({
    ...event,
    reason: event.reason === null ? null : erasedText(event.reason),
  }),
  "units.cancelled": (event) => ({ ...event, reason: erasedText(event.reason) }),
  "fulfillment.rejected": (event) => ({
    ...event,
    reason: erasedText(event.reason),
    ...(event.note ? { note: ERASED } : {}),
  }),
  "fulfillment.stop_requested": (event) => ({ ...event, reason: erasedText(event.reason) }),
  "shipment.shipped": erasedParcel,
  "shipment.tracking_changed": erasedParcel,
  ...ignoring(
    "order.sourced",
    "order.repriced",
    "order.storefront_seen",
    "order.lines_added",
    "order.personal_data_erased",
    "line.sku_assigned",
    "line.needs_no_shipping",
    "payment.authorized",
    "payment.authorization_ended",
    "payment.captured",
    "payment.reversed",
    "refund.changed",
    "refund.itemized",
    "units.removed_at_storefront",
    "line.storefront_quantity_changed",
    "units.sourced",
    "units.sent_elsewhere",
    "backorder.filled",
    "backorder.locations_changed",
    "allocation.cut",
    "allocation.released",
    "move.requested",
    "units.replanned",
    "fulfillment.released",
    "fulfillment.stop_withdrawn",
    "fulfillment.postponed",
    "fulfillment.scheduled",
    "shipment.delivered",
    "promise.made",
    "promise.moved",
    "promise.settled",
  ),
};

export const erasedEvent = (event: OrderEvent): OrderEvent => handleOrderEvent(WITHOUT, event, null, event);
