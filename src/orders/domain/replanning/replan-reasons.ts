/** Which events may make another plan better, so that the order is replanned. */
import { handleOrderEvent, ignoring, type OrderEventHandlers } from "../order-event-handlers";
import type { OrderEvent } from "../order-events";
import type { ReplanReason } from "../events/unit-events";

const REASONS: OrderEventHandlers<null, ReplanReason | null> = {
  "allocation.cut": () => "allocation_cut",
  "fulfillment.rejected": () => "rejected",
  "backorder.filled": () => "stock_arrived",
  "fulfillment.postponed": ({ reason }) => reason,
  ...ignoring(
    "order.placed",
    "order.quoted",
    "order.sourced",
    "order.held",
    "order.hold_released",
    "order.note_added",
    "order.details_changed",
    "order.repriced",
    "order.difference_kept",
    "order.storefront_seen",
    "order.personal_data_erased",
    "order.lines_added",
    "payment.authorized",
    "payment.authorization_ended",
    "payment.captured",
    "payment.reversed",
    "units.cancelled",
    "units.removed_at_storefront",
    "line.storefront_quantity_changed",
    "units.sent_elsewhere",
    "refund.recorded",
    "refund.changed",
    "refund.itemized",
    "line.sku_assigned",
    "line.needs_no_shipping",
    "units.sourced",
    "allocation.released",
    "fulfillment.released",
    "fulfillment.stop_requested",
    "fulfillment.stop_withdrawn",
    "fulfillment.scheduled",
    "move.requested",
    "units.replanned",
    "backorder.locations_changed",
    "shipment.shipped",
    "shipment.tracking_changed",
    "shipment.delivered",
    "promise.made",
    "promise.moved",
    "promise.settled",
  ),
};

/** Why the event requires a replan; null if the plan stands. */
export const replanReasonOf = (event: OrderEvent): ReplanReason | null =>
  handleOrderEvent(REASONS, event, null, null);
