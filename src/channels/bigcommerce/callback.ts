/**
 * What a BigCommerce webhook says: that something about an order changed, and the order's id. The order itself
 * is to be fetched. https://docs.bigcommerce.com/docs/integrations/webhooks/events, as of November 2026.
 */
import { z } from "zod";
import { externalId } from "../storefronts/body";

/** It becomes a part of the address that is asked. */
const orderId = externalId.refine((id) => /^\d+$/.test(id), "is not a number").nullish();

export const BigCommerceCallback = z.object({
  scope: z.string().min(1),
  data: z.object({
    type: z.string().nullish(),
    id: orderId,
    order_id: orderId,
  }),
});
export type BigCommerceCallback = z.output<typeof BigCommerceCallback>;

/** The order whose state may be another now; null for messages, metafields and what is not about orders. */
export function changedOrder({ scope, data }: BigCommerceCallback): string | null {
  switch (scope) {
    case "store/order/created":
    case "store/order/updated":
    case "store/order/statusUpdated":
    case "store/order/archived":
    case "store/order/refund/created":
      return data.id ?? null;
    case "store/order/transaction/created":
    case "store/order/transaction/updated":
      return data.order_id ?? null;
    default:
      return null;
  }
}
