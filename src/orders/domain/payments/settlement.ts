/**
 * What is owed in which direction, as a pure function of the order's facts: units by state with their fixed shares,
 * payments and refunds. Whatever sequence of events led to the same facts, the books are the same.
 *
 * With C captured, R refunded, E the worth of what was shipped and kept, O the worth of what is still to ship:
 *
 * - A refund first pays for the units and the shipping that it lists. What it lists nothing for returns what the
 *   customer had paid beyond E + O; the rest of it is an allowance.
 * - A fee is what refunds of returned units were less than the units' worth, or what the storefront lists as kept, as
 *   far as the customer has paid for it. A return without any money is owed back.
 * - Where a unit's tax or its share of a price is rounded, the storefront's may be another cent than ours. Such a
 *   difference is neither owed nor an allowance nor a fee: it is rounding.
 * - X = C − R − E + allowance − fee − rounding is what we hold for the customer. Negative, it is receivable. Otherwise it is a
 *   deposit, up to O, and the rest is owed back.
 */
import type { Balances, Order } from "../order";
import { earnedWorth, openWorth } from "./order-money";
import { refundCover } from "./refund-cover";

export type Settlement = Readonly<{
  balances: Balances;
  allowanceMinor: number;
  feeMinor: number;
  /** What refunds left over by rounding; negative if they paid more. */
  refundRoundingMinor: number;
}>;

export const NOTHING_OWED: Balances = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };

/** A test of the checkout is not booked: nothing is owed for it. */
export function settlementOf(order: Order): Settlement {
  if (order.isTest) {
    return { balances: NOTHING_OWED, allowanceMinor: 0, feeMinor: 0, refundRoundingMinor: 0 };
  }
  const [earned, open] = [earnedWorth(order), openWorth(order)];
  const cover = refundCover(order);
  const overpaid = Math.max(0, order.capturedMinor - cover.coveredMinor - earned - open);
  const beyond = Math.max(0, cover.uncoveredMinor - overpaid);
  const held = order.capturedMinor - order.refundedMinor - earned + beyond;
  const notHeldForUnits = held - Math.max(0, open);
  const kept = Math.max(0, Math.min(cover.shortfallMinor + cover.roundedOffMinor, notHeldForUnits));
  const feeMinor = Math.min(kept, cover.shortfallMinor);
  const roundedUp = Math.min(beyond, cover.roundedUpMinor);
  const left = held - kept;
  const depositsMinor = Math.max(0, Math.min(left, open));
  return {
    allowanceMinor: beyond - roundedUp,
    feeMinor,
    refundRoundingMinor: kept - feeMinor - roundedUp,
    balances: {
      depositsMinor,
      receivableMinor: Math.max(0, -left),
      refundPayableMinor: Math.max(0, left) - depositsMinor,
    },
  };
}
