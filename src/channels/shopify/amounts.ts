/**
 * The amounts of a Shopify order: its lines, other charges and shipping, each with its discount and tax, so that they
 * add up to Shopify's total.
 */
import { apportion } from "../../kernel/money";
import type { Amounts } from "../../orders/domain/amounts";
import type { NewOrderLine } from "../../orders/domain/new-order";
import { computedTotal } from "../../orders/domain/new-order-checks";
import { discountLines, feeLine } from "../../orders/domain/new-order-lines";
import type { LineKind } from "../../orders/domain/order-line";
import type { AmountReader } from "../shared/amounts";
import type { ShopifyLineItem, ShopifyOrder } from "./payload";

/** What a line's amounts depend on beside the line. */
export type OrderTotals = Readonly<{
  taxIncluded: boolean;
  shipping: Amounts;
  totalMinor: number;
  /** The units of a line that were withdrawn. */
  removed: (item: ShopifyLineItem) => number;
}>;

/** Goods first, then other charges. Tax and discounts that only the order has are split over the goods. */
export function orderLines(
  payload: ShopifyOrder,
  totals: OrderTotals,
  amounts: AmountReader,
): NewOrderLine[] {
  const items = payload.line_items.flatMap((item, i) =>
    item.quantity === 0 ? [] : [orderLine(item, `line_items.${i}.`, totals.removed(item), amounts)],
  );
  const fees = feeLines(payload, items, amounts);
  const goods = withOrderTax(payload, items, [totals.shipping, ...fees], amounts);
  const discounted = withOrderDiscount(payload, { goods, fees }, totals, amounts);
  return withRounding(payload, discounted, totals, amounts);
}

function orderLine(
  item: ShopifyLineItem,
  path: string,
  removed: number,
  amounts: AmountReader,
): NewOrderLine {
  const unitPriceMinor = amounts.read(item.price, `${path}price`);
  const allocated = sumOf(item.discount_allocations, "amount", `${path}discount_allocations.`, amounts);
  return {
    externalId: item.id,
    sku: item.sku,
    title: titleOf(item),
    kind: kindOf(item),
    quantity: item.quantity,
    removed,
    unitPriceMinor,
    // Rounded, because a quantity may be a fraction.
    grossMinor: Math.round(unitPriceMinor * item.quantity),
    discountMinor:
      item.discount_allocations.length > 0
        ? allocated
        : amounts.read(item.total_discount, `${path}total_discount`),
    taxMinor: sumOf(item.tax_lines, "price", `${path}tax_lines.`, amounts),
  };
}

export const titleOf = (item: ShopifyLineItem): string => item.title ?? item.name ?? item.sku ?? item.id;

const isTip = (item: ShopifyLineItem) =>
  item.tip_payment_gateway !== null || item.tip_payment_method !== null;

/** A tip is a fee. Goods are physical unless Shopify reports that nothing ships. */
export function kindOf(item: ShopifyLineItem): LineKind {
  if (item.gift_card) return "gift_card";
  if (isTip(item)) return "fee";
  return item.requires_shipping === false ? "digital" : "physical";
}

/** Tips, import duty and additional fees. Without tips that are lines already, and duty that prices contain. */
function feeLines(
  payload: ShopifyOrder,
  items: readonly NewOrderLine[],
  amounts: AmountReader,
): NewOrderLine[] {
  const tipLines = new Set(payload.line_items.filter(isTip).map((item) => item.id));
  const tipLinesMinor = items
    .filter((line) => tipLines.has(line.externalId))
    .reduce((sum, line) => sum + line.grossMinor, 0);
  const tipMinor = amounts.read(payload.total_tip_received, "total_tip_received") - tipLinesMinor;

  const duty = dutyAmounts(payload, amounts);
  const additionalMinor = amounts.read(
    payload.original_total_additional_fees_set?.amount ?? null,
    "original_total_additional_fees_set",
  );
  return [
    ...(tipMinor > 0 ? [feeLine("tip", "Tip", onlyGross(tipMinor))] : []),
    ...(duty.grossMinor > 0 ? [feeLine("duty", "Import duty", duty)] : []),
    ...(additionalMinor > 0
      ? [feeLine("additional_fees", "Additional fees", onlyGross(additionalMinor))]
      : []),
  ];
}

function dutyAmounts(payload: ShopifyOrder, amounts: AmountReader): Amounts {
  if (payload.duties_included) return onlyGross(0);
  const duties = payload.line_items.flatMap((item, i) =>
    item.duties.map((duty, j) => ({ ...duty, path: `line_items.${i}.duties.${j}.` })),
  );
  const total = payload.original_total_duties_set?.amount ?? null;
  const grossMinor =
    total === null
      ? duties.reduce((sum, duty) => {
          const price = duty.price ?? duty.shop_money?.amount ?? duty.price_set?.amount ?? null;
          return sum + amounts.read(price, `${duty.path}price`);
        }, 0)
      : amounts.read(total, "original_total_duties_set");
  const taxMinor = duties.reduce(
    (sum, duty) => sum + sumOf(duty.tax_lines, "price", `${duty.path}tax_lines.`, amounts),
    0,
  );
  return { grossMinor, discountMinor: 0, taxMinor };
}

/** If only the order has tax, it is split over the taxable lines, as Shopify does with an order's own tax lines. */
function withOrderTax(
  payload: ShopifyOrder,
  items: NewOrderLine[],
  others: readonly Amounts[],
  amounts: AmountReader,
): NewOrderLine[] {
  const totalTaxMinor = amounts.read(payload.total_tax, "total_tax");
  const ownTaxMinor = [...items, ...others].reduce((sum, part) => sum + part.taxMinor, 0);
  if (ownTaxMinor !== 0 || totalTaxMinor <= 0 || items.length === 0) return items;
  const untaxed = new Set(payload.line_items.filter((item) => item.taxable === false).map((item) => item.id));
  const weights = items.map((line) =>
    untaxed.has(line.externalId) ? 0 : Math.max(0, line.grossMinor - line.discountMinor),
  );
  const taxes = apportion(totalTaxMinor, weights);
  return items.map((line, i) => ({ ...line, taxMinor: taxes[i]! }));
}

/**
 * Splits a discount that only the order's sum has over the goods. If the parts add up without it, it belonged to lines
 * that are gone, and is ignored.
 */
function withOrderDiscount(
  payload: ShopifyOrder,
  { goods, fees }: Readonly<{ goods: NewOrderLine[]; fees: NewOrderLine[] }>,
  { taxIncluded, shipping, totalMinor }: OrderTotals,
  amounts: AmountReader,
): NewOrderLine[] {
  const lines = [...goods, ...fees];
  const allocatedMinor = [...lines, shipping].reduce((sum, part) => sum + part.discountMinor, 0);
  const restMinor = amounts.read(payload.total_discounts, "total_discounts") - allocatedMinor;
  if (restMinor <= 0 || computedTotal({ lines, shipping, taxIncluded }) === totalMinor) return lines;
  return [...discountLines(goods, restMinor), ...fees];
}

/**
 * A cash payment is rounded to the smallest coin, and the order's total may or may not contain that. It becomes a part
 * of the order only if the total contains it.
 */
function withRounding(
  payload: ShopifyOrder,
  lines: NewOrderLine[],
  { taxIncluded, shipping, totalMinor }: OrderTotals,
  amounts: AmountReader,
): NewOrderLine[] {
  const path = "total_cash_rounding_payment_adjustment_set";
  const roundingMinor = amounts.read(payload[path]?.amount ?? null, path);
  const differenceMinor = totalMinor - computedTotal({ lines, shipping, taxIncluded });
  if (roundingMinor === 0 || differenceMinor !== roundingMinor) return lines;
  return roundingMinor > 0
    ? [...lines, feeLine("cash_rounding", "Cash rounding", onlyGross(roundingMinor))]
    : discountLines(lines, -roundingMinor);
}

/** The shipping lines that were not removed; without any line, the order's own sum. */
export function shippingAmounts(payload: ShopifyOrder, amounts: AmountReader): Amounts {
  if (payload.shipping_lines.length === 0) {
    const total = payload.total_shipping_price_set?.amount ?? null;
    return onlyGross(amounts.read(total, "total_shipping_price_set"));
  }
  return sumOfShipping(payload, false, amounts);
}

/** The shipping lines that an edit removed. */
export const removedShippingAmounts = (payload: ShopifyOrder, amounts: AmountReader): Amounts =>
  sumOfShipping(payload, true, amounts);

function sumOfShipping(payload: ShopifyOrder, isRemoved: boolean, amounts: AmountReader): Amounts {
  const sum = { grossMinor: 0, discountMinor: 0, taxMinor: 0 };
  for (const [i, line] of payload.shipping_lines.entries()) {
    if ((line.is_removed ?? false) !== isRemoved) continue;
    const path = `shipping_lines.${i}.`;
    const grossMinor = amounts.read(line.price, `${path}price`);
    const allocatedMinor = sumOf(
      line.discount_allocations,
      "amount",
      `${path}discount_allocations.`,
      amounts,
    );
    const discountedMinor =
      line.discounted_price === null
        ? grossMinor
        : amounts.read(line.discounted_price, `${path}discounted_price`);
    sum.grossMinor += grossMinor;
    const discountMinor =
      line.discount_allocations.length > 0 ? allocatedMinor : grossMinor - discountedMinor;
    // An allocation may be greater than the price of a line that is free already.
    sum.discountMinor += Math.max(0, Math.min(discountMinor, grossMinor));
    sum.taxMinor += sumOf(line.tax_lines, "price", `${path}tax_lines.`, amounts);
  }
  return sum;
}

const onlyGross = (grossMinor: number): Amounts => ({ grossMinor, discountMinor: 0, taxMinor: 0 });

function sumOf<Field extends "price" | "amount">(
  parts: readonly Readonly<Record<Field, string | number | null>>[],
  field: Field,
  path: string,
  amounts: AmountReader,
): number {
  return parts.reduce((sum, part, i) => sum + amounts.read(part[field], `${path}${i}.${field}`), 0);
}
