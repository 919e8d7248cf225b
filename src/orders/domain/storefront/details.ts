/** Contact, addresses and texts as the storefront has them now. */
import { isBeingPrepared } from "../fulfillments/fulfillment";
import type { NewOrder } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order, OrderDetails } from "../order";

/** Every detail, typed so that none is forgotten. `onLabel`: a location that is preparing a parcel has written it on. */
const DETAILS: { readonly [Detail in keyof OrderDetails]: "onLabel" | "free" } = {
  number: "free",
  placedAt: "free",
  email: "free",
  phone: "free",
  customerName: "free",
  locale: "free",
  shippingAddress: "onLabel",
  billingAddress: "free",
  shippingMethod: "free",
  pickupLocationId: "onLabel",
  note: "free",
};

const NAMES = Object.keys(DETAILS) as (keyof OrderDetails)[];

/** The event with the details that changed and may change now; none if there are none. */
export function decideDetails(order: Order, incoming: NewOrder): OrderEvent[] {
  const hasLabel = order.fulfillments.some(isBeingPrepared);
  const changed = changedDetails(order, incoming).filter((name) => DETAILS[name] === "free" || !hasLabel);
  if (changed.length === 0) return [];
  const details = Object.fromEntries(changed.map((name) => [name, incoming[name]]));
  return [{ type: "order.details_changed", details }];
}

/** The names of the details that differ. */
export const changedDetails = (order: Order, incoming: NewOrder): (keyof OrderDetails)[] =>
  NAMES.filter((name) => JSON.stringify(order[name]) !== JSON.stringify(incoming[name]));
