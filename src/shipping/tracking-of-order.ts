/** Where an order's parcels are, for the customer's page. It is read in the order's own round trip. */
import { and, eq } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { OrderId, ShipmentId } from "../kernel/ids";
import type { PublicTracking } from "../orders/domain/order-view";
import { shownStatus, type Tracking } from "./domain/tracking";
import { labels } from "./storage/schema";

export type TrackedShipment = Readonly<{ shipmentId: ShipmentId; tracking: Tracking }>;

/** Selects the parcels that left with a label bought here. An archived order has none. */
export const trackedShipments = (read: DrizzleD1Database, orderId: OrderId) =>
  read
    .select({ shipmentId: labels.shipmentId, tracking: labels.tracking })
    .from(labels)
    .where(and(eq(labels.orderId, orderId), eq(labels.state, "used")));

/** By shipment. */
export const trackingOf = (tracked: readonly TrackedShipment[]): ReadonlyMap<ShipmentId, PublicTracking> =>
  new Map(
    tracked.map(({ shipmentId, tracking }) => [
      shipmentId,
      {
        status: shownStatus(tracking),
        at: tracking.silentSince ?? tracking.statusAt,
        place: tracking.scans.at(-1)?.place ?? null,
        estimatedAt: tracking.estimatedAt,
      },
    ]),
  );
