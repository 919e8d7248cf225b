import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Address } from "../../../src/domain/orders";
import type { Channel, Location } from "../../../src/domain/reference";
import {
  fewerParcels,
  locationPreference,
  sourceOrder,
  type Destination,
  type SourcingLine,
} from "../../../src/domain/sourcing/preference";
import { plainChannel, plainLocation } from "../../support/reference";

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

const line = (lineId: string, quantity: number, free: Record<string, number>): SourcingLine => ({
  lineId,
  quantity,
  free,
});

/** The plan as a reader would say it: `["a:2@near", "b:1@far"]`. */
const said = (lines: SourcingLine[], preference: string[]) =>
  sourceOrder(lines, preference).allocations.map(
    ({ lineId, locationId, quantity }) => `${lineId}:${quantity}@${locationId}`,
  );

describe("sourceOrder", () => {
  it.each<[string, SourcingLine[], string[], string[]]>([
    ["the nearest, where one has all", [line("a", 2, { x: 5, y: 5 })], ["x", "y"], ["a:2@x"]],
    [
      "one parcel from farther before two from nearer",
      [line("a", 1, { x: 1, z: 1 }), line("b", 1, { y: 1, z: 1 })],
      ["x", "y", "z"],
      ["a:1@z", "b:1@z"],
    ],
    [
      "of as many parcels, the nearer",
      [line("a", 1, { x: 1, y: 1 }), line("b", 1, { y: 1, z: 1 }), line("c", 1, { x: 1, z: 1 })],
      ["x", "y", "z"],
      ["a:1@x", "b:1@y", "c:1@x"],
    ],
    [
      "a line is not torn apart where one chosen location has it whole",
      [line("a", 1, { x: 1 }), line("b", 3, { x: 2, y: 3 })],
      ["x", "y"],
      ["a:1@x", "b:3@y"],
    ],
    [
      "the nearest of those that have a line whole",
      [line("a", 1, { x: 1 }), line("b", 2, { x: 2, y: 5 }), line("c", 1, { y: 1 })],
      ["x", "y"],
      ["a:1@x", "b:2@x", "c:1@y"],
    ],
    ["a line is split where it must be", [line("a", 5, { x: 2, y: 4 })], ["x", "y"], ["a:1@x", "a:4@y"]],
    ["what nobody has stays short", [line("a", 5, { x: 2 }), line("b", 1, {})], ["x", "y"], ["a:2@x"]],
    ["nothing from a location that is not preferred", [line("a", 2, { x: 9, y: 1 })], ["y"], ["a:1@y"]],
    ["nothing from a location that owes", [line("a", 2, { x: -3, y: 2 })], ["x", "y"], ["a:2@y"]],
    ["no lines, no parcels", [], ["x"], []],
  ])("%s", (_rule, lines, preference, expected) => {
    expect(said(lines, preference)).toEqual(expected);
  });

  const preference = ["l0", "l1", "l2", "l3", "l4", "l5", "l6"];
  const instance = fc
    .array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 6 }),
        free: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 7, maxLength: 7 }),
        // Scarce stock makes hard instances: most locations do not carry the line.
        carried: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
      }),
      { minLength: 1, maxLength: 6 },
    )
    .map((rows) =>
      rows.map(({ quantity, free, carried }, i) =>
        line(
          `line${i}`,
          quantity,
          Object.fromEntries(preference.map((id, at) => [id, carried[at] ? free[at]! : 0])),
        ),
      ),
    );

  it("sends all that can be sent, and never more than there is", () => {
    fc.assert(
      fc.property(instance, (lines) => {
        const { allocations, parcels } = sourceOrder(lines, preference);
        for (const { lineId, quantity, free } of lines) {
          const parts = allocations.filter((part) => part.lineId === lineId);
          const sent = parts.reduce((total, part) => total + part.quantity, 0);
          expect(sent).toBe(
            Math.min(
              quantity,
              Object.values(free).reduce((a, b) => a + b, 0),
            ),
          );
          for (const part of parts) {
            expect(part.quantity).toBeGreaterThan(0);
            expect(part.quantity).toBeLessThanOrEqual(free[part.locationId]!);
          }
        }
        expect(parcels).toBe(new Set(allocations.map(({ locationId }) => locationId)).size);
      }),
    );
  });

  it("uses as few parcels as trying every set of locations finds, and of those the nearest set", () => {
    fc.assert(
      fc.property(instance, (lines) => {
        const { allocations, parcels, method } = sourceOrder(lines, preference);
        const best = bestByTryingAll(lines, preference);
        if (best.parcels > 4) fc.pre(method === "exact");
        expect(method).toBe("exact");
        const ranks = new Set(allocations.map(({ locationId }) => preference.indexOf(locationId)));
        expect({ parcels, ranks: [...ranks].reduce((a, b) => a + b, 0) }).toEqual(best);
      }),
      { numRuns: 500 },
    );
  });

  it("does not tear a line apart that a chosen location has whole", () => {
    fc.assert(
      fc.property(instance, (lines) => {
        const { allocations } = sourceOrder(lines, preference);
        const chosen = new Set(allocations.map(({ locationId }) => locationId));
        const torn = lines.filter(
          ({ lineId, quantity, free }) =>
            [...chosen].some((id) => free[id]! >= quantity) &&
            allocations.filter((part) => part.lineId === lineId).length !== 1,
        );
        expect(torn).toEqual([]);
      }),
    );
  });

  it("says when it did not try everything, and still covers without a superfluous parcel", () => {
    const many = Array.from({ length: 40 }, (_, i) => `l${i}`);
    const lines = many.map((id, i) => line(`line${i}`, 1, { [id]: 1, [many[(i + 7) % 40]!]: 1 }));
    const plan = sourceOrder(lines, many);
    expect(plan.method).toBe("greedy");
    expect(plan.allocations).toHaveLength(40);
    // Each location serves two lines, so no plan has fewer than 20.
    expect(plan.parcels).toBeLessThanOrEqual(25);
    expect(plan.parcels).toBeGreaterThanOrEqual(20);
  });

  it("drops a location that later choices made superfluous", () => {
    // In each of three blocks `a` has most lines, and yet `b` and `c` have them all between them.
    const having = { one: "ab", two: "ab", three: "ac", four: "ac", five: "bd", six: "ce" };
    const blocks = ["1", "2", "3"];
    const preference = blocks.flatMap((block) => "abcde".split("").map((place) => place + block));
    const lines = blocks.flatMap((block) =>
      Object.entries(having).map(([name, places]) =>
        line(name + block, 1, Object.fromEntries(places.split("").map((place) => [place + block, 1]))),
      ),
    );
    expect(sourceOrder(lines, preference)).toMatchObject({ method: "greedy", parcels: 6 });
  });

  it("stays exact when a short line takes whatever many locations have", () => {
    const many = Array.from({ length: 12 }, (_, i) => `l${i}`);
    const short = line("a", 99, Object.fromEntries(many.map((id) => [id, 1])));
    expect(sourceOrder([short], many)).toMatchObject({ method: "exact", parcels: 12 });
  });

  it("stays exact among many locations when most are no better than others", () => {
    const many = Array.from({ length: 200 }, (_, i) => `l${i}`);
    const lines = [
      line("a", 1, Object.fromEntries(many.map((id) => [id, 9]))),
      line("b", 1, { l150: 1, l160: 1 }),
    ];
    expect(sourceOrder(lines, many)).toEqual({
      allocations: [
        { lineId: "a", locationId: "l150", quantity: 1 },
        { lineId: "b", locationId: "l150", quantity: 1 },
      ],
      parcels: 1,
      method: "exact",
    });
  });
});

const at = (lineId: string, locationId: string, quantity = 1) => ({ lineId, locationId, quantity });

describe("fewerParcels", () => {
  const lines = [line("a", 1, { x: 1, z: 1 }), line("b", 1, { y: 1, z: 1 })];
  const plan = sourceOrder(lines, ["x", "y", "z"]);
  it.each([
    ["two parcels become one", [at("a", "x"), at("b", "y")], true],
    ["one parcel stays one", [at("a", "z"), at("b", "z")], false],
    ["a claim of nothing is no parcel", [at("a", "z"), at("b", "z"), at("b", "y", 0)], false],
    ["a line would get less than it has", [at("a", "x", 2), at("b", "y")], false],
    ["a line would get nothing", [at("a", "x"), at("b", "y"), at("c", "x")], false],
  ])("%s", (_rule, current, expected) => {
    expect(fewerParcels(current, plan)).toBe(expected);
  });
});

const sentFrom = ({ quantity, free }: SourcingLine, ids: readonly string[]) =>
  Math.min(
    quantity,
    ids.reduce((total, id) => total + free[id]!, 0),
  );

/** Every set of locations, smallest first, then by the sum of ranks: slow, and plainly right. */
function bestByTryingAll(lines: readonly SourcingLine[], preference: readonly string[]) {
  const sets = Array.from({ length: 2 ** preference.length }, (_, bits) =>
    preference.map((_, i) => i).filter((i) => bits & (1 << i)),
  );
  const covering = sets
    .filter((set) =>
      lines.every((one) => {
        const ids = set.map((i) => preference[i]!);
        return sentFrom(one, ids) === sentFrom(one, preference);
      }),
    )
    .map((set) => ({ parcels: set.length, ranks: set.reduce((a, b) => a + b, 0) }));
  return covering.toSorted((a, b) => a.parcels - b.parcels || a.ranks - b.ranks)[0]!;
}
