/**
 * What the units of an order are worth, and what is earned when they ship.
 *
 * Units ship from the front of a line and are cancelled from its back; likewise the shipping charge is earned from its
 * front as parcels leave, and cancelled from its back. So every cent belongs to one unit or parcel, and the shares add
 * up to the whole in whatever sequence units ship.
 */
import type { LineId } from "../../../kernel/ids";
import { unitShare } from "../../../kernel/money";
import { listPrice, NO_AMOUNTS, payable, sumAmounts, type Amounts } from "../amounts";
import type { Earned } from "../events/money-events";
import { lineOf, type Order } from "../order";
import { amountsOfUnits, openUnits, type UnitsOfLine } from "../order-line";

/** What the customer pays for shipping, tax included. */
export const shippingCharge = (order: Order): number => payable(order.shipping, order.taxIncluded);

/** Of the shipping charge, what is neither earned nor cancelled, tax included. */
export const openShipping = (order: Order): number =>
  shippingCharge(order) - order.shippingEarnedMinor - order.shippingCancelledMinor;

/** The worth of units neither shipped nor cancelled, and of shipping that is not earned, tax included. */
export function openWorth(order: Order): number {
  const lines = order.lines.map((line) =>
    payable(amountsOfUnits(line, line.shipped, line.ordered - line.cancelled), order.taxIncluded),
  );
  return lines.reduce((sum, worth) => sum + worth, openShipping(order));
}

/** What is on deposit beyond the worth of what is left to ship. */
export const excessDeposits = (order: Order, depositsMinor: number): number =>
  Math.max(0, depositsMinor - Math.max(0, openWorth(order)));

export type Earning = Readonly<{
  earned: Earned;
  shippingEarnedMinor: number;
  amountsByLine: ReadonlyMap<LineId, Amounts>;
}>;

/** What is earned by shipping the units: first from deposits, the rest as receivable. */
export function earningOf(order: Order, units: readonly UnitsOfLine[]): Earning {
  const amountsByLine = new Map<LineId, Amounts>();
  let costMinor = 0;
  let giftCardMinor = 0;
  for (const { lineId, quantity } of units) {
    const line = lineOf(order, lineId);
    const amounts = amountsOfUnits(line, line.shipped, line.shipped + quantity);
    amountsByLine.set(lineId, amounts);
    costMinor += quantity * (line.unitCostMinor ?? 0);
    if (line.kind === "gift_card") giftCardMinor += listPrice(amounts, order.taxIncluded);
  }
  const goods = sumAmounts([...amountsByLine.values()]);
  const shippingEarnedMinor = shippingEarnedBy(order, units);
  const worth = payable(goods, order.taxIncluded) + shippingEarnedMinor;
  const fromDepositsMinor = fromDeposits(order, worth);
  const earnedBefore = order.shippingEarnedMinor;
  const shipping = shippingAmounts(order, earnedBefore, earnedBefore + shippingEarnedMinor);
  return {
    amountsByLine,
    shippingEarnedMinor,
    earned: {
      listMinor: listPrice(goods, order.taxIncluded),
      giftCardMinor,
      discountMinor: goods.discountMinor + shipping.discountMinor,
      taxMinor: goods.taxMinor + shipping.taxMinor,
      shippingMinor: listPrice(shipping, order.taxIncluded),
      fromDepositsMinor,
      fromReceivableMinor: worth - fromDepositsMinor,
      costMinor,
    },
  };
}

/**
 * Of the worth of units, what was paid before. A unit may be worth −1 cent: its share of the discount is rounded up,
 * and its share of the price down. That cent reduces what is receivable, or becomes a deposit.
 */
function fromDeposits({ balances }: Order, worthMinor: number): number {
  if (worthMinor < 0) return Math.min(0, worthMinor + balances.receivableMinor);
  return Math.min(worthMinor, balances.depositsMinor);
}

/** The rest of the shipping charge, earned when nothing is left to ship. */
export function restOfShipping(order: Order): Earned {
  const rest = openShipping(order);
  const earnedBefore = order.shippingEarnedMinor;
  const shipping = shippingAmounts(order, earnedBefore, earnedBefore + rest);
  const fromDepositsMinor = Math.min(rest, order.balances.depositsMinor);
  return {
    listMinor: 0,
    giftCardMinor: 0,
    discountMinor: shipping.discountMinor,
    taxMinor: shipping.taxMinor,
    shippingMinor: listPrice(shipping, order.taxIncluded),
    fromDepositsMinor,
    fromReceivableMinor: rest - fromDepositsMinor,
    costMinor: 0,
  };
}

/** The amounts of a share of the shipping charge: from one cent of it to another, tax included. */
export function shippingAmounts(order: Order, from: number, to: number): Amounts {
  const charge = shippingCharge(order);
  if (charge === 0) return NO_AMOUNTS;
  const taxMinor = unitShare(order.shipping.taxMinor, charge, from, to);
  const discountMinor = unitShare(order.shipping.discountMinor, charge, from, to);
  const net = to - from - (order.taxIncluded ? 0 : taxMinor);
  return { grossMinor: net + discountMinor, discountMinor, taxMinor };
}

/** In proportion to the units shipped; the last parcel earns the rest, so that nothing is left over. */
function shippingEarnedBy(order: Order, units: readonly UnitsOfLine[]): number {
  const rest = openShipping(order);
  const shipped = units.reduce((sum, { quantity }) => sum + quantity, 0);
  const open = order.lines.reduce((sum, line) => sum + openUnits(line), 0);
  return shipped === open ? rest : unitShare(rest, open, 0, shipped);
}
