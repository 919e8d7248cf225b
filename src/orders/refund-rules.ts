/** What applying a storefront's refunds needs: the actor, the time, and where returned units are restocked. */
import type { OrdersContext } from "./context";
import type { RefundRules } from "./domain/payments/refunds";

export async function refundRules(context: OrdersContext): Promise<RefundRules> {
  const { locations } = await context.reference();
  return {
    by: context.actor,
    now: context.now(),
    // Units go back to the location that sent them: the storefront's location ids are unknown here. Units that go back
    // to a vendor are not our stock.
    restockLocationId: (order, lineId) => {
      const shipment = order.shipments.find(({ lines }) => lines.some((line) => line.lineId === lineId));
      const from = shipment?.locationId ?? null;
      return from === null || locations.get(from)?.kind === "vendor" ? null : from;
    },
  };
}
