/**
 * The amounts of a BigCommerce order, so that its parts add up to BigCommerce's total.
 *
 * Amounts come in pairs, without and with tax. The shop enters its prices in one of the two forms, and BigCommerce
 * estimates the other; discounts have the form of the prices. All have four decimals, and are rounded so that they add
 * up to the order's own sums. The documents do not state what a line's tax or discount contains: `choose-reading.ts`
 * finds out.
 */
import { apportion, minorUnitDigits, type CurrencyCode } from "../../kernel/money";
import type { Amounts } from "../../orders/domain/amounts";
import type { NewOrderLine } from "../../orders/domain/new-order";
import { discountLines, feeLine } from "../../orders/domain/new-order-lines";
import type { LineKind } from "../../orders/domain/order-line";
import type { AmountReader, MoneyValue } from "../shared/amounts";
import { nearestMinor, roundingOf, roundToTotal } from "../shared/rounding";
import { chooseReading, type OrderParts } from "./choose-reading";
import type { BigCommerceOrder, BigCommerceProduct } from "./payload";

/** BigCommerce's amounts have four decimals: a grain is a ten-thousandth of the currency's unit. */
const GRAINS_PER_UNIT = 10_000;

type Basis = "exTax" | "incTax";
/** Amounts in grains. */
type Priced = Readonly<Record<Basis | "tax", number>>;

type Line = Priced & Readonly<{ product: BigCommerceProduct; discount: number }>;
type Extra = Priced & Readonly<{ externalId: string; title: string }>;

/** The order's amounts in grains, each read once. */
type InGrains = Readonly<{
  lines: readonly Line[];
  shipping: Priced;
  extras: readonly Extra[];
  discount: number;
  tax: number;
  total: number;
  /** Paid with store credit and gift certificates. */
  credits: number;
  perMinor: number;
}>;

export function orderParts(
  payload: BigCommerceOrder,
  products: readonly BigCommerceProduct[],
  currency: CurrencyCode,
  amounts: AmountReader,
): OrderParts {
  const inGrains = readAmounts(payload, products, currency, amounts);
  const bases: Basis[] = payload.is_tax_inclusive_pricing ? ["incTax", "exTax"] : ["exTax", "incTax"];
  const { perMinor } = inGrains;
  const { parts, problem } = chooseReading(
    bases.flatMap((basis) => readingsOf(inGrains, basis)),
    {
      taxMinor: payload.total_tax === null ? null : nearestMinor(inGrains.tax, perMinor),
      discountMinor: nearestMinor(inGrains.discount, perMinor),
    },
  );
  if (problem !== null) amounts.hold("totals_mismatch", problem);
  return parts;
}

function readAmounts(
  payload: BigCommerceOrder,
  products: readonly BigCommerceProduct[],
  currency: CurrencyCode,
  amounts: AmountReader,
): InGrains {
  const read = (value: MoneyValue, path: string) => grains(value, path, amounts);
  const priced = (name: "shipping_cost" | "handling_cost" | "wrapping_cost"): Priced => ({
    exTax: read(payload[`${name}_ex_tax`], `${name}_ex_tax`),
    incTax: read(payload[`${name}_inc_tax`], `${name}_inc_tax`),
    tax: read(payload[`${name}_tax`], `${name}_tax`),
  });
  const [transport, handling] = [priced("shipping_cost"), priced("handling_cost")];
  const wrapping = { externalId: "wrapping", title: "Gift wrapping", ...priced("wrapping_cost") };
  const fees = payload.fees.map((fee, i) => ({
    externalId: `fee-${fee.id}`,
    title: fee.display_name_customer ?? "Fee",
    exTax: read(fee.cost_ex_tax, `fees.${i}.cost_ex_tax`),
    incTax: read(fee.cost_inc_tax, `fees.${i}.cost_inc_tax`),
    tax: read(fee.cost_tax, `fees.${i}.cost_tax`),
  }));
  return {
    lines: products.map((product, i) => ({
      product,
      exTax: read(product.total_ex_tax, `products.${i}.total_ex_tax`),
      incTax: read(product.total_inc_tax, `products.${i}.total_inc_tax`),
      tax: read(product.total_tax, `products.${i}.total_tax`),
      discount: product.applied_discounts.reduce(
        (sum, { amount }, j) => sum + read(amount, `products.${i}.applied_discounts.${j}.amount`),
        0,
      ),
    })),
    shipping: {
      exTax: transport.exTax + handling.exTax,
      incTax: transport.incTax + handling.incTax,
      tax: transport.tax + handling.tax,
    },
    extras: [wrapping, ...fees].filter(({ exTax, incTax }) => exTax > 0 || incTax > 0),
    discount:
      read(payload.discount_amount, "discount_amount") + read(payload.coupon_discount, "coupon_discount"),
    tax: read(payload.total_tax, "total_tax"),
    total: read(payload.total_inc_tax, "total_inc_tax"),
    credits:
      read(payload.store_credit_amount, "store_credit_amount") +
      read(payload.gift_certificate_amount, "gift_certificate_amount"),
    perMinor: GRAINS_PER_UNIT / 10 ** minorUnitDigits(currency),
  };
}

/** In order of preference: lines as they are; with the order's tax, its discount, or both spread over them. */
function readingsOf(order: InGrains, basis: Basis): OrderParts[] {
  const totalMinor = nearestMinor(order.total, order.perMinor);
  const creditsMinor = nearestMinor(order.credits, order.perMinor);
  return [false, true].flatMap((withOrderDiscount) =>
    [false, true].flatMap((withOrderTax) => {
      const parts = partsOf(order, basis, { withOrderTax, withOrderDiscount });
      // Store credit and gift certificates are payments. The total may or may not include them.
      const totals = creditsMinor > 0 ? [totalMinor, totalMinor + creditsMinor] : [totalMinor];
      const figures = roundedFigures(order, basis);
      return totals.map((total) => {
        const reading = { ...parts, totalMinor: total };
        return { ...reading, roundingMinor: roundingOf(reading, figures) };
      });
    }),
  );
}

/** How many of the prices are not whole minor units. Discounts and taxes are rounded to their sums. */
const roundedFigures = ({ lines, shipping, extras, perMinor }: InGrains, basis: Basis): number =>
  [...lines, shipping, ...extras].filter((part) => part[basis] % perMinor !== 0).length;

type Spreading = Readonly<{ withOrderTax: boolean; withOrderDiscount: boolean }>;

function partsOf(
  order: InGrains,
  basis: Basis,
  spread: Spreading,
): Omit<OrderParts, "totalMinor" | "roundingMinor"> {
  const { lines, shipping, extras, perMinor } = order;
  const discounts = roundToTotal(
    lines.map((line) => line.discount),
    perMinor,
    nearestMinor(order.discount, perMinor),
  );
  const taxes = roundToTotal(
    [...lines, shipping, ...extras].map((part) => part.tax),
    perMinor,
    nearestMinor(order.tax, perMinor),
  );
  const goods = lines.map(({ product, ...prices }, i) =>
    newLine(product, {
      grossMinor: nearestMinor(prices[basis], perMinor),
      discountMinor: discounts[i]!,
      taxMinor: taxes[i]!,
    }),
  );
  const charge: Amounts = {
    grossMinor: nearestMinor(shipping[basis], perMinor),
    discountMinor: 0,
    taxMinor: taxes[lines.length]!,
  };
  const fees = extras.map((extra, i) => {
    const grossMinor = nearestMinor(extra[basis], perMinor);
    const taxMinor = taxes[lines.length + 1 + i]!;
    return feeLine(extra.externalId, extra.title, { grossMinor, discountMinor: 0, taxMinor });
  });
  const discounted = spread.withOrderDiscount
    ? discountedBy(goods, charge, nearestMinor(order.discount, perMinor))
    : { goods, charge };
  const others = [discounted.charge, ...fees].reduce((sum, { taxMinor }) => sum + taxMinor, 0);
  const taxed = spread.withOrderTax
    ? taxedBy(discounted.goods, nearestMinor(order.tax, perMinor) - others)
    : discounted.goods;
  return { lines: [...taxed, ...fees], shipping: discounted.charge, taxIncluded: basis === "incTax" };
}

const newLine = (product: BigCommerceProduct, charged: Amounts): NewOrderLine => ({
  externalId: product.id,
  sku: product.sku,
  title: product.name ?? product.sku ?? product.id,
  kind: kindOf(product.type),
  quantity: product.quantity,
  removed: 0,
  unitPriceMinor: Math.round(charged.grossMinor / product.quantity),
  ...charged,
});

function kindOf(type: string | null): LineKind {
  switch (type ?? "") {
    case "digital":
      return "digital";
    case "giftcertificate":
      return "gift_card";
    default:
      return "physical";
  }
}

/** Takes the order's discount, less that of its lines, off the goods, and the rest off shipping. */
function discountedBy(goods: NewOrderLine[], charge: Amounts, discountMinor: number) {
  const sum = (lines: readonly Amounts[]) => lines.reduce((all, line) => all + line.discountMinor, 0);
  const restMinor = discountMinor - sum(goods);
  if (restMinor <= 0) return { goods, charge };
  const discounted = discountLines(goods, restMinor);
  const off = Math.min(charge.grossMinor, discountMinor - sum(discounted));
  return { goods: discounted, charge: { ...charge, discountMinor: off } };
}

/** Splits the order's tax over the goods, in proportion to their own taxes, or to their prices if they have none. */
function taxedBy(goods: NewOrderLine[], taxMinor: number): NewOrderLine[] {
  if (goods.length === 0 || taxMinor < 0) return goods;
  const own = goods.map((line) => Math.max(0, line.taxMinor));
  const net = goods.map((line) => Math.max(0, line.grossMinor - line.discountMinor));
  const taxes = apportion(taxMinor, own.some((weight) => weight > 0) ? own : net);
  return goods.map((line, i) => ({ ...line, taxMinor: taxes[i]! }));
}

const DECIMAL = /^([+-]?)(\d{1,11})(?:\.(\d{1,30}))?$/;

/** In grains, rounded to whole ones; 0 for null and empty text. */
function grains(value: MoneyValue, path: string, amounts: AmountReader): number {
  if (value === null || value === "") return 0;
  const text = typeof value === "number" ? value.toFixed(4) : value.trim();
  const [, sign, whole, decimals = ""] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) {
    amounts.refuse(path, "is not a decimal amount");
    return 0;
  }
  const amount =
    Number(whole) * GRAINS_PER_UNIT + Math.round(Number(`0.${decimals || "0"}`) * GRAINS_PER_UNIT);
  return sign === "-" && amount > 0 ? -amount : amount;
}
