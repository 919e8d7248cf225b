/**
 * Holds that follow from the order itself: each is placed while its reason is there, and ends with it. A reason that
 * staff have released does not hold the order again.
 */
import { formatMoney } from "../../../kernel/money";
import type { OrderEvent } from "../order-events";
import { releasedUnits } from "../fulfillments/units-at";
import { hasOpenUnits, hasUnitsToSend, linesOf, type Order } from "../order";
import { uncountedUnits } from "../counted-lines";
import { goneUnits } from "../payments/refund-units";
import { refundedLines, refundedUnits } from "../reported-units";
import { detailOf, reasonsOf, type HoldCode } from "./hold";
import { orderHeld, type Placed } from "./place-hold";

type Standing = Readonly<{
  /** Why the order is held; empty if it is not. */
  reasons: (order: Order) => readonly string[];
  /** Whether it is held for it only if it is held already: another rule places the hold, and this one ends it. */
  endsOnly?: (order: Order) => boolean;
}>;

const STANDING: Readonly<Partial<Record<HoldCode, Standing>>> = {
  payment_pending: { reasons: awaitedPayment },
  refund_unclear: { reasons: unclearRefunds },
  refund_unmatched: { reasons: unmatchedRefunds },
  refund_excessive: { reasons: excessiveRefund },
  ship_complete: {
    endsOnly: always,
    reasons: ({ lines }) => (lines.some(({ backordered }) => backordered > 0) ? ["waits"] : []),
  },
  destination_unknown: {
    endsOnly: always,
    reasons: ({ shippingAddress }) =>
      shippingAddress !== null && shippingAddress.countryCode === null ? ["no country"] : [],
  },
  address_missing: {
    // Units of an order whose customer's data was erased, and that its storefront has opened again.
    endsOnly: ({ erasedAt, pickupLocationId }) => erasedAt === null || pickupLocationId !== null,
    reasons: (order) => (hasUnitsToSend(order) ? ["The customer's address was erased."] : []),
  },
};

function always(): true {
  return true;
}

/** The events that place and end these holds. */
export function decideStandingHolds(order: Order, placed: Placed): OrderEvent[] {
  return (Object.entries(STANDING) as [HoldCode, Standing][]).flatMap(([code, { reasons, endsOnly }]) => {
    const found = reasons(order);
    const held = order.holds.find((hold) => hold.code === code);
    if (found.length === 0) {
      return held ? [{ type: "order.hold_released", code, by: placed.by, resolved: true }] : [];
    }
    if (endsOnly?.(order)) return [];
    return decideReasons(order, { code, details: found }, placed);
  });
}

/** The reasons of a code that staff have released. */
export const acceptedReasons = ({ releasedHolds }: Order, code: HoldCode): string[] =>
  releasedHolds.filter((released) => released.code === code).flatMap(reasonsOf);

/** The hold of a code with exactly these details, apart from those that staff have released. */
export function decideReasons(
  order: Order,
  { code, details }: Readonly<{ code: HoldCode; details: readonly string[] }>,
  placed: Placed,
): OrderEvent[] {
  const held = order.holds.find((hold) => hold.code === code);
  const accepted = acceptedReasons(order, code);
  const detail = detailOf(details.filter((each) => !accepted.includes(each)));
  if (detail === (held?.detail ?? "")) return [];
  if (detail === "") {
    return [{ type: "order.hold_released", code, by: placed.by, resolved: true }];
  }
  return [orderHeld({ ...order, holds: [] }, { code, detail }, placed)];
}

function awaitedPayment(order: Order): string[] {
  const isPaid = order.capturedMinor > 0 || order.authorizedMinor > 0;
  if (isPaid || order.totalMinor === 0 || !hasOpenUnits(order)) return [];
  return ["The storefront has reported no payment."];
}

/** A refund may be for units that must not be sent any more. */
function unclearRefunds(order: Order): string[] {
  if (!hasOpenUnits(order)) return [];
  const text = (amountMinor: number) => `${formatMoney(amountMinor, order.currency)} ${order.currency}`;
  const unclear = order.refunds
    .filter(({ itemized, amountMinor }) => !itemized && amountMinor > 0)
    .map(
      ({ externalId, amountMinor }) =>
        `Refund ${externalId} of ${text(amountMinor)} does not list its units.`,
    );
  const isAllRefunded = order.capturedMinor > 0 && order.refundedMinor >= order.capturedMinor;
  return isAllRefunded ? [...unclear, "All that was paid is refunded."] : unclear;
}

/** Units that refunds list and that the order does not have: neither gone, nor waiting for a location to stop. */
function unmatchedRefunds(order: Order): string[] {
  return refundedLines(order).flatMap((externalLineId) => {
    const lines = linesOf(order, externalLineId);
    const prepared = lines.reduce((sum, { id }) => sum + releasedUnits(order, id), 0);
    const neverHere = Math.max(0, -uncountedUnits(order, externalLineId));
    const accounted = goneUnits(order, externalLineId) + prepared + neverHere;
    const missing = refundedUnits(order.refunds, externalLineId) - accounted;
    const title = lines[0]?.title ?? `line ${externalLineId}`;
    return missing > 0 ? [`${missing} of ${title} are refunded, and the order does not have them.`] : [];
  });
}

function excessiveRefund({ refundedMinor, capturedMinor }: Order): string[] {
  return refundedMinor > capturedMinor ? ["More was refunded than was paid."] : [];
}
