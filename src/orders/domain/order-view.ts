/**
 * What whoever holds the customer's link may see of an order. Every field is named here: what is not, such
 * as street, email, phone, SKU, cost, location or the reason of a hold, stays with us.
 */
import type { CurrencyCode } from "../../kernel/money";
import type { Shipment } from "./fulfillments/fulfillment";
import type { Order } from "./order";
import { openUnits, type OrderLine } from "./order-line";

/** Where units of a line stand, in the customer's words. `sent` is of what needs no parcel. */
export type Standing =
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
  /** What the line comes to, discount taken off; without tax that comes on top. */
  amountMinor: number;
  standing: readonly Readonly<{ standing: Standing; quantity: number }>[];
  /** When what is still to come of it leaves us, or can be collected, and when it arrives: null where nobody can say. */
  leavesByOn: string | null;
  collectFromOn: string | null;
  arrivesFromOn: string | null;
  arrivesByOn: string | null;
}>;

export type PublicShipment = Readonly<{
  carrier: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  shippedAt: number;
  deliveredAt: number | null;
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
  /** Given back to the customer and not yet paid out. */
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

/** Pure and total: whatever state the order is in, there is something true to say about it. */
export function publicView(order: Order): PublicOrder {
  const lines = order.lines.map((line) => publicLine(order, line));
  const sumOf = (part: (line: OrderLine) => number) => order.lines.reduce((sum, line) => sum + part(line), 0);
  return {
    number: order.number,
    placedAt: order.placedAt,
    status: publicStatus(order, lines),
    currency: order.currency,
    taxIncluded: order.taxIncluded,
    lines,
    shipments: order.shipments
      .filter((shipment) => isParcel(order, shipment))
      .map((it) => publicShipment(order, it)),
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

/**
 * A carrier's link as others sent it: shown only if a browser would open it as a web page. One with a name
 * before its host, `https://bank.example@evil.example/`, looks as if it led elsewhere.
 */
export function webLink(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, username, password, href } = new URL(url);
  if (username !== "" || password !== "") return null;
  return protocol === "https:" || protocol === "http:" ? href : null;
}

function publicLine(order: Order, line: OrderLine): PublicLine {
  const shipped = line.shipped - line.returned;
  // Which units came back is not known apart: the delivered ones first, since only those can be sent back.
  const arrived = deliveredUnits(order, line);
  const delivered = Math.max(0, arrived - line.returned);
  const travels = line.kind === "physical";
  const standing: PublicLine["standing"] = [
    { standing: travels ? "delivered" : "sent", quantity: travels ? delivered : shipped },
    { standing: "on_its_way", quantity: travels ? shipped - delivered : 0 },
    { standing: "being_prepared", quantity: line.allocated + line.unsourced },
    { standing: "waiting_for_stock", quantity: line.backordered },
    { standing: "returned", quantity: line.returned },
    { standing: "cancelled", quantity: line.cancelled },
  ];
  const promise = openUnits(line) > 0 || arrived < line.shipped ? line.promise : null;
  const isFetched = order.pickupLocationId !== null;
  const leaves = openUnits(line) > 0 ? (promise?.shipByOn ?? null) : null;
  return {
    title: line.title,
    quantity: line.ordered,
    amountMinor: line.grossMinor - line.discountMinor,
    standing: standing.filter(({ quantity }) => quantity > 0),
    leavesByOn: isFetched ? null : leaves,
    collectFromOn: isFetched ? leaves : null,
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
  const is = new Set(lines.flatMap((line) => line.standing).map(({ standing }) => standing));
  const left = is.has("on_its_way") || is.has("delivered");
  if (is.has("being_prepared")) return left ? "partly_sent" : "being_prepared";
  if (is.has("waiting_for_stock")) return left ? "partly_sent" : "waiting_for_stock";
  if (is.has("on_its_way")) return "on_its_way";
  return is.has("returned") && !is.has("delivered") && !is.has("sent") ? "returned" : "delivered";
}

const isParcel = (order: Order, shipment: Shipment): boolean =>
  shipment.lines.some(({ lineId }) => order.lines.find(({ id }) => id === lineId)?.kind === "physical");

const publicShipment = (order: Order, shipment: Shipment): PublicShipment => ({
  carrier: shipment.carrier,
  trackingNumber: shipment.trackingNumber,
  trackingUrl: webLink(shipment.trackingUrl),
  shippedAt: shipment.shippedAt,
  deliveredAt: shipment.deliveredAt,
  lines: shipment.lines.map(({ lineId, quantity }) => ({
    title: order.lines.find(({ id }) => id === lineId)?.title ?? "",
    quantity,
  })),
});
