/**
 * What a Shopify refund gives back, by its own lines: units, shipping, duty and fees, less what staff kept. The sum is
 * what was paid back, once all transactions are settled.
 *
 * In a shop whose prices contain tax, `subtotal` contains it too. A refund alone does not show which shop it is: the
 * reading that meets the money paid back decides.
 */
import { isCurrency, type CurrencyCode } from "../../kernel/money";
import { amountReader, type MoneyValue } from "../shared/amounts";
import type { MoneyBag, ShopifyRefund } from "./payload";

/** Amounts in the shop's currency, or in the customer's. */
type Side = "shop" | "presentment";
type Read = (value: MoneyValue, path: string) => number;

export type RefundWorth = Readonly<{
  goodsMinor: number;
  goodsTaxMinor: number;
  shippingMinor: number;
  shippingTaxMinor: number;
  /** Duty and additional fees. */
  otherMinor: number;
  /** What was paid back beyond the rest, or (negative) kept. */
  discrepancyMinor: number;
}>;

/** The sum of the parts, tax included. `taxIncluded`: whether goods and shipping contain their tax already. */
export const worthTotal = (worth: RefundWorth, taxIncluded: boolean): number =>
  worth.goodsMinor +
  worth.shippingMinor +
  worth.otherMinor +
  worth.discrepancyMinor +
  (taxIncluded ? 0 : worth.goodsTaxMinor + worth.shippingTaxMinor);

/** `side`: in which of the two currencies. Amounts that the refund does not have there are 0. */
export function worthOf(refund: ShopifyRefund, side: Side, read: Read): RefundWorth {
  const amount = (bag: MoneyBag, plain: MoneyValue, path: string) =>
    read(side === "shop" ? (bag.shop ?? plain) : bag.presentment, path);
  const adjusted = (isShipping: boolean) =>
    refund.order_adjustments.reduce(
      (sum, adjustment, i) => {
        if (isShippingRefund(adjustment) !== isShipping) return sum;
        const path = `order_adjustments.${i}`;
        // Adjustments are negative if they add to the refund.
        return {
          netMinor: sum.netMinor - amount(adjustment.amount_set, adjustment.amount, `${path}.amount`),
          taxMinor:
            sum.taxMinor - amount(adjustment.tax_amount_set, adjustment.tax_amount, `${path}.tax_amount`),
        };
      },
      { netMinor: 0, taxMinor: 0 },
    );
  const discrepancy = adjusted(false);
  // Some versions list the same shipping both as an adjustment, with its tax, and as a line.
  const old = adjusted(true);
  const shipping = old.netMinor + old.taxMinor !== 0 ? old : shippingOf(refund, side, amount);
  const lines = refund.refund_line_items;
  return {
    goodsMinor: sumOf(lines, (line, i) =>
      amount(line.subtotal_set, line.subtotal, `refund_line_items.${i}.subtotal`),
    ),
    goodsTaxMinor: sumOf(lines, (line, i) =>
      amount(line.total_tax_set, line.total_tax, `refund_line_items.${i}.total_tax`),
    ),
    shippingMinor: shipping.netMinor,
    shippingTaxMinor: shipping.taxMinor,
    otherMinor:
      amount(refund.total_duties_set, null, "total_duties_set") +
      amount(refund.total_additional_fees_set, null, "total_additional_fees_set"),
    discrepancyMinor: discrepancy.netMinor + discrepancy.taxMinor,
  };
}

/**
 * What staff kept of the worth of the units, such as a restocking fee, in the shop's currency. Not what is only pending:
 * it is paid back later.
 */
export function keptMinor(refund: ShopifyRefund, currency: CurrencyCode): number {
  const isKept = ({ kind, reason }: ShopifyRefund["order_adjustments"][number]) =>
    !/pending/i.test(`${kind ?? ""} ${reason ?? ""}`);
  const settled = { ...refund, order_adjustments: refund.order_adjustments.filter(isKept) };
  return Math.max(0, -worthOf(settled, "shop", amountReader(currency).read).discrepancyMinor);
}

/** Version 2024-10 deprecates the kind, and keeps the reason. */
const isShippingRefund = ({ kind, reason }: ShopifyRefund["order_adjustments"][number]): boolean =>
  kind === null ? /shipping/i.test(reason ?? "") : kind === "shipping_refund";

type AmountOf = (bag: MoneyBag, plain: MoneyValue, path: string) => number;

/** A line has its tax only in newer versions. In others, it is the shipping line's tax, for the part that is refunded. */
function shippingOf(
  refund: ShopifyRefund,
  side: Side,
  amount: AmountOf,
): Readonly<{ netMinor: number; taxMinor: number }> {
  const parts = refund.refund_shipping_lines.map((line, i) => {
    const path = `refund_shipping_lines.${i}`;
    const netMinor = amount(line.subtotal_amount_set, null, `${path}.subtotal_amount_set`);
    const { shipping_line: charged, tax_amount_set } = line;
    const hasTax = (side === "shop" ? tax_amount_set.shop : tax_amount_set.presentment) !== null;
    if (hasTax) return { netMinor, taxMinor: amount(tax_amount_set, null, `${path}.tax_amount_set`) };
    if (!charged) return { netMinor, taxMinor: 0 };
    const price = amount(charged.price_set, charged.price, `${path}.shipping_line.price`);
    const hasDiscount = charged.discounted_price !== null || charged.discounted_price_set.shop !== null;
    const chargedMinor = hasDiscount
      ? amount(
          charged.discounted_price_set,
          charged.discounted_price,
          `${path}.shipping_line.discounted_price`,
        )
      : price;
    const taxMinor = sumOf(charged.tax_lines ?? [], (tax, j) =>
      amount(tax.price_set, tax.price, `${path}.shipping_line.tax_lines.${j}.price`),
    );
    const share = chargedMinor > 0 ? Math.min(1, netMinor / chargedMinor) : 0;
    return { netMinor, taxMinor: Math.round(taxMinor * share) };
  });
  return {
    netMinor: sumOf(parts, ({ netMinor }) => netMinor),
    taxMinor: sumOf(parts, ({ taxMinor }) => taxMinor),
  };
}

type Transaction = ShopifyRefund["transactions"][number];

/** A transaction without a kind is the refund's own. */
export const isRefund = ({ kind }: Pick<Transaction, "kind">): boolean => (kind ?? "refund") === "refund";

/** Whether the money was paid back. A transaction without a status has succeeded. */
export const isSettledRefund = ({ kind, status }: Pick<Transaction, "kind" | "status">): boolean =>
  isRefund({ kind }) && (status ?? "success") === "success";

/** The settled money of the refund in one currency, and the worth in the same; null if it is in several. */
function paidAndWorth(refund: ShopifyRefund, currency: CurrencyCode) {
  const settled = refund.transactions.filter(isSettledRefund);
  const inShopMoney = settled.every(
    (paid) => paid.amount_set.shop !== null || paid.currency === null || paid.currency === currency,
  );
  const codes = new Set(settled.map((paid) => (inShopMoney ? currency : (paid.currency ?? currency))));
  const [code] = codes;
  if (codes.size !== 1 || code === undefined || !isCurrency(code)) return null;
  const { read } = amountReader(code);
  const paidMinor = sumOf(settled, (paid) =>
    read(inShopMoney ? (paid.amount_set.shop ?? paid.amount) : paid.amount, "amount"),
  );
  return { paidMinor, worth: worthOf(refund, inShopMoney ? "shop" : "presentment", read), inShopMoney };
}

/** Whether subtotals contain their tax: only then is the money paid back the sum without tax. */
export function isTaxIncluded(refund: ShopifyRefund, currency: CurrencyCode): boolean {
  const known = paidAndWorth(refund, currency);
  if (!known) return false;
  const { paidMinor, worth } = known;
  return paidMinor === worthTotal(worth, true) && paidMinor !== worthTotal(worth, false);
}

/** How much of a whole the tax may be, if only the money paid back shows it. */
const MAX_TAX = 0.5;

/** The refunded shipping with its tax, in the shop's currency. */
export function refundedShipping(refund: ShopifyRefund, currency: CurrencyCode): number {
  const worth = worthOf(refund, "shop", amountReader(currency).read);
  const netMinor = Math.max(0, worth.shippingMinor);
  if (netMinor === 0 || isTaxIncluded(refund, currency)) return netMinor;
  const known = paidAndWorth(refund, currency);
  if (known?.inShopMoney) {
    // What was paid beyond everything else is shipping: exact where the tax's share had to be rounded, or is missing.
    const restMinor =
      known.paidMinor - (worthTotal(worth, false) - worth.shippingMinor - worth.shippingTaxMinor);
    const taxMinor = restMinor - netMinor;
    const isNear = Math.abs(taxMinor - worth.shippingTaxMinor) <= 1;
    const isPlausible = worth.shippingTaxMinor === 0 && taxMinor > 0 && taxMinor <= netMinor * MAX_TAX;
    if (isNear || isPlausible) return restMinor;
  }
  return netMinor + Math.max(0, worth.shippingTaxMinor);
}

const sumOf = <Item>(items: readonly Item[], of: (item: Item, i: number) => number): number =>
  items.reduce((sum, item, i) => sum + of(item, i), 0);
