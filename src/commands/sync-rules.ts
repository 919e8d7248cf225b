/** What the storefront's own changes are taken in with: who says so, when, and where returns are restocked. */
import type { Context } from "../context";
import type { Sync } from "../domain/order-sync";

export const syncRules = (context: Context): Sync => ({
  by: context.actor,
  now: context.now(),
  // Back to where it was sent from: the storefront's own location ids mean nothing here.
  restockLocationId: (order, lineId) =>
    order.shipments.find(({ lines }) => lines.some((line) => line.lineId === lineId))?.locationId ?? null,
});
