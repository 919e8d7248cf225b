/**
 * When what a location sends with a carrier's service arrives: the day it is handed over, and so many of the
 * carrier's working days later, from the quickest to the slowest that its zone has. Who does not know where
 * exactly a destination is reckons with every zone that it may be in. Days of delivery are the destination's.
 */
import { daysBetween } from "../../kernel/calendar";
import { distanceKm, positionOf, type Place } from "../../kernel/geography";
import type { CarrierService, CarrierZone, Location } from "../../catalog/domain/reference";
import { accept, reject, type Result } from "../../kernel/result";
import { carrierDaysAfter, shipDay, type WorkingHours } from "./working-days";

/** Working days of the carrier from handing over to delivery. */
export type Transit = Readonly<{ minDays: number; maxDays: number }>;

/** Local dates: the location's for what it hands over, the destination's for what arrives. */
export type Arrival = Readonly<{ shipByOn: string; deliverFromOn: string; deliverByOn: string }>;

/** Why there is no date: the location does not work within two years, or the service does not go there. */
export type NoArrival = Readonly<{ code: "location_closed" } | { code: "no_service" }>;

type From = Pick<Location, "id" | "latitude" | "longitude">;

/** Pure and bounded. The moment of release in epoch milliseconds. */
export function arrival(
  location: WorkingHours & From,
  service: CarrierService,
  destination: Place | null,
  releasedAt: number,
): Result<Arrival, NoArrival> {
  const transit = transitOf(service, location, destination);
  if (!transit) return reject({ code: "no_service" });
  const shipByOn = shipDay(location, releasedAt);
  if (shipByOn === null) return reject({ code: "location_closed" });
  return accept({ shipByOn, ...deliveryDays(shipByOn, transit) });
}

/** When what is handed over on the day arrives. */
export const deliveryDays = (
  shipByOn: string,
  { minDays, maxDays }: Transit,
): Pick<Arrival, "deliverFromOn" | "deliverByOn"> => ({
  deliverFromOn: carrierDaysAfter(shipByOn, minDays),
  deliverByOn: carrierDaysAfter(shipByOn, maxDays),
});

/** Calendar days after the promised one; none for what is in time. */
export const daysLate = (arrivesOn: string, promisedOn: string): number =>
  Math.max(0, daysBetween(promisedOn, arrivesOn));

/** How long the service takes from the location; null when it does not go from there to there. */
export function transitOf(
  service: CarrierService,
  location: From,
  destination: Place | null,
): Transit | null {
  const zones = zonesTo(service, location, destination);
  return zones.length === 0 ? null : transitIn(zones);
}

export const transitIn = (zones: readonly CarrierZone[]): Transit => ({
  minDays: Math.min(...zones.map(({ minTransitDays }) => minTransitDays)),
  maxDays: Math.max(...zones.map(({ maxTransitDays }) => maxTransitDays)),
});

/** The first zone that the destination is in counts: of a place that is not known exactly, each that may be the first. */
export function zonesTo(
  { active, locationIds, zones }: CarrierService,
  location: From,
  destination: Place | null,
): readonly CarrierZone[] {
  if (!active || (locationIds.length > 0 && !locationIds.includes(location.id))) return [];
  const [nearest, farthest] = distancesTo(location, destination);
  let covered = -1;
  return zones.filter(({ countries, maxDistanceKm }) => {
    const country = destination?.countryCode?.toUpperCase();
    const goesThere = countries.length === 0 || (country !== undefined && countries.includes(country));
    const reach = maxDistanceKm ?? Number.POSITIVE_INFINITY;
    if (!goesThere || reach < nearest || reach <= covered || covered >= farthest) return false;
    covered = reach;
    return true;
  });
}

/** The least and the most that it may be from the location to there, in kilometres. */
function distancesTo(location: From, destination: Place | null): readonly [number, number] {
  const position = destination && positionOf(destination);
  if (!position || position.withinKm === null) return [0, Number.POSITIVE_INFINITY];
  const distance = distanceKm(location, position.at);
  return [Math.max(0, distance - position.withinKm), distance + position.withinKm];
}
