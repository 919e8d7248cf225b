/**
 * Takes orders through their life by the domain's own decisions:
 * `ship(release(create(aSale(mugs()))), { Mug: 1 })`.
 */
import type { Channel } from "../../../src/catalog/domain/channel";
import { lineIdOf, orderIdOf, type LineId } from "../../../src/kernel/ids";
import type { Result } from "../../../src/kernel/result";
import { decideCancel } from "../../../src/orders/domain/cancellation";
import { planFulfillments } from "../../../src/orders/domain/creation/first-plan";
import { newLine, type LineStock, type LineToAdd } from "../../../src/orders/domain/creation/new-line";
import { createOrder } from "../../../src/orders/domain/creation/order-creation";
import { evolve, evolveAll, withDerived } from "../../../src/orders/domain/evolve/evolve";
import { decideStandingHolds } from "../../../src/orders/domain/holds/standing-holds";
import { decideDeliver } from "../../../src/orders/domain/fulfillments/deliver";
import { decideRelease } from "../../../src/orders/domain/fulfillments/release";
import { decideShip } from "../../../src/orders/domain/fulfillments/ship";
import { fulfillmentToJoin } from "../../../src/orders/domain/fulfillments/units-at";
import type { NewOrder, NewRefund } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import type { UnitsOfLine } from "../../../src/orders/domain/order-line";
import { decideRefund, type RefundRules } from "../../../src/orders/domain/payments/refunds";
import { addedLines } from "../../../src/orders/domain/storefront/added-lines";
import { decideTakenBack, decideTheRest } from "../../../src/orders/domain/storefront/storefront-update";
import { NOON } from "../../support/an-order";
import { CHANNEL } from "./sales";

export const RULES: RefundRules = { by: "web", now: NOON, restockLocationId: () => "east" };

/** @throws if the decision is a rejection. */
export function accepted<Value>(decision: Result<Value, unknown>): Value {
  if (!decision.ok) throw new Error(`rejected: ${JSON.stringify(decision.rejection)}`);
  return decision.value;
}

/** `accepted`, or the code of the rejection. */
export const outcomeOf = (decision: Result<unknown, Readonly<{ code: string }>>): string =>
  decision.ok ? "accepted" : decision.rejection.code;

/**
 * Stock for lines by title: `{ Mug: "east:2 backordered:1", Cup: "unknown" }`. A line that is not named is allocated in
 * the east.
 */
export type StockByTitle = Readonly<Record<string, string>>;

export function stockFor(
  lines: readonly (Pick<LineToAdd, "id" | "kind" | "title"> & { quantity: number })[],
  given: StockByTitle = {},
): Map<LineId, LineStock> {
  return new Map(
    lines.flatMap(({ id, kind, title, quantity }) =>
      kind === "physical" ? [[id, lineStock(given[title] ?? `east:${quantity}`)] as const] : [],
    ),
  );
}

function lineStock(text: string): LineStock {
  if (text === "unknown") return { found: false };
  const units = text.split(" ").map((each) => {
    const [locationId, quantity] = each.split(":");
    return { locationId: locationId!, quantity: Number(quantity) };
  });
  return {
    found: true,
    allocated: units.filter(({ locationId }) => locationId !== "backordered"),
    backordered: units.find(({ locationId }) => locationId === "backordered")?.quantity ?? 0,
    unitCostMinor: 700,
  };
}

/** The order as it is created, before its payments are recorded. */
export function createBare(sale: NewOrder, stock: StockByTitle = {}, channel: Partial<Channel> = {}) {
  const id = orderIdOf(sale.channelId, sale.externalId);
  const lines = sale.lines.map((line) => ({ ...line, id: lineIdOf(id, line.externalId, line.quantity) }));
  return createOrder({
    order: sale,
    channel: { ...CHANNEL, ...channel },
    stock: stockFor(lines, stock),
    now: NOON,
    by: "web",
  });
}

/** The order of the sale: allocated units are planned, and payments are on deposit. */
export function create(sale: NewOrder, stock: StockByTitle = {}): Order {
  const { order } = createBare(sale, stock);
  return apply(order, updateEvents(order, sale));
}

export const apply = (order: Order, events: readonly OrderEvent[]): Order => evolveAll(order, events, NOON);

/**
 * The events of a state of the storefront, with the holds that follow; units that it adds are allocated in the east.
 */
export function updateEvents(order: Order, state: NewOrder, stock: StockByTitle = {}): OrderEvent[] {
  const takenBack = decideTakenBack(order, state, RULES);
  const without = takenBack.reduce(evolve, order);
  const added = linesAdded(without, state, stock);
  const rest = decideTheRest(added.reduce(evolve, without), state, RULES);
  const events = [...takenBack, ...added, ...rest];
  return events.length === 0 ? [] : [...events, ...standing(order, events)];
}

/** The holds that follow from the order after the events, as a commit adds them. */
export const standing = (order: Order, events: readonly OrderEvent[]): OrderEvent[] =>
  decideStandingHolds(withDerived(events.reduce(evolve, order)), { now: RULES.now, by: RULES.by });

function linesAdded(order: Order, state: NewOrder, given: StockByTitle): OrderEvent[] {
  const lines = addedLines(order, state);
  if (lines.length === 0) return [];
  const stock = stockFor(lines, given);
  const added = lines.map((line) => newLine(line, stock));
  const fulfillments = planFulfillments(added, stock, (locationId) =>
    fulfillmentToJoin(order, locationId, NOON),
  );
  return [{ type: "order.lines_added", lines: added, fulfillments, totalMinor: state.totalMinor }];
}

export function update(order: Order, state: NewOrder): Order {
  const events = updateEvents(order, state);
  return events.length === 0 ? order : apply(order, events);
}

/** Releases every planned fulfillment. */
export const release = (order: Order): Order =>
  order.fulfillments
    .filter(({ status }) => status === "planned")
    .reduce((before, { id }) => apply(before, accepted(decideRelease(before, id, NOON))), order);

/** Units by title of their line: `{ Mug: 1 }`. */
export type Units = Readonly<Record<string, number>>;

/** The order's line of that title: the one it was sold with, if edits added others. */
export const lineNamed = (order: Order, title: string): LineId =>
  order.lines.find((line) => line.title === title)!.id;

export const unitsNamed = (order: Order, units: Units): UnitsOfLine[] =>
  Object.entries(units).map(([title, quantity]) => ({ lineId: lineNamed(order, title), quantity }));

/** A parcel with the units, from the first released fulfillment that has them. */
export function decideParcel(order: Order, units: Units | "all") {
  const wanted = units === "all" ? [] : unitsNamed(order, units);
  const fulfillment = order.fulfillments.find(
    ({ status, lines }) =>
      status === "released" && wanted.every(({ lineId }) => lines.some((line) => line.lineId === lineId)),
  );
  const label = { carrier: null, service: null, trackingNumber: null, trackingUrl: null };
  return decideShip(order, {
    fulfillmentId: fulfillment!.id,
    units: units === "all" ? "all" : wanted,
    parcel: { ...label, reference: `${order.version}` },
    now: NOON,
  });
}

export const ship = (order: Order, units: Units | "all" = "all"): Order =>
  apply(order, accepted(decideParcel(order, units)));

/** Creates the order, releases it, and ships its first fulfillment. */
export const createAndShip = (sale: NewOrder): Order => ship(release(create(sale)));

/** Delivers every shipment that is under way. */
export const deliver = (order: Order): Order =>
  order.shipments
    .filter(({ deliveredAt }) => deliveredAt === null)
    .reduce((before, { id }) => apply(before, accepted(decideDeliver(before, id, NOON))), order);

export function cancel(order: Order, units: Units | "all" = "all"): Order {
  const wanted = units === "all" ? "all" : unitsNamed(order, units);
  return apply(order, accepted(decideCancel(order, { units: wanted, reason: "No", by: "staff" })));
}

export const refund = (order: Order, refunded: NewRefund): Order =>
  apply(order, decideRefund(order, refunded, RULES));
