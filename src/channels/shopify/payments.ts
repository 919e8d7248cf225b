/**
 * The payments of a Shopify order.
 *
 * A payload has no payments, only sums. `total_price` is all that was ever ordered; edits add to it, and nothing takes
 * off. `current_total_price` is what is left after edits and refunds. `total_outstanding` is what of that is not paid;
 * negative if the customer has paid too much. So captured − refunded = current_total_price − total_outstanding.
 * https://shopify.dev/docs/api/admin-rest/latest/resources/order, as of November 2026.
 */
import type { CurrencyCode } from "../../kernel/money";
import type { NewPayment, NewRefund } from "../../orders/domain/new-order";
import { amountReader, type AmountReader } from "../shared/amounts";
import type { ShopifyOrder, ShopifyRefund } from "./payload";
import { pendingMinor } from "./refund";
import { isTaxIncluded, worthOf, worthTotal } from "./refund-worth";

type Sums = Readonly<{
  totalMinor: number;
  /** Null if the payload does not have them, as before 2021. */
  currentMinor: number | null;
  outstandingMinor: number | null;
  refundedMinor: number;
  /** Refunds that the payment provider has accepted and not paid back yet. */
  pendingMinor: number;
  /** What refunds kept of the worth of their lines, without listing it. */
  keptMinor: number;
}>;

/** `at`: when the payments are as they are. What is captured is one payment, which may grow or shrink. */
export function shopifyPayments(
  payload: ShopifyOrder,
  refunds: readonly NewRefund[],
  { totalMinor, currency, at }: Readonly<{ totalMinor: number; currency: CurrencyCode; at: number }>,
  amounts: AmountReader,
): NewPayment[] {
  const orNull = (value: string | number | null, path: string) =>
    value === null ? null : amounts.read(value, path);
  const sums: Sums = {
    totalMinor,
    currentMinor: orNull(payload.current_total_price, "current_total_price"),
    outstandingMinor: orNull(payload.total_outstanding, "total_outstanding"),
    refundedMinor: sumOf(refunds.map(({ amountMinor }) => amountMinor)),
    pendingMinor: sumOf(payload.refunds.map((refund) => pendingMinor(refund, currency))),
    keptMinor: sumOf(payload.refunds.map((refund) => keptUnlisted(refund, currency))),
  };
  const status = payload.financial_status ?? "";
  const capturedMinor = Math.max(captured(status, sums), sums.refundedMinor + sums.pendingMinor);
  const payment = (kind: NewPayment["kind"], amountMinor: number): NewPayment[] =>
    amountMinor > 0 ? [{ externalId: kind, kind, amountMinor, at }] : [];
  if (capturedMinor > 0) {
    return payment(isPaidOnlyBy(payload, isGiftCard) ? "gift_card" : "captured", capturedMinor);
  }
  const isPromised = status === "authorized" || (status === "pending" && isPaidOnlyBy(payload, isOnDelivery));
  return isPromised ? payment("authorized", dueMinor(sums)) : [];
}

/** Whether all payment gateways are such. An order paid in several ways does not show how much was paid in which. */
const isPaidOnlyBy = (
  { payment_gateway_names: names }: Pick<ShopifyOrder, "payment_gateway_names">,
  isSuch: (name: string) => boolean,
): boolean => names.length > 0 && names.every((name) => name !== null && isSuch(name));

const isGiftCard = (name: string): boolean => name === "gift_card";

/** A manual payment method, named in the language of the shop. Its orders are sent before they are paid. */
const isOnDelivery = (name: string): boolean =>
  /cash[ _-]on[ _-]delivery|\bcod\b|nachnahme|contre[ -]remboursement|contra[ -]?re+mbolso|contrassegno|rembours/i.test(
    name,
  );

function captured(status: string, sums: Sums): number {
  const { totalMinor, currentMinor, outstandingMinor, refundedMinor } = sums;
  switch (status) {
    case "paid":
    case "partially_refunded":
      return received({ ...sums, outstandingMinor: outstandingOfPaid(sums) });
    case "refunded":
      return refundedMinor > 0 ? received(sums) : totalMinor;
    case "partially_paid":
      return outstandingMinor === null ? 0 : received(sums);
    case "pending":
      // Nothing is certain, unless only a part of the order is outstanding.
      return outstandingMinor !== null &&
        outstandingMinor > 0 &&
        outstandingMinor < (currentMinor ?? totalMinor)
        ? received(sums)
        : 0;
    default:
      // Authorized, voided, expired or missing: no money is captured.
      return 0;
  }
}

/** An order that is paid outside of Shopify may still name its whole total as outstanding. */
const outstandingOfPaid = ({ totalMinor, currentMinor, outstandingMinor }: Sums): number =>
  outstandingMinor === totalMinor || outstandingMinor === currentMinor ? 0 : (outstandingMinor ?? 0);

function received(sums: Sums): number {
  const { totalMinor, currentMinor, refundedMinor } = sums;
  const outstandingMinor = sums.outstandingMinor ?? 0;
  if (currentMinor === null || sums.outstandingMinor === null) {
    return Math.max(0, totalMinor - Math.max(0, outstandingMinor));
  }
  const netMinor = currentMinor - outstandingMinor + sums.keptMinor;
  // A refund without units may not be taken off the current total. Then the sum is more than was ever ordered: only an
  // order that is overpaid (a negative outstanding amount) can have so much.
  const settledMinor = Math.min(netMinor + refundedMinor, totalMinor - Math.min(0, outstandingMinor));
  // The current total may or may not contain what a pending refund will take off.
  const withPendingMinor = netMinor + refundedMinor + sums.pendingMinor;
  return Math.max(0, Math.min(withPendingMinor, Math.max(totalMinor, settledMinor)));
}

/** What is still to be captured of an order of which nothing is captured. */
const dueMinor = ({ totalMinor, currentMinor, outstandingMinor }: Sums): number =>
  outstandingMinor !== null && outstandingMinor > 0 ? outstandingMinor : (currentMinor ?? totalMinor);

/**
 * Refunds from before 2018 (`legacy_restock`) do not list what staff kept of the worth of their lines. The current total
 * is without the lines, and so without what was kept.
 */
function keptUnlisted(refund: ShopifyRefund, currency: CurrencyCode): number {
  const isLegacy = refund.refund_line_items.some((line) => line.restock_type === "legacy_restock");
  if (!isLegacy || refund.order_adjustments.length > 0) return 0;
  const { read } = amountReader(currency);
  const paidMinor = sumOf(
    refund.transactions
      .filter(({ kind, status }) => kind === "refund" && status === "success")
      .map(({ amount_set, amount }) => read(amount_set.shop ?? amount, "amount")),
  );
  const worthMinor = worthTotal(worthOf(refund, "shop", read), isTaxIncluded(refund, currency));
  return paidMinor > 0 ? Math.max(0, worthMinor - paidMinor) : 0;
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
