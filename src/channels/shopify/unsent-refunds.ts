/**
 * Refunds without restocking. Shopify does not report whether such a unit was sent, but the order shows it: a unit that
 * is neither fulfilled nor to be fulfilled was never sent.
 */
import type { NewRefund, NewRefundLine } from "../../orders/domain/new-order";
import { cancelledUnits, removedUnits } from "./line-units";
import type { ShopifyLineItem } from "./payload";

type Item = Pick<ShopifyLineItem, "id" | "quantity" | "current_quantity" | "fulfillable_quantity">;

/**
 * The refunds, with units that were never sent as cancelled.
 *
 * @param listed units of the line in the fulfillments that the order lists.
 */
export function withUnsentCancelled(
  refunds: readonly NewRefund[],
  items: readonly Item[],
  listed: (externalLineId: string) => number,
): NewRefund[] {
  const left = new Map(items.map((item) => [item.id, unsentUnits(item, refunds, listed(item.id))]));
  return refunds.map((refund) => ({
    ...refund,
    lines: refund.lines.flatMap((line): NewRefundLine[] => {
      const unsent =
        line.restock === "none" ? Math.min(line.quantity, left.get(line.externalLineId) ?? 0) : 0;
      left.set(line.externalLineId, (left.get(line.externalLineId) ?? 0) - unsent);
      const parts: NewRefundLine[] = [
        { ...line, quantity: unsent, restock: "cancel" },
        { ...line, quantity: line.quantity - unsent },
      ];
      return parts.filter(({ quantity }) => quantity > 0);
    }),
  }));
}

/** Without any fulfillment the order does not show what was sent. */
function unsentUnits(item: Item, refunds: readonly NewRefund[], listed: number): number {
  if (item.fulfillable_quantity === null || listed === 0) return 0;
  const gone = removedUnits(item, refunds) + cancelledUnits(refunds, item.id);
  return Math.max(0, item.quantity - gone - listed - Math.max(0, item.fulfillable_quantity));
}
