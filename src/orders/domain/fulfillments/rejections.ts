/** Why a change of a fulfillment or shipment is rejected. */
import type { FulfillmentId, ShipmentId } from "../../../kernel/ids";
import type { Result } from "../../../kernel/result";
import type { OrderEvent } from "../order-events";
import type { FulfillmentStatus } from "./fulfillment";

export type FulfillmentRejection = Readonly<
  | { code: "fulfillment_unknown"; fulfillmentId: string }
  | { code: "order_on_hold"; holds: readonly string[] }
  | { code: "fulfillment_not_open"; fulfillmentId: FulfillmentId; status: FulfillmentStatus }
  | { code: "fulfillment_not_due"; fulfillmentId: FulfillmentId; releaseAt: number }
  | { code: "fulfillment_moving"; fulfillmentId: FulfillmentId }
  | { code: "quantity_not_in_fulfillment"; lineId: string; open: number; quantity: number }
  | { code: "parcel_reused"; shipmentId: ShipmentId }
  | { code: "shipment_unknown"; shipmentId: string }
  | { code: "delivered_before_shipped"; shipmentId: ShipmentId }
>;

export type FulfillmentDecision = Result<OrderEvent[], FulfillmentRejection>;
