import { describe, expect, it } from "vitest";
import type { Channel } from "../../../src/catalog/domain/channel";
import type { Location } from "../../../src/catalog/domain/location";
import {
  channelRule,
  goodsRule,
  maySendForChannel,
  mayServe,
  servingRule,
  type Goods,
  type GoodsRule,
  type ServingRequest,
  type ServingRule,
} from "../../../src/sourcing/domain/serving";
import { channel, newark } from "./retailer";

const at = (over: Partial<Location> = {}): Location => ({ ...newark, id: "east", ...over });
const plain: Goods = { hazardous: false, oversize: false };

const request = (over: Partial<ServingRequest> = {}): ServingRequest => ({
  channel: channel(),
  destination: { countryCode: "US" },
  pickupLocationId: null,
  ...over,
});
const sellsTo = (...countries: string[]): Channel => channel({}, { countries });
const servedFrom = (...locationIds: string[]): Channel => channel({}, { locationIds });

type Case = Readonly<{
  name: string;
  location?: Partial<Location>;
  request?: Partial<ServingRequest>;
  rule: ServingRule | null;
}>;

describe("servingRule", () => {
  it.each<Case>([
    { name: "a location, if the channel names none", rule: null },
    { name: "a location that the channel names", request: { channel: servedFrom("east") }, rule: null },
    {
      name: "a location that the channel does not name",
      request: { channel: servedFrom("west") },
      rule: "not_of_channel",
    },
    { name: "an inactive location", location: { active: false }, rule: "location_inactive" },
    { name: "a location that ships no orders", location: { shipsOrders: false }, rule: "ships_no_orders" },
    {
      name: "a country that the location sends to",
      location: { countries: ["CA", "US"] },
      rule: null,
    },
    {
      name: "a country that the location does not send to",
      location: { countries: ["CA"] },
      rule: "location_country",
    },
    { name: "a country that the channel sells to", request: { channel: sellsTo("CA", "US") }, rule: null },
    {
      name: "a country that the channel does not sell to",
      request: { channel: sellsTo("CA") },
      rule: "channel_country",
    },
    {
      name: "a country in lower case",
      location: { countries: ["US"] },
      request: { channel: sellsTo("US"), destination: { countryCode: "us" } },
      rule: null,
    },
    {
      name: "an unknown destination",
      location: { countries: ["CA"] },
      request: { channel: sellsTo("CA"), destination: null },
      rule: null,
    },
    {
      name: "a destination without a country",
      location: { countries: ["CA"] },
      request: { channel: sellsTo("CA"), destination: { countryCode: null } },
      rule: null,
    },
    {
      name: "a pickup at the location, though it ships no orders",
      location: { shipsOrders: false, offersPickup: true },
      request: { pickupLocationId: "east" },
      rule: null,
    },
    {
      name: "a pickup at the location by a customer from another country",
      location: { offersPickup: true, countries: ["CA"] },
      request: { pickupLocationId: "east", channel: sellsTo("CA") },
      rule: null,
    },
    {
      name: "a pickup at a location that offers none",
      request: { pickupLocationId: "east" },
      rule: "pickup_not_offered",
    },
    {
      name: "a pickup at another location",
      location: { offersPickup: true },
      request: { pickupLocationId: "west" },
      rule: "pickup_elsewhere",
    },
    {
      name: "a pickup at a location of another channel",
      location: { offersPickup: true },
      request: { pickupLocationId: "east", channel: servedFrom("west") },
      rule: "not_of_channel",
    },
  ])("returns $rule for $name", ({ location, request: over, rule }) => {
    expect(servingRule(at(location), request(over))).toBe(rule);
    expect(mayServe(at(location), request(over), plain)).toBe(rule === null);
  });

  it("returns the first rule that excludes a location, the channel's before the country's", () => {
    const excluded = at({ active: false, countries: ["CA"], shipsOrders: false });
    const other = request({ channel: channel({}, { locationIds: ["west"], countries: ["CA"] }) });
    expect(servingRule(excluded, other)).toBe("location_inactive");
    expect(servingRule({ ...excluded, active: true }, other)).toBe("not_of_channel");
    expect(servingRule({ ...excluded, active: true }, request({ channel: sellsTo("CA") }))).toBe(
      "channel_country",
    );
    expect(servingRule({ ...excluded, active: true }, request())).toBe("location_country");
  });
});

describe("channelRule", () => {
  it.each([
    { location: {}, locationIds: [], rule: null },
    { location: {}, locationIds: ["west", "east"], rule: null },
    { location: {}, locationIds: ["west"], rule: "not_of_channel" },
    { location: { active: false }, locationIds: ["east"], rule: "location_inactive" },
    { location: { shipsOrders: false }, locationIds: [], rule: null },
  ])("returns $rule for a location $location of a channel of $locationIds", (given) => {
    expect(channelRule(at(given.location), { locationIds: given.locationIds })).toBe(given.rule);
  });
});

const GOODS: readonly Readonly<{
  name: string;
  location: Partial<Location>;
  goods: Partial<Goods>;
  rule: GoodsRule | null;
}>[] = [
  {
    name: "plain goods",
    location: { acceptsHazardous: false, acceptsOversize: false },
    goods: {},
    rule: null,
  },
  { name: "hazardous goods where they are accepted", location: {}, goods: { hazardous: true }, rule: null },
  {
    name: "hazardous goods where they are not accepted",
    location: { acceptsHazardous: false },
    goods: { hazardous: true },
    rule: "hazardous",
  },
  { name: "oversize goods where they are accepted", location: {}, goods: { oversize: true }, rule: null },
  {
    name: "oversize goods where they are not accepted",
    location: { acceptsOversize: false },
    goods: { oversize: true },
    rule: "oversize",
  },
];

describe("goodsRule", () => {
  it.each(GOODS)("returns $rule for $name", ({ location, goods, rule }) => {
    expect(goodsRule(at(location), { ...plain, ...goods })).toBe(rule);
  });
});

describe("mayServe", () => {
  it.each(GOODS)("agrees with the goods rule ($rule) about $name", ({ location, goods, rule }) => {
    expect(mayServe(at(location), request(), { ...plain, ...goods })).toBe(rule === null);
  });

  it("applies the goods rule to a pickup too", () => {
    const store = at({ offersPickup: true, acceptsHazardous: false });
    const pickup = request({ pickupLocationId: "east" });
    expect(mayServe(store, pickup, plain)).toBe(true);
    expect(mayServe(store, pickup, { ...plain, hazardous: true })).toBe(false);
  });

  it("is false for an unknown location", () => {
    expect(mayServe(undefined, request(), plain)).toBe(false);
  });
});

describe("maySendForChannel", () => {
  it.each<
    Readonly<{
      name: string;
      location?: Partial<Location>;
      channel?: Channel;
      goods?: Partial<Goods>;
      expected: boolean;
    }>
  >([
    { name: "neither names countries", expected: true },
    { name: "only the location names countries", location: { countries: ["DE"] }, expected: true },
    { name: "only the channel names countries", channel: sellsTo("US"), expected: true },
    {
      name: "both name one country",
      location: { countries: ["DE", "US"] },
      channel: sellsTo("US", "CA"),
      expected: true,
    },
    {
      name: "they name no common country",
      location: { countries: ["DE"] },
      channel: sellsTo("US"),
      expected: false,
    },
    { name: "the location ships no orders", location: { shipsOrders: false }, expected: false },
    {
      name: "the location only offers pickup",
      location: { shipsOrders: false, offersPickup: true },
      expected: false,
    },
    { name: "the location is inactive", location: { active: false }, expected: false },
    { name: "the location is not the channel's", channel: servedFrom("west"), expected: false },
    {
      name: "the location does not accept the goods",
      location: { acceptsHazardous: false },
      goods: { hazardous: true },
      expected: false,
    },
  ])("is $expected if $name", ({ location, channel: of = channel(), goods, expected }) => {
    expect(maySendForChannel(at(location), of, { ...plain, ...goods })).toBe(expected);
  });
});
