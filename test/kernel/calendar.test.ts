import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  dayBounds,
  dayEnd,
  daysBetween,
  EARLIEST_TIME_ZONE,
  firstMomentAt,
  isDate,
  isTimeZone,
  localDate,
  localMinute,
  weekday,
} from "../../src/kernel/calendar";
import { InvariantViolation } from "../../src/kernel/invariant";

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
const anyMoment = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2037, 11, 31) });

describe("dayBounds", () => {
  it.each([
    { on: "2026-03-08", zone: "America/New_York", hours: 23 },
    { on: "2026-11-01", zone: "America/New_York", hours: 25 },
    { on: "2026-11-22", zone: "America/New_York", hours: 24 },
    { on: "2026-04-05", zone: "Australia/Lord_Howe", hours: 24.5 },
    // The clocks skip midnight: the day begins at 01:00.
    { on: "2018-11-04", zone: "America/Sao_Paulo", hours: 23 },
    // Samoa crossed the date line and skipped this day.
    { on: "2011-12-30", zone: "Pacific/Apia", hours: 0 },
  ])("are $hours hours apart on $on in $zone", ({ on, zone, hours }) => {
    const { start, end } = dayBounds(on, zone);
    expect((end - start) / HOUR).toBe(hours);
  });

  it("enclose exactly the moments with the local date", () => {
    fc.assert(
      fc.property(anyMoment, fc.constantFrom(...zones), (at, zone) => {
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

describe("dayEnd", () => {
  it("is the end of dayBounds, also where the clocks skip or repeat midnight", () => {
    fc.assert(
      fc.property(anyMoment, fc.constantFrom(...zones), (at, zone) => {
        const on = localDate(at, zone);
        expect(dayEnd(on, zone)).toBe(dayBounds(on, zone).end);
      }),
    );
  });
});

describe("firstMomentAt", () => {
  it.each([
    {
      name: "the moment at which the clocks show the time",
      given: ["2026-11-22", "09:30", "Europe/Berlin"],
      expected: "2026-11-22T08:30:00.000Z",
    },
    {
      name: "the first of two moments where the clocks are set back",
      given: ["2026-10-25", "02:30", "Europe/Berlin"],
      expected: "2026-10-25T00:30:00.000Z",
    },
    {
      name: "the moment of the jump where the clocks skip the time",
      given: ["2026-03-29", "02:30", "Europe/Berlin"],
      expected: "2026-03-29T01:00:00.000Z",
    },
    {
      name: "the moment of the jump where the clocks skip midnight",
      given: ["2018-11-04", "00:00", "America/Sao_Paulo"],
      expected: "2018-11-04T03:00:00.000Z",
    },
    {
      name: "the start of the next day where the zone skips the day",
      given: ["2011-12-30", "12:00", "Pacific/Apia"],
      expected: "2011-12-30T10:00:00.000Z",
    },
    {
      name: "a moment on the day before in UTC, east of Greenwich",
      given: ["2026-11-22", "00:15", "Asia/Kathmandu"],
      expected: "2026-11-21T18:30:00.000Z",
    },
  ] as const)("is $name", ({ given: [on, time, zone], expected }) => {
    expect(new Date(firstMomentAt(on, time, zone)).toISOString()).toBe(expected);
  });

  it("is the first moment at which the clocks show the time or a later one", () => {
    const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
    fc.assert(
      fc.property(anyMoment, minute, fc.constantFrom(...zones), (at, minutes, zone) => {
        const on = localDate(at, zone);
        const time = new Date(minutes * 60_000).toISOString().slice(11, 16);
        const moment = firstMomentAt(on, time, zone);
        expect(localMinute(moment, zone) >= `${on}T${time}`).toBe(true);
        expect(localMinute(moment - 1, zone) < `${on}T${time}`).toBe(true);
      }),
    );
  });
});

describe("localMinute", () => {
  it.each([
    { at: "2026-03-29T00:59:59.999Z", zone: "Europe/Berlin", expected: "2026-03-29T01:59" },
    { at: "2026-03-29T01:00:00.000Z", zone: "Europe/Berlin", expected: "2026-03-29T03:00" },
    { at: "2026-11-22T18:15:00.000Z", zone: "Asia/Kathmandu", expected: "2026-11-23T00:00" },
    { at: "2026-01-01T03:00:00.000Z", zone: "America/New_York", expected: "2025-12-31T22:00" },
  ])("is $expected in $zone at $at", ({ at, zone, expected }) => {
    expect(localMinute(Date.parse(at), zone)).toBe(expected);
  });

  it("is on the local date", () => {
    fc.assert(
      fc.property(anyMoment, fc.constantFrom(...zones), (at, zone) => {
        expect(localMinute(at, zone).slice(0, 10)).toBe(localDate(at, zone));
      }),
    );
  });
});

describe("isTimeZone", () => {
  it.each([
    ["Europe/Berlin", true],
    ["UTC", true],
    [EARLIEST_TIME_ZONE, true],
    ["Mars/Olympus", false],
    ["", false],
  ])("of %j is %s", (zone, expected) => {
    expect(isTimeZone(zone)).toBe(expected);
  });
});

describe("the earliest time zone", () => {
  it("is never behind another zone", () => {
    fc.assert(
      fc.property(anyMoment, fc.constantFrom(...zones), (at, zone) => {
        expect(localMinute(at, EARLIEST_TIME_ZONE) >= localMinute(at, zone)).toBe(true);
      }),
    );
  });
});

describe("weekday", () => {
  it.each([
    ["2026-11-22", 7],
    ["2026-11-23", 1],
    ["2026-11-28", 6],
    ["1970-01-01", 4],
    ["1969-12-28", 7],
    ["1900-01-02", 2],
  ])("of %s is %d", (on, expected) => {
    expect(weekday(on)).toBe(expected);
  });
});

describe("addDays and daysBetween", () => {
  it("count over months, years and leap days", () => {
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
    expect(daysBetween("2025-12-31", "2026-03-01")).toBe(60);
    expect(daysBetween("2026-03-01", "2025-12-31")).toBe(-60);
    expect(daysBetween("2026-03-01", "2026-03-01")).toBe(0);
  });

  it("throw for a date that does not exist", () => {
    expect(() => addDays("2026-02-30", 1)).toThrow(InvariantViolation);
    expect(() => daysBetween("2026-02-28", "2026-02-30")).toThrow(InvariantViolation);
  });
});

describe("isDate", () => {
  it.each([
    ["2026-02-28", true],
    ["2028-02-29", true],
    ["2026-02-29", false],
    ["2026-02-30", false],
    ["2026-13-01", false],
    ["2026-00-01", false],
    ["2026-1-1", false],
    ["12026-01-01", false],
    ["2026-01-01T00:00:00Z", false],
    ["", false],
  ])("of %j is %s", (text, expected) => {
    expect(isDate(text)).toBe(expected);
  });
});
