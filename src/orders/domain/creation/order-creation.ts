/**
 * The creation of an order. What a storefront has sold is never refused: a problem becomes a hold with its reason,
 * missing units are backordered, and everything else is planned to ship.
 */
import { lineIdOf, orderIdOf } from "../../../kernel/ids";
import type { Channel } from "../../../catalog/domain/channel";
import { assertConsistent } from "../evolve/consistency";
import { newlyPlanned } from "../evolve/copy-with";
import type { NewOrder } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import { statusOf } from "../order-status";
import { NOTHING_OWED } from "../payments/settlement";
import { firstHolds } from "./first-holds";
import { fulfillmentIdOf, planFulfillments } from "./first-plan";
import { newLine, type StockByLine } from "./new-line";

export type OrderCreation = Readonly<{
  order: NewOrder;
  channel: Channel;
  stock: StockByLine;
  /** Ships all units together, or none. */
  shipComplete?: boolean;
  /** By location, the carrier service that its parcel is planned to go with. */
  services?: ReadonlyMap<string, string>;
  now: number;
  by: string;
}>;

/**
 * The new order, and the event that it was placed. Its version is 0: the commit of its first events makes it version 1.
 * It has no payments yet, and its removed units are not cancelled yet; both follow as a storefront's update.
 */
export function createOrder(creation: OrderCreation): { order: Order; placed: OrderEvent } {
  const { order: incoming, channel, stock, shipComplete = false, services, now, by } = creation;
  const id = orderIdOf(incoming.channelId, incoming.externalId);
  const lines = incoming.lines.map((line) =>
    newLine({ ...line, id: lineIdOf(id, line.externalId, line.quantity) }, stock),
  );
  const releaseAt = now + channel.gracePeriodMinutes * 60_000;
  const fulfillments = planFulfillments(lines, stock, (locationId) => ({
    id: fulfillmentIdOf(id, locationId, 0),
    locationId,
    serviceId: services?.get(locationId ?? "") ?? null,
    releaseAt,
  }));
  const holds = firstHolds(
    { order: incoming, lines, channel, stock, shipComplete },
    { placedAt: now, placedBy: by },
  );
  const bare: Order = {
    ...storefrontFields(incoming),
    ...NOTHING_HAPPENED,
    id,
    createdAt: now,
    holds,
    lines,
    fulfillments: fulfillments.map(newlyPlanned),
  };
  assertConsistent(bare);
  const { channelId, externalId, number, currency, totalMinor } = bare;
  return {
    order: { ...bare, status: statusOf(bare) },
    placed: {
      type: "order.placed",
      channelId,
      externalId,
      number,
      currency,
      totalMinor,
      lines,
      fulfillments,
      holds,
    },
  };
}

const storefrontFields = (incoming: NewOrder) => ({
  channelId: incoming.channelId,
  externalId: incoming.externalId,
  number: incoming.number,
  currency: incoming.currency,
  taxIncluded: incoming.taxIncluded,
  placedAt: incoming.placedAt,
  storefrontUpdatedAt: incoming.storefrontUpdatedAt,
  email: incoming.email,
  phone: incoming.phone,
  customerName: incoming.customerName,
  locale: incoming.locale,
  shippingAddress: incoming.shippingAddress,
  billingAddress: incoming.billingAddress,
  shippingMethod: incoming.shippingMethod,
  pickupLocationId: incoming.pickupLocationId,
  note: incoming.note,
  shipping: incoming.shipping,
  roundingMinor: incoming.roundingMinor,
  totalMinor: incoming.totalMinor,
  isTest: incoming.isTest,
});

const NOTHING_HAPPENED = {
  version: 0,
  quotedOn: null,
  status: "open",
  closedAt: null,
  erasedAt: null,
  payments: [],
  refunds: [],
  authorizedMinor: 0,
  capturedMinor: 0,
  refundedMinor: 0,
  balances: NOTHING_OWED,
  releasedHolds: [],
  differing: null,
  shipments: [],
} as const;
