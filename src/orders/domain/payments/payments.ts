/**
 * Payments. A payment first clears what the customer owes for units that were shipped; the rest is a deposit, for as
 * long as something is left to ship that it can pay for.
 */
import { decideInTurn } from "../evolve/evolve";
import type { NewPayment } from "../new-order";
import type { OrderEvent } from "../order-events";
import { hasOpenUnits, type Order } from "../order";
import type { UnitsOfLine } from "../order-line";
import { earningOf } from "./order-money";
import { recordedAmount } from "./recorded-amount";

/**
 * The events of what is new in a payment. Amounts are cumulative for each external id, so a repeat adds nothing, and
 * an older, smaller amount takes nothing back.
 */
export function decidePayment(order: Order, payment: NewPayment): OrderEvent[] {
  const { externalId, amountMinor, at } = payment;
  if (payment.kind === "authorized") {
    if (amountMinor <= order.authorizedMinor) return [];
    return [{ type: "payment.authorized", externalId, amountMinor, at }];
  }
  const added = amountMinor - recordedAmount(order.payments, externalId);
  if (added <= 0) return [];
  const toReceivableMinor = Math.min(added, order.balances.receivableMinor);
  const toDepositsMinor = added - toReceivableMinor;
  return decideInTurn(order, [
    () => [
      { type: "payment.captured", externalId, amountMinor: added, at, toReceivableMinor, toDepositsMinor },
    ],
    decideSurplus,
  ]);
}

/** Once nothing is left to ship, a deposit has nothing to pay for: it is due to the customer. */
export function decideSurplus(order: Order): OrderEvent[] {
  const amountMinor = order.balances.depositsMinor;
  return amountMinor === 0 || hasOpenUnits(order) ? [] : [{ type: "deposit.refund_due", amountMinor }];
}

/**
 * A refund that is due pays for units that are about to ship and are not paid. Not sooner: until they ship, the
 * storefront may still pay it out.
 */
export function decideCredit(order: Order, units: readonly UnitsOfLine[]): OrderEvent[] {
  const unpaidMinor = Math.max(0, earningOf(order, units).earned.fromReceivableMinor);
  const amountMinor = Math.min(order.balances.refundPayableMinor, unpaidMinor);
  return amountMinor === 0 ? [] : [{ type: "credit.applied", amountMinor }];
}
