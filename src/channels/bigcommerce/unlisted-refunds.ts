/**
 * What BigCommerce reports as paid back without a refund in its list: it was made at the provider, or is too new. Which
 * units it is for is not reported.
 */
import type { NewPayment, NewRefund } from "../../orders/domain/new-order";
import type { AmountReader } from "../shared/amounts";
import type { BigCommerceOrder, BigCommerceTransaction } from "./payload";

type Known = Readonly<{
  isEnded: boolean;
  listed: readonly NewRefund[];
  payments: readonly NewPayment[];
  currency: string;
  at: number;
}>;

/**
 * The refund of what the transactions have paid back beyond the list; of all that was paid, if the payment is refunded.
 * A part of unknown amount holds an order that is not ended.
 */
export function unlistedRefunds(
  { payment_status }: Pick<BigCommerceOrder, "payment_status">,
  transactions: readonly BigCommerceTransaction[],
  { isEnded, listed, payments, currency, at }: Known,
  amounts: AmountReader,
): NewRefund[] {
  const byProviders = transactions.reduce(
    (sum, { event, status, currency: paidIn, amount }, i) =>
      event === "refund" && status === "ok" && (paidIn ?? currency) === currency
        ? sum + Math.abs(amounts.read(amount, `transactions.${i}.amount`))
        : sum,
    0,
  );
  const captured = payments
    .filter(({ kind }) => kind !== "authorized")
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const byStatus = payment_status === "refunded" ? captured : 0;
  const listedMinor = listed.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const amountMinor = Math.max(byProviders, byStatus) - listedMinor;
  if (amountMinor > 0) {
    return [
      { externalId: "unlisted", amountMinor, shippingMinor: 0, lines: [], itemized: false, reason: null, at },
    ];
  }
  const isUnknown = payment_status === "partially refunded" && listed.length === 0;
  if (isUnknown && !isEnded) {
    amounts.hold("held_at_storefront", "Its payment is partially refunded, and BigCommerce lists no refund.");
  }
  return [];
}
