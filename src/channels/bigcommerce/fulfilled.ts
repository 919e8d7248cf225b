/** What BigCommerce reports as sent: its shipments, and units that it counts as shipped without one. */
import { z } from "zod";
import type { NewFulfillment } from "../../orders/domain/new-order";
import { fulfilledUnits } from "../../orders/domain/reported-units";
import type { BigCommerceOrder, BigCommerceProduct, BigCommerceShipment } from "./payload";
import { STATUS } from "./status";

/** In these the merchant has sent everything, whether or not shipments were entered. */
const SENT: readonly number[] = [STATUS.shipped, STATUS.completed];

const MayHaveShipments = z.union([
  z.looseObject({ status_id: z.literal([STATUS.shipped, STATUS.partiallyShipped, STATUS.completed]) }),
  z.looseObject({ items_shipped: z.coerce.number().positive() }),
]);

/** Whether the order, not read yet, may have shipments to request. */
export const mayHaveShipments = (order: unknown): boolean => MayHaveShipments.safeParse(order).success;

type Sent = Readonly<{
  payload: BigCommerceOrder;
  products: readonly BigCommerceProduct[];
  shipments: readonly BigCommerceShipment[];
}>;

/** `fallbackAt`: for what has no time of its own. */
export function newFulfillments(
  { payload, products, shipments }: Sent,
  fallbackAt: number,
): NewFulfillment[] {
  const parcels = shipments.map((shipment): NewFulfillment => ({
    externalId: shipment.id,
    lines: shipment.items
      .filter(({ quantity }) => quantity > 0)
      .map(({ order_product_id: externalLineId, quantity }) => ({ externalLineId, quantity })),
    locationId: null,
    carrier:
      shipment.tracking_carrier ?? shipment.shipping_provider_display_name ?? shipment.shipping_provider,
    trackingNumber: shipment.tracking_number,
    trackingUrl: shipment.tracking_link ?? shipment.generated_tracking_link,
    at: shipment.date_created ?? fallbackAt,
  }));
  const rest = products
    .map((product) => ({
      externalLineId: product.id,
      quantity: sentUnits(payload.status_id, product) - fulfilledUnits(parcels, product.id),
    }))
    .filter(({ quantity }) => quantity > 0);
  const without: NewFulfillment = {
    externalId: "shipped",
    lines: rest,
    locationId: null,
    carrier: null,
    trackingNumber: null,
    trackingUrl: null,
    at: payload.date_shipped ?? fallbackAt,
  };
  return [...parcels, without].filter(({ lines }) => lines.length > 0);
}

/** Units that were refunded before anything was sent have not been sent with the rest. */
function sentUnits(
  statusId: number,
  { quantity, quantity_shipped, quantity_refunded }: BigCommerceProduct,
): number {
  const counted = Math.min(quantity_shipped ?? 0, quantity);
  return SENT.includes(statusId) ? Math.max(counted, quantity - (quantity_refunded ?? 0)) : counted;
}
