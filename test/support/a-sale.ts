/**
 * Orders for tests as storefronts sell them, taken in and carried on by the domain's own decisions:
 * `ship(release(takenIn(aSale({ lines: [sold("Mug", 2)] }))), { Mug: 1 })`.
 */
import { payable } from "../../src/orders/domain/amounts";
import { decideCancel } from "../../src/orders/domain/cancellation";
import { planFulfillments } from "../../src/orders/domain/creation/first-plan";
import { type LineStock, newLine, type LineToAdd } from "../../src/orders/domain/creation/new-line";
import { createOrder } from "../../src/orders/domain/creation/order-creation";
import { evolve, evolveAll } from "../../src/orders/domain/evolve/evolve";
import { decideDeliver } from "../../src/orders/domain/fulfillments/deliver";
import { decideRelease } from "../../src/orders/domain/fulfillments/release";
import { decideShip } from "../../src/orders/domain/fulfillments/ship";
import { fulfillmentToJoin } from "../../src/orders/domain/fulfillments/units-at";
import type { NewOrder, NewOrderLine, NewRefund } from "../../src/orders/domain/new-order";
import type { Order } from "../../src/orders/domain/order";
import type { OrderEvent } from "../../src/orders/domain/order-events";
import { decideRefund, type RefundRules } from "../../src/orders/domain/payments/refunds";
import { addedLines } from "../../src/orders/domain/storefront/added-lines";
import { decideStorefrontUpdate } from "../../src/orders/domain/storefront/storefront-update";
import { lineIdOf, orderIdOf, type LineId } from "../../src/kernel/ids";
import { postings } from "../../src/orders/domain/postings";
import type { Channel } from "../../src/catalog/domain/reference";
import type { Result } from "../../src/kernel/result";
import { anAddress, NOON } from "./an-order";
import { plainChannel } from "./reference-defaults";

export const FREE = { grossMinor: 0, discountMinor: 0, taxMinor: 0 };
export const RULES: RefundRules = { by: "web", now: NOON, restockLocationId: () => "east" };

export const CHANNEL: Channel = {
  id: "web",
  name: "Web",
  kind: "shopify",
  currency: "GBP",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  ...plainChannel,
  active: true,
};

/** So many units at 20.00 each, with 4.00 of tax on top, unless told otherwise. */
export const sold = (title: string, quantity = 1, over: Partial<NewOrderLine> = {}): NewOrderLine => ({
  externalId: title,
  sku: `SKU-${title}`,
  title,
  kind: "physical",
  quantity,
  removed: 0,
  unitPriceMinor: 2000,
  grossMinor: (over.unitPriceMinor ?? 2000) * quantity,
  discountMinor: 0,
  taxMinor: over.unitPriceMinor === undefined ? 400 * quantity : 0,
  ...over,
});

/** Paid in full, with nothing charged for shipping, unless told otherwise. */
export function aSale(over: Partial<NewOrder> = {}): NewOrder {
  const { lines = [sold("Mug")], shipping = FREE, taxIncluded = false } = over;
  const totalMinor = [...lines, shipping].reduce((sum, part) => sum + payable(part, taxIncluded), 0);
  return {
    channelId: "web",
    externalId: "1001",
    number: "#1001",
    currency: "GBP",
    taxIncluded,
    placedAt: NOON,
    storefrontUpdatedAt: NOON,
    cancelledAt: null,
    cancelReason: null,
    email: "ada@example.com",
    phone: null,
    customerName: "Ada Lovelace",
    locale: "en-GB",
    shippingAddress: anAddress,
    billingAddress: anAddress,
    shippingMethod: "Standard",
    pickupLocationId: null,
    lines,
    shipping,
    totalMinor,
    payments: [paid(over.totalMinor ?? totalMinor)],
    refunds: [],
    note: null,
    reservationTokens: [],
    problems: [],
    ...over,
  };
}

export const paid = (amountMinor: number, externalId = "pay_1") =>
  ({ externalId, kind: "captured", amountMinor, at: NOON }) as const;

export const UNPAID = { payments: [] } as const;

export const aRefund = (externalId: string, over: Partial<NewRefund> = {}): NewRefund => ({
  externalId,
  amountMinor: 0,
  shippingMinor: 0,
  lines: [],
  reason: null,
  at: NOON,
  ...over,
});

/** `"2 Mug cancel"`: a refund's line. */
export function refundLine(text: string): NewRefund["lines"][number] {
  const [quantity, externalLineId, restock] = text.split(" ");
  return { quantity: Number(quantity), externalLineId: externalLineId!, restock: restock as "cancel" };
}

export const lineId = (title: string): LineId => lineIdOf(orderIdOf("web", "1001"), title, 1);

/** The order's line of that title: the one it was sold with, where edits added others. */
export const lineNamed = (order: Order, title: string): LineId =>
  order.lines.find((line) => line.title === title)!.id;

/** What stock says of each line: `{ Mug: "east:2 owed:1" }`. Lines not named are all there, in the east. */
export type StockByTitle = Readonly<Record<string, string>>;

const UNIT_COST = 700;

export function stockFor(
  lines: readonly (Pick<LineToAdd, "id" | "kind" | "title"> & { quantity: number })[],
  said: StockByTitle = {},
): Map<LineId, LineStock> {
  const stock = new Map<LineId, LineStock>();
  for (const { id, kind, title, quantity } of lines) {
    if (kind !== "physical") continue;
    const parts = (said[title] ?? `east:${quantity}`).split(" ").map((part) => part.split(":"));
    const allocations = parts.map(([locationId, units]) => ({
      locationId: locationId!,
      quantity: Number(units),
    }));
    if (said[title] === "unknown") stock.set(id, { found: false });
    else {
      stock.set(id, {
        found: true,
        allocated: allocations.filter(({ locationId }) => locationId !== "owed"),
        backordered: allocations.find(({ locationId }) => locationId === "owed")?.quantity ?? 0,
        unitCostMinor: UNIT_COST,
      });
    }
  }
  return stock;
}

export function acceptedAs(sale: NewOrder, said: StockByTitle = {}, channel: Partial<Channel> = {}) {
  const id = orderIdOf(sale.channelId, sale.externalId);
  const lines = sale.lines.map((line) => ({ ...line, id: lineIdOf(id, line.externalId, line.quantity) }));
  return createOrder({
    order: sale,
    channel: { ...CHANNEL, ...channel },
    stock: stockFor(lines, said),
    now: NOON,
    by: "web",
  });
}

/** The sale taken in: what stock had is planned, what was paid is on deposit. */
export function takenIn(sale: NewOrder, said: StockByTitle = {}): Order {
  const { order } = acceptedAs(sale, said);
  return happened(order, decideStorefrontUpdate(order, sale, RULES));
}

export const happened = (order: Order, events: readonly OrderEvent[]): Order =>
  evolveAll(order, events, NOON);

/** What the storefront's state changes; units that it adds are all there, in the east. */
export function synced(order: Order, state: NewOrder): OrderEvent[] {
  const lines = addedLines(order, state);
  if (lines.length === 0) return decideStorefrontUpdate(order, state, RULES);
  const stock = stockFor(lines);
  const added = lines.map((line) => newLine(line, stock));
  const fulfillments = planFulfillments(added, stock, (locationId) =>
    fulfillmentToJoin(order, locationId, NOON),
  );
  const event: OrderEvent = {
    type: "order.lines_added",
    lines: added,
    fulfillments,
    totalMinor: state.totalMinor,
  };
  return [event, ...decideStorefrontUpdate(evolve(order, event), state, RULES)];
}

export function inSync(order: Order, state: NewOrder): Order {
  const events = synced(order, state);
  return events.length === 0 ? order : happened(order, events);
}

export function must<Value>(decision: Result<Value, unknown>): Value {
  if (!decision.ok) throw new Error(`refused: ${JSON.stringify(decision.rejection)}`);
  return decision.value;
}

/** `accepted`, or the code of the refusal. */
export const answer = (decision: Result<unknown, Readonly<{ code: string }>>): string =>
  decision.ok ? "accepted" : decision.rejection.code;

export const release = (order: Order): Order =>
  order.fulfillments
    .filter(({ status }) => status === "planned")
    .reduce((before, { id }) => happened(before, must(decideRelease(before, id, NOON))), order);

type Units = Readonly<Record<string, number>>;

export const shipping = (order: Order, units: Units | "all", reference = `${order.version}`) => {
  const lines = units === "all" ? [] : Object.entries(units);
  const wanted = lines.map(([title, quantity]) => ({ lineId: lineNamed(order, title), quantity }));
  const part = order.fulfillments.find(
    ({ status, lines: held }) =>
      status === "released" && wanted.every(({ lineId: id }) => held.some((line) => line.lineId === id)),
  );
  const parcel = { carrier: null, service: null, trackingNumber: null, trackingUrl: null, reference };
  return decideShip(order, {
    fulfillmentId: part!.id,
    units: units === "all" ? "all" : wanted,
    parcel,
    now: NOON,
  });
};

/** Sends the units from the first part that has them released. */
export const ship = (order: Order, units: Units | "all" = "all"): Order =>
  happened(order, must(shipping(order, units)));

export const deliver = (order: Order): Order =>
  order.shipments
    .filter(({ deliveredAt }) => deliveredAt === null)
    .reduce((before, { id }) => happened(before, must(decideDeliver(before, id, NOON))), order);

export const sent = (sale: NewOrder): Order => ship(release(takenIn(sale)));

export function cancel(order: Order, units: Units | "all" = "all", shippingMinor = 0): Order {
  const wanted =
    units === "all"
      ? "all"
      : Object.entries(units).map(([title, quantity]) => ({ lineId: lineNamed(order, title), quantity }));
  return happened(
    order,
    must(decideCancel(order, { units: wanted, reason: "No", by: "staff", shippingMinor })),
  );
}

export const refund = (order: Order, refunded: NewRefund): Order =>
  happened(order, decideRefund(order, refunded, RULES));

const QUANTITIES = ["unsourced", "backordered", "allocated", "shipped", "cancelled"] as const;

/** Where the units are, as a reader would say it: `["Mug: 1 allocated, 2 shipped (1 returned)"]`. */
export const standing = (order: Order): string[] =>
  order.lines.map((line) => {
    const units = QUANTITIES.filter((each) => line[each] > 0).map((each) => {
      const back = each === "shipped" && line.returned > 0 ? ` (${line.returned} returned)` : "";
      const removed = each === "cancelled" && line.removed > 0 ? ` (${line.removed} removed)` : "";
      return `${line[each]} ${each}${back}${removed}`;
    });
    return `${line.title}: ${units.join(", ")}`;
  });

/** `["deposits 4800", "owed back 2400"]`, without what is zero. */
export const balances = ({ balances: all }: Order): string[] =>
  [
    ["deposits", all.depositsMinor] as const,
    ["receivable", all.receivableMinor] as const,
    ["owed back", all.refundPayableMinor] as const,
  ]
    .filter(([, amount]) => amount !== 0)
    .map(([name, amount]) => `${name} ${amount}`);

/** What the events post, as an accountant reads it, sorted by account; costs and stock left out. */
export function booked(order: Order, events: readonly OrderEvent[]): string[] {
  const sums = new Map<string, number>();
  for (const event of events) {
    for (const posting of postings(event, order, "USD")?.postings ?? []) {
      if (posting.currency === "USD" && order.currency !== "USD") continue;
      sums.set(posting.account, (sums.get(posting.account) ?? 0) + posting.amountMinor);
    }
  }
  return [...sums]
    .filter(([, sum]) => sum !== 0)
    .map(([account, sum]) => `${account} ${sum}`)
    .toSorted();
}
