/**
 * How a promise ends: kept where the last of the line arrived, or left, by the first day that was promised. Days
 * are those of the location that sent it, since nobody knows the customer's clock.
 */
import { localDate } from "../../../kernel/calendar";
import type { Shipment } from "../fulfillments/fulfillment";
import type { Order } from "../order";
import type { OrderEvent } from "../order-events";
import type { OrderLine } from "../order-line";
import type { CarrierService, Location } from "../../../catalog/domain/reference";
import { daysLate, deliveryDays } from "../../../promises/domain/arrival";
import { destinationOf } from "../../../sourcing/domain/destination";
import { told, type LinePromise, type StandingPromise } from "../../../promises/domain/promise";
import { wayChosen, waysThere } from "../../../promises/domain/service";

type Reference = Readonly<{
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
}>;

type Settled = Extract<OrderEvent, { type: "promise.settled" }>;

/** The end of the promise of a line that has nothing left to send; null while it is open, or where nothing was promised. */
export function outcomeOf(
  order: Order,
  line: OrderLine,
  { first, outcome }: StandingPromise,
  locations: Reference["locations"],
): Settled | null {
  if (outcome !== null || first === null || line.shipped === 0) return null;
  const parcels = parcelsOf(order, line);
  const times = parcels.map((parcel) => (first.of === "delivery" ? parcel.deliveredAt : parcel.shippedAt));
  if (times.length === 0 || times.includes(null)) return null;
  const at = Math.max(...times.map(Number));
  const { locationId, carrier } = parcels[times.indexOf(at)]!;
  const settledOn = localDate(at, zoneOf(locationId, locations));
  return {
    type: "promise.settled",
    lineId: line.id,
    of: first.of,
    promisedOn: first.on,
    settledOn,
    daysLate: daysLate(settledOn, first.on),
    locationId,
    carrier,
  };
}

/**
 * The last of the line has left too late to arrive as promised: from when it left it is known when it will. What
 * left in good time is promised as before.
 */
export function sentLate(
  order: Order,
  line: OrderLine,
  standing: StandingPromise,
  { locations, carrierServices }: Reference,
): Readonly<{ before: LinePromise; after: LinePromise }> | null {
  if (standing.deliverByOn === null || standing.outcome !== null) return null;
  let latest: LinePromise | null = null;
  for (const parcel of parcelsOf(order, line)) {
    const location = parcel.locationId === null ? undefined : locations.get(parcel.locationId);
    if (!location || parcel.deliveredAt !== null) continue;
    const ways = waysThere(carrierServices, location, destinationOf(order.shippingAddress));
    const way = wayChosen(ways, parcel.service ?? order.shippingMethod);
    if (!way) continue;
    const shipByOn = localDate(parcel.shippedAt, location.timeZone);
    const days = deliveryDays(shipByOn, way.transit);
    if (days.deliverByOn <= (latest?.deliverByOn ?? standing.deliverByOn)) continue;
    latest = { shipByOn, ...days, locationId: location.id, inboundOn: null, noDate: null };
  }
  return latest && { before: told(standing), after: latest };
}

const parcelsOf = (order: Order, line: OrderLine): Shipment[] =>
  order.shipments.filter((parcel) => parcel.lines.some(({ lineId }) => lineId === line.id));

const zoneOf = (locationId: string | null, locations: Reference["locations"]): string =>
  (locationId !== null && locations.get(locationId)?.timeZone) || "UTC";
