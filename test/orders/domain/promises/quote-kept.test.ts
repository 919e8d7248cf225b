/**
 * A quote, and the order that is placed at once: sourced from the same stock and promised by the order's own rules, it
 * never arrives later than quoted. The networks, stock, destinations and carts are generated.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CarrierService } from "../../../../src/catalog/domain/carrier-service";
import type { Location } from "../../../../src/catalog/domain/location";
import type { Inbound } from "../../../../src/inventory/domain/inbound";
import { lineIdOf, orderIdOf, type LineId } from "../../../../src/kernel/ids";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import { createOrder } from "../../../../src/orders/domain/creation/order-creation";
import type { LineStock } from "../../../../src/orders/domain/creation/new-line";
import { decidePromises } from "../../../../src/orders/domain/promises/order-promises";
import {
  backorderSupplyOf,
  quoteOfCart,
  skuSupplyOf,
  type CartItem,
} from "../../../../src/promises/domain/cart";
import { quoteTerms } from "../../../../src/promises/domain/quote";
import { releaseOfNewOrder, timedNetwork } from "../../../../src/promises/domain/timed-network";
import { locationsThatMaySend } from "../../../../src/sourcing/domain/eligibility";
import type { SourcingNetwork, SourcingRequest } from "../../../../src/sourcing/domain/problem";
import { shareAmongLines } from "../../../../src/sourcing/domain/share-lines";
import { leavesTogether, sourceOrder } from "../../../../src/sourcing/domain/source-order";
import { anAddress } from "../../../support/an-order";
import { channel, place } from "../../../sourcing/domain/retailer";
import { aSale, sold } from "../sales";

const SKUS = ["CAP", "MUG", "TEE"] as const;
const SPOTS = {
  east: ["US", [40.7, -74.2]],
  west: ["US", [39.5, -119.8]],
  abroad: ["CA", [43.7, -79.4]],
} as const;
type Spot = keyof typeof SPOTS;
const IDS = Object.keys(SPOTS) as Spot[];

const aLocation = fc.record({
  cutOff: fc.constantFrom("09:00", "15:00", "23:59"),
  workingDays: fc.constantFrom([1, 2, 3, 4, 5], [1, 3], [6, 7], []),
  processingDays: fc.nat(3),
  handlingPerParcelMinor: fc.constantFrom(0, 40, 400),
  shipsOrders: fc.constantFrom(true, true, true, false),
  acceptsHazardous: fc.boolean(),
  active: fc.constantFrom(true, true, true, false),
  timeZone: fc.constantFrom("UTC", "America/New_York", "Pacific/Auckland"),
});

const aService = fc.record({
  locationIds: fc.subarray(IDS),
  zones: fc.array(
    fc.record({
      maxDistanceKm: fc.constantFrom(null, 500, 3_000),
      days: fc.tuple(fc.nat(4), fc.nat(5)),
      priceMinor: fc.constantFrom(300, 500, 501, 900),
      upToGrams: fc.constantFrom(500, 30_000),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

const aSku = fc.record({
  weightGrams: fc.constantFrom(100, 900),
  hazardous: fc.constantFrom(false, false, true),
  free: fc.record(Object.fromEntries(IDS.map((id) => [id, fc.constantFrom(0, 0, 1, 2, 5)]))),
  stockPrice: fc.constantFrom(0, 0, 150),
  owed: fc.nat(2),
  inbound: fc.array(
    fc.record({ locationId: fc.constantFrom(...IDS), quantity: fc.nat({ max: 4 }), inDays: fc.nat(12) }),
    { maxLength: 2 },
  ),
});

const aWorld = fc.record({
  now: fc.integer({ min: 0, max: 14 * 24 }).map((hours) => Date.UTC(2026, 10, 23) + hours * 3_600_000),
  locations: fc.record({ east: aLocation, west: aLocation, abroad: aLocation }),
  services: fc.array(aService, { minLength: 1, maxLength: 3 }),
  skus: fc.record({ CAP: aSku, MUG: aSku, TEE: aSku }),
  capacityLeft: fc.record({ east: fc.constantFrom(0, 9), west: fc.constantFrom(0, 9) }, { requiredKeys: [] }),
  destination: fc.constantFrom(
    { region: "NY", postalCode: "10001" },
    { region: null, postalCode: "89501" },
    { region: "CA", postalCode: null },
    { region: null, postalCode: null },
  ),
  /** Lines of one order; lines may have the same SKU. */
  lines: fc.array(fc.tuple(fc.constantFrom(...SKUS), fc.integer({ min: 1, max: 4 })), {
    minLength: 1,
    maxLength: 4,
  }),
  sourcing: fc.record({
    dayValueMinor: fc.constantFrom(0, 30, 200),
    splitPenaltyMinor: fc.constantFrom(0, 250),
    maxParcels: fc.constantFrom(null, 1),
    wholeUnderMinor: fc.constantFrom(null, 4_000),
    shipComplete: fc.constantFrom(false, false, true),
    latenessPerDayMinor: fc.constantFrom(0, 100),
  }),
  gracePeriodMinutes: fc.constantFrom(0, 90),
  shippingMethod: fc.constantFrom(null, "service-0", "no such service"),
  isValueKnown: fc.boolean(),
});
type World = typeof aWorld extends fc.Arbitrary<infer Each> ? Each : never;

function networkOf({ locations, services, capacityLeft }: World): SourcingNetwork {
  return {
    locations: IDS.map((id): Location => {
      const [country, at] = SPOTS[id];
      return place(id, country, at, locations[id]);
    }),
    carrierServices: services.map(({ locationIds, zones }, i): CarrierService => ({
      id: `service-${i}`,
      carrier: "any",
      service: `service-${i}`,
      name: `Service ${i}`,
      active: true,
      volumeDivisor: null,
      locationIds,
      zones: zones.map(({ maxDistanceKm, days: [min, more], priceMinor, upToGrams }, zone) => ({
        name: `${zone}`,
        countries: ["US"],
        maxDistanceKm,
        minTransitDays: min,
        maxTransitDays: min + more,
        prices: [{ upToGrams, priceMinor }],
        perExtraKgMinor: 100,
      })),
    })),
    capacityLeft,
  };
}

function itemsOf({ lines, skus, now }: World): CartItem[] {
  return SKUS.filter((sku) => lines.some(([each]) => each === sku)).map((code) => {
    const { free, stockPrice, owed, inbound, ...facts } = skus[code];
    const size = { lengthMm: null, widthMm: null, heightMm: null, oversize: false };
    return {
      code,
      quantity: lines.reduce((sum, [sku, quantity]) => sum + (sku === code ? quantity : 0), 0),
      stock: {
        sku: { ...size, ...facts },
        free: new Map(Object.entries(free)),
        stockPrices: { east: stockPrice },
        owed,
        inbound: inbound.map(({ locationId, quantity, inDays }, i): Inbound => ({
          id: `${code}-${i}`,
          sku: code,
          locationId,
          kind: "purchase_order",
          quantity,
          received: 0,
          expectedOn: new Date(now + inDays * 86_400_000).toISOString().slice(0, 10),
          status: "expected",
        })),
      },
    };
  });
}

function scene(world: World) {
  const items = itemsOf(world);
  const { sourcing, gracePeriodMinutes, destination, shippingMethod, now } = world;
  const web = channel(sourcing, { gracePeriodMinutes, stockBuffer: 1 });
  const to = { ...anAddress, countryCode: "US", ...destination, latitude: null, longitude: null };
  const sale = aSale({
    lines: world.lines.map(([sku, quantity], i) => ({ ...sold(`${sku} ${i}`, quantity), sku })),
    shippingAddress: to,
    shippingMethod,
    placedAt: now,
  });
  const request: SourcingRequest = {
    channel: web,
    destination: to,
    pickupLocationId: null,
    valueMinor: sale.totalMinor,
    shippingMethod,
  };
  return {
    items,
    request,
    network: networkOf(world),
    sale,
    now,
    quotedValue: world.isValueKnown ? sale.totalMinor : null,
  };
}

/** The order as it is created and promised, if every object allocates what the plan wants. */
function placedAtOnce(
  { items, request, network, sale, now }: ReturnType<typeof scene>,
  quotedOn: string | null,
) {
  const timed = timedNetwork(network, request, {
    now,
    releasedAt: releaseOfNewOrder(request.channel, now),
    quotedOn,
  });
  const supply = Object.fromEntries(
    items.map(({ code, quantity, stock }) => [code, skuSupplyOf(stock, quantity)]),
  );
  const decision = sourceOrder({ request, network: timed, supply });
  const orderId = orderIdOf(sale.channelId, sale.externalId);
  const lines = sale.lines.map(({ externalId, quantity, sku }) => ({
    lineId: lineIdOf(orderId, externalId, quantity),
    sku: sku!,
    quantity,
  }));
  const units = shareAmongLines(lines, decision.parcels, []);
  const mayBeSent = (sku: string) => locationsThatMaySend(timed, request, supply[sku]!).length > 0;
  const stock = new Map(
    lines.map(({ lineId, sku, quantity }): [LineId, LineStock] => {
      if (!mayBeSent(sku)) return [lineId, { found: false, noLocation: "none" }];
      const allocated = units.filter((each) => each.lineId === lineId);
      const sent = allocated.reduce((sum, each) => sum + each.quantity, 0);
      return [lineId, { found: true, allocated, backordered: quantity - sent, unitCostMinor: 100 }];
    }),
  );
  const services = new Map(
    decision.parcels.flatMap(({ locationId, serviceId }) =>
      serviceId === null ? [] : [[locationId, serviceId] as const],
    ),
  );
  const creation = {
    order: sale,
    channel: request.channel,
    stock,
    shipComplete: leavesTogether(request),
    services,
    now,
    by: "test",
  };
  const { order } = createOrder(creation);
  const backorders = new Map(
    items.map((item) => [item.code, backorderSupplyOf({ request, network: timed, now }, item.stock)]),
  );
  const awaited = new Map(
    order.lines.map(({ id, sku }) => {
      // Units of the order's own lines that are backordered before it.
      const before = order.lines.filter((line) => line.sku === sku && line.id < id);
      const own = before.reduce((sum, line) => sum + line.backordered, 0);
      const { ahead, inbound } = backorders.get(sku!)!;
      return [id, { ahead: ahead + own, inbound }];
    }),
  );
  const facts = {
    locations: new Map(network.locations.map((location) => [location.id, location])),
    carrierServices: network.carrierServices,
    dayValueMinor: request.channel.sourcing.dayValueMinor,
    supply: awaited,
    now,
  };
  return decidePromises(order, facts, "replanned").reduce(evolve, order);
}

describe("an order that is placed at once on a quote", () => {
  const RUNS = 800;

  it("is never promised later than it was quoted, whether it names the quote or not", () => {
    let quoted = 0;
    fc.assert(
      fc.property(aWorld, (world) => {
        const given = scene(world);
        const terms = quoteTerms(
          { ...given.request, valueMinor: given.quotedValue },
          given.network,
          given.now,
        );
        const { deliverByOn } = quoteOfCart(terms, given.items);
        if (deliverByOn === null) return;
        quoted += 1;
        for (const quotedOn of [null, deliverByOn]) {
          for (const { promise } of placedAtOnce(given, quotedOn).lines) {
            expect(promise?.deliverByOn ?? "none").not.toBe("none");
            expect(promise!.deliverByOn! <= deliverByOn).toBe(true);
          }
        }
      }),
      { numRuns: RUNS, seed: 11 },
    );
    expect(quoted).toBeGreaterThan(RUNS / 10);
  });

  it("has no date only where the quote has none, if the order's value is known", () => {
    fc.assert(
      fc.property(aWorld, (world) => {
        const given = scene({ ...world, isValueKnown: true });
        const terms = quoteTerms(given.request, given.network, given.now);
        const quote = quoteOfCart(terms, given.items);
        const order = placedAtOnce(given, null);
        const bySku = (sku: string) => quote.lines.find((line) => line.sku === sku)!.promise;
        for (const { sku, promise } of order.lines) {
          const expected = bySku(sku!);
          const hasDate = expected.noDate !== null || (promise?.noDate ?? null) === null;
          const isInTime =
            expected.shipByOn === null || (promise?.shipByOn ?? "9999-12-31") <= expected.shipByOn;
          expect([hasDate, isInTime]).toEqual([true, true]);
        }
      }),
      { numRuns: RUNS, seed: 12 },
    );
  });
});
