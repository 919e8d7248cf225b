/**
 * At which rates a location's parcels go to a destination: of each carrier's service that goes there, the
 * first zone that the destination is in. Where no service is known at all every parcel is taken to cost the
 * same, so that an order leaves in as few parcels as can be and, as ties go by preference, from near by.
 */
import { coordinatesOf, distanceKm, type Place } from "../../kernel/geography";
import type { CarrierService, CarrierZone, Location } from "../../catalog/domain/reference";
import type { ParcelRate } from "./parcel-price";
import type { SourcingNetwork, SourcingRequest } from "./problem";

/** What a parcel is taken to cost where nobody said, in minor units: about what small parcels do cost. */
const UNKNOWN_PARCEL_MINOR = 1_000;

const FREE_OF_WEIGHT = {
  serviceId: null,
  perExtraKgMinor: null,
  volumeDivisor: Number.POSITIVE_INFINITY,
  lateDays: 0,
  latenessMinor: 0,
};

const anyParcelAt = (priceMinor: number): ParcelRate => ({
  ...FREE_OF_WEIGHT,
  prices: [{ upToGrams: Number.POSITIVE_INFINITY, priceMinor }],
});

/** None where services are known and none of them goes from there to there. */
export function parcelRates(
  location: Location,
  { carrierServices, lateDays }: SourcingNetwork,
  { channel, destination, pickupLocationId }: SourcingRequest,
): ParcelRate[] {
  if (pickupLocationId !== null) return [anyParcelAt(0)];
  const services = carrierServices.filter(({ active }) => active);
  if (services.length === 0 || !destination?.countryCode) return [anyParcelAt(UNKNOWN_PARCEL_MINOR)];
  return services.flatMap((service) => {
    const zone = zoneOf(service, location, destination);
    if (zone === null || (zone.prices.length === 0 && zone.perExtraKgMinor === null)) return [];
    const days = lateDays?.(location.id, service.id) ?? 0;
    return [
      {
        serviceId: service.id,
        prices: zone.prices,
        perExtraKgMinor: zone.perExtraKgMinor,
        volumeDivisor: service.volumeDivisor ?? Number.POSITIVE_INFINITY,
        lateDays: days,
        latenessMinor: days * channel.sourcing.latenessPerDayMinor,
      },
    ];
  });
}

/** A place that is not known exactly stands at its middle, and one whose middle is not known is far. */
function zoneOf(service: CarrierService, location: Location, destination: Place): CarrierZone | null {
  if (service.locationIds.length > 0 && !service.locationIds.includes(location.id)) return null;
  const country = destination.countryCode?.toUpperCase();
  const at = coordinatesOf(destination);
  const distance = at ? distanceKm(location, at) : Number.POSITIVE_INFINITY;
  const zone = service.zones.find(
    ({ countries, maxDistanceKm }) =>
      (countries.length === 0 || (country !== undefined && countries.includes(country))) &&
      distance <= (maxDistanceKm ?? Number.POSITIVE_INFINITY),
  );
  return zone ?? null;
}
