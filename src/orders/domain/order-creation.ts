/**
 * Taking an order in. What a storefront has sold is never refused: what cannot be acted on yet becomes a
 * hold with its reason, what is short is backordered, and everything else is planned to ship.
 */
import { newlyPlanned } from "./fulfillments/fulfillment-lines";
import { derivedId, lineIdOf, orderIdOf, type LineId, type OrderId } from "../../kernel/ids";
import type { OrderEvent, PlannedFulfillment } from "./order-events";
import { assertConsistent, evolve, statusOf } from "./order-lifecycle";
import { linesOf, type Hold, type HoldReason, type NewOrder, type NewOrderLine } from "./order";
import type { Order, OrderLine } from "./order";
import type { Channel } from "../../catalog/domain/reference";
import type { AllocatedAt } from "../../inventory/domain/stock";

/** What stock said for a line: allocations and backorders, or why there are none. */
export type LineStock =
  | Readonly<{
      found: true;
      allocated: readonly AllocatedAt[];
      backordered: number;
      unitCostMinor: number;
    }>
  /** `nowhere`: there is such a SKU, and no location may send it, for these reasons. */
  | Readonly<{ found: false; nowhere?: string }>;

export type Acceptance = Readonly<{
  order: NewOrder;
  channel: Channel;
  stock: ReadonlyMap<LineId, LineStock>;
  /** All of it in one go, or nothing yet. */
  leavesTogether?: boolean;
  now: number;
  by: string;
}>;

/** The order as first taken in, version 1, with the event that says so. */
export function createOrder(creation: Acceptance): { order: Order; placed: OrderEvent } {
  const { order: incoming, channel, now } = creation;
  const id = orderIdOf(incoming.channelId, incoming.externalId);
  const lines = incoming.lines.map((line) =>
    newLine({ ...line, id: lineIdOf(id, line.externalId, line.quantity) }, creation.stock),
  );
  const releaseAt = now + channel.gracePeriodMinutes * 60_000;
  const fulfillments = plan(lines, creation.stock, (locationId) => ({
    id: fulfillmentIdOf(id, locationId, 0),
    locationId,
    releaseAt,
  }));
  const holds = holdsFor(creation, lines);
  const bare: Order = {
    id,
    version: 0,
    channelId: incoming.channelId,
    externalId: incoming.externalId,
    number: incoming.number,
    status: "open",
    currency: incoming.currency,
    taxIncluded: incoming.taxIncluded,
    placedAt: incoming.placedAt,
    acceptedAt: now,
    storefrontUpdatedAt: incoming.storefrontUpdatedAt,
    closedAt: null,
    email: incoming.email,
    phone: incoming.phone,
    customerName: incoming.customerName,
    locale: incoming.locale,
    shippingAddress: incoming.shippingAddress,
    billingAddress: incoming.billingAddress,
    shippingMethod: incoming.shippingMethod,
    // A message that was queued before the field was there has none.
    pickupLocationId: incoming.pickupLocationId ?? null,
    note: incoming.note,
    shipping: incoming.shipping,
    totalMinor: incoming.totalMinor,
    payments: [],
    refunds: [],
    authorizedMinor: 0,
    capturedMinor: 0,
    refundedMinor: 0,
    shippingEarnedMinor: 0,
    shippingCancelledMinor: 0,
    balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 },
    holds,
    releasedHolds: [],
    lines,
    fulfillments: fulfillments.map(newlyPlanned),
    shipments: [],
  };
  assertConsistent(bare);
  const placed: OrderEvent = {
    type: "order.placed",
    channelId: bare.channelId,
    externalId: bare.externalId,
    number: bare.number,
    currency: bare.currency,
    totalMinor: bare.totalMinor,
    lines,
    fulfillments,
    holds,
    authorizedMinor: 0,
  };
  return { order: { ...evolve(bare, placed), status: statusOf(bare) }, placed };
}

/**
 * What stock said for a line, as far as the line orders it, and the rest to be given back: another state of it
 * had asked for more. What no location can give yet is given back first.
 */
export function withinOrdered(
  { id: lineId, quantity }: Readonly<{ id: LineId; quantity: number }>,
  stock: LineStock,
): { stock: LineStock; declined: OrderEvent[] } {
  if (!stock.found) return { stock, declined: [] };
  const declined: OrderEvent[] = [];
  let left = quantity;
  const keep = (locationId: string | null, units: number): number => {
    const kept = Math.min(left, units);
    left -= kept;
    if (kept < units)
      declined.push({ type: "allocation.released", lineId, locationId, quantity: units - kept });
    return kept;
  };
  const allocated = stock.allocated
    .map((at) => ({ ...at, quantity: keep(at.locationId, at.quantity) }))
    .filter((at) => at.quantity > 0);
  const backordered = keep(null, stock.backordered);
  return { stock: { ...stock, allocated, backordered }, declined };
}

/**
 * Of what another word about an order would have taken in, the lines that the order has with other quantities:
 * it will never take their units.
 */
export const strayLines = (order: Order, lines: readonly LineToAdd[]): LineToAdd[] =>
  lines.filter(({ id, externalId }) => {
    const known = linesOf(order, externalId);
    return known.length > 0 && known.every((line) => line.id !== id);
  });

/** Lines with no stock of their own (digital, gift cards, fees) are planned to be sent from nowhere. */
export const needsStock = (line: Pick<NewOrderLine, "kind">): boolean => line.kind === "physical";

export const fulfillmentIdOf = (orderId: OrderId, locationId: string | null, sequence: number) =>
  derivedId("ful", orderId, locationId ?? "", String(sequence));

export type LineToAdd = NewOrderLine & Readonly<{ id: LineId }>;

export function newLine(
  { removed: _removed, quantity: ordered, ...line }: LineToAdd,
  stock: ReadonlyMap<LineId, LineStock>,
): OrderLine {
  const none = { ...line, ordered, shipped: 0, cancelled: 0, removed: 0, returned: 0, promise: null };
  if (!needsStock(line)) {
    return { ...none, unitCostMinor: null, unsourced: 0, backordered: 0, allocated: ordered };
  }
  const found = stock.get(line.id);
  if (!found?.found)
    return { ...none, unitCostMinor: null, unsourced: ordered, backordered: 0, allocated: 0 };
  const { backordered, unitCostMinor } = found;
  const allocated = found.allocated.reduce((sum, { quantity }) => sum + quantity, 0);
  return { ...none, unitCostMinor, unsourced: ordered - allocated - backordered, backordered, allocated };
}

type Part = Pick<PlannedFulfillment, "id" | "locationId" | "releaseAt">;

/** One fulfillment for each location, and one for what needs no parcel; `partAt` says which. */
export function plan(
  lines: readonly OrderLine[],
  stock: ReadonlyMap<LineId, LineStock>,
  partAt: (locationId: string | null) => Part,
): PlannedFulfillment[] {
  const byLocation = new Map<string | null, { lineId: LineId; quantity: number }[]>();
  const add = (locationId: string | null, lineId: LineId, quantity: number) => {
    byLocation.set(locationId, [...(byLocation.get(locationId) ?? []), { lineId, quantity }]);
  };
  for (const line of lines) {
    if (!needsStock(line)) add(null, line.id, line.ordered);
    const found = stock.get(line.id);
    if (found?.found)
      for (const { locationId, quantity } of found.allocated) add(locationId, line.id, quantity);
  }
  return [...byLocation].map(([locationId, parts]) => ({ ...partAt(locationId), lines: parts }));
}

const isSentUnknownWhere = (order: NewOrder): boolean =>
  order.shippingAddress !== null &&
  order.shippingAddress.countryCode === null &&
  (order.pickupLocationId ?? null) === null &&
  order.lines.some(needsStock);

/** Why no location may send the line; null where that is not why it has no units. */
export function whyNowhere(stock: ReadonlyMap<LineId, LineStock>, id: LineId): string | null {
  const found = stock.get(id);
  return found?.found === false ? (found.nowhere ?? null) : null;
}

export function nowhereReason(
  lines: readonly OrderLine[],
  stock: ReadonlyMap<LineId, LineStock>,
): HoldReason | null {
  const details = new Set(
    lines.flatMap(({ id, sku, title }) => {
      const why = whyNowhere(stock, id);
      return why === null ? [] : [`${sku ?? title}: ${why}.`];
    }),
  );
  return details.size === 0 ? null : { code: "no_location", detail: [...details].join(" ") };
}

function holdsFor(
  { order, channel, stock, leavesTogether = false, now, by }: Acceptance,
  lines: readonly OrderLine[],
): Hold[] {
  const reasons = [...order.problems];
  const isCancelled = order.cancelledAt !== null;
  const unknown = lines.filter(
    ({ id, unsourced, sku }) => unsourced > 0 && sku !== null && whyNowhere(stock, id) === null,
  );
  if (unknown.length > 0 && !isCancelled) {
    reasons.push({ code: "unknown_sku", detail: `No such SKU: ${list(unknown.map((line) => line.sku!))}.` });
  }
  const nowhere = nowhereReason(lines, stock);
  if (nowhere && !isCancelled) reasons.push(nowhere);
  if (isSentUnknownWhere(order) && !isCancelled) {
    reasons.push({ code: "destination_unknown", detail: "The address names no country." });
  }
  const short = lines.filter((line) => line.backordered > 0);
  if (short.length > 0 && leavesTogether) {
    const detail = list(short.map((line) => `${line.backordered} of ${line.sku}`));
    reasons.push({ code: "ship_complete", detail: `It leaves as a whole, and waits for ${detail}.` });
  }
  if (short.length > 0 && channel.shortagePolicy === "hold") {
    const detail = list(short.map((line) => `${line.backordered} of ${line.sku}`));
    reasons.push({ code: "stock_short", detail: `Sold without stock: ${detail}.` });
  }
  if (order.totalMinor > 0 && order.payments.every(({ amountMinor }) => amountMinor === 0)) {
    reasons.push({ code: "payment_pending", detail: "The storefront has not said that it is paid." });
  }
  return onePerCode(reasons).map((reason) => ({ ...reason, placedAt: now, placedBy: by }));
}

function onePerCode(reasons: readonly HoldReason[]): HoldReason[] {
  const details = new Map<HoldReason["code"], string>();
  for (const { code, detail } of reasons) {
    const known = details.get(code);
    details.set(code, known === undefined ? detail : `${known} ${detail}`);
  }
  return [...details].map(([code, detail]) => ({ code, detail }));
}

const list = (parts: readonly string[]) => parts.join(", ");
