/**
 * Ships a parcel with its label. The label becomes used in the batch that ships the units, so that a label is never voided
 * and used.
 */
import { reject, type Result } from "../kernel/result";
import { readOrder, type ChangeRejection } from "../orders/change-order";
import type { FulfillmentRejection } from "../orders/domain/fulfillments/rejections";
import type { Order } from "../orders/domain/order";
import { shipFulfillment } from "../orders/ship-fulfillment";
import type { ShippingContext } from "./context";
import { isSameAddress } from "./domain/address-rules";
import { carrierOf, currentLabel } from "./find-labels";
import { isNotBought, useLabelStatement } from "./storage/labels";

export type ShipRejection =
  | FulfillmentRejection
  | ChangeRejection
  | Readonly<
      | { code: "not_found" }
      | { code: "label_not_bought"; shipmentId: string; state: string }
      | { code: "label_outdated"; shipmentId: string }
    >;

/** A repeat changes nothing. @returns the order after the shipment. */
export async function shipWithLabel(
  context: ShippingContext,
  shipmentId: string,
): Promise<Result<Order, ShipRejection>> {
  const label = await currentLabel(context, shipmentId);
  if (label === null) return reject({ code: "not_found" });
  const { orderId, state } = label;
  const notBought = { code: "label_not_bought", shipmentId } as const;
  if (state !== "bought" && state !== "used") return reject({ ...notBought, state });
  const order = await readOrder(context, orderId);
  if (!order) return reject({ code: "order_unknown", orderId });
  const { shippingAddress } = order;
  const isCurrent = shippingAddress !== null && isSameAddress(shippingAddress, label.request.to);
  if (state === "bought" && !isCurrent) return reject({ code: "label_outdated", shipmentId });
  const now = context.now();
  const used = { usedAt: now, dueAt: now + carrierOf(context, label).pollEveryMs };
  try {
    return await shipFulfillment(
      context,
      orderId,
      {
        fulfillmentId: label.fulfillmentId,
        units: label.request.parcel.lines,
        parcel: {
          carrier: label.rate.carrier,
          service: label.rate.service,
          trackingNumber: label.trackingNumber,
          trackingUrl: label.trackingUrl,
          reference: label.request.parcelReference,
        },
      },
      { alongside: (db) => [useLabelStatement(db, label, used)] },
    );
  } catch (error) {
    if (isNotBought(error)) return reject({ ...notBought, state: "voiding" });
    throw error;
  }
}
