/** Orders, locations and a carrier for tests of delivery promises. */
import type { CarrierService } from "../../../../src/catalog/domain/carrier-service";
import type { Location } from "../../../../src/catalog/domain/location";
import type { Inbound } from "../../../../src/inventory/domain/inbound";
import type { LineId } from "../../../../src/kernel/ids";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import type { Fulfillment } from "../../../../src/orders/domain/fulfillments/fulfillment";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import { decidePromises, type PromiseFacts } from "../../../../src/orders/domain/promises/order-promises";
import type { LinePromise } from "../../../../src/promises/domain/promise";
import { anAddress, anOrder } from "../../../support/an-order";
import { plainLocation } from "../../../support/reference-defaults";
import { fulfillment, mug } from "../mug-orders";

/** A Wednesday, at ten in the morning of every location. */
export const WEDNESDAY = Date.UTC(2026, 10, 25, 10);
export const DAY = 86_400_000;

export const aLocation = (id: string, over: Partial<Location> = {}): Location => ({
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

/** To GB only, in one to two days. */
export const POST: CarrierService = {
  id: "post",
  carrier: "Post",
  service: "Standard",
  name: "Post Standard",
  active: true,
  volumeDivisor: null,
  locationIds: [],
  zones: [
    {
      name: "Home",
      countries: ["GB"],
      maxDistanceKm: null,
      minTransitDays: 1,
      maxTransitDays: 2,
      prices: [{ upToGrams: 30_000, priceMinor: 400 }],
      perExtraKgMinor: null,
    },
  ],
};

/** The east ships on the day of release, the west a day later. Nothing is inbound. */
export const facts = (over: Partial<PromiseFacts> = {}): PromiseFacts => ({
  locations: new Map(
    [aLocation("east"), aLocation("west", { processingDays: 1 })].map((each) => [each.id, each]),
  ),
  carrierServices: [POST],
  supply: new Map(),
  now: WEDNESDAY,
  ...over,
});

/** Two mugs, allocated. */
export const line = (over: Partial<OrderLine> = {}): OrderLine => mug({ ordered: 2, ...over });

/** A fulfillment of mugs in the east that is due now. */
export const dueNow = (over: Partial<Fulfillment> = {}, quantity = 2): Fulfillment =>
  fulfillment("a", quantity, { releaseAt: WEDNESDAY, ...over });

export const orderWith = (
  lines: readonly OrderLine[],
  fulfillments: readonly Fulfillment[],
  over: Partial<Order> = {},
): Order => anOrder({ lines, fulfillments, shippingMethod: null, ...over });

/** The order with its promises up to date. */
export const promised = (order: Order, given = facts()): Order =>
  decidePromises(order, given, "order_changed").reduce(evolve, order);

/** Inbound to the east, on a day. */
export const inboundOn = (day: string, quantity: number): Inbound => ({
  id: day,
  sku: "SKU-Mug",
  locationId: "east",
  kind: "purchase_order",
  quantity,
  received: 0,
  expectedOn: day,
  status: "expected",
});

/** Facts with inbound for the line, of which `ahead` units fill other backorders first. */
export const withSupply = (lineId: LineId, ahead: number, inbound: readonly Inbound[]): PromiseFacts =>
  facts({ supply: new Map([[lineId, { ahead, inbound }]]) });

export type Dates = readonly [
  shipByOn: string | null,
  deliverFromOn: string | null,
  deliverByOn: string | null,
  noDate: string | null,
];

export const datesOf = ({ shipByOn, deliverFromOn, deliverByOn, noDate }: LinePromise): Dates => [
  shipByOn,
  deliverFromOn,
  deliverByOn,
  noDate,
];

export const firstDates = (order: Order): Dates => datesOf(order.lines[0]!.promise!);
