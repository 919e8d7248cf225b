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

describe("shipDay", () => {
  it.each<
    Readonly<{ name: string; released: string; over?: Partial<WorkingHours>; expected: string | null }>
  >([
    { name: "the day of the release", released: "2026-11-25T09:00:00", expected: "2026-11-25" },
    {
      name: "the day of the release in the minute of the cut-off",
      released: "2026-11-25T16:00:59.999",
      expected: "2026-11-25",
    },
    {
      name: "the next day a minute after the cut-off",
      released: "2026-11-25T16:01:00",
      expected: "2026-11-26",
    },
    { name: "Monday after the cut-off on Friday", released: "2026-11-27T17:00:00", expected: "2026-11-30" },
    { name: "Monday for a Sunday", released: "2026-11-22T09:00:00", expected: "2026-11-23" },
    {
      name: "Monday for a Sunday after the time of the cut-off",
      released: "2026-11-22T23:30:00",
      expected: "2026-11-23",
    },
    {
      name: "the day after the holidays",
      released: "2026-12-25T09:00:00",
      over: { closedOn: ["2026-12-25", "2026-12-28"] },
      expected: "2026-12-29",
    },
    {
      name: "a day of the next year",
      released: "2026-12-31T17:00:00",
      over: { closedOn: ["2027-01-01"] },
      expected: "2027-01-04",
    },
    {
      name: "the day after the processing days",
      released: "2026-11-25T09:00:00",
      over: { processingDays: 2 },
      expected: "2026-11-27",
    },
    {
      name: "the day after processing days, of which only working days count",
      released: "2026-11-25T17:00:00",
      over: { processingDays: 2, closedOn: ["2026-11-27"] },
      expected: "2026-12-01",
    },
    {
      name: "the only working day of the week",
      released: "2026-11-25T09:00:00",
      over: { workingDays: [7] },
      expected: "2026-11-29",
    },
    {
      name: "the day in the location's time zone",
      released: "2026-11-25T15:30:00",
      over: { timeZone: "Asia/Kolkata", cutOff: "20:59" },
      expected: "2026-11-26",
    },
    {
      name: "the day of the release until midnight for a cut-off of 23:59",
      released: "2026-11-25T23:59:59",
      over: { cutOff: "23:59" },
      expected: "2026-11-25",
    },
    { name: "a leap day", released: "2028-02-28T17:00:00", expected: "2028-02-29" },
    {
      name: "null if the location is closed for two years",
      released: "2026-11-25T09:00:00",
      over: { workingDays: [3], closedOn: daysFrom("2026-11-25", MAX_DAYS_AHEAD) },
      expected: null,
    },
  ])("returns $name", ({ released, over, expected }) => {
    expect(shipDay(hours(over), at(released))).toBe(expected);
  });

  // In New York 1:30 comes twice on 2026-11-01, a Sunday, and 2:30 does not come on 2026-03-08, a Sunday.
  const sundays = { timeZone: "America/New_York", workingDays: [7] };
  it.each([
    {
      name: "before a cut-off in the hour that comes twice",
      cutOff: "01:30",
      released: "2026-11-01T05:30:59",
      expected: "2026-11-01",
    },
    {
      name: "after a cut-off in the hour that comes twice",
      cutOff: "01:30",
      released: "2026-11-01T05:31:00",
      expected: "2026-11-08",
    },
    {
      name: "in the second of the hours, which is after the cut-off too",
      cutOff: "01:30",
      released: "2026-11-01T06:15:00",
      expected: "2026-11-08",
    },
    {
      name: "before a cut-off that the clocks skip",
      cutOff: "02:30",
      released: "2026-03-08T06:59:00",
      expected: "2026-03-08",
    },
    {
      name: "after a cut-off that the clocks skip",
      cutOff: "02:30",
      released: "2026-03-08T07:00:00",
      expected: "2026-03-15",
    },
    {
      name: "before a cut-off later on a day of 23 hours",
      cutOff: "16:00",
      released: "2026-03-08T20:00:00",
      expected: "2026-03-08",
    },
    {
      name: "before a cut-off later on a day of 25 hours",
      cutOff: "16:00",
      released: "2026-11-01T21:00:00",
      expected: "2026-11-01",
    },
  ])("returns $expected for a release $name", ({ cutOff, released, expected }) => {
    expect(shipDay(hours({ ...sundays, cutOff }), at(released))).toBe(expected);
  });
});

describe("shipDay of random working hours", () => {
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

  it("is never earlier for a later release", () => {
    const later = fc.integer({ min: 0, max: 5 * 86_400_000 });
    fc.assert(
      fc.property(anyHours, moment, later, (place, from, ms) => {
        const [sooner, late] = [shipDay(place, from)!, shipDay(place, from + ms)!];
        expect(sooner <= late, `${sooner} then ${late}`).toBe(true);
      }),
    );
  });

  it("is never earlier for one more holiday", () => {
    fc.assert(
      fc.property(anyHours, moment, day, (place, from, holiday) => {
        const closedOn = [...place.closedOn, holiday];
        expect(shipDay({ ...place, closedOn }, from)! >= shipDay(place, from)!).toBe(true);
      }),
    );
  });

  it("is a day on which the location works, and that ends after the release", () => {
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

describe("carrierDaysAfter", () => {
  it.each([
    { on: "2026-11-25", days: 0, expected: "2026-11-25" },
    { on: "2026-11-25", days: 1, expected: "2026-11-26" },
    { on: "2026-11-27", days: 1, expected: "2026-11-30" },
    { on: "2026-11-28", days: 0, expected: "2026-11-30" },
    { on: "2026-11-28", days: 1, expected: "2026-11-30" },
    { on: "2026-12-31", days: 2, expected: "2027-01-04" },
  ])("returns $expected for $days days after $on", ({ on, days, expected }) => {
    expect(carrierDaysAfter(on, days)).toBe(expected);
  });
});
