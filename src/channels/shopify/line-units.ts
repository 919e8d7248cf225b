/**
 * What became of a line's units at Shopify.
 *
 * `quantity` is as first ordered. `current_quantity` is without what edits removed and refunds list. `fulfillable_quantity`
 * is what Shopify still wants to be sent: it falls when units are fulfilled, removed, cancelled, or refunded for good.
 */
import type { NewRefund, NewRefundLine } from "../../orders/domain/new-order";
import type { ShopifyLineItem, ShopifyOrder } from "./payload";

export type LineUnits = Readonly<{
  /** Withdrawn by an edit, or refunded without being sent or restocked. A refund lists its own units. */
  removed: number;
  /** Fulfilled, and in no fulfillment that the order lists. */
  fulfilledUnlisted: number;
  /** Not to be sent, and nothing in the order shows why. */
  unexplained: number;
}>;

type Context = Readonly<{
  order: Pick<ShopifyOrder, "fulfillment_status" | "cancelled_at">;
  refunds: readonly NewRefund[];
  /** Units of the line in the fulfillments that the order lists. */
  listed: number;
  isPhysical: boolean;
}>;

export function lineUnits(
  item: Pick<
    ShopifyLineItem,
    "id" | "quantity" | "current_quantity" | "fulfillable_quantity" | "fulfillment_status"
  >,
  { order, refunds, listed, isPhysical }: Context,
): LineUnits {
  const refunded = (restock?: NewRefundLine["restock"]) => refundedUnits(refunds, item.id, restock);
  const edited = Math.max(0, item.quantity - (item.current_quantity ?? item.quantity) - refunded());
  const none = { removed: edited, fulfilledUnlisted: 0, unexplained: 0 };
  if (!isPhysical) return none;
  const wanted = item.quantity - edited - refunded("cancel");
  const isFulfilled = item.fulfillment_status === "fulfilled" || order.fulfillment_status === "fulfilled";
  if (isFulfilled) return { ...none, fulfilledUnlisted: Math.max(0, wanted - listed) };

  // A cancelled order has nothing to fulfill, whatever became of its units.
  if (item.fulfillable_quantity === null || order.cancelled_at !== null) return none;
  const gone = Math.max(0, wanted - listed - Math.max(0, item.fulfillable_quantity));
  const withdrawn = Math.min(gone, refunded("none"));
  const rest = Math.max(0, gone - withdrawn - refunded("return"));
  const isPartlyFulfilled = item.fulfillment_status === "partial" || order.fulfillment_status === "partial";
  return {
    removed: edited + withdrawn,
    fulfilledUnlisted: isPartlyFulfilled ? rest : 0,
    unexplained: isPartlyFulfilled ? 0 : rest,
  };
}

/** Units of the line in refunds; `restock`: only those with this outcome. */
const refundedUnits = (
  refunds: readonly NewRefund[],
  externalLineId: string,
  restock: NewRefundLine["restock"] | undefined,
): number =>
  refunds
    .flatMap(({ lines }) => lines)
    .filter((line) => line.externalLineId === externalLineId)
    .filter((line) => restock === undefined || line.restock === restock)
    .reduce((sum, line) => sum + line.quantity, 0);
