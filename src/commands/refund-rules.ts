/** What a storefront's refunds are taken in with: who says so, when, and where returns are restocked. */
import type { Context } from "../context";
import type { RefundRules } from "../domain/refunds";

export const refundRules = (context: Context): RefundRules => ({
  by: context.actor,
  now: context.now(),
  // Back to where it was sent from: the storefront's own location ids mean nothing here.
  restockLocationId: (order, lineId) =>
    order.shipments.find(({ lines }) => lines.some((line) => line.lineId === lineId))?.locationId ?? null,
});
