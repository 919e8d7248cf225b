/**
 * A shop of a few orders and the stock of their SKU, with the messages between them: effects (from an order to stock)
 * arrive in any order, stock events (from stock to an order) arrive late, and both may arrive twice. Both sides run the
 * real domain.
 */
import { decideCancel } from "../../../src/orders/domain/cancellation";
import { createOrder } from "../../../src/orders/domain/creation/order-creation";
import { evolveAll } from "../../../src/orders/domain/evolve/evolve";
import type { Fulfillment } from "../../../src/orders/domain/fulfillments/fulfillment";
import { decideReject } from "../../../src/orders/domain/fulfillments/reject";
import { decideRelease } from "../../../src/orders/domain/fulfillments/release";
import { decideShip } from "../../../src/orders/domain/fulfillments/ship";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { openUnits } from "../../../src/orders/domain/order-line";
import { decideCut, decideFill, decideAllocationMoved } from "../../../src/orders/domain/stock-events";
import { decideRepair } from "../../../src/orders/domain/stock-repair";
import { lineIdOf, orderIdOf, type LineId, type OrderId } from "../../../src/kernel/ids";
import { stockEffects } from "../../../src/orders/domain/stock-effects";
import type { Result } from "../../../src/kernel/result";
import { confirm } from "../../../src/inventory/domain/holding-status";
import { type Holding, liveUnits } from "../../../src/inventory/domain/holding";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import type { OpenAllocation } from "../../../src/inventory/domain/stock-reading";
import type { StockEffect, StockEvent } from "../../../src/inventory/domain/stock-messages";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import { applyEffect, lacksUnits } from "../../../src/inventory/domain/apply-effect";
import { applyOperation } from "../../../src/inventory/domain/stock-operations";
import {
  allocationDifferences,
  expectedAllocations,
  type AllocationDifference,
} from "../../../src/orders/domain/allocation-differences";
import { withConsequences, stockOf } from "../../inventory/domain/stock-world";
import { EVERYWHERE } from "../history/stock-calls";
import { newOrderOf, NOW } from "./sales";
import { plainChannel } from "../../support/reference-defaults";
import type { Channel } from "../../../src/catalog/domain/channel";

const CHANNEL: Channel = {
  id: "web",
  name: "Web",
  kind: "generic",
  currency: "EUR",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  ...plainChannel,
  active: true,
};

type LineStockEvent = Exclude<StockEvent, { type: "stock.moved" }>;

export type Shop = {
  orders: Order[];
  stock: Stock;
  /** Messages in flight. */
  effects: StockEffect[];
  stockEvents: LineStockEvent[];
  /** Ids of the messages that each side has handled. */
  appliedEffects: Set<string>;
  handledEvents: Set<string>;
  /** Orders that may differ from stock: an effect met events not handled yet, or an event met effects not applied yet. */
  needsRepair: Set<string>;
  actions: number;
};

/** Opens a shop with an order of each quantity, placed in turn. @param onHand units in the east, the west and far away. */
export function openShop(onHand: readonly number[], quantities: readonly number[]): Shop {
  const levels = Object.fromEntries(EVERYWHERE.map((where, i) => [where, onHand[i] ?? 0]));
  const stock = stockOf(levels, { sku: "SKU-0", policy: "backorder" });
  const empty = {
    effects: [],
    stockEvents: [],
    appliedEffects: new Set<string>(),
    handledEvents: new Set<string>(),
    needsRepair: new Set<string>(),
  };
  const shop: Shop = { orders: [], stock, ...empty, actions: 0 };
  for (const [i, quantity] of quantities.entries()) placeOrder(shop, `${1001 + i}`, quantity);
  return shop;
}

function placeOrder(shop: Shop, externalId: string, quantity: number): void {
  const mug = { kind: "physical", unitPriceMinor: 100, discountMinor: 0, taxMinor: 0 } as const;
  const sale = { lines: [{ ...mug, units: [quantity, 0, 0, 0] as const }], taxIncluded: false };
  const order = { ...newOrderOf({ ...sale, shippingMinor: 0, shippingTaxMinor: 0, paid: 100 }), externalId };
  const orderId = orderIdOf(order.channelId, externalId);
  const lineId = lineIdOf(orderId, "0", quantity);
  const allocated = allocateStock(shop.stock, {
    holder: lineId,
    orderId,
    quantity,
    locations: EVERYWHERE,
    shortage: "backorder",
    fill: "partial",
    placedAt: shop.orders.length,
    takesOver: [],
    expiresAt: NOW * 2,
    now: NOW,
  });
  if (!allocated.ok) throw new Error("an allocation with backorder must not be refused");
  const { allocated: at, backordered, facts } = allocated.value.value;
  const found = { found: true, allocated: at, backordered, unitCostMinor: facts.unitCostMinor } as const;
  const stock = new Map([[lineId, found]]);
  updateStock(shop, allocated.value.stock);
  shop.orders.push(createOrder({ order, channel: CHANNEL, stock, now: NOW, by: "test" }).order);
}

/** Stores the new stock, and puts its events in flight. */
function updateStock(shop: Shop, after: Stock): void {
  const next = withConsequences(after, NOW);
  shop.stockEvents.push(...next.events.flatMap((event) => (event.type === "stock.moved" ? [] : [event])));
  shop.stock = { ...next, events: [], movements: [] };
}

function commit(shop: Shop, order: Order, events: readonly OrderEvent[]): void {
  if (events.length === 0) return;
  const after = evolveAll(order, events, NOW);
  shop.orders = shop.orders.map((each) => (each.id === after.id ? after : each));
  shop.effects.push(...stockEffects(after, events, after.version, NOW).map(({ effect }) => effect));
}

const accepted = (decision: Result<readonly OrderEvent[], unknown>) => (decision.ok ? decision.value : []);

const ACTION_TYPES = [
  ...(["replan", "replan", "replan", "replan", "effect", "effect", "effect", "stockEvent"] as const),
  ...([
    "stockEvent",
    "stockEvent",
    "count",
    "receive",
    "release",
    "ship",
    "ship",
    "cancel",
    "reject",
  ] as const),
  "confirm" as const,
];

export type ShopAction = Readonly<{
  type: (typeof ACTION_TYPES)[number];
  which: number;
  fulfillment: number;
  quantity: number;
  where: number;
  flag: number;
}>;

export function decodeShopAction(number: number): ShopAction {
  let left = number;
  const pick = (among: number): number => {
    const index = left % among;
    left = Math.floor(left / among);
    return index;
  };
  const type = ACTION_TYPES[pick(ACTION_TYPES.length)]!;
  return { type, which: pick(5), fulfillment: pick(4), quantity: 1 + pick(3), where: pick(4), flag: pick(6) };
}

export function performIn(shop: Shop, action: ShopAction): void {
  shop.actions += 1;
  const where = EVERYWHERE[action.where % EVERYWHERE.length]!;
  const ref = `action-${shop.actions}`;
  const order = shop.orders[action.which % shop.orders.length]!;
  const fulfillment = order.fulfillments[action.fulfillment % Math.max(1, order.fulfillments.length)];
  switch (action.type) {
    case "effect":
      return applyOneEffect(shop, action);
    case "stockEvent":
      return handleOneEvent(shop, action);
    case "confirm":
      return confirmAll(shop);
    case "count":
    case "receive": {
      const done = action.type === "count" ? { counted: action.quantity - 1 } : { quantity: action.quantity };
      const operation = { ref, locationId: where, at: NOW, by: "test", type: action.type, ...done } as never;
      const operated = applyOperation(shop.stock, operation);
      if (operated.ok) updateStock(shop, operated.value);
      return;
    }
    case "replan":
      return commit(shop, order, planAnything(order, fulfillment, action));
    case "release":
      return fulfillment && commit(shop, order, accepted(decideRelease(order, fulfillment.id, NOW * 2)));
    case "ship":
      return fulfillment && commit(shop, order, shipped(order, fulfillment, action, ref));
    case "cancel": {
      const lineId = order.lines[0]!.id;
      const quantity = Math.min(action.quantity, openUnits(order.lines[0]!));
      const units = [{ lineId, quantity }];
      if (quantity > 0)
        commit(shop, order, accepted(decideCancel(order, { units, reason: "No", by: "test" })));
      return;
    }
    case "reject": {
      const reason = ["damaged", "out_of_stock", "too_busy"][action.flag % 3]!;
      const refusal = fulfillment && { fulfillmentId: fulfillment.id, reason, note: null, by: "test" };
      if (refusal) commit(shop, order, accepted(decideReject(order, refusal)));
    }
  }
}

function shipped(order: Order, fulfillment: Fulfillment, { quantity, flag }: ShopAction, reference: string) {
  const label = { carrier: null, service: null, trackingNumber: null, trackingUrl: null };
  const some = [{ lineId: order.lines[0]!.id, quantity }];
  const units = flag % 2 === 0 ? ("all" as const) : some;
  return accepted(
    decideShip(order, { fulfillmentId: fulfillment.id, units, parcel: { ...label, reference }, now: NOW }),
  );
}

/** Any replan, not only better ones: planned units move to any location or are backordered, backordered ones may come from any. */
function planAnything(order: Order, fulfillment: Fulfillment | undefined, action: ShopAction): OrderEvent[] {
  const line = order.lines[0]!;
  const planned = fulfillment?.status === "planned" && fulfillment.locationId !== null ? fulfillment : null;
  const open = planned?.lines.reduce((sum, each) => sum + each.quantity - each.shipped, 0) ?? 0;
  const locations = EVERYWHERE.filter((_, i) => i !== action.flag);
  const lineId = line.id;
  if (planned === null) {
    return line.backordered > 0 ? [{ type: "backorder.locations_changed", lineId, locations }] : [];
  }
  const from = { fulfillmentId: planned.id, locationId: planned.locationId! };
  const quantity = Math.min(action.quantity, open);
  const to = EVERYWHERE[action.where] ?? null;
  if (quantity === 0 || to === from.locationId) return [];
  const reason = "capacity";
  const keep = order.fulfillments
    .filter(({ locationId, status }) => locationId === from.locationId && status === "released")
    .flatMap(({ lines }) => lines)
    .reduce((sum, each) => sum + each.quantity - each.shipped, 0);
  return [{ type: "move.requested", lineId, quantity, from, to, keep, locations, reason }];
}

/** As the object's alarm does once it knows that the orders exist. */
const confirmAll = (shop: Shop): void =>
  updateStock(
    shop,
    shop.orders.reduce((stock, order) => confirm(stock, order.lines[0]!.id, NOW), shop.stock),
  );

/** Applies any effect in flight. With flag 0 it stays in flight, as a duplicate. */
function applyOneEffect(shop: Shop, { which, fulfillment, flag }: ShopAction): void {
  const at = (which * 4 + fulfillment) % Math.max(1, shop.effects.length);
  const effect = shop.effects[at];
  if (effect === undefined) return;
  if (!shop.appliedEffects.has(effect.ref)) {
    shop.appliedEffects.add(effect.ref);
    const unhandled = shop.stockEvents.some(
      ({ id, lineId }) => lineId === effect.lineId && !shop.handledEvents.has(id),
    );
    if (unhandled || lacksUnits(shop.stock, effect)) shop.needsRepair.add(effect.orderId);
    updateStock(shop, applyEffect(shop.stock, effect));
  }
  if (flag > 0) shop.effects.splice(at, 1);
}

function handleOneEvent(shop: Shop, { which, fulfillment, flag }: ShopAction): void {
  const at = (which * 4 + fulfillment) % Math.max(1, shop.stockEvents.length);
  const event = shop.stockEvents[at];
  if (event === undefined) return;
  const before = event.id.replace(/\d+$/, String(event.number - 1));
  if (event.number > 1 && !shop.handledEvents.has(before)) return;
  if (!shop.handledEvents.has(event.id)) {
    shop.handledEvents.add(event.id);
    const unapplied = shop.effects.some(
      ({ ref, lineId }) => lineId === event.lineId && !shop.appliedEffects.has(ref),
    );
    if (unapplied) shop.needsRepair.add(event.orderId);
    const order = shop.orders.find(({ id }) => id === event.orderId)!;
    commit(shop, order, decideOnEvent(order, event));
  }
  if (flag > 0) shop.stockEvents.splice(at, 1);
}

function decideOnEvent(order: Order, event: LineStockEvent): OrderEvent[] {
  if (event.type === "allocation.moved") return decideAllocationMoved(order, event, NOW);
  return event.type === "backorder.filled" ? decideFill(order, event, NOW) : decideCut(order, event);
}

/** Delivers all messages, until none is in flight. */
export function deliverAll(shop: Shop): void {
  confirmAll(shop);
  const always = { type: "effect", fulfillment: 0, quantity: 1, where: 0, flag: 1 } as const;
  for (let round = 0; shop.effects.length + shop.stockEvents.length > 0; round += 1) {
    if (round > 10_000) throw new Error("messages never end");
    const which = Math.floor(round / 2);
    if (round % 2 === 0) applyOneEffect(shop, { ...always, which });
    else handleOneEvent(shop, { ...always, which });
  }
}

/** Where the orders' expected allocations and the stock's holdings differ. */
export const differencesOf = ({ orders, stock }: Shop): AllocationDifference[] =>
  allocationDifferences(
    orders.flatMap(expectedAllocations),
    [...stock.holdings.values()].flatMap(allocationsOf),
  );

function allocationsOf({ holder, orderId, expiresAt, backordered, allocations }: Holding): OpenAllocation[] {
  const common = { holder, orderId, expiresAt, status: "confirmed" } as const;
  return [
    ...allocations.map(({ locationId, live }) => ({ ...common, locationId, quantity: live })),
    { ...common, locationId: null, quantity: backordered },
  ];
}

const MAX_ROUNDS = 4;

/** Repairs each order that needs it from stock. No message may be in flight. */
export function repair(shop: Shop): void {
  for (let round = 0; round < MAX_ROUNDS && differencesOf(shop).length > 0; round += 1) {
    for (const { id } of shop.orders.filter((order) => shop.needsRepair.has(order.id))) repairOrder(shop, id);
  }
}

function repairOrder(shop: Shop, orderId: OrderId): void {
  const order = shop.orders.find(({ id }) => id === orderId)!;
  const { id: lineId } = order.lines[0]!;
  const holding = shop.stock.holdings.get(lineId);
  const backordered = holding?.backordered ?? 0;
  const differences = differencesOf(shop).filter((difference) => difference.lineId === lineId);
  commit(shop, order, decideRepair(order, { lineId, backordered, differences }, NOW));
  deliverAll(shop);
  const open = openUnits(shop.orders.find(({ id }) => id === orderId)!.lines[0]!);
  const held = (holding ? liveUnits(holding) : 0) + backordered;
  if (held < open) updateStock(shop, allocateMissing(shop, orderId, lineId, open));
  deliverAll(shop);
}

/** Allocates what is missing of the open quantity. */
function allocateMissing({ stock }: Shop, orderId: OrderId, holder: LineId, quantity: number): Stock {
  const open = { holder, orderId, quantity, quantityOf: "open_now", locations: EVERYWHERE } as const;
  const always = { shortage: "backorder", fill: "partial", placedAt: 0, takesOver: [], now: NOW } as const;
  const allocated = allocateStock(stock, { ...open, ...always, expiresAt: NOW * 2 });
  if (!allocated.ok) throw new Error("an allocation with backorder must not be refused");
  return allocated.value.stock;
}
