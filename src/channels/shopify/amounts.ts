/**
 * What a Shopify order is made of: its lines, the charges beside them and its shipping, each with its own
 * discount and tax, so that they add up to the total as Shopify means it.
 */
import { apportion } from "../../kernel/money";
import type { Amounts, LineKind, NewOrderLine } from "../../orders/domain/order";
import type { AmountReader } from "../storefronts/amounts";
import { discountLines, feeLine, partsTotal } from "../../orders/domain/new-order-checks";
import type { ShopifyLineItem, ShopifyOrder } from "./payload";

export type Around = Readonly<{
  taxIncluded: boolean;
  shipping: Amounts;
  totalMinor: number;
  refunded: (externalLineId: string) => number;
}>;

/** Goods first, then what was charged besides them; what is told only for the whole order is split over the goods. */
export function orderLines(payload: ShopifyOrder, around: Around, amounts: AmountReader): NewOrderLine[] {
  const items = payload.line_items.flatMap((item, i) =>
    item.quantity === 0 ? [] : [orderLine(item, `line_items.${i}.`, around.refunded(item.id), amounts)],
  );
  const fees = feeLines(payload, items, amounts);
  const goods = withOrderTax(payload, items, [around.shipping, ...fees], amounts);
  return withRounding(payload, withOrderDiscount(payload, goods, fees, around, amounts), around, amounts);
}

function orderLine(
  item: ShopifyLineItem,
  path: string,
  refunded: number,
  amounts: AmountReader,
): NewOrderLine {
  const unitPriceMinor = amounts.read(item.price, `${path}price`);
  const allocated = sumOf(item.discount_allocations, "amount", `${path}discount_allocations.`, amounts);
  return {
    externalId: item.id,
    sku: item.sku,
    title: item.title ?? item.name ?? item.sku ?? item.id,
    kind: kindOf(item),
    quantity: item.quantity,
    removed: Math.max(0, item.quantity - (item.current_quantity ?? item.quantity) - refunded),
    unitPriceMinor,
    grossMinor: unitPriceMinor * item.quantity,
    discountMinor:
      item.discount_allocations.length > 0
        ? allocated
        : amounts.read(item.total_discount, `${path}total_discount`),
    taxMinor: sumOf(item.tax_lines, "price", `${path}tax_lines.`, amounts),
  };
}

const isTip = (item: ShopifyLineItem) =>
  item.tip_payment_gateway !== null || item.tip_payment_method !== null;

function kindOf(item: ShopifyLineItem): LineKind {
  if (item.gift_card) return "gift_card";
  if (isTip(item)) return "fee";
  return item.requires_shipping === false ? "digital" : "physical";
}

/** Tips, import duty and additional fees. A tip that is a line already is not taken twice; duty that prices hold is no charge. */
function feeLines(
  payload: ShopifyOrder,
  items: readonly NewOrderLine[],
  amounts: AmountReader,
): NewOrderLine[] {
  const tipLines = new Set(payload.line_items.filter(isTip).map((item) => item.id));
  const tipsToldMinor = items
    .filter((line) => tipLines.has(line.externalId))
    .reduce((sum, line) => sum + line.grossMinor, 0);
  const tipMinor = amounts.read(payload.total_tip_received, "total_tip_received") - tipsToldMinor;

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
  const told = payload.original_total_duties_set?.amount ?? null;
  const grossMinor =
    told === null
      ? duties.reduce((sum, duty) => {
          const price = duty.price ?? duty.shop_money?.amount ?? duty.price_set?.amount ?? null;
          return sum + amounts.read(price, `${duty.path}price`);
        }, 0)
      : amounts.read(told, "original_total_duties_set");
  const taxMinor = duties.reduce(
    (sum, duty) => sum + sumOf(duty.tax_lines, "price", `${duty.path}tax_lines.`, amounts),
    0,
  );
  return { grossMinor, discountMinor: 0, taxMinor };
}

/** Where only the order tells its tax, it is split over the taxable lines, as Shopify itself does with an order's tax lines. */
function withOrderTax(
  payload: ShopifyOrder,
  items: NewOrderLine[],
  others: readonly Amounts[],
  amounts: AmountReader,
): NewOrderLine[] {
  const totalTaxMinor = amounts.read(payload.total_tax, "total_tax");
  const toldMinor = [...items, ...others].reduce((sum, part) => sum + part.taxMinor, 0);
  if (toldMinor !== 0 || totalTaxMinor <= 0 || items.length === 0) return items;
  const untaxed = new Set(payload.line_items.filter((item) => item.taxable === false).map((item) => item.id));
  const weights = items.map((line) =>
    untaxed.has(line.externalId) ? 0 : Math.max(0, line.grossMinor - line.discountMinor),
  );
  const taxes = apportion(totalTaxMinor, weights);
  return items.map((line, i) => ({ ...line, taxMinor: taxes[i]! }));
}

/**
 * A discount that is told only in the order's sum. When the parts add up without it, it is one that has
 * ended with the lines it was on, and is left alone.
 */
function withOrderDiscount(
  payload: ShopifyOrder,
  goods: NewOrderLine[],
  fees: NewOrderLine[],
  { taxIncluded, shipping, totalMinor }: Around,
  amounts: AmountReader,
): NewOrderLine[] {
  const lines = [...goods, ...fees];
  const allocatedMinor = [...lines, shipping].reduce((sum, part) => sum + part.discountMinor, 0);
  const restMinor = amounts.read(payload.total_discounts, "total_discounts") - allocatedMinor;
  if (restMinor <= 0 || partsTotal({ lines, shipping, taxIncluded }) === totalMinor) return lines;
  return [...discountLines(goods, restMinor), ...fees];
}

/**
 * Cash is rounded to a coin on the payment, and the order's total may or may not hold it: it is a part of
 * the order only where the total says so.
 */
function withRounding(
  payload: ShopifyOrder,
  lines: NewOrderLine[],
  { taxIncluded, shipping, totalMinor }: Around,
  amounts: AmountReader,
): NewOrderLine[] {
  const path = "total_cash_rounding_payment_adjustment_set";
  const roundingMinor = amounts.read(payload[path]?.amount ?? null, path);
  const differenceMinor = totalMinor - partsTotal({ lines, shipping, taxIncluded });
  if (roundingMinor === 0 || differenceMinor !== roundingMinor) return lines;
  return roundingMinor > 0
    ? [...lines, feeLine("cash_rounding", "Cash rounding", onlyGross(roundingMinor))]
    : discountLines(lines, -roundingMinor);
}

export function shippingAmounts(payload: ShopifyOrder, amounts: AmountReader): Amounts {
  if (payload.shipping_lines.length === 0) {
    const told = payload.total_shipping_price_set?.amount ?? null;
    return onlyGross(amounts.read(told, "total_shipping_price_set"));
  }
  const sum = { grossMinor: 0, discountMinor: 0, taxMinor: 0 };
  for (const [i, line] of payload.shipping_lines.entries()) {
    if (line.is_removed) continue;
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
    // An allocation on a line that is free already takes nothing more off.
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
