import { describe, expect, it } from "vitest";
import { releaseOfNewOrder, timedNetwork } from "../../../src/promises/domain/timed-network";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { channel, ground, newark, newYork, problemOf, reno, supplyOf } from "../../sourcing/domain/retailer";

/** Monday, before the cut-offs. */
const NOW = Date.UTC(2026, 10, 23, 12);

const timed = (over: Partial<{ releasedAt: number; quotedOn: string | null }> = {}) =>
  timedNetwork(
    { locations: [newark, reno], carrierServices: [ground], capacityLeft: {} },
    { destination: newYork },
    { now: NOW, releasedAt: NOW, quotedOn: null, ...over },
  );

describe("timedNetwork", () => {
  it.each([
    { name: "from near", locationId: "newark", days: 2 },
    { name: "from far, over a weekend", locationId: "reno", days: 7 },
  ])("counts the days until the latest arrival $name", ({ locationId, days }) => {
    expect(timed().deliveryDays!(locationId, "ground")).toBe(days);
  });

  it("counts from today, also if the release is days later", () => {
    expect(timed({ releasedAt: NOW + 2 * 86_400_000 }).deliveryDays!("newark", "ground")).toBe(4);
  });

  it.each([
    { name: "an unknown location", locationId: "nowhere", serviceId: "ground" },
    { name: "an unknown service", locationId: "newark", serviceId: "air" },
  ])("knows no days for $name", ({ locationId, serviceId }) => {
    const { deliveryDays, lateDays } = timed({ quotedOn: "2026-11-20" });
    expect([deliveryDays!(locationId, serviceId), lateDays!(locationId, serviceId)]).toEqual([null, 0]);
  });

  it("counts days beyond the quoted day as late, and none without a quote", () => {
    const { lateDays } = timed({ quotedOn: "2026-11-26" });
    expect([lateDays!("newark", "ground"), lateDays!("reno", "ground")]).toEqual([0, 4]);
    expect(timed().lateDays).toBeUndefined();
  });

  it("releases a new order after the grace period", () => {
    expect(releaseOfNewOrder({ gracePeriodMinutes: 15 }, NOW)).toBe(NOW + 900_000);
  });
});

describe("the price of speed", () => {
  // Newark costs 30.00 more to handle, and its parcel 4.00 less and five days less.
  const dearNewark = { ...newark, handlingPerParcelMinor: 3_000 };
  const chosen = (dayValueMinor: number) => {
    const request = { channel: channel({ dayValueMinor }) };
    const network = { locations: [dearNewark, reno], carrierServices: [ground], capacityLeft: {} };
    const problem = problemOf({ MUG: supplyOf(1, { newark: 1, reno: 1 }) }, request, network);
    const timing = { now: NOW, releasedAt: NOW, quotedOn: null };
    return sourceOrder({ ...problem, network: timedNetwork(problem.network, problem.request, timing) });
  };

  it.each([
    { name: "is none by default", dayValueMinor: 0, locationId: "reno", speedMinor: 0 },
    { name: "is too low to decide", dayValueMinor: 519, locationId: "reno", speedMinor: 7 * 519 },
    { name: "is high enough to decide", dayValueMinor: 521, locationId: "newark", speedMinor: 2 * 521 },
  ])("$name at $dayValueMinor a day", ({ dayValueMinor, locationId, speedMinor }) => {
    expect(chosen(dayValueMinor).parcels).toMatchObject([{ locationId, speedMinor }]);
  });

  it("counts in the whole cost, as all parts do", () => {
    const { costMinor, parcels } = chosen(521);
    expect(costMinor).toBe(parcels[0]!.parcelMinor + 3_000 + 2 * 521);
  });

  it("chooses a faster service of the same location", () => {
    const air = {
      ...ground,
      id: "air",
      zones: [{ ...ground.zones[0]!, maxTransitDays: 1, prices: [{ upToGrams: 1_000, priceMinor: 560 }] }],
    };
    const serviceAt = (dayValueMinor: number) => {
      const problem = problemOf(
        { MUG: supplyOf(1, { newark: 1 }) },
        { channel: channel({ dayValueMinor }) },
        { carrierServices: [ground, air] },
      );
      const timing = { now: NOW, releasedAt: NOW, quotedOn: null };
      const network = timedNetwork(problem.network, problem.request, timing);
      return sourceOrder({ ...problem, network }).parcels[0]!.serviceId;
    };
    expect([serviceAt(0), serviceAt(59), serviceAt(61)]).toEqual(["ground", "ground", "air"]);
  });
});

describe("the customer's choice of delivery", () => {
  const air = {
    ...ground,
    id: "air",
    name: "Overnight",
    zones: [{ ...ground.zones[0]!, perExtraKgMinor: 900 }],
  };
  const chosen = (shippingMethod: string | null) =>
    sourceOrder(
      problemOf(
        { MUG: supplyOf(9, { newark: 9, reno: 9 }) },
        { shippingMethod },
        { carrierServices: [ground, air] },
      ),
    ).parcels[0]!;

  it.each([
    { method: null, serviceId: "ground" },
    { method: "Standard", serviceId: "ground" },
    { method: "", serviceId: "ground" },
    { method: " overnight ", serviceId: "air" },
    { method: "air", serviceId: "air" },
  ])("$method is priced with $serviceId", ({ method, serviceId }) => {
    expect(chosen(method)).toMatchObject({ locationId: "newark", serviceId });
  });

  it("does not keep units back that only other locations have", () => {
    const problem = problemOf(
      { MUG: supplyOf(2, { newark: 1, reno: 1 }) },
      { shippingMethod: "air" },
      { carrierServices: [ground, air] },
    );
    expect(sourceOrder(problem).parcels).toMatchObject([
      { locationId: "newark", serviceId: "air" },
      { locationId: "reno", serviceId: "ground" },
    ]);
  });
});
