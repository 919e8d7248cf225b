/**
 * The rates of parcels from a location to a destination, one for each carrier's service that goes there. If no
 * service is in use, every parcel is assumed to cost the same: then the fewest parcels win, and ties go to near
 * locations.
 */
import type { Place } from "../../kernel/geography";
import type { CarrierService } from "../../catalog/domain/carrier-service";
import type { Location } from "../../catalog/domain/location";
import { priceListOf, type ParcelRate } from "./parcel-price";
import type { SourcingNetwork, SourcingRequest } from "./problem";
import { isNamed } from "./shipping-method";
import { zonesTo } from "./zones";

/** The assumed price of any parcel, in minor units: about what small parcels cost. */
const ASSUMED_PARCEL_MINOR = 1_000;

const FREE_OF_WEIGHT = {
  serviceId: null,
  perExtraKgMinor: null,
  volumeDivisor: Number.POSITIVE_INFINITY,
  lateDays: 0,
  latenessMinor: 0,
  speedMinor: 0,
};

const anyParcelAt = (priceMinor: number): ParcelRate => ({
  ...FREE_OF_WEIGHT,
  prices: [{ upToGrams: Number.POSITIVE_INFINITY, priceMinor }],
});

/** Whether a carrier is assumed to go there: no service is in use, or the destination's country is not known. */
export const isCarrierAssumed = (
  carrierServices: readonly CarrierService[],
  destination: Pick<Place, "countryCode"> | null,
): boolean => !carrierServices.some(({ active }) => active) || !destination?.countryCode;

/**
 * Empty if services are in use and none of them goes from the location to the destination. If the customer has chosen
 * one that does, it is the only one.
 */
export function parcelRates(
  location: Location,
  { carrierServices, lateDays, deliveryDays }: SourcingNetwork,
  { channel, destination, pickupLocationId, shippingMethod = null }: SourcingRequest,
): ParcelRate[] {
  if (pickupLocationId !== null) return [anyParcelAt(0)];
  if (isCarrierAssumed(carrierServices, destination)) return [anyParcelAt(ASSUMED_PARCEL_MINOR)];
  const { latenessPerDayMinor, dayValueMinor } = channel.sourcing;
  const priced = carrierServices.flatMap((service) => {
    const [zone] = zonesTo(service, location, destination, "centre");
    const priceList = zone ? priceListOf(service, zone) : null;
    return priceList === null ? [] : [{ service, priceList }];
  });
  const chosen = priced.filter(({ service }) => isNamed(service, shippingMethod));
  return (chosen.length > 0 ? chosen : priced).map(({ service, priceList }) => {
    const days = lateDays?.(location.id, service.id) ?? 0;
    const untilArrival = dayValueMinor === 0 ? 0 : (deliveryDays?.(location.id, service.id) ?? 0);
    return {
      serviceId: service.id,
      ...priceList,
      lateDays: days,
      latenessMinor: days * latenessPerDayMinor,
      speedMinor: untilArrival * dayValueMinor,
    };
  });
}
