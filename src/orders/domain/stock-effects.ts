/** The effects of an order's events on stock. Each has its own reference, so that it applies once. */
import { commitKey } from "./commit-key";
import { lineOf, type Order } from "./order";
import type { EventOf, OrderEvent } from "./order-events";
import type { LineId } from "../../kernel/ids";
import { handleOrderEvent, ignoring, type OrderEventHandlers } from "./order-event-handlers";
import type { Shortfall, StockEffect } from "../../inventory/domain/stock-messages";

export type EffectOnSku = Readonly<{ sku: string; effect: StockEffect }>;

type WithoutRef<Effect> = Effect extends StockEffect ? Omit<Effect, "ref"> : never;
type UnnumberedEffect = Readonly<{ sku: string; effect: WithoutRef<StockEffect> }>;

/**
 * The effects of the events of one commit. The same arguments give the same references.
 *
 * @param order as the events left it, or later: only ids, SKUs and costs of its lines are read.
 * @param version the order's version that the events made.
 */
export const stockEffects = (
  order: Order,
  events: readonly OrderEvent[],
  version: number,
  at: number,
): EffectOnSku[] =>
  events
    .flatMap((event) => handleOrderEvent(EFFECTS, event, { order, at }, []))
    .map(({ sku, effect }, i) => ({
      sku,
      effect: { ...effect, ref: `${commitKey(order.id, version, at)}/${i}` },
    }));

/** Some reasons of a location correct its stock; the others do not concern it. */
const shortfallOf = (reason: string): Shortfall | null =>
  reason === "out_of_stock" || reason === "damaged" ? reason : null;

type Commit = Readonly<{ order: Order; at: number }>;

/** An effect on the line's SKU; none for a line without one. */
function onLine({ order }: Commit, effect: WithoutRef<StockEffect>): UnnumberedEffect[] {
  const { sku } = lineOf(order, effect.lineId);
  return sku === null ? [] : [{ sku, effect }];
}

/** `locationId`: null for units of a backorder. */
type UnitsToRelease = Readonly<{ lineId: LineId; locationId: string | null; quantity: number }>;

const release = (commit: Commit, units: UnitsToRelease): UnnumberedEffect[] =>
  units.quantity === 0
    ? []
    : onLine(commit, { type: "release", orderId: commit.order.id, ...units, at: commit.at });

const EFFECTS: OrderEventHandlers<Commit, UnnumberedEffect[]> = {
  "units.cancelled": ({ units }, commit) =>
    units.flatMap(({ lineId, backordered, allocated }) => [
      ...release(commit, { lineId, locationId: null, quantity: backordered }),
      ...allocated.flatMap(({ locationId, quantity }) =>
        locationId === null ? [] : release(commit, { lineId, locationId, quantity }),
      ),
    ]),
  "units.sent_elsewhere": ({ lineId, backordered, from }, commit) => [
    ...release(commit, { lineId, locationId: null, quantity: backordered }),
    ...from.flatMap(({ locationId, quantity }) =>
      locationId === null ? [] : release(commit, { lineId, locationId, quantity }),
    ),
  ],
  "allocation.released": ({ lineId, locationId, quantity }, commit) =>
    release(commit, { lineId, locationId, quantity }),
  "fulfillment.rejected": ({ locationId, reason, units }, commit) =>
    units.flatMap(({ lineId, quantity }) =>
      onLine(commit, {
        type: "reject",
        orderId: commit.order.id,
        lineId,
        locationId,
        quantity,
        shortfall: shortfallOf(reason),
        at: commit.at,
      }),
    ),
  "move.requested": ({ lineId, quantity, from, to, keep, locations }, commit) =>
    onLine(commit, {
      type: "move",
      orderId: commit.order.id,
      lineId,
      from: from.locationId,
      to,
      quantity,
      keep,
      locations,
      fulfillmentId: from.fulfillmentId,
      at: commit.at,
    }),
  "backorder.locations_changed": ({ lineId, locations }, commit) =>
    onLine(commit, { type: "serve", orderId: commit.order.id, lineId, locations, at: commit.at }),
  "shipment.shipped": shipped,
  "refund.recorded": restocked,
  "refund.itemized": restocked,
  ...ignoring(
    "order.placed",
    "order.quoted",
    "order.sourced",
    "order.held",
    "order.hold_released",
    "order.note_added",
    "order.details_changed",
    "order.repriced",
    "order.difference_kept",
    "order.storefront_seen",
    "order.personal_data_erased",
    "order.lines_added",
    "payment.authorized",
    "payment.authorization_ended",
    "payment.captured",
    "payment.reversed",
    "refund.changed",
    "units.removed_at_storefront",
    "line.storefront_quantity_changed",
    "line.sku_assigned",
    "line.needs_no_shipping",
    "units.sourced",
    "backorder.filled",
    "allocation.cut",
    "fulfillment.released",
    "fulfillment.stop_requested",
    "fulfillment.stop_withdrawn",
    "fulfillment.scheduled",
    "promise.made",
    "promise.moved",
    "promise.settled",
    "fulfillment.postponed",
    "units.replanned",
    "shipment.tracking_changed",
    "shipment.delivered",
  ),
};

function shipped(event: EventOf<"shipment.shipped">, { order }: Commit): UnnumberedEffect[] {
  const { locationId, dropShipped, at } = event;
  if (locationId === null) return [];
  return event.lines.flatMap(({ lineId, quantity, sku, unitCostMinor }): UnnumberedEffect[] => {
    if (sku === null) return [];
    const owner = dropShipped ? { vendorOwned: true } : {};
    const sent = { orderId: order.id, lineId, locationId, quantity, unitCostMinor, ...owner };
    return [{ sku, effect: { type: "ship", ...sent, at } }];
  });
}

function restocked(
  event: EventOf<"refund.recorded"> | EventOf<"refund.itemized">,
  commit: Commit,
): UnnumberedEffect[] {
  return event.returned.flatMap(({ lineId, quantity, restockLocationId: locationId }) => {
    if (locationId === null) return [];
    const unitCostMinor = lineOf(commit.order, lineId).unitCostMinor ?? 0;
    const back = { orderId: commit.order.id, lineId, locationId, quantity, unitCostMinor };
    return onLine(commit, { type: "restock", ...back, at: event.at });
  });
}
