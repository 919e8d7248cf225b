/**
 * Refunds without restocking. Shopify does not report whether such a unit was sent, but the order shows it: a unit that
 * is neither fulfilled nor to be fulfilled was never sent.
 */
import type { NewRefund, NewRefundLine } from "../../orders/domain/new-order";
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
  const ofLine = refunds
    .flatMap(({ lines }) => lines)
    .filter(({ externalLineId }) => externalLineId === item.id);
  const unitsOf = (lines: readonly NewRefundLine[]) => lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const removed = Math.max(0, item.quantity - (item.current_quantity ?? item.quantity) - unitsOf(ofLine));
  const cancelled = unitsOf(ofLine.filter(({ restock }) => restock === "cancel"));
  return Math.max(0, item.quantity - removed - cancelled - listed - Math.max(0, item.fulfillable_quantity));
}
