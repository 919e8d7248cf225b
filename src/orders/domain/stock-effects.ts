/** What an order's events ask of stock: each effect has its own reference, so that it applies once. */
import { lineOf, type Order } from "./order";
import type { EventOf, OrderEvent } from "./order-events";
import type { LineId } from "../../kernel/ids";
import { handleOrderEvent, ignoring, type OrderEventHandlers } from "./order-event-handlers";
import type { Shortfall, StockEffect } from "../../inventory/domain/stock-messages";

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
    .flatMap((event) => handleOrderEvent(EFFECTS, event, { order, at }, []))
    .map(({ sku, effect }, i) => ({ sku, effect: { ...effect, ref: `${order.id}/${version}/${i}` } }));

/** As the reasons of a location correct stock; the others say nothing of it. */
const shortfallOf = (reason: string): Shortfall | null =>
  reason === "out_of_stock" || reason === "damaged" ? reason : null;

type Asking = Readonly<{ order: Order; at: number }>;

/** An effect on the line's SKU; none for a line without one. */
function onLine({ order }: Asking, effect: Unnumbered<StockEffect>): Asked[] {
  const { sku } = lineOf(order, effect.lineId);
  return sku === null ? [] : [{ sku, effect }];
}

type Released = Readonly<{ lineId: LineId; locationId: string | null; quantity: number }>;

const release = (asking: Asking, released: Released): Asked[] =>
  released.quantity === 0
    ? []
    : onLine(asking, { type: "release", orderId: asking.order.id, ...released, at: asking.at });

const EFFECTS: OrderEventHandlers<Asking, Asked[]> = {
  "units.cancelled": ({ units }, asking) =>
    units.flatMap(({ lineId, backordered, allocated }) => [
      ...release(asking, { lineId, locationId: null, quantity: backordered }),
      ...allocated.flatMap(({ locationId, quantity }) =>
        locationId === null ? [] : release(asking, { lineId, locationId, quantity }),
      ),
    ]),
  "allocation.released": ({ lineId, locationId, quantity }, asking) =>
    release(asking, { lineId, locationId, quantity }),
  "fulfillment.rejected": ({ locationId, reason, units }, asking) =>
    units.flatMap(({ lineId, quantity }) =>
      onLine(asking, {
        type: "reject",
        orderId: asking.order.id,
        lineId,
        locationId,
        quantity,
        shortfall: shortfallOf(reason),
        at: asking.at,
      }),
    ),
  "move.requested": ({ lineId, quantity, from, to, keep, locations }, asking) =>
    onLine(asking, {
      type: "move",
      orderId: asking.order.id,
      lineId,
      from: from.locationId,
      to,
      quantity,
      keep,
      locations,
      fulfillmentId: from.fulfillmentId,
      at: asking.at,
    }),
  "backorder.locations_changed": ({ lineId, locations }, asking) =>
    onLine(asking, { type: "serve", orderId: asking.order.id, lineId, locations, at: asking.at }),
  "shipment.shipped": shipped,
  "refund.recorded": restocked,
  ...ignoring(
    "order.placed",
    "order.sourced",
    "order.held",
    "order.hold_released",
    "order.note_added",
    "order.contact_changed",
    "order.storefront_seen",
    "order.lines_added",
    "payment.authorized",
    "payment.captured",
    "deposit.refund_due",
    "credit.applied",
    "units.removed_at_storefront",
    "line.sku_assigned",
    "units.sourced",
    "backorder.filled",
    "allocation.cut",
    "fulfillment.released",
    "fulfillment.scheduled",
    "promise.made",
    "promise.moved",
    "promise.settled",
    "fulfillment.postponed",
    "units.replanned",
    "shipment.delivered",
  ),
};

function shipped(event: EventOf<"shipment.shipped">, { order }: Asking): Asked[] {
  const { locationId, dropShipped, at } = event;
  if (locationId === null) return [];
  return event.lines.flatMap(({ lineId, quantity, sku, unitCostMinor }): Asked[] => {
    if (sku === null) return [];
    const owner = dropShipped ? { vendorOwned: true } : {};
    const sent = { orderId: order.id, lineId, locationId, quantity, unitCostMinor, ...owner };
    return [{ sku, effect: { type: "ship", ...sent, at } }];
  });
}

function restocked(event: EventOf<"refund.recorded">, asking: Asking): Asked[] {
  return event.returned.flatMap(({ lineId, quantity, restockLocationId: locationId }) => {
    if (locationId === null) return [];
    const unitCostMinor = lineOf(asking.order, lineId).unitCostMinor ?? 0;
    const back = { orderId: asking.order.id, lineId, locationId, quantity, unitCostMinor };
    return onLine(asking, { type: "restock", ...back, at: event.at });
  });
}
