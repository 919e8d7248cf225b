/** Applies what a storefront reports without the rest of the order. */
import { addNote } from "../orders/add-note";
import type { ChangeOptions } from "../orders/change-order";
import { deleteOrder } from "../orders/delete-order";
import { recordFulfillment } from "../orders/record-fulfillment";
import { recordRefund } from "../orders/record-refund";
import type { OrderId } from "../kernel/ids";
import type { ChannelsContext } from "./context";
import type { StorefrontEvent } from "./storefront-event";

export type KnownOrderEvent = Extract<
  StorefrontEvent,
  { type: "refund" | "fulfilled" | "edited" | "deleted" }
>;

export function changeKnownOrder(
  context: ChannelsContext,
  orderId: OrderId,
  event: KnownOrderEvent,
  options: ChangeOptions,
) {
  switch (event.type) {
    case "refund":
      return recordRefund(context, orderId, event, options);
    case "fulfilled":
      return recordFulfillment(context, orderId, event.fulfillment, options);
    case "edited":
      return addNote(context, orderId, event.note, options);
    case "deleted":
      return deleteOrder(context, orderId, event.at, options);
  }
}
