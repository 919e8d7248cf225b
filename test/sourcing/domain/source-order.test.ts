import { describe, expect, it } from "vitest";
import type { ExclusionRule } from "../../../src/sourcing/domain/decision";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import type { SourcingProblem } from "../../../src/sourcing/domain/problem";
import { channel, ground, newark, newYork, problemOf, reno, store, supplyOf } from "./retailer";

/** The plan as a reader would say it: `newark mug:2 pen:1`. */
const said = (problem: SourcingProblem): string[] =>
  sourceOrder(problem).parcels.map(
    ({ locationId, units }) =>
      `${locationId} ${Object.entries(units)
        .map(([sku, quantity]) => `${sku}:${quantity}`)
        .join(" ")}`,
  );

const mugs = supplyOf(2, { newark: 5, reno: 5, store: 5 });

describe("sourceOrder", () => {
  it.each<[string, SourcingProblem, string[]]>([
    ["the cheapest place that has all", problemOf({ mug: mugs }), ["newark mug:2"]],
    [
      "one dear parcel before two cheap ones that cost more",
      problemOf({ mug: supplyOf(1, { newark: 1, reno: 1 }), pen: supplyOf(1, { store: 1, reno: 1 }) }),
      ["reno mug:1 pen:1"],
    ],
    [
      "two parcels where they cost less than one",
      problemOf(
        { mug: supplyOf(10, { newark: 9, reno: 10 }, { weightGrams: 2_000 }) },
        {},
        {
          carrierServices: [
            { ...ground, zones: [ground.zones[0]!, { ...ground.zones[1]!, perExtraKgMinor: 900 }] },
          ],
        },
      ),
      ["newark mug:9", "reno mug:1"],
    ],
    [
      "a split that costs customers' patience only where it must be",
      problemOf(
        { mug: supplyOf(1, { newark: 1, reno: 1 }), pen: supplyOf(1, { reno: 1 }) },
        {
          channel: channel({ splitPenaltyMinor: 300 }),
        },
      ),
      ["reno mug:1 pen:1"],
    ],
    [
      "the place where the stock is worth least later",
      problemOf({ mug: supplyOf(1, { newark: 1, reno: 1 }, { stockPrices: { newark: 401 } }) }),
      ["reno mug:1"],
    ],
    [
      "the place that is cheaper to pack at",
      problemOf({ mug: mugs }, {}, { locations: [{ ...newark, handlingPerUnitMinor: 201 }, reno, store] }),
      ["reno mug:2"],
    ],
    [
      "a dearer parcel that is in time",
      problemOf(
        { mug: mugs },
        { channel: channel({ latenessPerDayMinor: 150 }) },
        {
          lateDays: (locationId) => (locationId === "newark" ? 3 : 0),
        },
      ),
      ["reno mug:2"],
    ],
    [
      "units of a SKU from wherever they are, for all its lines",
      problemOf({ mug: supplyOf(7, { newark: 3, reno: 2, store: 2 }) }),
      ["newark mug:3", "reno mug:2", "store mug:2"],
    ],
    ["what there is, when there is less", problemOf({ mug: supplyOf(9, { reno: 2 }) }), ["reno mug:2"]],
    ["nothing where nothing is", problemOf({ mug: supplyOf(1, {}) }), []],
    [
      "in as few parcels as can be where no carrier is known",
      problemOf(
        { mug: supplyOf(1, { newark: 1, store: 1 }), pen: supplyOf(1, { reno: 1, store: 1 }) },
        {},
        {
          carrierServices: [],
        },
      ),
      ["store mug:1 pen:1"],
    ],
    [
      "from nearest where no carrier is known",
      problemOf({ mug: mugs }, {}, { carrierServices: [] }),
      ["newark mug:2"],
    ],
    [
      "no more parcels than the channel allows",
      problemOf(
        { mug: supplyOf(3, { newark: 3 }), pen: supplyOf(1, { reno: 1 }) },
        {
          channel: channel({ maxParcels: 1 }),
        },
      ),
      ["newark mug:3"],
    ],
    [
      "from a place that is full for today rather than not at all",
      problemOf({ mug: supplyOf(2, { newark: 1, reno: 1 }) }, {}, { capacityLeft: { newark: 0 } }),
      ["reno mug:1", "newark mug:1"],
    ],
    [
      "from another where a place is full for today",
      problemOf({ mug: mugs }, {}, { capacityLeft: { newark: 0, reno: 1 } }),
      ["reno mug:2"],
    ],
  ])("sends %s", (_rule, problem, expected) => {
    expect(said(problem)).toEqual(expected);
  });

  const without = { ...newark };
  it.each<[ExclusionRule, SourcingProblem]>([
    ["location_inactive", problemOf({ mug: mugs }, {}, { locations: [{ ...without, active: false }, reno] })],
    ["not_of_channel", problemOf({ mug: mugs }, { channel: channel({}, { locationIds: ["reno"] }) })],
    [
      "pickup_elsewhere",
      problemOf(
        { mug: mugs },
        { pickupLocationId: "store" },
        { locations: [newark, { ...store, offersPickup: true }] },
      ),
    ],
    ["pickup_not_offered", problemOf({ mug: mugs }, { pickupLocationId: "newark" })],
    ["channel_country", problemOf({ mug: mugs }, { channel: channel({}, { countries: ["CA"] }) })],
    [
      "location_country",
      problemOf({ mug: mugs }, {}, { locations: [{ ...without, countries: ["CA"] }, reno] }),
    ],
    [
      "ships_no_orders",
      problemOf({ mug: mugs }, {}, { locations: [{ ...without, shipsOrders: false }, reno] }),
    ],
    ["capacity_reached", problemOf({ mug: mugs }, {}, { capacityLeft: { newark: 0 } })],
    ["no_service", problemOf({ mug: mugs }, {}, { carrierServices: [{ ...ground, locationIds: ["reno"] }] })],
    ["no_service", problemOf({ mug: mugs }, { destination: { ...newYork, countryCode: "CH" } })],
    [
      "hazardous",
      problemOf(
        { mug: { ...mugs, hazardous: true } },
        {},
        { locations: [{ ...without, acceptsHazardous: false }, reno] },
      ),
    ],
    [
      "oversize",
      problemOf(
        { mug: { ...mugs, oversize: true } },
        {},
        { locations: [{ ...without, acceptsOversize: false }, reno] },
      ),
    ],
    ["not_stocked", problemOf({ mug: supplyOf(1, { reno: 1 }) })],
  ])("leaves newark out, and says %s", (rule, problem) => {
    const { parcels, exclusions } = sourceOrder(problem);
    expect(exclusions.find(({ locationId }) => locationId === "newark")?.rule).toBe(rule);
    expect(parcels.map(({ locationId }) => locationId)).not.toContain("newark");
  });

  it("rules nobody out for a country that nobody knows", () => {
    const unknown = { countryCode: null, region: null, postalCode: null, latitude: null, longitude: null };
    const sold = channel({}, { countries: ["CA"] });
    expect(said(problemOf({ mug: mugs }, { destination: unknown, channel: sold }))).toHaveLength(1);
    expect(said(problemOf({ mug: mugs }, { destination: null, channel: sold }))).toHaveLength(1);
  });

  it("takes a missing state from the postal code", () => {
    const destination = { ...newYork, latitude: null, longitude: null, region: null };
    const california = problemOf({ mug: mugs }, { destination: { ...destination, postalCode: "90001" } });
    const { parcels } = sourceOrder(california);
    expect(parcels).toMatchObject([{ locationId: "reno", parcelMinor: 500 }]);
    const newYorkState = problemOf({ mug: mugs }, { destination: { ...destination, postalCode: "10001" } });
    expect(sourceOrder(newYorkState).parcels).toMatchObject([{ locationId: "newark", parcelMinor: 500 }]);
  });

  it("sends a small order whole or as much as one place has, and says which rule kept the rest", () => {
    const supply = { mug: supplyOf(3, { newark: 3 }), pen: supplyOf(1, { reno: 1 }) };
    const small = problemOf(supply, { channel: channel({ wholeUnderMinor: 6_000 }) });
    expect(sourceOrder(small)).toMatchObject({ rule: "whole_under", unsent: { pen: 1 } });
    const large = problemOf(supply, { channel: channel({ wholeUnderMinor: 6_000 }), valueMinor: 6_000 });
    expect(sourceOrder(large)).toMatchObject({ rule: null, unsent: {} });
    const unknown = problemOf(supply, { channel: channel({ wholeUnderMinor: 6_000 }), valueMinor: null });
    expect(sourceOrder(unknown)).toMatchObject({ rule: null, unsent: {} });
    const short = problemOf(
      { mug: supplyOf(3, { newark: 2 }) },
      { channel: channel({ shipComplete: true }) },
    );
    expect(sourceOrder(short)).toMatchObject({ rule: "ship_complete", unsent: { mug: 1 } });
  });

  it("tells every part of the cost, and what came second", () => {
    const problem = problemOf(
      {
        mug: supplyOf(2, { newark: 2, reno: 2 }, { stockPrices: { newark: 30 } }),
        pen: supplyOf(1, { store: 1 }, { weightGrams: 1_500 }),
      },
      { channel: channel({ splitPenaltyMinor: 50 }) },
      { locations: [{ ...newark, handlingPerParcelMinor: 20, handlingPerUnitMinor: 5 }, reno, store] },
    );
    const { parcels, splitMinor, costMinor, method, lowerBoundMinor, runnerUp, candidates } =
      sourceOrder(problem);
    expect(parcels).toEqual([
      {
        locationId: "newark",
        serviceId: "ground",
        grams: 800,
        lateDays: 0,
        units: { mug: 2 },
        parcelMinor: 500,
        handlingMinor: 30,
        latenessMinor: 0,
        stockMinor: 60,
      },
      {
        locationId: "store",
        serviceId: "ground",
        grams: 1_500,
        lateDays: 0,
        units: { pen: 1 },
        parcelMinor: 1_000,
        handlingMinor: 0,
        latenessMinor: 0,
        stockMinor: 0,
      },
    ]);
    expect({ splitMinor, costMinor, method, lowerBoundMinor }).toEqual({
      splitMinor: 50,
      costMinor: 1_640,
      method: "exact",
      lowerBoundMinor: 1_640,
    });
    expect(runnerUp).toEqual({ locationIds: ["reno", "store"], costMinor: 1_950 });
    expect(candidates.map(({ locationId, units }) => `${locationId} ${units}`)).toEqual([
      "newark 2",
      "reno 2",
      "store 1",
    ]);
  });

  it("decides the same whatever the order of its parts", () => {
    const supply = {
      pen: supplyOf(2, { reno: 1, store: 2 }),
      mug: mugs,
      cup: supplyOf(1, { store: 4, reno: 4 }),
    };
    const turned = Object.fromEntries(Object.entries(supply).toReversed());
    const problem = problemOf(supply, {}, { carrierServices: [] });
    const other = problemOf(turned, {}, { carrierServices: [], locations: [store, newark, reno] });
    const { parcels, costMinor, runnerUp } = sourceOrder(problem);
    expect(sourceOrder(other)).toMatchObject({ parcels, costMinor, runnerUp });
  });
});
