import { describe, expect, it } from "vitest";
import {
  inactivePostponement,
  nextWorkingDayAt,
  postponementAt,
  locationState,
} from "../../../../src/orders/domain/fulfillments/location-days";
import type { Location } from "../../../../src/catalog/domain/location";
import { plainLocation } from "../../../support/reference-defaults";
import { anAddress } from "../../../support/an-order";

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

/** A Friday there, and Saturday in Europe. */
const FRIDAY_EVENING = Date.parse("2026-11-28T03:00:00Z");
const MONDAY = Date.parse("2026-11-30T08:00:00Z");
const TUESDAY = Date.parse("2026-12-01T08:00:00Z");

describe("a location", () => {
  it.each<[string, Location | undefined, string]>([
    ["sends", reno(), "shipping"],
    ["that sends no orders is gone", reno({ shipsOrders: false }), "inactive"],
    ["that is not active is gone", reno({ active: false }), "inactive"],
    ["that nobody knows is gone", undefined, "inactive"],
    ["is closed on its own day", reno({ closedOn: ["2026-11-27"] }), "closed_today"],
    ["is not closed on another's", reno({ closedOn: ["2026-11-28"] }), "shipping"],
  ])("%s", (_what, location, expected) => {
    expect(locationState(location, FRIDAY_EVENING)).toBe(expected);
  });

  it.each([
    {
      name: "offers pickup but ships no orders",
      over: { shipsOrders: false, offersPickup: true },
      state: "shipping",
    },
    { name: "offers no pickup but ships orders", over: { offersPickup: false }, state: "inactive" },
    { name: "is not active", over: { active: false, offersPickup: true }, state: "inactive" },
    {
      name: "is closed today",
      over: { offersPickup: true, closedOn: ["2026-11-27"] },
      state: "closed_today",
    },
  ])("is $state for a pickup if it $name", ({ over, state }) => {
    expect(locationState(reno(over), FRIDAY_EVENING, true)).toBe(state);
    const isPostponed = postponementAt(reno(over), 0, FRIDAY_EVENING, true) !== null;
    expect(isPostponed).toBe(state !== "shipping");
  });

  it.each<[string, Location, number]>([
    ["on its next working day", reno(), MONDAY],
    ["not while it is closed", reno({ closedOn: ["2026-11-30"] }), TUESDAY],
    ["tomorrow, where it never works", reno({ workingDays: [] }), Date.parse("2026-11-28T08:00:00Z")],
  ])("works again %s", (_what, location, expected) => {
    expect(nextWorkingDayAt(location, FRIDAY_EVENING)).toBe(expected);
  });

  it.each<[string, Location | undefined, number, { releaseAt: number; reason: string } | null]>([
    ["not, where it has room", reno({ capacityPerDay: 3 }), 2, null],
    ["not, without a limit", reno(), 900, null],
    ["when it is full", reno({ capacityPerDay: 3 }), 3, { releaseAt: MONDAY, reason: "capacity" }],
    ["when it takes none", reno({ capacityPerDay: 0 }), 0, { releaseAt: MONDAY, reason: "capacity" }],
    ["when it is closed", reno({ closedOn: ["2026-11-27"] }), 0, { releaseAt: MONDAY, reason: "closed" }],
    [
      "when it is gone",
      reno({ active: false }),
      0,
      { releaseAt: Date.parse("2026-11-29T08:00:00Z"), reason: "closed" },
    ],
    ["when nobody knows it", undefined, 0, { releaseAt: FRIDAY_EVENING + 86_400_000, reason: "closed" }],
  ])("puts off %s", (_what, location, released, expected) => {
    expect(postponementAt(location, released, FRIDAY_EVENING)).toEqual(expected);
  });

  it("that is gone puts off once a day, however often it is asked", () => {
    const asked = [0, 30_000, 3_600_000].map((later) => inactivePostponement(reno(), FRIDAY_EVENING + later));
    expect(new Set(asked).size).toBe(1);
    expect(asked[0]).toBeGreaterThan(FRIDAY_EVENING + 86_400_000);
    expect(inactivePostponement(reno(), MONDAY)).toBe(TUESDAY + 86_400_000);
  });
});
