/**
 * Maps a Shopify refund: what was paid back, what of it was shipping, and what happens to the units.
 *
 * The refund's own callback and each callback of its order must give the same, whichever comes first. So only the refund
 * itself is read here, never its order.
 */
import type { CurrencyCode } from "../../kernel/money";
import type { NewRefund, NewRefundLine } from "../../orders/domain/new-order";
import { amountReader, type AmountReader } from "../shared/amounts";
import type { ShopifyRefund } from "./payload";
import {
  isRefund,
  isSettledRefund,
  isTaxIncluded,
  keptMinor,
  refundedShipping,
  worthOf,
  worthTotal,
} from "./refund-worth";

/** Where the refund is in its payload, and its time if it has none (epoch milliseconds). */
type Place = Readonly<{ path: string; fallbackAt: number }>;

/**
 * The amount is what the payment provider has paid back, not what the lines cost: staff may refund less or more. A
 * payment that is pending is not paid back yet: a later state of the order has it.
 */
export function newRefund(
  refund: ShopifyRefund,
  currency: CurrencyCode,
  amounts: AmountReader,
  { path, fallbackAt }: Place,
): NewRefund {
  const amountMinor = paidBack(refund, currency, amounts, path);
  const kept = keptMinor(refund, currency);
  return {
    externalId: refund.id,
    amountMinor,
    shippingMinor: Math.min(amountMinor, refundedShipping(refund, currency)),
    ...(kept > 0 && { keptMinor: kept }),
    lines: refundLines(refund, amounts, path),
    itemized: true,
    reason: refund.note,
    at: refund.processed_at ?? refund.created_at ?? fallbackAt,
  };
}

/** A line that is listed several times with the same outcome is one: apps list each returned unit with its own reason. */
function refundLines(refund: ShopifyRefund, amounts: AmountReader, path: string): NewRefundLine[] {
  const lines = new Map<string, NewRefundLine>();
  for (const [i, line] of refund.refund_line_items.entries()) {
    if (line.quantity === 0) continue;
    const units = wholeUnits(line.quantity, `${path}refund_line_items.${i}.quantity`, amounts);
    const restock = restockOf(line.restock_type);
    const key = JSON.stringify([line.line_item_id, restock]);
    const quantity = (lines.get(key)?.quantity ?? 0) + units;
    lines.set(key, { externalLineId: line.line_item_id, quantity, restock });
  }
  return [...lines.values()];
}

/** A part of a unit is taken as the whole unit, and the order is held. */
function wholeUnits(quantity: number, path: string, amounts: AmountReader): number {
  if (!Number.isInteger(quantity)) {
    amounts.hold("amount_inexact", `${path} is ${quantity}: whole units only`);
  }
  return Math.ceil(quantity);
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

type Transaction = ShopifyRefund["transactions"][number];

const isForeign = ({ currency: code, amount_set }: Transaction, currency: string) =>
  code !== null && code !== currency && amount_set.shop === null;

/**
 * The sum of the transactions that succeeded. If one is in the customer's currency, the worth of what was refunded
 * instead, which Shopify keeps in the shop's currency.
 */
function paidBack(
  refund: ShopifyRefund,
  currency: CurrencyCode,
  amounts: AmountReader,
  path: string,
): number {
  const settled = refund.transactions
    .map((transaction, i) => ({ ...transaction, path: `${path}transactions.${i}.amount` }))
    .filter(isSettledRefund);
  if (settled.some((transaction) => isForeign(transaction, currency))) {
    const worth = worthOf(refund, "shop", amounts.read);
    const worthMinor = Math.max(0, worthTotal(worth, isTaxIncluded(refund, currency)));
    if (worthMinor === 0) {
      amounts.hold("amount_inexact", `refund ${refund.id} was paid in another currency than ${currency}`);
    }
    return worthMinor;
  }
  return settled.reduce((sum, paid) => sum + amounts.read(paid.amount_set.shop ?? paid.amount, paid.path), 0);
}

/** What the payment provider has accepted and not paid back yet, without what is in the customer's currency only. */
export function pendingMinor(refund: ShopifyRefund, currency: CurrencyCode): number {
  const { read } = amountReader(currency);
  return refund.transactions
    .filter((transaction) => isRefund(transaction) && transaction.status === "pending")
    .filter((transaction) => !isForeign(transaction, currency))
    .reduce((sum, { amount_set, amount }) => sum + Math.max(0, read(amount_set.shop ?? amount, "amount")), 0);
}

/** The shop's currency as the refund's amounts name it; null if none of them does. */
export function shopCurrencyOf(refund: ShopifyRefund): string | null {
  const bags = [
    ...refund.refund_line_items.flatMap((line) => [line.subtotal_set, line.total_tax_set]),
    ...refund.refund_shipping_lines.map((line) => line.subtotal_amount_set),
    ...refund.order_adjustments.map((adjustment) => adjustment.amount_set),
    ...refund.transactions.flatMap((paid) => [paid.amount_set, paid.total_unsettled_set]),
    refund.total_duties_set,
    refund.total_additional_fees_set,
  ];
  return bags.flatMap(({ shopCurrency }) => shopCurrency ?? [])[0] ?? null;
}
