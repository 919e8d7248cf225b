/** Which zones of a carrier's service a destination is in: the one rule of sourcing and promises. */
import type { CarrierService, CarrierZone } from "../../catalog/domain/carrier-service";
import type { Location } from "../../catalog/domain/location";
import { distanceKm, positionOf, type Place } from "../../kernel/geography";

/**
 * Where a destination counts as that is known only by its region or country.
 * `centre`: at the centre of it, so that it is in one zone at most. Sourcing compares costs, and needs one price.
 * `anywhere`: anywhere in it, so that it may be in several zones. Promises must hold in each of them.
 */
export type InexactPlace = "centre" | "anywhere";

export type ZonesFrom = Pick<Location, "id" | "latitude" | "longitude">;

/**
 * The zones that apply from the location to the destination, in the service's order: the first that the destination
 * is in counts, so that each returned zone may be the first. Empty if the service does not go from there to there, or
 * is inactive.
 */
export function zonesTo(
  { active, locationIds, zones }: CarrierService,
  from: ZonesFrom,
  destination: Place | null,
  inexact: InexactPlace,
): readonly CarrierZone[] {
  if (!active || (locationIds.length > 0 && !locationIds.includes(from.id))) return [];
  const [nearest, farthest] = distancesTo(from, destination, inexact);
  const country = destination?.countryCode?.toUpperCase();
  let covered = Number.NEGATIVE_INFINITY;
  return zones.filter(({ countries, maxDistanceKm }) => {
    const goesThere = countries.length === 0 || (country !== undefined && countries.includes(country));
    const reach = maxDistanceKm ?? Number.POSITIVE_INFINITY;
    if (!goesThere || reach < nearest || reach <= covered || covered >= farthest) return false;
    covered = reach;
    return true;
  });
}

/**
 * The least and the greatest distance in kilometres that count. A place that is not known at all is far, or anywhere.
 */
function distancesTo(
  from: ZonesFrom,
  destination: Place | null,
  inexact: InexactPlace,
): readonly [nearest: number, farthest: number] {
  const position = destination && positionOf(destination);
  if (inexact === "centre") {
    const distance = position ? distanceKm(from, position.at) : Number.POSITIVE_INFINITY;
    return [distance, distance];
  }
  if (!position || position.withinKm === null) return [0, Number.POSITIVE_INFINITY];
  const distance = distanceKm(from, position.at);
  return [Math.max(0, distance - position.withinKm), distance + position.withinKm];
}
