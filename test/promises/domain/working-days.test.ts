import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, dayBounds, weekday } from "../../../src/kernel/calendar";
import {
  carrierDaysAfter,
  MAX_DAYS_AHEAD,
  shipDay,
  type WorkingHours,
} from "../../../src/promises/domain/working-days";

/** Monday to Friday until 16:00. */
const hours = (over: Partial<WorkingHours> = {}): WorkingHours => ({
  timeZone: "UTC",
  cutOff: "16:00",
  workingDays: [1, 2, 3, 4, 5],
  closedOn: [],
  processingDays: 0,
  ...over,
});

const at = (time: string) => Date.parse(`${time}Z`);
const daysFrom = (on: string, count: number) => Array.from({ length: count }, (_, i) => addDays(on, i));

describe("the day a location hands over what is released", () => {
  it.each<[string, string, Partial<WorkingHours>, string | null]>([
    ["the day itself", "2026-11-25T09:00:00", {}, "2026-11-25"],
    ["the day itself, in the last minute", "2026-11-25T16:00:59.999", {}, "2026-11-25"],
    ["the next day, a minute after the cut-off", "2026-11-25T16:01:00", {}, "2026-11-26"],
    ["Monday, after Friday's cut-off", "2026-11-27T17:00:00", {}, "2026-11-30"],
    ["Monday, on a Sunday", "2026-11-22T09:00:00", {}, "2026-11-23"],
    ["Monday, late on a Sunday: its cut-off is no matter", "2026-11-22T23:30:00", {}, "2026-11-23"],
    ["after the holidays", "2026-12-25T09:00:00", { closedOn: ["2026-12-25", "2026-12-28"] }, "2026-12-29"],
    ["next year", "2026-12-31T17:00:00", { closedOn: ["2027-01-01"] }, "2027-01-04"],
    ["after its processing days", "2026-11-25T09:00:00", { processingDays: 2 }, "2026-11-27"],
    [
      "after processing days that are working days",
      "2026-11-25T17:00:00",
      { processingDays: 2, closedOn: ["2026-11-27"] },
      "2026-12-01",
    ],
    ["on its only working day", "2026-11-25T09:00:00", { workingDays: [7] }, "2026-11-29"],
    [
      "the day that its own clocks show",
      "2026-11-25T15:30:00",
      { timeZone: "Asia/Kolkata", cutOff: "20:59" },
      "2026-11-26",
    ],
    ["the whole day, until midnight", "2026-11-25T23:59:59", { cutOff: "23:59" }, "2026-11-25"],
    ["a leap day", "2028-02-28T17:00:00", {}, "2028-02-29"],
    [
      "no day, closed for more than a year",
      "2026-11-25T09:00:00",
      { workingDays: [3], closedOn: daysFrom("2026-11-25", MAX_DAYS_AHEAD) },
      null,
    ],
  ])("is %s", (_case, time, over, expected) => {
    expect(shipDay(hours(over), at(time))).toBe(expected);
  });

  // New York: 1:30 comes twice on 2026-11-01, a Sunday; 2:30 does not come on 2026-03-08, a Sunday.
  const sundays = { timeZone: "America/New_York", workingDays: [7] };
  it.each<[string, string, string, string]>([
    ["before a cut-off in the hour that comes twice", "01:30", "2026-11-01T05:30:59", "2026-11-01"],
    ["after it", "01:30", "2026-11-01T05:31:00", "2026-11-08"],
    ["in the second such hour, which is after it too", "01:30", "2026-11-01T06:15:00", "2026-11-08"],
    ["before a cut-off that the clocks jump over", "02:30", "2026-03-08T06:59:00", "2026-03-08"],
    ["after the jump", "02:30", "2026-03-08T07:00:00", "2026-03-15"],
    ["by a cut-off later on a day of 23 hours", "16:00", "2026-03-08T20:00:00", "2026-03-08"],
    ["by a cut-off later on a day of 25 hours", "16:00", "2026-11-01T21:00:00", "2026-11-01"],
  ])("holds on the days on which clocks change: %s", (_case, cutOff, time, expected) => {
    expect(shipDay(hours({ ...sundays, cutOff }), at(time))).toBe(expected);
  });
});

describe("whatever a location's hours", () => {
  const zone = fc.constantFrom(
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
  );
  const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 11, 31) });
  const day = fc.integer({ min: 0, max: 1_100 }).map((n) => addDays("2026-01-01", n));
  const two = (n: number) => String(n).padStart(2, "0");
  const anyHours: fc.Arbitrary<WorkingHours> = fc.record({
    timeZone: zone,
    cutOff: fc
      .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
      .map(([hour, minute]) => `${two(hour)}:${two(minute)}`),
    workingDays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    closedOn: fc.array(day, { maxLength: 40 }),
    processingDays: fc.nat({ max: 5 }),
  });

  it("what is released later is never handed over earlier", () => {
    const later = fc.integer({ min: 0, max: 5 * 86_400_000 });
    fc.assert(
      fc.property(anyHours, moment, later, (place, from, ms) => {
        const [sooner, late] = [shipDay(place, from)!, shipDay(place, from + ms)!];
        expect(sooner <= late, `${sooner} then ${late}`).toBe(true);
      }),
    );
  });

  it("a holiday never makes it earlier", () => {
    fc.assert(
      fc.property(anyHours, moment, day, (place, from, holiday) => {
        const closedOn = [...place.closedOn, holiday];
        expect(shipDay({ ...place, closedOn }, from)! >= shipDay(place, from)!).toBe(true);
      }),
    );
  });

  it("the day is one on which the location works, and not over before the release", () => {
    fc.assert(
      fc.property(anyHours, moment, (place, from) => {
        const on = shipDay(place, from)!;
        expect(place.workingDays).toContain(weekday(on));
        expect(place.closedOn).not.toContain(on);
        expect(dayBounds(on, place.timeZone).end).toBeGreaterThan(from);
      }),
    );
  });
});

describe("a carrier's working days", () => {
  it.each([
    ["2026-11-25", 0, "2026-11-25"],
    ["2026-11-25", 1, "2026-11-26"],
    ["2026-11-27", 1, "2026-11-30"],
    ["2026-11-28", 0, "2026-11-30"],
    ["2026-11-28", 1, "2026-11-30"],
    ["2026-12-31", 2, "2027-01-04"],
  ])("from %s, %d later it is %s", (on, days, expected) => {
    expect(carrierDaysAfter(on, days)).toBe(expected);
  });
});
