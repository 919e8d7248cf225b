/**
 * What parts of an order are worth, and what of it is earned when they are sent.
 *
 * Units are shipped from the front of a line and cancelled from its back; the shipping charge is earned
 * from its front as parcels leave, and given back from its back. So every cent has one place, and the
 * parts add up to the whole whatever the sequence.
 */
import { invariant } from "../../../kernel/invariant";
import type { LineId } from "../../../kernel/ids";
import { unitShare } from "../../../kernel/money";
import type { Earned } from "../order-events";
import { amountsOfUnits, openUnits, payable } from "../order";
import type { Amounts, Order, OrderLine, UnitsOfLine } from "../order";

/** What the customer pays for shipping, tax included. */
export const shippingCharge = (order: Order): number => payable(order.shipping, order.taxIncluded);

export const openShipping = (order: Order): number =>
  shippingCharge(order) - order.shippingEarnedMinor - order.shippingCancelledMinor;

/** What is ordered and neither shipped nor cancelled, with the shipping not yet earned: tax included. */
export function openWorth(order: Order): number {
  const lines = order.lines.map((line) =>
    payable(amountsOfUnits(line, line.shipped, line.ordered - line.cancelled), order.taxIncluded),
  );
  return lines.reduce((sum, worth) => sum + worth, openShipping(order));
}

/** What is on deposit beyond what is left to send. */
export const beyondWorth = (order: Order, depositsMinor: number): number =>
  Math.max(0, depositsMinor - Math.max(0, openWorth(order)));

export type Earning = Readonly<{
  earned: Earned;
  shippingEarnedMinor: number;
  amountsByLine: ReadonlyMap<LineId, Amounts>;
}>;

/** What is earned by sending the units, and against what: first what was paid ahead, then what is owed. */
export function earningOf(order: Order, units: readonly UnitsOfLine[]): Earning {
  const amountsByLine = new Map<LineId, Amounts>();
  let costMinor = 0;
  let giftCardMinor = 0;
  for (const { lineId, quantity } of units) {
    const line = lineOf(order, lineId);
    const amounts = amountsOfUnits(line, line.shipped, line.shipped + quantity);
    amountsByLine.set(lineId, amounts);
    costMinor += quantity * (line.unitCostMinor ?? 0);
    if (line.kind === "gift_card") giftCardMinor += listOf(amounts, order.taxIncluded);
  }
  const shippingEarnedMinor = shippingEarnedBy(order, units);
  const charge = shippingCharge(order);
  const from = order.shippingEarnedMinor;
  const shipping = shippingAmounts(order, from, from + shippingEarnedMinor, charge);
  const goods = sumOf([...amountsByLine.values()]);
  const worth = payable(goods, order.taxIncluded) + shippingEarnedMinor;
  const fromDepositsMinor = depositsFor(order, worth);
  return {
    amountsByLine,
    shippingEarnedMinor,
    earned: {
      listMinor: listOf(goods, order.taxIncluded),
      giftCardMinor,
      discountMinor: goods.discountMinor + shipping.discountMinor,
      taxMinor: goods.taxMinor + shipping.taxMinor,
      shippingMinor: listOf(shipping, order.taxIncluded),
      fromDepositsMinor,
      fromReceivableMinor: worth - fromDepositsMinor,
      costMinor,
    },
  };
}

/**
 * Of what units are worth, what was paid ahead. A unit may be worth a cent less than nothing, where the
 * discount's share of it is rounded up and its price's is not: that cent is owed to us no longer, or on deposit.
 */
function depositsFor({ balances }: Order, worthMinor: number): number {
  if (worthMinor < 0) return Math.min(0, worthMinor + balances.receivableMinor);
  return Math.min(worthMinor, balances.depositsMinor);
}

/** The rest of the shipping charge, earned when nothing is left to send. */
export function restOfShipping(order: Order): Earned {
  const rest = openShipping(order);
  const from = order.shippingEarnedMinor;
  const shipping = shippingAmounts(order, from, from + rest, shippingCharge(order));
  const fromDepositsMinor = Math.min(rest, order.balances.depositsMinor);
  return {
    listMinor: 0,
    giftCardMinor: 0,
    discountMinor: shipping.discountMinor,
    taxMinor: shipping.taxMinor,
    shippingMinor: listOf(shipping, order.taxIncluded),
    fromDepositsMinor,
    fromReceivableMinor: rest - fromDepositsMinor,
    costMinor: 0,
  };
}

/** Amounts of the part of the shipping charge from one cent up to another, tax included. */
export function shippingAmounts(order: Order, from: number, to: number, charge: number): Amounts {
  if (charge === 0) return { grossMinor: 0, discountMinor: 0, taxMinor: 0 };
  const taxMinor = unitShare(order.shipping.taxMinor, charge, from, to);
  const discountMinor = unitShare(order.shipping.discountMinor, charge, from, to);
  const net = to - from - (order.taxIncluded ? 0 : taxMinor);
  return { grossMinor: net + discountMinor, discountMinor, taxMinor };
}

/** List price without tax: what revenue is booked at, before discounts. */
export const listOf = ({ grossMinor, taxMinor }: Amounts, taxIncluded: boolean): number =>
  taxIncluded ? grossMinor - taxMinor : grossMinor;

export const sumOf = (amounts: readonly Amounts[]): Amounts =>
  amounts.reduce(
    (sum, each) => ({
      grossMinor: sum.grossMinor + each.grossMinor,
      discountMinor: sum.discountMinor + each.discountMinor,
      taxMinor: sum.taxMinor + each.taxMinor,
    }),
    { grossMinor: 0, discountMinor: 0, taxMinor: 0 },
  );

export function lineOf(order: Order, lineId: LineId): OrderLine {
  const line = order.lines.find(({ id }) => id === lineId);
  invariant(line !== undefined, "a line that is spoken of is one of the order's");
  return line;
}

/** In proportion to the units sent; the last parcel earns the rest, so that nothing is left over. */
function shippingEarnedBy(order: Order, units: readonly UnitsOfLine[]): number {
  const rest = openShipping(order);
  const sending = units.reduce((sum, { quantity }) => sum + quantity, 0);
  const open = order.lines.reduce((sum, line) => sum + openUnits(line), 0);
  if (sending === open) return rest;
  return unitShare(rest, open, 0, sending);
}
