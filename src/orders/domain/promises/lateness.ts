/** How late a parcel of a plan would arrive after the day that the customer was quoted, or promised first. */
import type { Order } from "../order";
import { openUnits } from "../order-line";
import type { CarrierService } from "../../../catalog/domain/carrier-service";
import type { Location } from "../../../catalog/domain/location";
import type { LateDays } from "../../../sourcing/domain/problem";
import { daysLate, deliveryDays, transitOf } from "../../../promises/domain/arrival";
import { destinationOf } from "../../../sourcing/domain/destination";
import { shipDay } from "../../../promises/domain/working-days";

/**
 * How many days late a parcel arrives that is released now; 0 if no delivery day was promised or quoted. Of several
 * days the first one counts. After that day every plan is late, and the fastest one is the least late.
 */
export function lateDaysOf(
  order: Order,
  locations: ReadonlyMap<string, Location>,
  carrierServices: readonly CarrierService[],
  now: number,
): LateDays {
  const ofLines = order.lines
    .filter((line) => openUnits(line) > 0 && line.promise?.first?.of === "delivery")
    .map(({ promise }) => promise!.first!.on);
  const promised = [...ofLines, ...(order.quotedOn === null ? [] : [order.quotedOn])].toSorted()[0];
  if (promised === undefined) return () => 0;
  const place = destinationOf(order.shippingAddress);
  const leaves = new Map<string, string | null>();
  return (locationId, serviceId) => {
    const location = locations.get(locationId);
    const service = carrierServices.find(({ id }) => id === serviceId);
    const transit = location && service && transitOf(service, location, place);
    if (!location || !transit) return 0;
    const shipByOn = leaves.get(locationId) ?? shipDay(location, now);
    leaves.set(locationId, shipByOn);
    return shipByOn === null ? 0 : daysLate(deliveryDays(shipByOn, transit).deliverByOn, promised);
  };
}
