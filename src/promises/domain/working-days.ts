/**
 * The day on which a location hands a parcel over. Work begins on the day of the release if that is before the
 * cut-off, otherwise on the next working day; then the processing days follow. Only working days count: the
 * location's weekdays without the days on which it is closed, all in its own time zone.
 */
import { addDays, firstMomentAt, localMinute, weekday } from "../../kernel/calendar";
import type { Location } from "../../catalog/domain/location";

/** The settings of a location that decide it. */
export type WorkingHours = Pick<
  Location,
  "timeZone" | "cutOff" | "workingDays" | "closedOn" | "processingDays"
>;

/** A location that does not work within so many days gives no date. */
export const MAX_DAYS_AHEAD = 730;

/** ISO weekdays on which carriers travel. Other days and carriers' holidays are not known. */
const CARRIER_DAYS = [1, 2, 3, 4, 5];

/**
 * The local day of the handover for a release at `releasedAt`, in epoch milliseconds; null if there is none within
 * two years. The minute of the cut-off is still in time. When clocks are set back, the first time of the cut-off
 * counts, so that a later release never leaves earlier.
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

/** The carrier day so many carrier days after the day; for 0 the day itself, or the next carrier day. */
export function carrierDaysAfter(on: string, days: number): string {
  let day = on;
  for (let left = days; left > 0; left -= 1) day = nextCarrierDay(addDays(day, 1));
  return nextCarrierDay(day);
}

const nextCarrierDay = (on: string): string =>
  CARRIER_DAYS.includes(weekday(on)) ? on : nextCarrierDay(addDays(on, 1));
