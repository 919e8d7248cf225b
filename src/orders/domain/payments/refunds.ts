/**
 * Refunds that a storefront made. Each is known by its own id, and its amount is what the storefront reports last.
 * Units that were cancelled here or by an edit before are only paid for. Of the others, unshipped units are cancelled
 * and shipped ones are returned.
 */
import type { LineId } from "../../../kernel/ids";
import { unitsCancelled } from "../cancellation";
import { decideInTurn } from "../evolve/evolve";
import type { NewRefund } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import type { UnitsOfLine } from "../order-line";
import { unitsOfRefund } from "./refund-units";

export type RefundRules = Readonly<{
  by: string;
  now: number;
  /** Where returned units are restocked, if the refund restocks them; null if nowhere. */
  restockLocationId: (order: Order, lineId: LineId) => string | null;
}>;

/** The events of what is new in a refund; none for a repeat. */
export function decideRefund(order: Order, refund: NewRefund, rules: RefundRules): OrderEvent[] {
  const known = order.refunds.find(({ externalId }) => externalId === refund.externalId);
  const { externalId, amountMinor, shippingMinor, keptMinor = 0, itemized, reason, at } = refund;
  const kept = keptMinor > 0 ? { keptMinor } : {};
  if (!known) {
    return withUnits(order, refund, rules, ({ lines, returned }) => [
      {
        type: "refund.recorded",
        externalId,
        amountMinor,
        shippingMinor,
        ...kept,
        itemized,
        at,
        reason,
        lines,
        returned,
      },
    ]);
  }
  const isSameAmount =
    known.amountMinor === amountMinor &&
    known.shippingMinor === shippingMinor &&
    (known.keptMinor ?? 0) === keptMinor;
  const changed: OrderEvent[] = isSameAmount
    ? []
    : [{ type: "refund.changed", externalId, amountMinor, shippingMinor, ...kept, at }];
  if (known.itemized || !itemized) return changed;
  return decideInTurn(order, [() => changed, (before) => decideItemizedRefund(before, refund, rules)]);
}

/**
 * The events of a recorded refund whose units become known: the storefront reports them later, or staff decide. A
 * refund without lines is goodwill.
 */
export const decideItemizedRefund = (order: Order, refund: NewRefund, rules: RefundRules): OrderEvent[] =>
  withUnits(order, refund, rules, ({ lines, returned }) => [
    {
      type: "refund.itemized",
      externalId: refund.externalId,
      lines,
      returned,
      at: rules.now,
      by: rules.by,
    },
  ]);

/** The events of a recorded refund that the storefront does not have any more: nothing was paid back. */
export const decideRefundGone = ({ refunds }: Order, externalId: string, at: number): OrderEvent[] =>
  refunds.some((refund) => refund.externalId === externalId && refund.amountMinor > 0)
    ? [{ type: "refund.changed", externalId, amountMinor: 0, shippingMinor: 0, at }]
    : [];

type Listed = Pick<Extract<OrderEvent, { type: "refund.itemized" }>, "lines" | "returned">;

/** Cancels the refund's units that were not shipped, and records it. */
function withUnits(
  order: Order,
  refund: NewRefund,
  rules: RefundRules,
  record: (listed: Listed) => OrderEvent[],
): OrderEvent[] {
  const { cancelled, returned } = unitsOfRefund(order, refund, rules.restockLocationId);
  const lines = refund.lines.map(({ externalLineId, quantity }) => ({ externalLineId, quantity }));
  return decideInTurn(order, [
    (before) => cancelRefunded(before, refund, cancelled, rules),
    () => record({ lines, returned }),
  ]);
}

function cancelRefunded(
  order: Order,
  refund: NewRefund,
  units: readonly UnitsOfLine[],
  { by }: RefundRules,
): OrderEvent[] {
  if (units.length === 0) return [];
  return [unitsCancelled(order, units, { reason: refund.reason ?? "Refunded at the storefront", by })];
}
