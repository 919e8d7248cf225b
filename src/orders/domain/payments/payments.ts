/** Payments as the storefront reports them: what is captured and authorized now, under each of its ids. */
import type { NewPayment } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";

/**
 * The events that make the order's payments those of the storefront. What it does not report any more was taken back.
 *
 * @param at when the storefront reported them, in epoch milliseconds: the time of what is gone.
 */
export function decidePayments(order: Order, payments: readonly NewPayment[], at: number): OrderEvent[] {
  const gone = order.payments.filter((known) => payments.every((payment) => !isSamePayment(payment, known)));
  // A state that lists a payment twice reports it once: the last entry counts.
  const reported = payments.filter(
    (payment, i) => !payments.slice(i + 1).some((later) => isSamePayment(later, payment)),
  );
  return [
    ...reported.flatMap((payment) => changeOf(payment, recorded(order, payment))),
    ...gone.flatMap((known) => changeOf({ ...known, amountMinor: 0, at }, known.amountMinor)),
  ];
}

type PaymentKey = Pick<NewPayment, "externalId" | "kind">;

/** Whether both are the same payment, whatever its amount. */
export const isSamePayment = (a: PaymentKey, b: PaymentKey): boolean =>
  a.externalId === b.externalId && a.kind === b.kind;

const recorded = (order: Order, payment: NewPayment): number =>
  order.payments.find((known) => isSamePayment(payment, known))?.amountMinor ?? 0;

/** The event that changes a payment from the amount before to its own; none if they are the same. */
function changeOf({ externalId, kind, amountMinor, at }: NewPayment, before: number): OrderEvent[] {
  if (amountMinor === before) return [];
  if (kind === "authorized") {
    return amountMinor > 0
      ? [{ type: "payment.authorized", externalId, amountMinor, at }]
      : [{ type: "payment.authorization_ended", externalId, at }];
  }
  const type = amountMinor > before ? "payment.captured" : "payment.reversed";
  const changed = Math.abs(amountMinor - before);
  const giftCard = kind === "gift_card" ? ({ giftCard: true } as const) : {};
  return [{ type, externalId, amountMinor: changed, at, ...giftCard }];
}
