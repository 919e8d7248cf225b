/**
 * Whether a location sends anything on a day, and when it next does. What is put off there waits until the
 * beginning of its next working day, in its own zone.
 */
import { addDays, dayBounds, dayEnd, localDate, weekday } from "../../../kernel/calendar";
import type { PostponeReason } from "../order-events";
import type { Location } from "../../../catalog/domain/reference";

/** `gone`: it sends nothing any more, until somebody says otherwise. */
export type Standing = "sends" | "closed_today" | "gone";

export function standingOf(location: Location | undefined, now: number): Standing {
  if (!location?.active || !location.shipsOrders) return "gone";
  return location.closedOn.includes(localDate(now, location.timeZone)) ? "closed_today" : "sends";
}

/** Its local day: epoch milliseconds, the end exclusive. */
export const dayAt = ({ timeZone }: Pick<Location, "timeZone">, now: number) =>
  dayBounds(localDate(now, timeZone), timeZone);

/**
 * Until when what is planned at a location waits that sends nothing any more, if it cannot leave it: until tomorrow
 * is over. The same all day, so that it is put off once a day.
 */
export const goneUntil = ({ timeZone }: Pick<Location, "timeZone">, now: number): number =>
  dayEnd(addDays(localDate(now, timeZone), 1), timeZone);

const A_YEAR = 366;

/** The beginning of the next day on which it works; of tomorrow, where it is closed for a year and longer. */
export function nextWorkingDayAt({ timeZone, workingDays, closedOn }: Location, now: number): number {
  const today = localDate(now, timeZone);
  for (let days = 1; days <= A_YEAR; days += 1) {
    const on = addDays(today, days);
    if (workingDays.includes(weekday(on)) && !closedOn.includes(on)) return dayBounds(on, timeZone).start;
  }
  return dayBounds(addDays(today, 1), timeZone).start;
}

const DAY = 86_400_000;

/** Why it sends nothing more now, and until when; null where it does. `released`: fulfillments it has had today. */
export function putOffAt(
  location: Location | undefined,
  released: number,
  now: number,
): Readonly<{ releaseAt: number; reason: PostponeReason }> | null {
  const standing = standingOf(location, now);
  if (!location) return { releaseAt: now + DAY, reason: "closed" };
  if (standing === "gone") return { releaseAt: goneUntil(location, now), reason: "closed" };
  if (standing === "closed_today") return { releaseAt: nextWorkingDayAt(location, now), reason: "closed" };
  const isFull = location.capacityPerDay !== null && released >= location.capacityPerDay;
  return isFull ? { releaseAt: nextWorkingDayAt(location, now), reason: "capacity" } : null;
}
