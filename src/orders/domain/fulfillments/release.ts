/** Releasing a fulfillment to its location. */
import { accept, reject } from "../../../kernel/result";
import type { FulfillmentId } from "../../../kernel/ids";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import { unshippedLines } from "./fulfillment";
import type { FulfillmentDecision } from "./rejections";
import { NO_CARRIER, shipmentIdOf, shipmentShipped } from "./ship";

/** A repeat changes nothing. What needs no parcel is shipped and delivered as soon as it is released. */
export function decideRelease(order: Order, fulfillmentId: FulfillmentId, now: number): FulfillmentDecision {
  const fulfillment = order.fulfillments.find(({ id }) => id === fulfillmentId);
  if (!fulfillment) return reject({ code: "fulfillment_unknown", fulfillmentId });
  if (fulfillment.status !== "planned") return accept([]);
  if (order.holds.length > 0) return reject({ code: "order_on_hold", holds: order.holds.map((h) => h.code) });
  const { releaseAt, pendingMoves, locationId } = fulfillment;
  if (releaseAt > now) return reject({ code: "fulfillment_not_due", fulfillmentId, releaseAt });
  if (pendingMoves > 0) return reject({ code: "fulfillment_moving", fulfillmentId });
  const released: OrderEvent = { type: "fulfillment.released", fulfillmentId, at: now };
  if (locationId !== null) return accept([released]);
  const parcel = { ...NO_CARRIER, reference: "unsent" };
  const shipped = shipmentShipped(order, fulfillment, unshippedLines(fulfillment), { parcel, now });
  const shipmentId = shipmentIdOf(order, fulfillmentId, parcel.reference);
  return accept([released, shipped, { type: "shipment.delivered", shipmentId, at: now }]);
}
