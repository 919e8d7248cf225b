import { describe, expect, it } from "vitest";
import type { Inbound } from "../../../src/inventory/domain/inbound";
import { availabilityOf, marketOf, type Market } from "../../../src/promises/domain/availability";
import type { StockOfSku } from "../../../src/promises/domain/cart";
import type { Channel } from "../../../src/catalog/domain/channel";
import type { Destination } from "../../../src/sourcing/domain/destination";
import type { CarrierService } from "../../../src/catalog/domain/carrier-service";
import type { Location } from "../../../src/catalog/domain/location";
import { anAddress } from "../../support/an-order";
import { plainChannel, plainLocation } from "../../support/reference-defaults";

/** A Wednesday morning. */
const NOW = Date.UTC(2026, 10, 25, 10);

const at = (id: string, over: Partial<Location> = {}): Location => ({
  id,
  name: id,
  kind: "warehouse",
  address: anAddress,
  latitude: 51.5,
  longitude: -0.1,
  timeZone: "UTC",
  cutOff: "16:00",
  workingDays: [1, 2, 3, 4, 5],
  ...plainLocation,
  priority: 1,
  active: true,
  ...over,
});

const service = (id: string, min: number, max: number, priceMinor: number): CarrierService => ({
  id,
  carrier: "Post",
  service: id,
  name: `Post ${id}`,
  active: true,
  volumeDivisor: null,
  locationIds: [],
  zones: [
    {
      name: "Home",
      countries: ["GB"],
      maxDistanceKm: null,
      minTransitDays: min,
      maxTransitDays: max,
      prices: [{ upToGrams: 30_000, priceMinor }],
      perExtraKgMinor: null,
    },
  ],
});

type Facts = Readonly<{
  channel: Channel;
  locations: readonly Location[];
  carrierServices: readonly CarrierService[];
  destination: Destination | null;
}>;

const channel: Channel = {
  id: "web",
  name: "Web",
  kind: "generic",
  currency: "GBP",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  ...plainChannel,
  active: true,
};

const LONDON: Destination = {
  countryCode: "GB",
  region: null,
  postalCode: null,
  latitude: null,
  longitude: null,
};

const market = (over: Partial<Facts> = {}): Market => {
  const facts: Facts = {
    channel,
    locations: [
      at("east"),
      at("west", { processingDays: 2 }),
      at("shop", { shipsOrders: false, offersPickup: true }),
    ],
    carrierServices: [service("slow", 2, 4, 300), service("quick", 1, 1, 900)],
    destination: LONDON,
    ...over,
  };
  const { locations, carrierServices, destination } = facts;
  return marketOf(
    { channel: facts.channel, destination, pickupLocationId: null, valueMinor: null, shippingMethod: null },
    { locations, carrierServices, capacityLeft: {} },
    NOW,
  );
};

const aMug = {
  weightGrams: 300,
  lengthMm: null,
  widthMm: null,
  heightMm: null,
  hazardous: false,
  oversize: false,
};

const stock = (free: Record<string, number>, over: Partial<StockOfSku> = {}): StockOfSku => ({
  sku: aMug,
  free: new Map(Object.entries(free)),
  stockPrices: {},
  owed: 0,
  inbound: [],
  ...over,
});

const due = (expectedOn: string, quantity: number, locationId = "east"): Inbound => ({
  id: expectedOn,
  sku: "MUG",
  locationId,
  kind: "purchase_order",
  quantity,
  received: 0,
  expectedOn,
  status: "expected",
});

describe("availabilityOf", () => {
  it("returns the units that can be shipped, the cheapest and the fastest delivery, and the pickups", () => {
    expect(availabilityOf(market(), stock({ east: 2, west: 3, shop: 4 }))).toEqual({
      available: 5,
      availableToPromise: [{ on: "2026-11-25", quantity: 5 }],
      shipByOn: "2026-11-25",
      cheapest: {
        serviceId: "slow",
        serviceName: "Post slow",
        locationId: "east",
        shipByOn: "2026-11-25",
        deliverFromOn: "2026-11-27",
        deliverByOn: "2026-12-01",
      },
      fastest: {
        serviceId: "quick",
        serviceName: "Post quick",
        locationId: "east",
        shipByOn: "2026-11-25",
        deliverFromOn: "2026-11-26",
        deliverByOn: "2026-11-26",
      },
      noDate: null,
      pickup: [{ locationId: "shop", name: "shop", available: 4, readyOn: "2026-11-25" }],
    });
  });

  it("returns no pickup day for a store without units", () => {
    const { pickup } = availabilityOf(market(), stock({ east: 2 }));
    expect(pickup).toEqual([{ locationId: "shop", name: "shop", available: 0, readyOn: null }]);
  });

  it("quotes inbound after backorders if there is no stock, from the location where it arrives", () => {
    const inbound = [due("2026-12-01", 3), due("2026-12-07", 5, "west")];
    const quote = availabilityOf(market(), stock({ shop: 4 }, { owed: 3, inbound }));
    expect(quote).toMatchObject({
      available: 0,
      availableToPromise: [
        { on: "2026-11-25", quantity: 0 },
        { on: "2026-12-07", quantity: 5 },
      ],
      fastest: { locationId: "west", shipByOn: "2026-12-10", deliverByOn: "2026-12-11" },
    });
  });

  it.each<
    Readonly<{
      name: string;
      over?: Partial<Facts>;
      of: StockOfSku;
      available: number;
      shipByOn: string | null;
      noDate: string;
    }>
  >([
    {
      name: "there is no stock and no inbound",
      of: stock({}),
      available: 0,
      shipByOn: null,
      noDate: "nothing_expected",
    },
    {
      name: "the only inbound is overdue",
      of: stock({}, { inbound: [due("2026-11-24", 5)] }),
      available: 0,
      shipByOn: null,
      noDate: "nothing_expected",
    },
    {
      name: "there is no destination",
      over: { destination: null },
      of: stock({ east: 1 }),
      available: 1,
      shipByOn: "2026-11-25",
      noDate: "no_destination",
    },
    {
      name: "there is no carrier's service",
      over: { carrierServices: [] },
      of: stock({ east: 1 }),
      available: 1,
      shipByOn: "2026-11-25",
      noDate: "no_service",
    },
    {
      name: "the location never works",
      over: { locations: [at("east", { workingDays: [] })] },
      of: stock({ east: 1 }),
      available: 1,
      shipByOn: null,
      noDate: "location_closed",
    },
    {
      name: "the location does not ship to the country",
      over: { locations: [at("east", { countries: ["FR"] })] },
      of: stock({ east: 1 }),
      available: 0,
      shipByOn: null,
      noDate: "not_sourced",
    },
    {
      name: "the location does not accept the goods",
      over: { locations: [at("east", { acceptsHazardous: false })] },
      of: stock({ east: 1 }, { sku: { ...aMug, hazardous: true } }),
      available: 0,
      shipByOn: null,
      noDate: "not_sourced",
    },
  ])("returns no delivery, and the reason $noDate, if $name", ({ over, of, available, shipByOn, noDate }) => {
    const none = { available, shipByOn, noDate, cheapest: null, fastest: null };
    expect(availabilityOf(market(over), of)).toMatchObject(none);
  });

  it("counts no units at a location from which no service goes there", () => {
    const fromWest = { ...service("slow", 2, 4, 300), locationIds: ["west"] };
    const one = availabilityOf(market({ carrierServices: [fromWest] }), stock({ east: 2, west: 3 }));
    expect(one).toMatchObject({ available: 3, cheapest: { locationId: "west" }, noDate: null });
    const fromNone = { ...fromWest, locationIds: ["north"] };
    const none = availabilityOf(market({ carrierServices: [fromNone] }), stock({ east: 2, west: 3 }));
    expect(none).toMatchObject({ available: 0, shipByOn: null, cheapest: null, noDate: "no_service" });
    const nowhere = market({ carrierServices: [fromNone], destination: null });
    expect(availabilityOf(nowhere, stock({ east: 2, west: 3 })).available).toBe(5);
  });

  it("counts units where no carrier's service is in use at all", () => {
    const inactive = { ...service("slow", 2, 4, 300), active: false };
    const quote = availabilityOf(market({ carrierServices: [inactive] }), stock({ east: 2 }));
    expect(quote).toMatchObject({ available: 2, shipByOn: "2026-11-25", noDate: "no_service" });
  });

  it("compares services by the price of the unit's weight and volume", () => {
    const byVolume = { ...service("byVolume", 2, 4, 0), volumeDivisor: 5_000 };
    const { prices: _, ...zone } = byVolume.zones[0]!;
    const prices = [
      { upToGrams: 500, priceMinor: 200 },
      { upToGrams: 30_000, priceMinor: 700 },
    ];
    const carrierServices = [{ ...byVolume, zones: [{ ...zone, prices }] }, service("flat", 2, 4, 300)];
    const cheapestOf = (sku: StockOfSku["sku"]) =>
      availabilityOf(market({ carrierServices }), stock({ east: 1 }, { sku })).cheapest?.serviceId;
    expect(cheapestOf(aMug)).toBe("byVolume");
    expect(cheapestOf({ ...aMug, lengthMm: 300, widthMm: 300, heightMm: 300 })).toBe("flat");
    expect(cheapestOf({ ...aMug, weightGrams: 600 })).toBe("flat");
  });

  it("offers no pickup of goods that the store does not accept", () => {
    const store = at("shop", { shipsOrders: false, offersPickup: true, acceptsHazardous: false });
    const hazardous = { ...aMug, hazardous: true };
    const locations = [store];
    expect(availabilityOf(market({ locations }), stock({ shop: 4 })).pickup).toHaveLength(1);
    expect(availabilityOf(market({ locations }), stock({ shop: 4 }, { sku: hazardous })).pickup).toEqual([]);
  });

  it("keeps the channel's buffer back from stock, pickups and inbound", () => {
    const buffered = market({ channel: { ...channel, stockBuffer: 3 } });
    expect(availabilityOf(buffered, stock({ east: 5, shop: 4 }))).toMatchObject({
      available: 2,
      pickup: [{ available: 1 }],
    });
    const inbound = [due("2026-12-01", 3), due("2026-12-07", 5)];
    expect(availabilityOf(buffered, stock({}, { inbound }))).toMatchObject({
      available: 0,
      availableToPromise: [
        { on: "2026-11-25", quantity: 0 },
        { on: "2026-12-07", quantity: 5 },
      ],
      // An order that is placed now is not kept back: the first units that arrive are its own.
      shipByOn: "2026-12-02",
    });
  });

  it("computes days from the release, after the channel's grace period", () => {
    const late = market({ channel: { ...channel, gracePeriodMinutes: 6 * 60 + 1 } });
    expect(availabilityOf(late, stock({ east: 1 })).shipByOn).toBe("2026-11-26");
  });
});
