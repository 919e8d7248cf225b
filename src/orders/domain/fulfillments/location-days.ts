/**
 * Whether a location ships anything on a day, and until when a fulfillment is postponed that cannot ship: until the
 * start of the location's next working day, in its own time zone.
 */
import { addDays, dayBounds, dayEnd, localDate, weekday } from "../../../kernel/calendar";
import type { Location } from "../../../catalog/domain/location";
import type { PostponeReason } from "../events/fulfillment-events";

/** `inactive`: it ships nothing any more, or hands nothing over any more, until its settings change. */
export type LocationState = "shipping" | "closed_today" | "inactive";

/** By the location's own day. `isPickup`: whether the customer collects the order there. */
export function locationState(location: Location | undefined, now: number, isPickup = false): LocationState {
  if (!location?.active || !(isPickup ? location.offersPickup : location.shipsOrders)) return "inactive";
  return location.closedOn.includes(localDate(now, location.timeZone)) ? "closed_today" : "shipping";
}

type Zone = Pick<Location, "timeZone">;

/** The location's local day at a time: epoch milliseconds, the end exclusive. */
export const dayAt = ({ timeZone }: Zone, now: number) => dayBounds(localDate(now, timeZone), timeZone);

/**
 * Until when a fulfillment at an inactive location is postponed, if it cannot leave it: until the end of the next day.
 * The same all day, so that it is postponed once a day.
 */
export const inactivePostponement = ({ timeZone }: Zone, now: number): number =>
  dayEnd(addDays(localDate(now, timeZone), 1), timeZone);

const MAX_DAYS = 366;

/** The start of the next day on which the location works; of the next day, if it is closed for a year or longer. */
export function nextWorkingDayAt({ timeZone, workingDays, closedOn }: Location, now: number): number {
  const today = localDate(now, timeZone);
  for (let days = 1; days <= MAX_DAYS; days += 1) {
    const on = addDays(today, days);
    if (workingDays.includes(weekday(on)) && !closedOn.includes(on)) return dayBounds(on, timeZone).start;
  }
  return dayBounds(addDays(today, 1), timeZone).start;
}

const DAY_MS = 86_400_000;

/**
 * Until when, and why, a fulfillment is postponed that is due now; null if its location ships it now.
 *
 * @param released how many fulfillments were released to the location today.
 */
export function postponementAt(
  location: Location | undefined,
  released: number,
  now: number,
  isPickup = false,
): Readonly<{ releaseAt: number; reason: PostponeReason }> | null {
  if (!location) return { releaseAt: now + DAY_MS, reason: "closed" };
  switch (locationState(location, now, isPickup)) {
    case "inactive":
      return { releaseAt: inactivePostponement(location, now), reason: "closed" };
    case "closed_today":
      return { releaseAt: nextWorkingDayAt(location, now), reason: "closed" };
    case "shipping": {
      const isFull = location.capacityPerDay !== null && released >= location.capacityPerDay;
      return isFull ? { releaseAt: nextWorkingDayAt(location, now), reason: "capacity" } : null;
    }
  }
}
