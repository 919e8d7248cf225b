/**
 * On which day a location hands an order over. What is released by its cut-off is worked on that day, anything
 * later on its next working day; then come its processing days, of which only working days count. It works on
 * its weekdays without the days it is closed on, all of them as its own clocks have them.
 */
import { addDays, firstMomentAt, localMinute, weekday } from "../../kernel/calendar";
import type { Location } from "../../catalog/domain/location";

/** What of a location decides it. */
export type WorkingHours = Pick<
  Location,
  "timeZone" | "cutOff" | "workingDays" | "closedOn" | "processingDays"
>;

/** A location that does not work for so long gives no date: whatever it were, nobody would rely on it. */
export const MAX_DAYS_AHEAD = 730;

/** Carriers travel on these, from Monday; none of them has told us of other days, nor of its holidays. */
const CARRIER_DAYS = [1, 2, 3, 4, 5];

/**
 * The local day on which what is released at the moment is handed over; null when there is none within two years.
 * The minute of the cut-off is still in time. Where clocks are set back the cut-off passes the first time they
 * show it, so that a later release never leaves earlier.
 */
export function shipDay(location: WorkingHours, releasedAt: number): string | null {
  const today = localMinute(releasedAt, location.timeZone).slice(0, 10);
  const closed = new Set(location.closedOn);
  const works = (on: string) => location.workingDays.includes(weekday(on)) && !closed.has(on);
  let left = location.processingDays;
  let on = works(today) && isAfterCutOff(location, today, releasedAt) ? addDays(today, 1) : today;
  for (let searched = 0; searched < MAX_DAYS_AHEAD; searched += 1) {
    if (works(on)) {
      if (left === 0) return on;
      left -= 1;
    }
    on = addDays(on, 1);
  }
  return null;
}

function isAfterCutOff({ cutOff, timeZone }: WorkingHours, today: string, at: number): boolean {
  if (cutOff >= "23:59") return false;
  return at >= firstMomentAt(today, minuteAfter(cutOff), timeZone);
}

function minuteAfter(time: string): string {
  const [hour, minute] = time.split(":").map(Number) as [number, number];
  const next = hour * 60 + minute + 1;
  return `${String(Math.floor(next / 60)).padStart(2, "0")}:${String(next % 60).padStart(2, "0")}`;
}

/** So many days of a carrier's after the day; for none the day itself, or the next on which it travels. */
export function carrierDaysAfter(on: string, days: number): string {
  let day = on;
  for (let left = days; left > 0; left -= 1) day = nextCarrierDay(addDays(day, 1));
  return nextCarrierDay(day);
}

const nextCarrierDay = (on: string): string =>
  CARRIER_DAYS.includes(weekday(on)) ? on : nextCarrierDay(addDays(on, 1));
