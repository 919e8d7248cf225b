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
  it.each<[string, Destination | null, string[]]>([
    [
      "nearest to the coordinates",
      { ...to("US"), latitude: 37.8, longitude: -122.4 },
      ["reno", "newark", "dropship", "venlo", "berlin"],
    ],
    ["nearest to the middle of the state", to("US", "NY"), ["newark", "reno", "dropship", "venlo", "berlin"]],
    ["a state written the ISO way", to("us", "US-CA"), ["reno", "newark", "dropship", "venlo", "berlin"]],
    ["the European Union before a border", to("PL"), ["berlin", "venlo", "newark", "reno", "dropship"]],
    ["nearest across the border all the same", to("GB"), ["venlo", "berlin", "newark", "reno", "dropship"]],
    ["by priority and id where nothing is known", null, ["berlin", "newark", "reno", "venlo", "dropship"]],
  ])("%s", (_rule, destination, expected) => {
    expect(locationPreference(everywhere, channelOf(), destination)).toEqual(expected);
  });

  it("leaves out what is inactive or not the channel's", () => {
    const closed = { ...newark, active: false };
    expect(locationPreference([closed, reno, venlo], channelOf(), null)).toEqual(["reno", "venlo"]);
    expect(locationPreference(everywhere, channelOf("venlo", "reno"), to("US"))).toEqual(["reno", "venlo"]);
  });

  it("breaks a tie by priority, then by id", () => {
    const twins = [
      { ...newark, id: "c", priority: 5 },
      { ...newark, id: "b" },
      { ...newark, id: "a" },
    ];
    expect(locationPreference(twins, channelOf(), to("US", "NJ"))).toEqual(["c", "a", "b"]);
  });
});
