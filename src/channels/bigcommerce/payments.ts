/**
 * What was paid for a BigCommerce order, and paid back. Transactions have the amounts of the provider's events. What is
 * paid outside of BigCommerce (cash, a bank transfer) is paid once the merchant sets the order's status accordingly.
 */
import { payable } from "../../orders/domain/amounts";
import type { NewPayment, NewRefund, NewRefundLine } from "../../orders/domain/new-order";
import type { AmountReader } from "../shared/amounts";
import type { OrderParts } from "./choose-reading";
import type { BigCommerceOrder, BigCommerceRefund, BigCommerceTransaction } from "./payload";
import { STATUS } from "./status";

/** In these the shop waits for the payment, or verifies it. */
const UNPAID: readonly number[] = [STATUS.pending, STATUS.awaitingPayment, STATUS.manualVerificationRequired];

/** Transactions that no payment provider clears: the order's own fields have them as well. */
const CREDITS = ["store_credit", "gift_certificate"] as const;

type Options = Readonly<{ currency: string; totalMinor: number; at: number }>;

/**
 * What is paid now: by store credit and by gift certificates, and the rest by one payment, whether it follows from
 * transactions or from the status: an order that is paid by its status may get its transactions later, or never.
 */
export function newPayments(
  payload: BigCommerceOrder,
  transactions: readonly BigCommerceTransaction[],
  { currency, totalMinor, at }: Options,
  amounts: AmountReader,
): NewPayment[] {
  const succeeded = transactions
    .map((transaction, i) => ({ ...transaction, path: `transactions.${i}.amount` }))
    .filter(({ status, currency: paidIn }) => status === "ok" && (paidIn ?? currency) === currency);
  const captures = succeeded.filter(({ event }) => event === "purchase" || event === "capture");
  const sum = (of: typeof captures) =>
    of.reduce((all, { amount, path }) => all + amounts.read(amount, path), 0);
  const credits = CREDITS.map((name): NewPayment => {
    const ofOrder = amounts.readPart(payload[`${name}_amount`], `${name}_amount`);
    const ofTransactions = sum(captures.filter(({ method }) => method === name));
    return { externalId: name, kind: "gift_card", amountMinor: Math.max(ofOrder, ofTransactions), at };
  }).filter(({ amountMinor }) => amountMinor > 0);

  const restMinor = totalMinor - credits.reduce((all, { amountMinor }) => all + amountMinor, 0);
  const ofProviders = captures.filter(({ method }) => !CREDITS.some((name) => name === method));
  const byStatus = statusOfPayment(payload, succeeded);
  const paidMinor = Math.max(sum(ofProviders), byStatus === "paid" ? restMinor : 0);
  if (paidMinor > 0) {
    const times = ofProviders.flatMap((capture) => capture.date_created ?? []);
    const paidAt = times.length > 0 ? Math.max(...times) : at;
    return [...credits, { externalId: "captured", kind: "captured", amountMinor: paidMinor, at: paidAt }];
  }
  if (byStatus !== "authorized" || restMinor <= 0) return credits;
  return [...credits, { externalId: "authorized", kind: "authorized", amountMinor: restMinor, at }];
}

/** Whether the checkout was tried with a gateway's test mode. */
export const isTest = (transactions: readonly BigCommerceTransaction[]): boolean =>
  transactions.some(({ test }) => test === true) && transactions.every(({ test }) => test !== false);

/**
 * Payment on delivery counts as authorized, because the shop wants the order to be sent, until the merchant completes
 * the order. An authorization does not count while the order awaits its payment: the merchant has not captured it yet.
 */
function statusOfPayment(
  { status_id, payment_status, payment_method }: BigCommerceOrder,
  transactions: readonly BigCommerceTransaction[],
): "paid" | "authorized" | "unpaid" {
  const isAwaited = UNPAID.includes(status_id);
  const isOnDelivery =
    transactions.some(({ gateway }) => gateway === "cod") || /cash on delivery/i.test(payment_method ?? "");
  switch (payment_status ?? "") {
    case "captured":
    case "paid":
    case "partially refunded":
    case "refunded":
      return "paid";
    case "authorized":
    case "capture pending":
      return status_id === STATUS.pending || status_id === STATUS.awaitingPayment ? "unpaid" : "authorized";
    case "":
    case "pending":
      if (isAwaited) return "unpaid";
      if (isOnDelivery) return status_id === STATUS.completed ? "paid" : "authorized";
      return payment_status === "pending" ? "unpaid" : "paid";
    default:
      return "unpaid";
  }
}

/**
 * The amount of each refund that the providers have not declined, and its units. BigCommerce restocks nothing for a
 * refund. A refund of shipping is without tax if the prices are.
 */
export const newRefunds = (
  refunds: readonly BigCommerceRefund[],
  parts: OrderParts,
  fallbackAt: number,
  amounts: AmountReader,
): NewRefund[] =>
  refunds.flatMap((refund, i) => {
    const path = `refunds.${i}.`;
    const made = refund.payments.filter(({ is_declined }) => is_declined !== true);
    if (refund.payments.length > 0 && made.length === 0) return [];
    const paidMinor = made.reduce((sum, { amount }) => sum + amounts.read(amount, `${path}payments`), 0);
    const shippingMinor = refund.items.reduce(
      (sum, { item_type, requested_amount }) =>
        item_type === "SHIPPING" || item_type === "HANDLING"
          ? sum + amounts.read(requested_amount, `${path}items`)
          : sum,
      0,
    );
    const amountMinor =
      made.length > 0 ? paidMinor : amounts.read(refund.total_amount, `${path}total_amount`);
    return [
      {
        externalId: refund.id,
        amountMinor,
        shippingMinor: Math.min(withTax(shippingMinor, parts), amountMinor),
        lines: refund.items.flatMap((item) =>
          refundedLine(item, parts, amounts.readPart(item.requested_amount, path)),
        ),
        itemized: true,
        reason: refund.reason,
        at: refund.created ?? fallbackAt,
      },
    ];
  });

/** The units of a line. A fee, or the gift wrapping, that is refunded in full is not charged any more. */
function refundedLine(
  { item_type, item_id, quantity }: BigCommerceRefund["items"][number],
  { lines, taxIncluded }: OrderParts,
  amountMinor: number,
): NewRefundLine[] {
  if (item_type === "PRODUCT") {
    const isListed = item_id !== null && quantity !== null && quantity > 0;
    return isListed ? [{ externalLineId: item_id, quantity, restock: "none" }] : [];
  }
  const name = item_type === "FEE" ? `fee-${item_id}` : item_type === "GIFT_WRAPPING" ? "wrapping" : null;
  const fee = lines.find(({ kind, externalId }) => kind === "fee" && externalId === name);
  const isWhole = fee && [fee.grossMinor, payable(fee, taxIncluded)].includes(amountMinor);
  return isWhole ? [{ externalLineId: fee.externalId, quantity: 1, restock: "none" }] : [];
}

function withTax(shippingMinor: number, { shipping, taxIncluded }: OrderParts): number {
  const chargedMinor = shipping.grossMinor - shipping.discountMinor;
  if (chargedMinor <= 0) return shippingMinor;
  const part = Math.min(1, shippingMinor / chargedMinor);
  return Math.round(part * payable(shipping, taxIncluded));
}
