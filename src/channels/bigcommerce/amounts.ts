/**
 * What a BigCommerce order is made of, so that its parts add up to its total as BigCommerce means it.
 *
 * Its amounts come in pairs, without and with tax: one of a pair is what the shop's prices are in, the other an
 * estimate. Discounts are in the same as the prices. Taxes and discounts of a line are of four decimals, and are
 * rounded to come to the order's own sums. Where the documents leave open what a line's tax or discount holds,
 * the first reading of them that adds up to the order's total is taken.
 */
import { apportion, minorUnitDigits, type CurrencyCode } from "../../kernel/money";
import type { Amounts, LineKind, NewOrderLine } from "../../orders/domain/order";
import type { AmountReader, MoneyValue } from "../storefronts/amounts";
import type { BigCommerceOrder, BigCommerceProduct } from "./payload";
import { discountLines, feeLine, partsTotal } from "../../orders/domain/new-order-checks";

/** The grain of what BigCommerce writes: four decimals of the currency's unit. */
const GRAIN = 10_000;

type Basis = "exTax" | "incTax";
/** Amounts in grains. */
type Priced = Readonly<Record<Basis | "tax", number>>;

type Line = Priced & Readonly<{ product: BigCommerceProduct; discount: number }>;
type Extra = Priced & Readonly<{ externalId: string; title: string }>;

/** The order's amounts in grains, each read once. */
type Told = Readonly<{
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

export type OrderParts = Readonly<{
  lines: NewOrderLine[];
  shipping: Amounts;
  taxIncluded: boolean;
  totalMinor: number;
}>;

export function orderParts(
  payload: BigCommerceOrder,
  products: readonly BigCommerceProduct[],
  currency: CurrencyCode,
  amounts: AmountReader,
): OrderParts {
  const told = toldBy(payload, products, currency, amounts);
  const bases: Basis[] = payload.is_tax_inclusive_pricing ? ["incTax", "exTax"] : ["exTax", "incTax"];
  const readings = bases.flatMap((basis) => readingsOf(told, basis));
  return readings.find((reading) => partsTotal(reading) === reading.totalMinor) ?? readings[0]!;
}

function toldBy(
  payload: BigCommerceOrder,
  products: readonly BigCommerceProduct[],
  currency: CurrencyCode,
  amounts: AmountReader,
): Told {
  const read = (value: MoneyValue, path: string) => grains(value, path, amounts);
  const priced = (name: "shipping_cost" | "handling_cost" | "wrapping_cost"): Priced => ({
    exTax: read(payload[`${name}_ex_tax`], `${name}_ex_tax`),
    incTax: read(payload[`${name}_inc_tax`], `${name}_inc_tax`),
    tax: read(payload[`${name}_tax`], `${name}_tax`),
  });
  const [sent, handled] = [priced("shipping_cost"), priced("handling_cost")];
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
      exTax: sent.exTax + handled.exTax,
      incTax: sent.incTax + handled.incTax,
      tax: sent.tax + handled.tax,
    },
    extras: [wrapping, ...fees].filter(({ exTax, incTax }) => exTax > 0 || incTax > 0),
    discount:
      read(payload.discount_amount, "discount_amount") + read(payload.coupon_discount, "coupon_discount"),
    tax: read(payload.total_tax, "total_tax"),
    total: read(payload.total_inc_tax, "total_inc_tax"),
    credits:
      read(payload.store_credit_amount, "store_credit_amount") +
      read(payload.gift_certificate_amount, "gift_certificate_amount"),
    perMinor: GRAIN / 10 ** minorUnitDigits(currency),
  };
}

/** In the order of preference: lines as they stand; with the order's tax, its discount, or both spread over them. */
function readingsOf(told: Told, basis: Basis): OrderParts[] {
  const totalMinor = minor(told.total, told.perMinor);
  const creditsMinor = minor(told.credits, told.perMinor);
  return [false, true].flatMap((withOrderDiscount) =>
    [false, true].flatMap((withOrderTax) => {
      const parts = partsOf(told, basis, { withOrderTax, withOrderDiscount });
      // Store credit and gift certificates pay for an order, and are no part of what it costs.
      const totals = creditsMinor > 0 ? [totalMinor, totalMinor + creditsMinor] : [totalMinor];
      return totals.map((total) => ({ ...parts, totalMinor: total }));
    }),
  );
}

type Spreading = Readonly<{ withOrderTax: boolean; withOrderDiscount: boolean }>;

function partsOf(told: Told, basis: Basis, spread: Spreading): Omit<OrderParts, "totalMinor"> {
  const { lines, shipping, extras, perMinor } = told;
  const discounts = rounded(
    lines.map((line) => line.discount),
    perMinor,
    told.discount,
  );
  const taxes = rounded(
    [...lines, shipping, ...extras].map((part) => part.tax),
    perMinor,
    told.tax,
  );
  const goods = lines.map((line, i) => newLine(line, basis, perMinor, discounts[i]!, taxes[i]!));
  const charge: Amounts = {
    grossMinor: minor(shipping[basis], perMinor),
    discountMinor: 0,
    taxMinor: taxes[lines.length]!,
  };
  const fees = extras.map((extra, i) => {
    const grossMinor = minor(extra[basis], perMinor);
    const taxMinor = taxes[lines.length + 1 + i]!;
    return feeLine(extra.externalId, extra.title, { grossMinor, discountMinor: 0, taxMinor });
  });
  const discounted = spread.withOrderDiscount
    ? discountedBy(goods, charge, minor(told.discount, perMinor))
    : { goods, charge };
  const others = [discounted.charge, ...fees].reduce((sum, { taxMinor }) => sum + taxMinor, 0);
  const taxed = spread.withOrderTax
    ? taxedBy(discounted.goods, minor(told.tax, perMinor) - others)
    : discounted.goods;
  return { lines: [...taxed, ...fees], shipping: discounted.charge, taxIncluded: basis === "incTax" };
}

function newLine(
  line: Line,
  basis: Basis,
  perMinor: number,
  discountMinor: number,
  taxMinor: number,
): NewOrderLine {
  const { product } = line;
  const grossMinor = minor(line[basis], perMinor);
  return {
    externalId: product.id,
    sku: product.sku,
    title: product.name ?? product.sku ?? product.id,
    kind: kindOf(product.type),
    quantity: product.quantity,
    removed: 0,
    unitPriceMinor: Math.round(grossMinor / product.quantity),
    grossMinor,
    discountMinor,
    taxMinor,
  };
}

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

/** What the order's discount comes to beyond its lines' comes off the goods, and what they do not take, off shipping. */
function discountedBy(goods: NewOrderLine[], charge: Amounts, discountMinor: number) {
  const sum = (lines: readonly Amounts[]) => lines.reduce((all, line) => all + line.discountMinor, 0);
  const restMinor = discountMinor - sum(goods);
  if (restMinor <= 0) return { goods, charge };
  const discounted = discountLines(goods, restMinor);
  const off = Math.min(charge.grossMinor, discountMinor - sum(discounted));
  return { goods: discounted, charge: { ...charge, discountMinor: off } };
}

/** The order's tax on the goods, in proportion to their own taxes, or to what they cost where they tell none. */
function taxedBy(goods: NewOrderLine[], taxMinor: number): NewOrderLine[] {
  if (goods.length === 0 || taxMinor < 0) return goods;
  const own = goods.map((line) => Math.max(0, line.taxMinor));
  const net = goods.map((line) => Math.max(0, line.grossMinor - line.discountMinor));
  const taxes = apportion(taxMinor, own.some((weight) => weight > 0) ? own : net);
  return goods.map((line, i) => ({ ...line, taxMinor: taxes[i]! }));
}

/**
 * Amounts in minor units that come to the sum that is told of them, where that differs from theirs by no more
 * than rounding; otherwise each is rounded by itself.
 */
function rounded(amounts: readonly number[], perMinor: number, told: number): number[] {
  const floors = amounts.map((amount) => Math.floor(amount / perMinor));
  const left = minor(told, perMinor) - floors.reduce((sum, floor) => sum + floor, 0);
  const byRemainder = amounts
    .map((amount, i) => ({ i, remainder: amount - floors[i]! * perMinor }))
    .filter(({ remainder }) => remainder > 0)
    .toSorted((a, b) => b.remainder - a.remainder || a.i - b.i);
  if (left < 0 || left > byRemainder.length) return amounts.map((amount) => minor(amount, perMinor));
  for (const { i } of byRemainder.slice(0, left)) floors[i] = floors[i]! + 1;
  return floors;
}

/** Half away from zero. */
const minor = (amount: number, perMinor: number): number =>
  Math.sign(amount) * Math.floor(Math.abs(amount) / perMinor + 0.5);

const DECIMAL = /^([+-]?)(\d{1,11})(?:\.(\d{1,30}))?$/;

/** In grains; nothing is nothing. What is finer than a grain is rounded to one. */
function grains(value: MoneyValue, path: string, amounts: AmountReader): number {
  if (value === null || value === "") return 0;
  const text = typeof value === "number" ? value.toFixed(4) : value.trim();
  const [, sign, whole, decimals = ""] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) {
    amounts.refuse(path, "is not a decimal amount");
    return 0;
  }
  const fine = Number(whole) * GRAIN + Math.round(Number(`0.${decimals || "0"}`) * GRAIN);
  return sign === "-" && fine > 0 ? -fine : fine;
}
