/** Orders for tests, with defaults: `anOrder({ lines: [aLine("Mug", { ordered: 2, allocated: 2 })] })`. */
import { orderIdOf, type LineId, type ShipmentId } from "../../src/kernel/ids";
import type { PromiseRecord } from "../../src/promises/domain/promise";
import type { Address } from "../../src/kernel/address";
import type { Shipment } from "../../src/orders/domain/fulfillments/fulfillment";
import type { Order } from "../../src/orders/domain/order";
import type { OrderLine } from "../../src/orders/domain/order-line";

export const NOON = Date.UTC(2026, 10, 22, 12);

export const anAddress: Address = {
  name: "Ada Lovelace",
  company: null,
  line1: "12 St James's Square",
  line2: null,
  city: "London",
  region: null,
  postalCode: "SW1Y 4JH",
  countryCode: "GB",
  phone: "+44 20 7946 0000",
  latitude: null,
  longitude: null,
};

/** By default one allocated unit at 20.00, plus 4.00 tax. */
export function aLine(title: string, over: Partial<OrderLine> = {}): OrderLine {
  const ordered = over.ordered ?? 1;
  const none = { unsourced: 0, backordered: 0, allocated: 0, shipped: 0 };
  const parts = { ...none, cancelled: 0, removed: 0, returned: 0 };
  const given = { ...parts, ...over };
  const rest =
    ordered - given.unsourced - given.backordered - given.allocated - given.shipped - given.cancelled;
  return {
    id: `line_${title.toLowerCase().replaceAll(/\W/g, "")}`,
    externalId: title,
    sku: `SKU-${title}`,
    storefrontSku: `SKU-${title}`,
    title,
    kind: "physical",
    storefrontKind: over.kind ?? "physical",
    storefrontQuantity: ordered,
    unitPriceMinor: 2000,
    unitCostMinor: 700,
    grossMinor: 2000 * ordered,
    discountMinor: 0,
    taxMinor: 400 * ordered,
    ordered,
    promise: null,
    ...given,
    allocated: given.allocated + rest,
  };
}

/** Ships by Wednesday, is delivered on Thursday or Friday. */
export const aPromise = (over: Partial<PromiseRecord> = {}): PromiseRecord => ({
  shipByOn: "2026-11-25",
  deliverFromOn: "2026-11-26",
  deliverByOn: "2026-11-27",
  locationId: "newark-secret-dock",
  inboundOn: null,
  noDate: null,
  first: { on: "2026-11-27", of: "delivery" },
  moves: 0,
  outcome: null,
  ...over,
});

export const aShipment = (
  id: ShipmentId,
  lines: [LineId, number][],
  over: Partial<Shipment> = {},
): Shipment => ({
  id,
  fulfillmentId: "ful_1",
  locationId: "newark-secret-dock",
  externalId: null,
  carrier: "UPS",
  service: "Ground",
  trackingNumber: "1Z999AA10123456784",
  trackingUrl: "https://www.ups.com/track?num=1Z999AA10123456784",
  shippedAt: NOON,
  deliveredAt: null,
  lines: lines.map(([lineId, quantity]) => ({ lineId, quantity })),
  ...over,
});

export function anOrder(over: Partial<Order> = {}): Order {
  const lines = over.lines ?? [aLine("Mug")];
  const shipping = over.shipping ?? { grossMinor: 500, discountMinor: 0, taxMinor: 100 };
  const worth = [...lines, shipping].reduce(
    (sum, it) => sum + it.grossMinor - it.discountMinor + it.taxMinor,
    0,
  );
  const externalId = over.externalId ?? "1001";
  return {
    id: orderIdOf("web", externalId),
    version: 1,
    channelId: "web",
    externalId,
    number: "#1001",
    status: "open",
    currency: "GBP",
    taxIncluded: false,
    placedAt: NOON,
    createdAt: NOON,
    storefrontUpdatedAt: NOON,
    closedAt: null,
    erasedAt: null,
    email: "ada@example.com",
    phone: "+44 20 7946 0000",
    customerName: "Ada Lovelace",
    locale: "en-GB",
    shippingAddress: anAddress,
    billingAddress: anAddress,
    shippingMethod: "Standard",
    pickupLocationId: null,
    note: null,
    shipping,
    totalMinor: worth,
    roundingMinor: 0,
    isTest: false,
    quotedOn: null,
    differing: null,
    payments: [{ externalId: "pay_1", kind: "captured", amountMinor: worth, at: NOON }],
    refunds: [],
    authorizedMinor: 0,
    capturedMinor: worth,
    refundedMinor: 0,
    balances: { depositsMinor: worth, receivableMinor: 0, refundPayableMinor: 0 },
    holds: [],
    releasedHolds: [],
    lines,
    fulfillments: [],
    shipments: [],
    ...over,
  };
}
