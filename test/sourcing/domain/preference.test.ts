import { describe, expect, it } from "vitest";
import type { Address } from "../../../src/kernel/address";
import type { Channel } from "../../../src/catalog/domain/channel";
import type { Location } from "../../../src/catalog/domain/location";
import type { Destination } from "../../../src/sourcing/domain/destination";
import { locationPreference } from "../../../src/sourcing/domain/preference";
import { plainChannel, plainLocation } from "../../support/reference-defaults";

const nowhere: Address = {
  name: null,
  company: null,
  line1: null,
  line2: null,
  city: null,
  region: null,
  postalCode: null,
  countryCode: null,
  phone: null,
  latitude: null,
  longitude: null,
};

const location = (
  id: string,
  countryCode: string,
  [latitude, longitude]: readonly [number, number],
  over: Partial<Location> = {},
): Location => ({
  id,
  name: id,
  kind: "warehouse",
  address: { ...nowhere, countryCode },
  latitude,
  longitude,
  timeZone: "UTC",
  cutOff: "15:00",
  workingDays: [1, 2, 3, 4, 5],
  ...plainLocation,
  priority: 10,
  active: true,
  ...over,
});

const channelOf = (...locationIds: string[]): Channel => ({
  id: "web",
  name: "Web",
  kind: "generic",
  currency: "USD",
  locationIds,
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  ...plainChannel,
  active: true,
});

const newark = location("newark", "US", [40.7, -74.2]);
const reno = location("reno", "US", [39.5, -119.8]);
const venlo = location("venlo", "NL", [51.4, 6.2]);
const berlin = location("berlin", "DE", [52.5, 13.4], { kind: "store" });
const dropShip = location("dropship", "US", [40.7, -74.2], { kind: "vendor", priority: 1 });
const everywhere = [venlo, dropShip, reno, berlin, newark];

const to = (countryCode: string | null, region: string | null = null): Destination => ({
  countryCode,
  region,
  postalCode: null,
  latitude: null,
  longitude: null,
});

describe("locationPreference", () => {
  it.each<Readonly<{ name: string; destination: Destination | null; expected: string[] }>>([
    {
      name: "by distance from the coordinates",
      destination: { ...to("US"), latitude: 37.8, longitude: -122.4 },
      expected: ["reno", "newark", "dropship", "venlo", "berlin"],
    },
    {
      name: "by distance from the centre of the state",
      destination: to("US", "NY"),
      expected: ["newark", "reno", "dropship", "venlo", "berlin"],
    },
    {
      name: "by distance from a state in ISO 3166-2 notation",
      destination: to("us", "US-CA"),
      expected: ["reno", "newark", "dropship", "venlo", "berlin"],
    },
    {
      name: "with the destination's customs area first",
      destination: to("PL"),
      expected: ["berlin", "venlo", "newark", "reno", "dropship"],
    },
    {
      name: "by distance across borders if no location is in the customs area",
      destination: to("GB"),
      expected: ["venlo", "berlin", "newark", "reno", "dropship"],
    },
    {
      name: "by priority and id if the destination is not known",
      destination: null,
      expected: ["berlin", "newark", "reno", "venlo", "dropship"],
    },
  ])("sorts own stock before a vendor's, and $name", ({ destination, expected }) => {
    expect(locationPreference(everywhere, channelOf(), destination)).toEqual(expected);
  });

  it("leaves out locations that are inactive or do not serve the channel", () => {
    const closed = { ...newark, active: false };
    expect(locationPreference([closed, reno, venlo], channelOf(), null)).toEqual(["reno", "venlo"]);
    expect(locationPreference(everywhere, channelOf("venlo", "reno"), to("US"))).toEqual(["reno", "venlo"]);
  });

  it("breaks ties by priority, then by id", () => {
    const twins = [
      { ...newark, id: "c", priority: 5 },
      { ...newark, id: "b" },
      { ...newark, id: "a" },
    ];
    expect(locationPreference(twins, channelOf(), to("US", "NJ"))).toEqual(["c", "a", "b"]);
  });
});
