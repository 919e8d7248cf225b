/** The network of sourcing with the days on which parcels arrive, so that sourcing can weigh speed and lateness. */
import { daysBetween, localDate } from "../../kernel/calendar";
import { destinationOf } from "../../sourcing/domain/destination";
import type { SourcingNetwork, SourcingRequest } from "../../sourcing/domain/problem";
import { daysLate, deliveryDays, transitOf } from "./arrival";
import { shipDay } from "./working-days";

export type Timing = Readonly<{
  now: number;
  /** When the order's fulfillments are released, in epoch milliseconds. */
  releasedAt: number;
  /** The day by which the customer was quoted that everything arrives; null if there was no quote. */
  quotedOn: string | null;
}>;

/** When a new order of the channel is released: after the grace period. */
export const releaseOfNewOrder = (
  { gracePeriodMinutes }: Readonly<{ gracePeriodMinutes: number }>,
  now: number,
): number => now + gracePeriodMinutes * 60_000;

/** Days are those by which promises are made: the slowest transit of the zones that the destination may be in. */
export function timedNetwork(
  network: SourcingNetwork,
  { destination }: Pick<SourcingRequest, "destination">,
  { now, releasedAt, quotedOn }: Timing,
): SourcingNetwork {
  const place = destinationOf(destination);
  const today = localDate(now, "UTC");
  const leaves = new Map<string, string | null>();
  const arrivesOn = (locationId: string, serviceId: string): string | null => {
    const location = network.locations.find(({ id }) => id === locationId);
    const service = network.carrierServices.find(({ id }) => id === serviceId);
    const transit = location && service && transitOf(service, location, place);
    if (!location || !transit) return null;
    const shipByOn = leaves.get(locationId) ?? shipDay(location, releasedAt);
    leaves.set(locationId, shipByOn);
    return shipByOn === null ? null : deliveryDays(shipByOn, transit).deliverByOn;
  };
  return {
    ...network,
    deliveryDays: (locationId, serviceId) => {
      const on = arrivesOn(locationId, serviceId);
      return on === null ? null : Math.max(0, daysBetween(today, on));
    },
    ...(quotedOn !== null && {
      lateDays: (locationId: string, serviceId: string) => {
        const on = arrivesOn(locationId, serviceId);
        return on === null ? 0 : daysLate(on, quotedOn);
      },
    }),
  };
}
