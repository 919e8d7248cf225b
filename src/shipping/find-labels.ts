/** Labels as they are stored, by the order, the parcel or the tracking number. */
import type { OrderId } from "../kernel/ids";
import { withArchived } from "../orders/restore-order";
import type { CarrierAdapter } from "./carrier-adapter";
import type { ShippingContext } from "./context";
import { isLive, type Label } from "./domain/label";
import { labelsOfOrder, labelsOfShipment, labelsTracked } from "./storage/labels";

/** @throws if the deployment has lost the carrier's credentials: its labels can be neither settled nor tracked. */
export function carrierOf(
  { carriers }: ShippingContext,
  { carrier }: Pick<Label, "carrier">,
): CarrierAdapter {
  const adapter = carriers.named(carrier);
  if (adapter === null) throw new Error(`no carrier ${carrier} is configured`);
  return adapter;
}

/** All attempts of the parcel. Which database has its order is not known, so each is asked. */
export async function attemptsOf({ databases }: ShippingContext, shipmentId: string): Promise<Label[]> {
  const found = await Promise.all(databases.allOrders.map((db) => labelsOfShipment(db, shipmentId)));
  return found.flat();
}

/** The parcel's label: the live one, or else the last attempt; null if it has none. */
export async function currentLabel(context: ShippingContext, shipmentId: string): Promise<Label | null> {
  const attempts = await attemptsOf(context, shipmentId);
  return attempts.find(isLive) ?? attempts.at(-1) ?? null;
}

/** The newest label with the number: carriers use numbers again. */
export async function labelTracked(
  { databases }: ShippingContext,
  carrier: string,
  trackingNumber: string,
): Promise<Label | null> {
  const found = await Promise.all(
    databases.allOrders.map((db) => labelsTracked(db, carrier, trackingNumber)),
  );
  return found.flat().toSorted((a, b) => b.createdAt - a.createdAt)[0] ?? null;
}

/** Also of an archived order, which is brought back if it has any. */
export const labelsIn = (context: ShippingContext, orderId: OrderId): Promise<Label[]> =>
  withArchived(
    context,
    orderId,
    (db) => labelsOfOrder(db, orderId),
    (labels) => labels.length === 0,
  );
