/** What an order's events ask of stock: each effect has its own reference, so that it applies once. */
import { lineOf } from "./payments/order-money";
import type { LineId } from "../../kernel/ids";
import type { OrderEvent } from "./order-events";
import type { Order } from "./order";
import type { Shortfall, StockEffect } from "../../inventory/domain/stock";

export type EffectOnSku = Readonly<{ sku: string; effect: StockEffect }>;

type Unnumbered<Effect> = Effect extends StockEffect ? Omit<Effect, "ref"> : never;
type Asked = Readonly<{ sku: string; effect: Unnumbered<StockEffect> }>;

/**
 * @param order as the events left it, or later: it is only asked what its lines are.
 * @param version the one the events made; with it an effect has the same reference whenever this is asked.
 */
export const stockEffects = (
  order: Order,
  events: readonly OrderEvent[],
  version: number,
  at: number,
): EffectOnSku[] =>
  events
    .flatMap((event) => effectsOf(order, event, at))
    .map(({ sku, effect }, i) => ({ sku, effect: { ...effect, ref: `${order.id}/${version}/${i}` } }));

/** As the reasons of a location correct stock; the others say nothing of it. */
const shortfallOf = (reason: string): Shortfall | null =>
  reason === "out_of_stock" || reason === "damaged" ? reason : null;

function effectsOf(order: Order, event: OrderEvent, at: number): Asked[] {
  const orderId = order.id;
  const onLine = (effect: Unnumbered<StockEffect>): Asked[] => {
    const { sku } = lineOf(order, effect.lineId);
    return sku === null ? [] : [{ sku, effect }];
  };
  const release = (lineId: LineId, locationId: string | null, quantity: number): Asked[] =>
    quantity === 0 ? [] : onLine({ type: "release", orderId, lineId, locationId, quantity, at });

  switch (event.type) {
    case "units.cancelled":
      return event.units.flatMap(({ lineId, backordered, allocated }) => [
        ...release(lineId, null, backordered),
        ...allocated.flatMap(({ locationId, quantity }) =>
          locationId === null ? [] : release(lineId, locationId, quantity),
        ),
      ]);
    case "allocation.released":
      return release(event.lineId, event.locationId, event.quantity);
    case "fulfillment.rejected": {
      const { locationId, reason } = event;
      const found = shortfallOf(reason);
      return event.units.flatMap(({ lineId, quantity }) =>
        onLine({ type: "reject", orderId, lineId, locationId, quantity, found, at }),
      );
    }
    case "move.requested": {
      const { lineId, quantity, to, keep, locations } = event;
      const { fulfillmentId, locationId: from } = event.from;
      const move = { lineId, from, to, quantity, keep, locations, fulfillmentId };
      return onLine({ type: "move", orderId, ...move, at });
    }
    case "backorder.served":
      return onLine({ type: "serve", orderId, lineId: event.lineId, locations: event.locations, at });
    case "shipment.shipped": {
      const { locationId } = event;
      if (locationId === null) return [];
      return event.lines.flatMap(({ lineId, quantity, sku, unitCostMinor }): Asked[] => {
        if (sku === null) return [];
        const vendorOwned = event.dropShipped ? { vendorOwned: true } : {};
        const sent = { orderId, lineId, locationId, quantity, unitCostMinor, ...vendorOwned };
        return [{ sku, effect: { type: "ship", ...sent, at: event.at } }];
      });
    }
    case "refund.recorded":
      return event.returned.flatMap(({ lineId, quantity, restockLocationId: locationId }) => {
        if (locationId === null) return [];
        const unitCostMinor = lineOf(order, lineId).unitCostMinor ?? 0;
        const back = { orderId, lineId, locationId, quantity, unitCostMinor };
        return onLine({ type: "restock", ...back, at: event.at });
      });
    case "order.placed":
    case "order.sourced":
    case "order.held":
    case "order.hold_released":
    case "order.note_added":
    case "order.contact_changed":
    case "order.storefront_seen":
    case "order.lines_added":
    case "payment.authorized":
    case "payment.captured":
    case "deposit.owed_back":
    case "credit.applied":
    case "removal.seen":
    case "line.sku_assigned":
    case "units.sourced":
    case "backorder.filled":
    case "allocation.cut":
    case "fulfillment.released":
    case "fulfillment.scheduled":
    case "promise.made":
    case "promise.moved":
    case "promise.settled":
    case "fulfillment.postponed":
    case "units.replanned":
    case "shipment.delivered":
      return [];
  }
}
