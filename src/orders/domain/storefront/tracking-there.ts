/**
 * Id, carrier and tracking of parcels that the storefront had sent. It often reports a tracking number only after the
 * parcel, and may list units first without a fulfillment of their own and later with one.
 */
import type { Shipment } from "../fulfillments/fulfillment";
import type { NewFulfillment } from "../new-order";
import type { EventOf } from "../order-events";
import { lineOf, type Order } from "../order";

type Changed = EventOf<"shipment.tracking_changed">;

/** The events that give parcels of the storefront's fulfillments what it reports of them now. */
export const decideTrackingThere = (order: Order, fulfilled: readonly NewFulfillment[]): Changed[] => {
  const listed = new Set(fulfilled.map(({ externalId }) => externalId));
  return fulfilled.flatMap((there) => {
    const known = recordedAs(order, there.externalId);
    const parcels = known.length > 0 ? known : parcelOfGoneId(order, there, listed);
    return changes(parcels, there);
  });
};

const recordedAs = ({ shipments }: Order, id: string): readonly Shipment[] =>
  shipments.filter(({ externalId }) => externalId === id);

/** The parcel that has exactly the fulfillment's units, and whose own id the storefront does not list any more. */
function parcelOfGoneId(
  order: Order,
  { lines }: NewFulfillment,
  listed: ReadonlySet<string>,
): readonly Shipment[] {
  const wanted = unitsText(lines.map(({ externalLineId, quantity }) => [externalLineId, quantity]));
  return order.shipments
    .filter(({ externalId }) => externalId !== null && !listed.has(externalId))
    .filter(({ lines: sent }) => {
      const units = sent.map(({ lineId, quantity }) => [lineOf(order, lineId).externalId, quantity] as const);
      return unitsText(units) === wanted;
    })
    .slice(0, 1);
}

function unitsText(units: readonly (readonly [externalLineId: string, quantity: number])[]): string {
  const sums = new Map<string, number>();
  for (const [id, quantity] of units) sums.set(id, (sums.get(id) ?? 0) + quantity);
  return JSON.stringify([...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const changes = (parcels: readonly Shipment[], there: NewFulfillment): Changed[] => {
  const { externalId, carrier, trackingNumber, trackingUrl } = there;
  const reported = { externalId, carrier, trackingNumber, trackingUrl };
  return parcels
    .filter(
      (known) =>
        known.externalId !== externalId ||
        known.carrier !== carrier ||
        known.trackingNumber !== trackingNumber ||
        known.trackingUrl !== trackingUrl,
    )
    .map(({ id: shipmentId }) => ({ type: "shipment.tracking_changed", shipmentId, ...reported }));
};
