/**
 * What is owed in which direction, as a pure function of the order's facts: units by state with their fixed shares,
 * payments and refunds. Whatever sequence of events led to the same facts, the books are the same.
 *
 * With C captured, R refunded, E the worth of what was shipped and kept, O the worth of what is still to ship:
 *
 * - A refund first pays for the units and the shipping that it lists. What it lists nothing for returns what the
 *   customer had paid beyond E + O; the rest of it is an allowance.
 * - A fee is what refunds of returned units were less than the units' worth, as far as the customer has paid for it. A
 *   return without any money is owed back.
 * - X = C − R − E + allowance − fee is what we hold for the customer. Negative, it is receivable. Otherwise it is a
 *   deposit, up to O, and the rest is owed back.
 */
import type { Balances, Order } from "../order";
import { earnedWorth, openWorth } from "./order-money";
import { refundCover } from "./refund-cover";

export type Settlement = Readonly<{ balances: Balances; allowanceMinor: number; feeMinor: number }>;

export const NOTHING_OWED: Balances = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };

/** A test of the checkout is not booked: nothing is owed for it. */
export function settlementOf(order: Order): Settlement {
  if (order.isTest) return { balances: NOTHING_OWED, allowanceMinor: 0, feeMinor: 0 };
  const [earned, open] = [earnedWorth(order), openWorth(order)];
  const { coveredMinor, uncoveredMinor, shortfallMinor } = refundCover(order);
  const overpaid = Math.max(0, order.capturedMinor - coveredMinor - earned - open);
  const allowanceMinor = Math.max(0, uncoveredMinor - overpaid);
  const held = order.capturedMinor - order.refundedMinor - earned + allowanceMinor;
  const feeMinor = Math.max(0, Math.min(shortfallMinor, held - Math.max(0, open)));
  const left = held - feeMinor;
  const depositsMinor = Math.max(0, Math.min(left, open));
  return {
    allowanceMinor,
    feeMinor,
    balances: {
      depositsMinor,
      receivableMinor: Math.max(0, -left),
      refundPayableMinor: Math.max(0, left) - depositsMinor,
    },
  };
}
