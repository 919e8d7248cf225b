/** What a storefront's refunds are taken in with: who says so, when, and where returns are restocked. */
import type { OrdersContext } from "./context";
import type { RefundRules } from "./domain/payments/refunds";

export async function refundRules(context: OrdersContext): Promise<RefundRules> {
  const { locations } = await context.reference();
  return {
    by: context.actor,
    now: context.now(),
    // Back to where it was sent from: the storefront's own location ids mean nothing here. What a vendor gets back
    // is not our stock.
    restockLocationId: (order, lineId) => {
      const sent = order.shipments.find(({ lines }) => lines.some((line) => line.lineId === lineId));
      const from = sent?.locationId ?? null;
      return from === null || locations.get(from)?.kind === "vendor" ? null : from;
    },
  };
}
