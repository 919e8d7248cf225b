import { describe, expect, it } from "vitest";
import type { ExclusionRule } from "../../../src/sourcing/domain/decision";
import type { SourcingProblem } from "../../../src/sourcing/domain/problem";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { channel, ground, newark, newYork, problemOf, reno, store, supplyOf } from "./retailer";

/** The parcels as text: `newark mug:2 pen:1`. */
const planOf = (problem: SourcingProblem): string[] =>
  sourceOrder(problem).parcels.map(
    ({ locationId, units }) =>
      `${locationId} ${Object.entries(units)
        .map(([sku, quantity]) => `${sku}:${quantity}`)
        .join(" ")}`,
  );

const mugs = supplyOf(2, { newark: 5, reno: 5, store: 5 });

describe("sourceOrder", () => {
  it.each<Readonly<{ name: string; problem: SourcingProblem; plan: string[] }>>([
    {
      name: "from the cheapest location that has everything",
      problem: problemOf({ mug: mugs }),
      plan: ["newark mug:2"],
    },
    {
      name: "in one dear parcel rather than two cheap ones that cost more",
      problem: problemOf({
        mug: supplyOf(1, { newark: 1, reno: 1 }),
        pen: supplyOf(1, { store: 1, reno: 1 }),
      }),
      plan: ["reno mug:1 pen:1"],
    },
    {
      name: "in two parcels if they cost less than one",
      problem: problemOf(
        { mug: supplyOf(10, { newark: 9, reno: 10 }, { weightGrams: 2_000 }) },
        {},
        {
          carrierServices: [
            { ...ground, zones: [ground.zones[0]!, { ...ground.zones[1]!, perExtraKgMinor: 900 }] },
          ],
        },
      ),
      plan: ["newark mug:9", "reno mug:1"],
    },
    {
      name: "in one parcel if the split penalty makes two dearer",
      problem: problemOf(
        { mug: supplyOf(1, { newark: 1, reno: 1 }), pen: supplyOf(1, { reno: 1 }) },
        { channel: channel({ splitPenaltyMinor: 300 }) },
      ),
      plan: ["reno mug:1 pen:1"],
    },
    {
      name: "from the location with the lower stock price",
      problem: problemOf({ mug: supplyOf(1, { newark: 1, reno: 1 }, { stockPrices: { newark: 401 } }) }),
      plan: ["reno mug:1"],
    },
    {
      name: "from the location where handling is cheaper",
      problem: problemOf(
        { mug: mugs },
        {},
        { locations: [{ ...newark, handlingPerUnitMinor: 201 }, reno, store] },
      ),
      plan: ["reno mug:2"],
    },
    {
      name: "in a dearer parcel that is in time",
      problem: problemOf(
        { mug: mugs },
        { channel: channel({ latenessPerDayMinor: 150 }) },
        { lateDays: (locationId) => (locationId === "newark" ? 3 : 0) },
      ),
      plan: ["reno mug:2"],
    },
    {
      name: "units of one SKU from several locations",
      problem: problemOf({ mug: supplyOf(7, { newark: 3, reno: 2, store: 2 }) }),
      plan: ["newark mug:3", "reno mug:2", "store mug:2"],
    },
    {
      name: "what is available if that is less",
      problem: problemOf({ mug: supplyOf(9, { reno: 2 }) }),
      plan: ["reno mug:2"],
    },
    { name: "nothing if nothing is available", problem: problemOf({ mug: supplyOf(1, {}) }), plan: [] },
    {
      name: "in the fewest parcels if no carrier is known",
      problem: problemOf(
        { mug: supplyOf(1, { newark: 1, store: 1 }), pen: supplyOf(1, { reno: 1, store: 1 }) },
        {},
        { carrierServices: [] },
      ),
      plan: ["store mug:1 pen:1"],
    },
    {
      name: "from the nearest location if no carrier is known",
      problem: problemOf({ mug: mugs }, {}, { carrierServices: [] }),
      plan: ["newark mug:2"],
    },
    {
      name: "in no more parcels than the channel allows",
      problem: problemOf(
        { mug: supplyOf(3, { newark: 3 }), pen: supplyOf(1, { reno: 1 }) },
        { channel: channel({ maxParcels: 1 }) },
      ),
      plan: ["newark mug:3"],
    },
    {
      name: "from a location without capacity today if no other has the units",
      problem: problemOf({ mug: supplyOf(2, { newark: 1, reno: 1 }) }, {}, { capacityLeft: { newark: 0 } }),
      plan: ["reno mug:1", "newark mug:1"],
    },
    {
      name: "from another location if the cheapest has no capacity today",
      problem: problemOf({ mug: mugs }, {}, { capacityLeft: { newark: 0, reno: 1 } }),
      plan: ["reno mug:2"],
    },
  ])("ships $name", ({ problem, plan }) => {
    expect(planOf(problem)).toEqual(plan);
  });

  it.each<Readonly<{ name: string; rule: ExclusionRule; problem: SourcingProblem }>>([
    {
      name: "is inactive",
      rule: "location_inactive",
      problem: problemOf({ mug: mugs }, {}, { locations: [{ ...newark, active: false }, reno] }),
    },
    {
      name: "does not serve the channel",
      rule: "not_of_channel",
      problem: problemOf({ mug: mugs }, { channel: channel({}, { locationIds: ["reno"] }) }),
    },
    {
      name: "is not where the order is collected",
      rule: "pickup_elsewhere",
      problem: problemOf(
        { mug: mugs },
        { pickupLocationId: "store" },
        { locations: [newark, { ...store, offersPickup: true }] },
      ),
    },
    {
      name: "offers no pickup",
      rule: "pickup_not_offered",
      problem: problemOf({ mug: mugs }, { pickupLocationId: "newark" }),
    },
    {
      name: "may not ship to a country that the channel does not sell to",
      rule: "channel_country",
      problem: problemOf({ mug: mugs }, { channel: channel({}, { countries: ["CA"] }) }),
    },
    {
      name: "does not ship to the country",
      rule: "location_country",
      problem: problemOf({ mug: mugs }, {}, { locations: [{ ...newark, countries: ["CA"] }, reno] }),
    },
    {
      name: "ships no orders",
      rule: "ships_no_orders",
      problem: problemOf({ mug: mugs }, {}, { locations: [{ ...newark, shipsOrders: false }, reno] }),
    },
    {
      name: "has no capacity left",
      rule: "capacity_reached",
      problem: problemOf({ mug: mugs }, {}, { capacityLeft: { newark: 0 } }),
    },
    {
      name: "hands no parcels to the only service",
      rule: "no_service",
      problem: problemOf({ mug: mugs }, {}, { carrierServices: [{ ...ground, locationIds: ["reno"] }] }),
    },
    {
      name: "has no service to the country",
      rule: "no_service",
      problem: problemOf({ mug: mugs }, { destination: { ...newYork, countryCode: "CH" } }),
    },
    {
      name: "does not accept hazardous goods",
      rule: "hazardous",
      problem: problemOf(
        { mug: { ...mugs, hazardous: true } },
        {},
        { locations: [{ ...newark, acceptsHazardous: false }, reno] },
      ),
    },
    {
      name: "does not accept oversize goods",
      rule: "oversize",
      problem: problemOf(
        { mug: { ...mugs, oversize: true } },
        {},
        { locations: [{ ...newark, acceptsOversize: false }, reno] },
      ),
    },
    {
      name: "has no stock",
      rule: "not_stocked",
      problem: problemOf({ mug: supplyOf(1, { reno: 1 }) }),
    },
  ])("excludes a location that $name with the rule $rule", ({ rule, problem }) => {
    const { parcels, exclusions } = sourceOrder(problem);
    expect(exclusions.find(({ locationId }) => locationId === "newark")?.rule).toBe(rule);
    expect(parcels.map(({ locationId }) => locationId)).not.toContain("newark");
  });

  it("excludes no location if the country is not known", () => {
    const unknown = { countryCode: null, region: null, postalCode: null, latitude: null, longitude: null };
    const canada = channel({}, { countries: ["CA"] });
    expect(planOf(problemOf({ mug: mugs }, { destination: unknown, channel: canada }))).toHaveLength(1);
    expect(planOf(problemOf({ mug: mugs }, { destination: null, channel: canada }))).toHaveLength(1);
  });

  it("takes a missing state from the postal code", () => {
    const destination = { ...newYork, latitude: null, longitude: null, region: null };
    const california = problemOf({ mug: mugs }, { destination: { ...destination, postalCode: "90001" } });
    const { parcels } = sourceOrder(california);
    expect(parcels).toMatchObject([{ locationId: "reno", parcelMinor: 500 }]);
    const newYorkState = problemOf({ mug: mugs }, { destination: { ...destination, postalCode: "10001" } });
    expect(sourceOrder(newYorkState).parcels).toMatchObject([{ locationId: "newark", parcelMinor: 500 }]);
  });

  it("returns the rule that keeps units back: a small order in one parcel, or one that ships complete", () => {
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

  it("returns every part of the cost, the runner-up and the candidates", () => {
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
        speedMinor: 0,
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
        speedMinor: 0,
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

  it("does not depend on the order of SKUs, lines and locations", () => {
    const supply = {
      pen: supplyOf(2, { reno: 1, store: 2 }),
      mug: mugs,
      cup: supplyOf(1, { store: 4, reno: 4 }),
    };
    const reversed = Object.fromEntries(Object.entries(supply).toReversed());
    const problem = problemOf(supply, {}, { carrierServices: [] });
    const other = problemOf(reversed, {}, { carrierServices: [], locations: [store, newark, reno] });
    const { parcels, costMinor, runnerUp } = sourceOrder(problem);
    expect(sourceOrder(other)).toMatchObject({ parcels, costMinor, runnerUp });
  });
});
