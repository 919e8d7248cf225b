/**
 * When what a location sends with a carrier's service arrives: the day it is handed over, and so many of the
 * carrier's working days later, from the quickest to the slowest that its zone has. Who does not know where
 * exactly a destination is reckons with every zone that it may be in. Days of delivery are the destination's.
 */
import { daysBetween } from "../../kernel/calendar";
import type { Place } from "../../kernel/geography";
import type { CarrierService, CarrierZone } from "../../catalog/domain/carrier-service";
import { accept, reject, type Result } from "../../kernel/result";
import { zonesTo, type ZonesFrom } from "../../sourcing/domain/zones";
import { carrierDaysAfter, shipDay, type WorkingHours } from "./working-days";

/** Working days of the carrier from handing over to delivery. */
export type Transit = Readonly<{ minDays: number; maxDays: number }>;

/** Local dates: the location's for what it hands over, the destination's for what arrives. */
export type Arrival = Readonly<{ shipByOn: string; deliverFromOn: string; deliverByOn: string }>;

/** Why there is no date: the location does not work within two years, or the service does not go there. */
export type NoArrival = Readonly<{ code: "location_closed" } | { code: "no_service" }>;

/** Pure and bounded. The moment of release in epoch milliseconds. */
export function arrival(
  location: WorkingHours & ZonesFrom,
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
  location: ZonesFrom,
  destination: Place | null,
): Transit | null {
  const zones = zonesTo(service, location, destination, "anywhere");
  return zones.length === 0 ? null : transitIn(zones);
}

export const transitIn = (zones: readonly CarrierZone[]): Transit => ({
  minDays: Math.min(...zones.map(({ minTransitDays }) => minTransitDays)),
  maxDays: Math.max(...zones.map(({ maxTransitDays }) => maxTransitDays)),
});
