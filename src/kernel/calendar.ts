/**
 * Local dates, `YYYY-MM-DD`, of an IANA time zone. The books close at midnight in the retailer's zone, not in UTC. A local
 * day may last 23, 24 or 25 hours, or not exist at all.
 */
import { invariant } from "./invariant";

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 24 * 60 * MINUTE;
/** UTC+14, where a day begins and ends first: a day that is over anywhere is over here. */
export const EARLIEST_TIME_ZONE = "Pacific/Kiritimati";
const DATE = /^\d{4}-\d{2}-\d{2}$/;

const formats = new Map<string, Intl.DateTimeFormat>();
const clocks = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();
const MAX_OFFSETS = 10_000;

/** The local date, `YYYY-MM-DD`, of a moment in an IANA zone. */
export function localDate(epochMs: number, zone: string): string {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
  return `${part["year"]!.padStart(4, "0")}-${part["month"]}-${part["day"]}`;
}

export function isTimeZone(zone: string): boolean {
  try {
    localDate(0, zone);
    return true;
  } catch {
    return false;
  }
}

/** The local time of a moment in an IANA zone, to the minute: `YYYY-MM-DDTHH:MM`. */
export const localMinute = (epochMs: number, zone: string): string =>
  new Date(epochMs + offsetAt(epochMs, zone)).toISOString().slice(0, 16);

/**
 * The first moment of a local day at which its clocks show the time `HH:MM` or a later one. If the clocks are set back
 * and show the time twice, it is the first of the two; if they skip the time, it is the moment of the jump.
 */
export function firstMomentAt(on: string, time: string, zone: string): number {
  const wanted = `${on}T${time}`;
  const asUtc = Date.parse(`${wanted}:00Z`);
  const guesses = [asUtc - DAY, asUtc + DAY]
    .map((near) => asUtc - offsetAt(near, zone))
    .toSorted((a, b) => a - b);
  let before = guesses[0]! - 1;
  let after = guesses.find((at) => localMinute(at, zone) >= wanted);
  invariant(after !== undefined, "the offset of a local time is that of the day before or after");
  if (localMinute(after, zone) === wanted) return after;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localMinute(middle, zone) < wanted) before = middle;
    else after = middle;
  }
  return after;
}

/** The moment at which a local day ends. */
export const dayEnd = (on: string, zone: string): number => firstMomentAt(addDays(on, 1), "00:00", zone);

/**
 * How far the zone's clocks are ahead of UTC, in milliseconds. Modern zones change their clocks only at full quarters of
 * an hour, so the offset is looked up once for each quarter.
 */
function offsetAt(epochMs: number, zone: string): number {
  const quarter = Math.floor(epochMs / QUARTER) * QUARTER;
  const key = `${quarter} ${zone}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const offset = Date.parse(`${shownAt(quarter, zone)}Z`) - quarter;
  if (offsets.size >= MAX_OFFSETS) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

function shownAt(epochMs: number, zone: string): string {
  let format = clocks.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    clocks.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
  return `${localDate(epochMs, zone)}T${part["hour"]}:${part["minute"]}:${part["second"]}`;
}

/** The day of the week by ISO 8601: 1 is Monday. */
export const weekday = (on: string): number => {
  const sinceMonday = (midnightUtc(on) / DAY + 3) % 7;
  // Dates before 1970 have a negative remainder.
  return sinceMonday < 0 ? sinceMonday + 8 : sinceMonday + 1;
};

/** Whether the text is a date that exists: `2026-02-30` is not. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export const addDays = (on: string, days: number): string =>
  new Date(midnightUtc(on) + days * DAY).toISOString().slice(0, 10);

/** Days from the first date to the second; negative if it is earlier. */
export const daysBetween = (from: string, to: string): number => (midnightUtc(to) - midnightUtc(from)) / DAY;

/**
 * The moments at which a local day begins (inclusive) and ends (exclusive). They are found by search, because zones change
 * their clocks at any hour. A day that the zone skipped is empty: start = end.
 */
export const dayBounds = (on: string, zone: string): Readonly<{ start: number; end: number }> => ({
  start: firstMomentOf(on, zone),
  end: firstMomentOf(addDays(on, 1), zone),
});

/** The first millisecond whose local date is `on` or later. Local dates never decrease, so a binary search finds it. */
function firstMomentOf(on: string, zone: string): number {
  let before = midnightUtc(on) - 2 * DAY;
  let after = midnightUtc(on) + 2 * DAY;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localDate(middle, zone) < on) before = middle;
    else after = middle;
  }
  return after;
}

function midnightUtc(on: string): number {
  invariant(isDate(on), `${on} is a date`);
  return Date.parse(`${on}T00:00:00Z`);
}
