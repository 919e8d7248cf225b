/** What a storefront reports as fulfilled and could not be recorded, and what it reports no more. */
import type { NewFulfillment, NewOrder } from "../new-order";
import { linesOf, type Order } from "../order";
import { titleOf, type Difference } from "./difference";
import { fulfilledUnits } from "../reported-units";
import { shippedHere } from "./fulfilled-there";
import type { Shipment } from "../fulfillments/fulfillment";
import { decideTrackingThere } from "./tracking-there";
import { externalLineIds } from "./units-left";

type Reported = Pick<NewOrder, "fulfilled" | "storefrontUpdatedAt">;

export const fulfilledDifferences = (order: Order, reported: Reported): Difference[] => [
  ...notRecorded(order, reported),
  ...unknownLines(order, reported),
  ...otherParcels(order, reported),
  ...otherTracking(order, reported),
  ...reportedNoMore(order, reported),
];

function notRecorded(order: Order, { fulfilled }: Reported): Difference[] {
  return externalLineIds(order).flatMap((id): Difference[] => {
    const [there, here] = [fulfilledUnits(fulfilled, id), shippedHere(order, id)];
    // Fees are not sent: they count as shipped with the last of the goods, once the state is applied.
    const areFees = linesOf(order, id).every(({ kind }) => kind === "fee");
    if (there <= here || areFees) return [];
    const detail = `${there} of ${titleOf(order, id)} are fulfilled at the storefront, ${here} here.`;
    return [{ detail, parcel: true }];
  });
}

const unknownLines = (order: Order, { fulfilled }: Reported): Difference[] =>
  fulfilled
    .flatMap((each) => each.lines)
    .filter(({ externalLineId }) => linesOf(order, externalLineId).length === 0)
    .map(({ externalLineId, quantity }) => ({
      detail: `${quantity} of line ${externalLineId} are fulfilled at the storefront, and the order has no such line.`,
      parcel: false,
    }));

/**
 * Fulfillments that are counted as our own parcels, but have another tracking number: perhaps the units went out twice.
 * One without a number is taken as what staff marked as sent after we sent it.
 */
function otherParcels(order: Order, { fulfilled }: Reported): Difference[] {
  const known = new Set(order.shipments.flatMap(({ externalId }) => externalId ?? []));
  const ours = order.shipments.filter(({ externalId }) => externalId === null);
  const numbers = new Set(ours.flatMap(({ trackingNumber }) => trackingNumber ?? []));
  if (ours.length === 0) return [];
  return fulfilled
    .filter((each) => !known.has(each.externalId) && each.lines.length > 0)
    .filter(
      ({ trackingNumber }) =>
        trackingNumber !== null && numbersIn(trackingNumber).every((each) => !numbers.has(each)),
    )
    .map((each) => ({ detail: otherParcel(order, each, [...numbers]), parcel: false }));
}

/** A storefront may list the numbers of several parcels. */
const numbersIn = (trackingNumber: string): string[] => trackingNumber.split(", ");

function otherParcel(
  order: Order,
  { externalId, trackingNumber, lines }: NewFulfillment,
  ours: readonly string[],
): string {
  const units = lines.map((line) => `${line.quantity} of ${titleOf(order, line.externalLineId)}`).join(", ");
  const here = ours.length === 0 ? "without a number" : `with ${ours.join(", ")}`;
  return `Fulfillment ${externalId} sent ${units} with tracking number ${trackingNumber} at the storefront, and they were shipped here ${here}.`;
}

/** Applied before, so that only a comparison without applying finds it. */
const otherTracking = (order: Order, { fulfilled }: Reported): Difference[] =>
  decideTrackingThere(order, fulfilled).map((there) => {
    const here = order.shipments.find(({ id }) => id === there.shipmentId)!;
    const detail = `Parcel: ${parcelText(there)} at the storefront, ${parcelText(here)} here.`;
    return { detail, parcel: false };
  });

const parcelText = ({
  externalId,
  carrier,
  trackingNumber,
  trackingUrl,
}: Pick<Shipment, "externalId" | "carrier" | "trackingNumber" | "trackingUrl">): string =>
  [externalId, carrier, trackingNumber, trackingUrl].filter((part) => part !== null).join(", ");

/** Not if it lists the units under another id: a fulfillment that it had only counted gets one later. */
function reportedNoMore(order: Order, { fulfilled, storefrontUpdatedAt }: Reported): Difference[] {
  const before = order.shipments.filter(
    ({ externalId, shippedAt }) => externalId !== null && shippedAt < storefrontUpdatedAt,
  );
  const unlisted = before
    .map(({ externalId }) => externalId)
    .filter((id) => fulfilled.every(({ externalId }) => externalId !== id));
  const gone = unlisted.length === 0 ? "" : ` Gone: ${[...new Set(unlisted)].join(", ")}.`;
  return externalLineIds(order).flatMap((id): Difference[] => {
    const lines = linesOf(order, id).filter(({ kind }) => kind !== "fee");
    const recorded = before
      .flatMap((shipment) => shipment.lines)
      .filter(({ lineId }) => lines.some((line) => line.id === lineId))
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const there = fulfilledUnits(fulfilled, id);
    // A storefront may count units that came back as not fulfilled.
    const returned = lines.reduce((sum, line) => sum + line.returned, 0);
    if (recorded - returned <= there) return [];
    const detail = `${there} of ${titleOf(order, id)} are fulfilled at the storefront, which had reported ${recorded}.${gone}`;
    return [{ detail, parcel: false }];
  });
}
