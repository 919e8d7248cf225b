/** Computes the directory's row of an order, from the order alone. */
import { amountsOfUnits, type OrderLine } from "../../orders/domain/order-line";
import type { Amounts } from "../../orders/domain/amounts";
import type { Order } from "../../orders/domain/order";
import type { ListedLine, ListedOutcome, ListedShipped, ProjectedOrder } from "./listed-order";
import { termsOf } from "./terms";

/** @param updatedAt when the order's version was committed. */
export function projectionOf(order: Order, updatedAt: number): ProjectedOrder {
  const { id, version, channelId, externalId, number, status, currency, placedAt, email, phone } = order;
  const { totalMinor, capturedMinor, refundedMinor, customerName, shippingAddress } = order;
  const listed = {
    id,
    version,
    updatedAt,
    channelId,
    externalId,
    number,
    status,
    currency,
    totalMinor,
    capturedMinor,
    refundedMinor,
    placedAt,
    email,
    phone,
    customerName,
    destination: shippingAddress && {
      countryCode: shippingAddress.countryCode,
      region: shippingAddress.region,
      postalCode: shippingAddress.postalCode,
      latitude: shippingAddress.latitude,
      longitude: shippingAddress.longitude,
    },
    isPickup: order.pickupLocationId !== null,
    holds: order.holds.map(({ code }) => code),
    lines: order.lines.map((line) => listedLine(order, line)),
    shipped: shippedUnits(order),
    outcomes: order.lines.flatMap(outcomeOf),
  };
  return { ...listed, terms: termsOf(order, listed) };
}

function listedLine(order: Order, line: OrderLine): ListedLine {
  const { sku, kind, ordered, unsourced, backordered, allocated, shipped, cancelled, returned } = line;
  const needsStock = kind === "physical" ? 1 : 0;
  const units = [ordered, unsourced, backordered, allocated, shipped, cancelled, returned] as const;
  return [sku, needsStock, ...units, netOf(order, line)];
}

/** After discount, without tax. */
const netOf = ({ taxIncluded }: Order, { grossMinor, discountMinor, taxMinor }: Amounts): number =>
  grossMinor - discountMinor - (taxIncluded ? taxMinor : 0);

/** Units ship from the front of a line, in the sequence of its shipments. */
function shippedUnits(order: Order): ListedShipped[] {
  const before = new Map<string, number>();
  const inSequence = order.shipments.toSorted((a, b) => a.shippedAt - b.shippedAt || (a.id < b.id ? -1 : 1));
  return inSequence.flatMap(({ shippedAt, lines }) =>
    lines.flatMap(({ lineId, quantity }): ListedShipped[] => {
      const line = order.lines.find(({ id }) => id === lineId);
      if (line === undefined) return [];
      const from = before.get(lineId) ?? 0;
      before.set(lineId, from + quantity);
      return [[shippedAt, line.sku, quantity, netOf(order, amountsOfUnits(line, from, from + quantity))]];
    }),
  );
}

function outcomeOf({ promise }: OrderLine): ListedOutcome[] {
  const outcome = promise?.outcome;
  if (!outcome) return [];
  const { settledOn, locationId, carrier, daysLate } = outcome;
  return [[settledOn, locationId, carrier, daysLate, promise.moves]];
}
