/**
 * What a notification reports, as it was when the notification was made: all that its template needs, and nothing else.
 * Facts are stored as they are here. Units stand in lists, because three notifications of each order are stored for good.
 */
import { invariant } from "../../kernel/invariant";
import type { ShipmentId } from "../../kernel/ids";
import type { CurrencyCode } from "../../kernel/money";
import { payable } from "../../orders/domain/amounts";
import { countedLines } from "../../orders/domain/counted-lines";
import type { Shipment } from "../../orders/domain/fulfillments/fulfillment";
import { lineOf, type Order } from "../../orders/domain/order";
import type { OrderLine } from "../../orders/domain/order-line";
import { duePromise } from "../../orders/domain/promises/line-promise-text";
import { webLink } from "../../orders/domain/web-link";
import { waitingLines } from "./notifications";

/** Days of a promise, as local dates; null if none is known. */
export type FactDates = readonly [
  shipByOn: string | null,
  deliverFromOn: string | null,
  deliverByOn: string | null,
];

/** What every notification shows. Absent: the customer's name is not known; nobody collects the order. */
type CommonFacts = Readonly<{ number: string; shop: string; name?: string; pickup?: true }>;

type Ordered = readonly [units: number, title: string, amountMinor: number, dates?: FactDates];
type Waiting = readonly [units: number, title: string, ordered: number, dates?: FactDates];
type Sent = readonly [units: number, title: string, dates?: FactDates];

/** The facts of each kind. Amounts are in minor units of the currency. */
export type FactsOfKind = Readonly<{
  order_received: CommonFacts &
    Readonly<{
      currency: CurrencyCode;
      lines: readonly Ordered[];
      shippingMinor: number;
      totalMinor: number;
    }>;
  order_backordered: CommonFacts & Readonly<{ lines: readonly Waiting[] }>;
  order_shipped: CommonFacts &
    Readonly<{
      lines: readonly Sent[];
      carrier?: string;
      trackingNumber?: string;
      trackingUrl?: string;
      /** Whether units follow in another parcel. */
      more?: true;
    }>;
  order_delivered: CommonFacts & Readonly<{ lines: readonly Sent[] }>;
  order_cancelled: CommonFacts &
    Readonly<{
      currency: CurrencyCode;
      lines: readonly Sent[];
      refundedMinor: number;
      refundPayableMinor: number;
    }>;
}>;

/** The facts with their kind. */
export type NotificationFacts = {
  [Kind in keyof FactsOfKind]: Readonly<{ kind: Kind; facts: FactsOfKind[Kind] }>;
}[keyof FactsOfKind];

export type NotificationSubject = Readonly<{
  kind: keyof FactsOfKind;
  order: Order;
  /** The shipment, for the kinds that are about one. */
  shipmentId: ShipmentId | null;
  /** The name of the channel, as customers know it. */
  shopName: string;
}>;

/** The facts of a notification about the order as it is now, which may have changed since the event. */
export function factsOf({ kind, order, shipmentId, shopName }: NotificationSubject): NotificationFacts {
  const common: CommonFacts = {
    number: order.number,
    shop: shopName,
    ...(order.customerName ? { name: order.customerName } : {}),
    ...(order.pickupLocationId === null ? {} : { pickup: true }),
  };
  switch (kind) {
    case "order_received":
      return { kind, facts: { ...common, ...receivedOf(order) } };
    case "order_backordered":
      return {
        kind,
        facts: {
          ...common,
          lines: waitingLines(order).map((line): Waiting => [
            line.backordered,
            line.title,
            line.ordered,
            ...datesOf(line),
          ]),
        },
      };
    case "order_shipped":
      return { kind, facts: { ...common, ...shippedOf(order, shipmentOf(order, shipmentId)) } };
    case "order_delivered":
      return { kind, facts: { ...common, lines: deliveredOf(order, shipmentOf(order, shipmentId)) } };
    case "order_cancelled":
      return { kind, facts: { ...common, ...cancelledOf(order) } };
  }
}

/** The facts of an order that is not known. The number of an order is never empty. */
export function unknownFacts(kind: keyof FactsOfKind): NotificationFacts {
  const common = { number: "", shop: "" };
  const [lines, currency]: [never[], CurrencyCode] = [[], "XXX"];
  switch (kind) {
    case "order_received":
      return { kind, facts: { ...common, currency, lines, shippingMinor: 0, totalMinor: 0 } };
    case "order_cancelled":
      return { kind, facts: { ...common, currency, lines, refundedMinor: 0, refundPayableMinor: 0 } };
    case "order_backordered":
    case "order_shipped":
    case "order_delivered":
      return { kind, facts: { ...common, lines } };
  }
}

export const isUnknown = ({ facts }: NotificationFacts): boolean => facts.number === "";

const receivedOf = (order: Order) => ({
  currency: order.currency,
  lines: countedLines(order).map((line): Ordered => [
    line.ordered,
    line.title,
    payable(line, order.taxIncluded),
    ...datesOf(line),
  ]),
  shippingMinor: payable(order.shipping, order.taxIncluded),
  totalMinor: order.totalMinor,
});

function shippedOf(order: Order, shipment: Shipment) {
  const { carrier, trackingNumber } = shipment;
  const trackingUrl = webLink(shipment.trackingUrl);
  const more = order.lines.some((line) => line.kind === "physical" && line.allocated + line.backordered > 0);
  return {
    lines: linesIn(order, shipment).map(({ units, line }): Sent => [units, line.title, ...datesOf(line)]),
    ...(carrier === null ? {} : { carrier }),
    ...(trackingNumber === null ? {} : { trackingNumber }),
    ...(trackingUrl === null ? {} : { trackingUrl }),
    ...(more ? { more } : {}),
  };
}

const cancelledOf = (order: Order) => ({
  currency: order.currency,
  lines: countedLines(order).map(({ cancelled, title }): Sent => [cancelled, title]),
  refundedMinor: order.refundedMinor,
  refundPayableMinor: order.balances.refundPayableMinor,
});

/** None if nothing of the line is left to arrive, or no day is known. */
function datesOf(line: OrderLine): [] | [FactDates] {
  const promise = duePromise(line);
  if (promise === null) return [];
  const { shipByOn, deliverFromOn, deliverByOn } = promise;
  const isKnown = shipByOn !== null || (deliverFromOn !== null && deliverByOn !== null);
  return isKnown ? [[shipByOn, deliverFromOn, deliverByOn]] : [];
}

function shipmentOf(order: Order, shipmentId: ShipmentId | null): Shipment {
  const shipment = order.shipments.find(({ id }) => id === shipmentId);
  invariant(shipment !== undefined, "a notification of a shipment names a shipment of the order");
  return shipment;
}

const deliveredOf = (order: Order, shipment: Shipment): Sent[] =>
  linesIn(order, shipment).map(({ units, line }) => [units, line.title]);

const linesIn = (order: Order, shipment: Shipment) =>
  shipment.lines.map(({ lineId, quantity }) => ({ units: quantity, line: lineOf(order, lineId) }));
