/**
 * When a parcel arrives: so many of the carrier's working days after the day on which the location hands it over,
 * from the least to the most of its zone. An inexact destination counts as in every zone that it may be in.
 */
import { daysBetween } from "../../kernel/calendar";
import type { Place } from "../../kernel/geography";
import type { CarrierService, CarrierZone } from "../../catalog/domain/carrier-service";
import { accept, reject, type Result } from "../../kernel/result";
import { zonesTo, type ZonesFrom } from "../../sourcing/domain/zones";
import { carrierDaysAfter, shipDay, type WorkingHours } from "./working-days";

/** The carrier's working days from the handover to the delivery. */
export type Transit = Readonly<{ minDays: number; maxDays: number }>;

/** The day of leaving is local to the location, the days of arrival are local to the destination. */
export type Arrival = Readonly<{ shipByOn: string; deliverFromOn: string; deliverByOn: string }>;

/** The location does not work within two years, or the service does not go there. */
export type NoArrival = Readonly<{ code: "location_closed" } | { code: "no_service" }>;

/** @param releasedAt when the fulfillment is released, in epoch milliseconds. */
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

/** The days of arrival of a parcel that is handed over on the day. */
export const deliveryDays = (
  shipByOn: string,
  { minDays, maxDays }: Transit,
): Pick<Arrival, "deliverFromOn" | "deliverByOn"> => ({
  deliverFromOn: carrierDaysAfter(shipByOn, minDays),
  deliverByOn: carrierDaysAfter(shipByOn, maxDays),
});

/** Calendar days from the promised day to the day of arrival; 0 if it is in time. */
export const daysLate = (arrivesOn: string, promisedOn: string): number =>
  Math.max(0, daysBetween(promisedOn, arrivesOn));

/** Null if the service does not go from the location to the destination. */
export function transitOf(
  service: CarrierService,
  location: ZonesFrom,
  destination: Place | null,
): Transit | null {
  const zones = zonesTo(service, location, destination, "anywhere");
  return zones.length === 0 ? null : transitIn(zones);
}

/** The transit in any of the zones, of which there is at least one. */
export const transitIn = (zones: readonly CarrierZone[]): Transit => ({
  minDays: Math.min(...zones.map(({ minTransitDays }) => minTransitDays)),
  maxDays: Math.max(...zones.map(({ maxTransitDays }) => maxTransitDays)),
});
