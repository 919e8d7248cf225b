/**
 * Refunds of a WooCommerce order. The order itself has only their amounts; which units they are for is requested
 * separately. Staff may also refund an amount without units: then only they know what it is for.
 */
import type { NewRefund, NewRefundLine } from "../../orders/domain/new-order";
import type { AmountReader } from "../shared/amounts";
import type { WooOrder, WooRefund } from "./payload";

/** `details`: by the id of the refund; without an entry, its units are not known. */
export const refunds = (
  payload: WooOrder,
  details: ReadonlyMap<string, WooRefund>,
  at: number,
  amounts: AmountReader,
): NewRefund[] =>
  payload.refunds.map((refund, i) => {
    const amountMinor = Math.abs(amounts.read(refund.total, `refunds.${i}.total`));
    const known = { externalId: refund.id, amountMinor, reason: refund.reason };
    const detail = details.get(refund.id);
    if (!detail) return { ...known, shippingMinor: 0, lines: [], itemized: false, at };
    const refunded = (charges: readonly RefundedCharge[]) =>
      charges.reduce((sum, charge) => sum + withTax(charge, `refunds.${i}`, amounts), 0);
    const shippingMinor = Math.min(refunded(detail.shipping_lines), amountMinor);
    const goods = detail.line_items.flatMap(refundedUnits);
    const fees = detail.fee_lines.flatMap((fee) => refundedFee(fee, payload, amounts));
    const itemizedMinor = refunded([...detail.line_items, ...detail.fee_lines]) + shippingMinor;
    return {
      ...known,
      shippingMinor,
      lines: [...goods, ...fees],
      itemized: goods.length > 0 || Math.abs(itemizedMinor - amountMinor) <= 1,
      at: detail.date_created_gmt ?? at,
    };
  });

type RefundedCharge = Pick<WooRefund["shipping_lines"][number], "total" | "total_tax">;

const withTax = ({ total, total_tax }: RefundedCharge, path: string, amounts: AmountReader): number =>
  Math.abs(amounts.readPart(total, `${path}.total`)) +
  Math.abs(amounts.readPart(total_tax, `${path}.total_tax`));

/** A fee that is refunded in full is not charged any more. Of a part of a fee only the amount counts. */
function refundedFee(
  { meta_data, ...refunded }: WooRefund["fee_lines"][number],
  { fee_lines }: Pick<WooOrder, "fee_lines">,
  amounts: AmountReader,
): NewRefundLine[] {
  const fee = fee_lines.find(({ id }) => id === refundedItem(meta_data));
  if (!fee) return [];
  const path = `fee_lines.${fee.id}`;
  const isWhole = withTax(fee, path, amounts) === withTax(refunded, path, amounts);
  return isWhole ? [{ externalLineId: fee.id, quantity: 1, restock: "unknown" }] : [];
}

function refundedItem(metaData: WooRefund["line_items"][number]["meta_data"]): string | null {
  const value = metaData.find(({ key }) => key === "_refunded_item_id")?.value;
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

/**
 * The line is named in the metadata. WooCommerce does not report whether the units were sent before: units that were
 * not are cancelled first.
 */
function refundedUnits({ quantity, meta_data }: WooRefund["line_items"][number]): NewRefundLine[] {
  const externalLineId = refundedItem(meta_data);
  const units = Math.abs(quantity);
  if (units === 0 || externalLineId === null) return [];
  return [{ externalLineId, quantity: units, restock: "unknown" }];
}
