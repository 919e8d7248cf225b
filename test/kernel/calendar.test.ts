import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, dayBounds, daysBetween, isDate, localDate } from "../../src/kernel/calendar";

const HOUR = 3_600_000;
const zones = [
  "UTC",
  "America/New_York",
  "Europe/Berlin",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
];
const hoursOf = (on: string, zone: string) => {
  const { start, end } = dayBounds(on, zone);
  return (end - start) / HOUR;
};

describe("a local day", () => {
  it.each([
    ["2026-03-08", "America/New_York", 23],
    ["2026-11-01", "America/New_York", 25],
    ["2026-11-22", "America/New_York", 24],
    ["2026-04-05", "Australia/Lord_Howe", 24.5],
    // The clock jumps at midnight: the day begins at 01:00.
    ["2018-11-04", "America/Sao_Paulo", 23],
    // Samoa moved over the date line and never had this day.
    ["2011-12-30", "Pacific/Apia", 0],
  ])("%s in %s lasts %d hours", (on, zone, hours) => {
    expect(hoursOf(on, zone)).toBe(hours);
  });

  it("holds exactly the moments that bear its date", () => {
    const moment = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2037, 11, 31) });
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), (at, zone) => {
        const on = localDate(at, zone);
        const { start, end } = dayBounds(on, zone);
        expect(start <= at && at < end).toBe(true);
        expect([localDate(start, zone), localDate(end - 1, zone)]).toEqual([on, on]);
        expect(localDate(start - 1, zone) < on && localDate(end, zone) > on).toBe(true);
        expect(end).toBe(dayBounds(addDays(on, 1), zone).start);
      }),
    );
  });
});

it("counts days over months, years and leap days", () => {
  expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
  expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
  expect(daysBetween("2025-12-31", "2026-03-01")).toBe(60);
});

it.each([
  ["2026-02-28", true],
  ["2026-02-30", false],
  ["2026-13-01", false],
  ["2026-1-1", false],
  ["", false],
])("%s is a date: %s", (text, expected) => {
  expect(isDate(text)).toBe(expected);
});
