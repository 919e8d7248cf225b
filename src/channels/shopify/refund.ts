/** Maps a Shopify refund: what was paid back, what of it was shipping, and what happens to the units. */
import type { NewRefund, NewRefundLine } from "../../orders/domain/new-order";
import type { AmountReader } from "../shared/amounts";
import type { ShopifyRefund } from "./payload";

/**
 * The amount is what the payment provider has paid back, not what the lines cost: staff may refund less or more.
 * `path`: where the refund is in its payload. `fallbackAt`: its time, if it has none (epoch milliseconds).
 */
export function newRefund(
  refund: ShopifyRefund,
  currency: string,
  amounts: AmountReader,
  { path, fallbackAt }: Readonly<{ path: string; fallbackAt: number }>,
): NewRefund {
  return {
    externalId: refund.id,
    amountMinor: paidBack(refund, currency, amounts, path),
    shippingMinor: Math.max(0, -adjustments(refund, "shipping_refund", amounts, path)),
    lines: refund.refund_line_items
      .filter((line) => line.quantity > 0)
      .map((line) => ({
        externalLineId: line.line_item_id,
        quantity: line.quantity,
        restock: restockOf(line.restock_type),
      })),
    itemized: true,
    reason: refund.note,
    at: refund.processed_at ?? refund.created_at ?? fallbackAt,
  };
}

/** `legacy_restock` is older than the distinction; units that were never shipped are given back either way. */
function restockOf(restockType: string | null): NewRefundLine["restock"] {
  switch (restockType ?? "") {
    case "cancel":
      return "cancel";
    case "return":
    case "legacy_restock":
      return "return";
    default:
      return "none";
  }
}

/**
 * The sum of the transactions that succeeded. If one is in the customer's currency, the sum of the lines and the
 * adjustments instead, which Shopify keeps in the shop's currency.
 */
function paidBack(refund: ShopifyRefund, currency: string, amounts: AmountReader, path: string): number {
  const settled = refund.transactions
    .map((transaction, i) => ({ ...transaction, path: `${path}transactions.${i}.amount` }))
    .filter(({ kind, status }) => (kind ?? "refund") === "refund" && (status ?? "success") === "success");
  const isForeign = settled.some(
    (paid) => paid.currency !== null && paid.currency !== currency && !paid.amount_set,
  );
  if (isForeign) {
    const linesMinor = sumOfLines(refund, amounts, path);
    if (linesMinor === 0) {
      amounts.hold("refund_unmatched", `refund ${refund.id} was paid in another currency than ${currency}`);
    }
    return linesMinor;
  }
  return settled.reduce(
    (sum, paid) => sum + amounts.read(paid.amount_set?.amount ?? paid.amount, paid.path),
    0,
  );
}

function sumOfLines(refund: ShopifyRefund, amounts: AmountReader, path: string): number {
  const linesMinor = refund.refund_line_items.reduce((sum, line, i) => {
    const at = `${path}refund_line_items.${i}.`;
    return (
      sum +
      amounts.read(line.subtotal_set?.amount ?? line.subtotal, `${at}subtotal`) +
      amounts.read(line.total_tax_set?.amount ?? line.total_tax, `${at}total_tax`)
    );
  }, 0);
  return Math.max(0, linesMinor - adjustments(refund, null, amounts, path));
}

/** Adjustments are negative if they add to the refund. `kind`: null for all kinds. */
function adjustments(
  refund: ShopifyRefund,
  kind: string | null,
  amounts: AmountReader,
  path: string,
): number {
  return refund.order_adjustments.reduce((sum, adjustment, i) => {
    if (kind !== null && adjustment.kind !== kind) return sum;
    const at = `${path}order_adjustments.${i}.`;
    return (
      sum +
      amounts.read(adjustment.amount_set?.amount ?? adjustment.amount, `${at}amount`) +
      amounts.read(adjustment.tax_amount_set?.amount ?? adjustment.tax_amount, `${at}tax_amount`)
    );
  }, 0);
}
