/**
 * What anyone with the customer's link may see of an order. Every public field is listed here. All others are private,
 * such as street, email, phone, SKU, cost, location and the reason of a hold.
 */
import type { CurrencyCode } from "../../kernel/money";
import type { Shipment } from "./fulfillments/fulfillment";
import { countedLines } from "./counted-lines";
import type { Order } from "./order";
import type { ShipmentId } from "../../kernel/ids";
import type { TrackingStatus } from "./tracking-status";
import { webLink } from "./web-link";
import { openUnits, type OrderLine } from "./order-line";

/** Where units of a line are, in the customer's terms. `sent` is for units that need no parcel. */
export type UnitState =
  | "delivered"
  | "on_its_way"
  | "sent"
  | "being_prepared"
  | "waiting_for_stock"
  | "returned"
  | "cancelled";

export type PublicLine = Readonly<{
  title: string;
  quantity: number;
  /** The line's price less discount; without tax that is added on top. */
  amountMinor: number;
  units: readonly Readonly<{ state: UnitState; quantity: number }>[];
  /** When the units that have not arrived leave us, or can be collected, and when they arrive; null if unknown. */
  leavesByOn: string | null;
  collectFromOn: string | null;
  arrivesFromOn: string | null;
  arrivesByOn: string | null;
}>;

/** Where a parcel is by its carrier. */
export type PublicTracking = Readonly<{
  status: TrackingStatus;
  at: number;
  place: string | null;
  /** The carrier's estimate of the delivery; null if it gives none. */
  estimatedAt: number | null;
}>;

export type PublicShipment = Readonly<{
  carrier: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  shippedAt: number;
  deliveredAt: number | null;
  /** Null if the parcel is not tracked here. */
  tracking: PublicTracking | null;
  lines: readonly Readonly<{ title: string; quantity: number }>[];
}>;

export type PublicOrder = Readonly<{
  number: string;
  placedAt: number;
  status: PublicStatus;
  currency: CurrencyCode;
  taxIncluded: boolean;
  lines: readonly PublicLine[];
  shipments: readonly PublicShipment[];
  itemsMinor: number;
  shippingMinor: number;
  taxMinor: number;
  totalMinor: number;
  paidMinor: number;
  refundedMinor: number;
  /** Due to the customer and not paid out yet. */
  refundDueMinor: number;
  destination: Readonly<{ city: string | null; countryCode: string | null }>;
}>;

export type PublicStatus =
  | "being_prepared"
  | "waiting_for_stock"
  | "partly_sent"
  | "on_its_way"
  | "delivered"
  | "returned"
  | "cancelled";

/** The public view of an order in any state. @param tracking of its parcels, by shipment. */
export function publicView(
  order: Order,
  tracking: ReadonlyMap<ShipmentId, PublicTracking> = new Map(),
): PublicOrder {
  const counted = countedLines(order);
  const lines = counted.map((line) => publicLine(order, line));
  const sumOf = (amount: (line: OrderLine) => number) => counted.reduce((sum, line) => sum + amount(line), 0);
  return {
    number: order.number,
    placedAt: order.placedAt,
    status: publicStatus(order, lines),
    currency: order.currency,
    taxIncluded: order.taxIncluded,
    lines,
    shipments: order.shipments
      .filter((shipment) => isParcel(order, shipment))
      .map((it) => publicShipment(order, it, tracking.get(it.id) ?? null)),
    itemsMinor: sumOf(({ grossMinor, discountMinor }) => grossMinor - discountMinor),
    shippingMinor: order.shipping.grossMinor - order.shipping.discountMinor,
    taxMinor: sumOf(({ taxMinor }) => taxMinor) + order.shipping.taxMinor,
    totalMinor: order.totalMinor,
    paidMinor: order.capturedMinor,
    refundedMinor: order.refundedMinor,
    refundDueMinor: order.balances.refundPayableMinor,
    destination: {
      city: order.shippingAddress?.city ?? null,
      countryCode: order.shippingAddress?.countryCode ?? null,
    },
  };
}

function publicLine(order: Order, line: OrderLine): PublicLine {
  const shipped = line.shipped - line.returned;
  // Which units were returned is not known: delivered ones are assumed first, as only those can be returned.
  const arrived = deliveredUnits(order, line);
  const delivered = Math.max(0, arrived - line.returned);
  const isPhysical = line.kind === "physical";
  const units: PublicLine["units"] = [
    { state: isPhysical ? "delivered" : "sent", quantity: isPhysical ? delivered : shipped },
    { state: "on_its_way", quantity: isPhysical ? shipped - delivered : 0 },
    // A fee is not prepared: it is done with the last of the goods.
    { state: "being_prepared", quantity: line.kind === "fee" ? 0 : line.allocated + line.unsourced },
    { state: "waiting_for_stock", quantity: line.backordered },
    { state: "returned", quantity: line.returned },
    { state: "cancelled", quantity: line.cancelled },
  ];
  const promise = openUnits(line) > 0 || arrived < line.shipped ? line.promise : null;
  const isPickup = order.pickupLocationId !== null;
  const leaves = openUnits(line) > 0 ? (promise?.shipByOn ?? null) : null;
  return {
    title: line.title,
    quantity: line.ordered,
    amountMinor: line.grossMinor - line.discountMinor,
    units: units.filter(({ quantity }) => quantity > 0),
    leavesByOn: isPickup ? null : leaves,
    collectFromOn: isPickup ? leaves : null,
    arrivesFromOn: promise?.deliverFromOn ?? null,
    arrivesByOn: promise?.deliverByOn ?? null,
  };
}

const deliveredUnits = (order: Order, line: OrderLine): number =>
  order.shipments
    .filter(({ deliveredAt }) => deliveredAt !== null)
    .flatMap((shipment) => shipment.lines)
    .filter(({ lineId }) => lineId === line.id)
    .reduce((sum, { quantity }) => sum + quantity, 0);

function publicStatus(order: Order, lines: readonly PublicLine[]): PublicStatus {
  if (order.status === "cancelled") return "cancelled";
  const is = new Set(lines.flatMap((line) => line.units).map(({ state }) => state));
  const left = is.has("on_its_way") || is.has("delivered");
  if (is.has("being_prepared")) return left ? "partly_sent" : "being_prepared";
  if (is.has("waiting_for_stock")) return left ? "partly_sent" : "waiting_for_stock";
  if (is.has("on_its_way")) return "on_its_way";
  return is.has("returned") && !is.has("delivered") && !is.has("sent") ? "returned" : "delivered";
}

const isParcel = (order: Order, shipment: Shipment): boolean =>
  shipment.lines.some(({ lineId }) => order.lines.find(({ id }) => id === lineId)?.kind === "physical");

const publicShipment = (
  order: Order,
  shipment: Shipment,
  tracking: PublicTracking | null,
): PublicShipment => ({
  carrier: shipment.carrier,
  trackingNumber: shipment.trackingNumber,
  trackingUrl: webLink(shipment.trackingUrl),
  shippedAt: shipment.shippedAt,
  deliveredAt: shipment.deliveredAt,
  tracking,
  lines: shipment.lines.map(({ lineId, quantity }) => ({
    title: order.lines.find(({ id }) => id === lineId)?.title ?? "",
    quantity,
  })),
});
