/**
 * The lines, shipping and total of a WooCommerce order, and what gift cards paid of it.
 *
 * `subtotal` is a line before its coupons and `total` after them: their difference is the discount. Both are without
 * tax, whatever `prices_include_tax` is, so every order is tax-exclusive here. Both are rounded, and so is `total_tax`;
 * WooCommerce adds up the exact amounts, of which only those of taxes are in the payload.
 */
import { minorUnitDigits, type CurrencyCode } from "../../kernel/money";
import { computedTotal } from "../../orders/domain/new-order-checks";
import type { AmountReader } from "../shared/amounts";
import { nearestMinor, roundingOf, roundToTotal } from "../shared/rounding";
import { linesAndShipping, type Charge, type KindOfGoods, type LinesAndShipping } from "./charges";
import { giftCards, sumOf, type GiftCard } from "./gift-cards";
import type { WooCharge, WooOrder } from "./payload";

/** Parts of a minor unit that exact taxes are computed in. */
const GRAINS = 10_000;

export type WooParts = LinesAndShipping &
  Readonly<{
    totalMinor: number;
    roundingMinor: number;
    /** Of the total, paid by gift cards. */
    giftCards: readonly GiftCard[];
  }>;

export function wooParts(
  payload: WooOrder,
  { currency, kindOf }: Readonly<{ currency: CurrencyCode; kindOf: KindOfGoods }>,
  amounts: AmountReader,
): WooParts {
  const { listed, implied } = giftCards(payload, amounts);
  const charges = chargesOf(payload, amounts).filter((charge) => !isGiftCard(charge, listed));
  const figures = charges.reduce((sum, charge) => sum + charge.figures, 0);
  const toPayMinor = amounts.read(payload.total, "total");
  const cards = [listed, [...listed, ...implied], listed];
  const totals = [toPayMinor + sumOf(listed), toPayMinor + sumOf([...listed, ...implied]), toPayMinor];
  const readings = totals.flatMap((totalMinor, i) =>
    [charges, withExactTaxes(charges, payload, currency)].map((taxed): WooParts => {
      const order = { ...linesAndShipping(taxed, kindOf), taxIncluded: false, totalMinor };
      return { ...order, roundingMinor: roundingOf(order, figures), giftCards: cards[i]! };
    }),
  );
  const matching = readings.filter(
    (order) => computedTotal({ ...order, taxIncluded: false }) === order.totalMinor,
  );
  return matching.find(({ roundingMinor }) => roundingMinor === 0) ?? matching[0] ?? readings[0]!;
}

/** A plugin may list a gift card twice: as such, and as a negative fee. */
const isGiftCard = ({ role, netMinor, taxMinor }: Charge, listed: readonly GiftCard[]): boolean =>
  role === "fee" &&
  taxMinor === 0 &&
  [...listed.map((card) => card.amountMinor), sumOf(listed)].includes(-netMinor);

function chargesOf(payload: WooOrder, amounts: AmountReader): Charge[] {
  const read = (charge: WooCharge, path: string) => ({
    netMinor: amounts.readPart(charge.total, `${path}.total`),
    taxMinor: taxOf(charge, path, amounts),
    taxes: charge.taxes,
    figures: [charge.total, charge.total_tax].filter((figure) => Number(figure ?? 0) !== 0).length,
  });
  const goods = payload.line_items.map((item, i): Charge => {
    const path = `line_items.${i}`;
    const charge = read(item, path);
    const title = item.name ?? item.sku ?? item.id;
    const units = item.quantity;
    const subtotalMinor =
      item.subtotal === null ? charge.netMinor : amounts.readPart(item.subtotal, `${path}.subtotal`);
    // Staff may raise a line above its price: then the discount is 0.
    const grossMinor = Math.max(subtotalMinor, charge.netMinor);
    // Without units it is only an amount.
    const role = units > 0 ? "goods" : "fee";
    return { ...charge, role, externalId: item.id, sku: item.sku, title, units, grossMinor };
  });
  const other = (
    role: "fee" | "shipping",
    charge: WooCharge & Readonly<{ id: string }>,
    path: string,
  ): Charge => {
    const amountsOf = read(charge, path);
    return {
      ...amountsOf,
      role,
      externalId: charge.id,
      sku: null,
      title: "Fee",
      units: 1,
      grossMinor: amountsOf.netMinor,
    };
  };
  return [
    ...goods,
    ...payload.fee_lines.map((fee, i) => ({
      ...other("fee", fee, `fee_lines.${i}`),
      title: fee.name ?? "Fee",
    })),
    ...payload.shipping_lines.map((line, i) => other("shipping", line, `shipping_lines.${i}`)),
  ];
}

function taxOf(charge: WooCharge, path: string, amounts: AmountReader): number {
  if (charge.total_tax !== null) return amounts.readPart(charge.total_tax, `${path}.total_tax`);
  return charge.taxes.reduce(
    (sum, tax, i) => sum + amounts.readPart(tax.total, `${path}.taxes.${i}.total`),
    0,
  );
}

/**
 * The charges with the exact taxes of `taxes`, rounded so that they add up to the order's tax. As they are, if one of
 * them has no exact tax, or one that is not what was rounded.
 */
function withExactTaxes(
  charges: readonly Charge[],
  payload: WooOrder,
  currency: CurrencyCode,
): readonly Charge[] {
  const perUnit = GRAINS * 10 ** minorUnitDigits(currency);
  const exact = charges.map(({ taxes }) =>
    taxes.reduce((sum, { total }) => sum + Math.round(Number(total ?? 0) * perUnit), 0),
  );
  const isRounded = charges.every(({ taxMinor }, i) => Math.abs(exact[i]! - taxMinor * GRAINS) < GRAINS);
  if (!isRounded || charges.length === 0) return charges;
  const orderTax = payload.total_tax === null ? NaN : Math.round(Number(payload.total_tax) * perUnit);
  const sum = exact.reduce((all, tax) => all + tax, 0);
  const taxes = roundToTotal(exact, GRAINS, nearestMinor(Number.isNaN(orderTax) ? sum : orderTax, GRAINS));
  return charges.map((charge, i) => ({ ...charge, taxMinor: taxes[i]! }));
}
