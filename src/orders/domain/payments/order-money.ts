/**
 * What the units of an order are worth, and which part of the shipping charge is earned. All of it is a function of the
 * order's facts, whatever sequence of events led to them.
 *
 * When each kind of charge is earned:
 *
 * | charge | earned |
 * |---|---|
 * | physical | when its parcel leaves |
 * | digital, gift card | when it is released, as that delivers it |
 * | shipping | in proportion to the units that have left in parcels; the rest with the last of them |
 * | fee (tip, duty, surcharge), rounding | with the last of the goods, if any of them was shipped |
 *
 * Where nothing was shipped in the end, neither shipping nor fees are earned, and all that was paid is owed back.
 */
import { unitShare } from "../../../kernel/money";
import { listPrice, NO_AMOUNTS, payable, sumAmounts, type Amounts } from "../amounts";
import { goodsOf, hasOpenUnits, type Order } from "../order";
import { amountsOfUnits, needsStock, openUnits, type OrderLine } from "../order-line";

/** What the customer pays for shipping, tax included. */
export const shippingCharge = (order: Order): number => payable(order.shipping, order.taxIncluded);

/** Of the shipping charge, what was not refunded, tax included. */
const shippingKept = (order: Order): number => {
  const refunded = order.refunds.reduce((sum, { shippingMinor }) => sum + shippingMinor, 0);
  return Math.max(0, shippingCharge(order) - refunded);
};

/** Of the shipping charge, what is earned, tax included. */
export function shippingEarned(order: Order): number {
  const parcels = order.lines.some(needsStock) ? order.lines.filter(needsStock) : goodsOf(order);
  const shipped = parcels.reduce((sum, line) => sum + line.shipped, 0);
  const open = parcels.reduce((sum, line) => sum + openUnits(line), 0);
  return shipped === 0 ? 0 : unitShare(shippingKept(order), shipped + open, 0, shipped);
}

/** Of the shipping charge, what is neither earned, refunded nor given up, tax included. */
export const openShipping = (order: Order): number =>
  hasOpenUnits(order) ? shippingKept(order) - shippingEarned(order) : 0;

/** The amounts of the first cents of the shipping charge, tax included. */
export function shippingAmounts(order: Order, upTo: number): Amounts {
  const charge = shippingCharge(order);
  if (charge === 0) return NO_AMOUNTS;
  const taxMinor = unitShare(order.shipping.taxMinor, charge, 0, upTo);
  const discountMinor = unitShare(order.shipping.discountMinor, charge, 0, upTo);
  const net = upTo - (order.taxIncluded ? 0 : taxMinor);
  return { grossMinor: net + discountMinor, discountMinor, taxMinor };
}

/** Rounding is earned with the last of the goods. */
export const roundingEarned = (order: Order): number =>
  !hasOpenUnits(order) && isAnyShipped(order) ? order.roundingMinor : 0;

const isAnyShipped = (order: Order): boolean => goodsOf(order).some(({ shipped }) => shipped > 0);

/** The worth of units neither shipped nor cancelled, of shipping that is not earned, and of rounding. Tax included. */
export function openWorth(order: Order): number {
  const units = worthOf(order, (line) => [line.shipped, line.ordered - line.cancelled]);
  return units + openShipping(order) + (hasOpenUnits(order) ? order.roundingMinor : 0);
}

/** The worth of units that were shipped and not returned, of earned shipping, and of rounding. Tax included. */
export const earnedWorth = (order: Order): number =>
  worthOf(order, (line) => [line.returned, line.shipped]) + shippingEarned(order) + roundingEarned(order);

const worthOf = (order: Order, range: (line: OrderLine) => readonly [number, number]): number =>
  order.lines.reduce((sum, line) => {
    const [from, to] = range(line);
    return sum + payable(amountsOfUnits(line, from, to), order.taxIncluded);
  }, 0);

/** The sales of an order so far, each amount positive. */
export type Sales = Readonly<{
  /** List prices of shipped units, without tax; gift cards apart, because they are a liability. */
  productsMinor: number;
  giftCardsMinor: number;
  /** List prices of returned units, without tax. */
  returnsMinor: number;
  returnedGiftCardsMinor: number;
  /** Of what was shipped and not returned, and of earned shipping. */
  discountMinor: number;
  taxMinor: number;
  /** Earned shipping before discount, without tax. */
  shippingMinor: number;
}>;

/** In minor units of the order's currency. */
export function salesOf(order: Order): Sales {
  const shipping = shippingAmounts(order, shippingEarned(order));
  const list = (isGiftCard: boolean, range: (line: OrderLine) => readonly [number, number]) =>
    order.lines
      .filter(({ kind }) => (kind === "gift_card") === isGiftCard)
      .reduce((sum, line) => sum + listPrice(amountsOfUnits(line, ...range(line)), order.taxIncluded), 0);
  const shipped = (line: OrderLine) => [0, line.shipped] as const;
  const returned = (line: OrderLine) => [0, line.returned] as const;
  const kept = sumAmounts(order.lines.map((line) => amountsOfUnits(line, line.returned, line.shipped)));
  return {
    productsMinor: list(false, shipped),
    giftCardsMinor: list(true, shipped),
    returnsMinor: list(false, returned),
    returnedGiftCardsMinor: list(true, returned),
    discountMinor: kept.discountMinor + shipping.discountMinor,
    taxMinor: kept.taxMinor + shipping.taxMinor,
    shippingMinor: listPrice(shipping, order.taxIncluded),
  };
}
