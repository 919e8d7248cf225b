/** What an order's events ask of stock: each effect has its own reference, so that it applies once. */
import { lineOf } from "./order-money";
import type { OrderEvent } from "./order-events";
import type { Order } from "./orders";
import type { StockEffect } from "./stock";

export type EffectOnSku = Readonly<{ sku: string; effect: StockEffect }>;

/** `version` is the one the events made; `before` the order they happened to. */
export function stockEffects(
  before: Order,
  events: readonly OrderEvent[],
  version: number,
  at: number,
): EffectOnSku[] {
  const effects: EffectOnSku[] = [];
  const reference = () => `${before.id}/${version}/${effects.length}`;
  const orderId = before.id;
  const give = (lineId: StockEffect["lineId"], locationId: string | null, quantity: number) => {
    const { sku } = lineOf(before, lineId);
    if (sku === null || quantity === 0) return;
    const effect = { type: "release", ref: reference(), orderId, lineId, locationId, quantity, at } as const;
    effects.push({ sku, effect });
  };
  for (const event of events) {
    switch (event.type) {
      case "units.cancelled":
        for (const { lineId, backordered, allocated } of event.units) {
          give(lineId, null, backordered);
          for (const part of allocated) {
            if (part.locationId !== null) give(lineId, part.locationId, part.quantity);
          }
        }
        break;
      case "stock.declined":
        give(event.lineId, event.locationId, event.quantity);
        break;
      case "fulfillment.rejected": {
        const part = before.fulfillments.find(({ id }) => id === event.fulfillmentId);
        for (const { lineId, quantity, shipped } of part?.lines ?? []) {
          const { sku } = lineOf(before, lineId);
          const locationId = part!.locationId;
          if (sku === null || locationId === null || quantity === shipped) continue;
          const left = { lineId, locationId, quantity: quantity - shipped };
          effects.push({ sku, effect: { type: "reject", ref: reference(), orderId, ...left, at } });
        }
        break;
      }
      case "shipment.shipped":
        for (const { lineId, quantity, sku, unitCostMinor } of event.lines) {
          const { locationId } = event;
          if (sku === null || locationId === null) continue;
          const sent = { lineId, locationId, quantity, unitCostMinor };
          effects.push({ sku, effect: { type: "ship", ref: reference(), orderId, ...sent, at: event.at } });
        }
        break;
      case "refund.recorded":
        for (const { lineId, quantity, restockLocationId: locationId } of event.returned) {
          const { sku, unitCostMinor } = lineOf(before, lineId);
          if (sku === null || locationId === null) continue;
          const back = { lineId, locationId, quantity, unitCostMinor: unitCostMinor ?? 0 };
          effects.push({ sku, effect: { type: "restock", ref: reference(), orderId, ...back, at } });
        }
        break;
      case "order.placed":
      case "order.held":
      case "order.hold_released":
      case "order.note_added":
      case "order.contact_changed":
      case "order.source_seen":
      case "order.lines_added":
      case "payment.authorized":
      case "payment.captured":
      case "line.sku_assigned":
      case "units.sourced":
      case "backorder.filled":
      case "claim.cut":
      case "fulfillment.released":
      case "shipment.delivered":
        break;
    }
  }
  return effects;
}
