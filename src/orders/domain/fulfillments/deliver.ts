/** Recording that a shipment was delivered. */
import type { ShipmentId } from "../../../kernel/ids";
import { accept, reject } from "../../../kernel/result";
import type { Order } from "../order";
import type { FulfillmentDecision } from "./rejections";

/** A shipment is delivered once; a later report changes nothing. */
export function decideDeliver(order: Order, shipmentId: ShipmentId, at: number): FulfillmentDecision {
  const shipment = order.shipments.find(({ id }) => id === shipmentId);
  if (!shipment) return reject({ code: "shipment_unknown", shipmentId });
  if (shipment.deliveredAt !== null) return accept([]);
  if (at < shipment.shippedAt) return reject({ code: "delivered_before_shipped", shipmentId });
  return accept([{ type: "shipment.delivered", shipmentId, at }]);
}
