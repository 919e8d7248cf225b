import { describe, expect, it } from "vitest";
import type { Location } from "../../../../src/catalog/domain/location";
import {
  dayAt,
  inactivePostponement,
  locationState,
  nextWorkingDayAt,
  postponementAt,
} from "../../../../src/orders/domain/fulfillments/location-days";
import { anAddress } from "../../../support/an-order";
import { plainLocation } from "../../../support/reference-defaults";

const reno = (over: Partial<Location> = {}): Location => ({
  id: "reno",
  name: "Reno",
  kind: "warehouse",
  address: anAddress,
  latitude: 39.5,
  longitude: -119.8,
  timeZone: "America/Los_Angeles",
  cutOff: "16:00",
  workingDays: [1, 2, 3, 4, 5],
  ...plainLocation,
  priority: 1,
  active: true,
  ...over,
});

/** Friday in Reno, and already Saturday in Europe. */
const FRIDAY_EVENING = Date.parse("2026-11-28T03:00:00Z");
const SATURDAY = Date.parse("2026-11-28T08:00:00Z");
const SUNDAY = Date.parse("2026-11-29T08:00:00Z");
const MONDAY = Date.parse("2026-11-30T08:00:00Z");
const TUESDAY = Date.parse("2026-12-01T08:00:00Z");
const DAY = 86_400_000;

describe("locationState", () => {
  it.each<{ name: string; location: Location | undefined; expected: string }>([
    { name: "a location that ships", location: reno(), expected: "shipping" },
    {
      name: "a location that ships no orders",
      location: reno({ shipsOrders: false }),
      expected: "inactive",
    },
    { name: "a location that is not active", location: reno({ active: false }), expected: "inactive" },
    { name: "an unknown location", location: undefined, expected: "inactive" },
    {
      name: "a location that is closed on its local day",
      location: reno({ closedOn: ["2026-11-27"] }),
      expected: "closed_today",
    },
    {
      name: "a location that is closed on the next day",
      location: reno({ closedOn: ["2026-11-28"] }),
      expected: "shipping",
    },
  ])("is $expected for $name", ({ location, expected }) => {
    expect(locationState(location, FRIDAY_EVENING)).toBe(expected);
  });
});

it("dayAt returns the location's local day", () => {
  expect(dayAt(reno(), FRIDAY_EVENING)).toEqual({ start: SATURDAY - DAY, end: SATURDAY });
});

describe("nextWorkingDayAt", () => {
  it.each([
    { name: "skips the weekend", location: reno(), expected: MONDAY },
    {
      name: "skips a day on which it is closed",
      location: reno({ closedOn: ["2026-11-30"] }),
      expected: TUESDAY,
    },
    {
      name: "is the next day for a location that never works",
      location: reno({ workingDays: [] }),
      expected: SATURDAY,
    },
  ])("$name", ({ location, expected }) => {
    expect(nextWorkingDayAt(location, FRIDAY_EVENING)).toBe(expected);
  });

  it("looks a year ahead", () => {
    const closedFor = (days: number) =>
      Array.from({ length: days }, (_, i) =>
        new Date(Date.UTC(2026, 10, 28) + i * DAY).toISOString().slice(0, 10),
      );
    const open = { workingDays: [0, 1, 2, 3, 4, 5, 6, 7] };
    const lastDay = Date.parse("2027-11-28T08:00:00Z");
    expect(nextWorkingDayAt(reno({ ...open, closedOn: closedFor(365) }), FRIDAY_EVENING)).toBe(lastDay);
    expect(nextWorkingDayAt(reno({ ...open, closedOn: closedFor(366) }), FRIDAY_EVENING)).toBe(SATURDAY);
  });
});

describe("inactivePostponement", () => {
  it("is the same all day, so that a fulfillment is postponed once a day", () => {
    const until = [0, 30_000, 3_600_000].map((later) => inactivePostponement(reno(), FRIDAY_EVENING + later));
    expect(new Set(until)).toEqual(new Set([SUNDAY]));
    expect(inactivePostponement(reno(), MONDAY)).toBe(TUESDAY + DAY);
  });
});

describe("postponementAt", () => {
  it.each<{ name: string; location: Location; released: number }>([
    { name: "a location with capacity left", location: reno({ capacityPerDay: 3 }), released: 2 },
    { name: "a location without a limit", location: reno(), released: 900 },
  ])("is null for $name", ({ location, released }) => {
    expect(postponementAt(location, released, FRIDAY_EVENING)).toBeNull();
  });

  it.each<{
    name: string;
    location: Location | undefined;
    released: number;
    expected: { releaseAt: number; reason: string };
  }>([
    {
      name: "a location at its capacity",
      location: reno({ capacityPerDay: 3 }),
      released: 3,
      expected: { releaseAt: MONDAY, reason: "capacity" },
    },
    {
      name: "a location with no capacity",
      location: reno({ capacityPerDay: 0 }),
      released: 0,
      expected: { releaseAt: MONDAY, reason: "capacity" },
    },
    {
      name: "a location that is closed today",
      location: reno({ closedOn: ["2026-11-27"] }),
      released: 0,
      expected: { releaseAt: MONDAY, reason: "closed" },
    },
    {
      name: "an inactive location",
      location: reno({ active: false }),
      released: 0,
      expected: { releaseAt: SUNDAY, reason: "closed" },
    },
    {
      name: "an unknown location",
      location: undefined,
      released: 0,
      expected: { releaseAt: FRIDAY_EVENING + DAY, reason: "closed" },
    },
  ])("postpones fulfillments of $name", ({ location, released, expected }) => {
    expect(postponementAt(location, released, FRIDAY_EVENING)).toEqual(expected);
  });
});
