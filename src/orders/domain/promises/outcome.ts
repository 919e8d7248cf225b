/**
 * How a promise ends: kept, if the last unit of the line arrived, or left, by the first day that was promised. Days are
 * local to the location that shipped it, as the customer's time zone is unknown.
 */
import { localDate } from "../../../kernel/calendar";
import type { Shipment } from "../fulfillments/fulfillment";
import type { Order } from "../order";
import type { EventOf } from "../order-events";
import type { OrderLine } from "../order-line";
import type { CarrierService } from "../../../catalog/domain/carrier-service";
import type { Location } from "../../../catalog/domain/location";
import { daysLate, deliveryDays } from "../../../promises/domain/arrival";
import { destinationOf } from "../../../sourcing/domain/destination";
import { currentPromise, type LinePromise, type PromiseRecord } from "../../../promises/domain/promise";
import { isNamed } from "../../../sourcing/domain/shipping-method";
import { chosenService, serviceOptions } from "../../../promises/domain/service";

type Reference = Readonly<{
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
}>;

/** For a line with nothing left to ship; null while the promise is open, and if no day was promised. */
export function outcomeOf(
  order: Order,
  line: OrderLine,
  { first, outcome }: PromiseRecord,
  locations: Reference["locations"],
): EventOf<"promise.settled"> | null {
  if (outcome !== null || first === null || line.shipped === 0) return null;
  const shipments = shipmentsOf(order, line);
  const times = shipments.map(({ deliveredAt, shippedAt }) =>
    first.of === "delivery" ? deliveredAt : shippedAt,
  );
  if (times.length === 0 || times.includes(null)) return null;
  const at = Math.max(...times.map(Number));
  const { locationId, carrier } = shipments[times.indexOf(at)]!;
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
 * The new promise of a line whose last unit left too late to arrive as promised, computed from the day it left. Null
 * if every unit left in time, or if the promise has ended.
 */
export function promiseIfShippedLate(
  order: Order,
  line: OrderLine,
  record: PromiseRecord,
  { locations, carrierServices }: Reference,
): Readonly<{ before: LinePromise; after: LinePromise }> | null {
  if (record.deliverByOn === null || record.outcome !== null) return null;
  let latest: LinePromise | null = null;
  for (const shipment of shipmentsOf(order, line)) {
    const location = shipment.locationId === null ? undefined : locations.get(shipment.locationId);
    if (!location || shipment.deliveredAt !== null) continue;
    const services = serviceOptions(carrierServices, location, destinationOf(order.shippingAddress));
    const planned = order.fulfillments.find(({ id }) => id === shipment.fulfillmentId)?.serviceId ?? null;
    const method = [shipment.service, planned, order.shippingMethod].find((name) =>
      services.some(({ service }) => isNamed(service, name)),
    );
    const service = chosenService(services, method ?? null);
    if (!service) continue;
    const shipByOn = localDate(shipment.shippedAt, location.timeZone);
    const days = deliveryDays(shipByOn, service.transit);
    if (days.deliverByOn <= (latest?.deliverByOn ?? record.deliverByOn)) continue;
    latest = { shipByOn, ...days, locationId: location.id, inboundOn: null, noDate: null };
  }
  return latest && { before: currentPromise(record), after: latest };
}

const shipmentsOf = (order: Order, line: OrderLine): Shipment[] =>
  order.shipments.filter(({ lines }) => lines.some(({ lineId }) => lineId === line.id));

const zoneOf = (locationId: string | null, locations: Reference["locations"]): string =>
  (locationId !== null && locations.get(locationId)?.timeZone) || "UTC";
