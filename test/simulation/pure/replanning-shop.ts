/**
 * Orders and the stock of their SKU, with what they say to each other under way: effects overtake each other,
 * words come late, and either may come twice. Both sides are the domain's own.
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
import { EVERYWHERE } from "../history/stock-model";
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

type Word = Exclude<StockEvent, { type: "stock.moved" }>;

export type Shop = {
  orders: Order[];
  stock: Stock;
  /** Under way; `applied` and `heard` are what each side has kept. */
  effects: StockEffect[];
  words: Word[];
  applied: Set<string>;
  heard: Set<string>;
  /** Orders that spoke at once with their stock: an effect met words not yet heard, or a word effects not yet applied. */
  needsRepair: Set<string>;
  acts: number;
};

/** Orders of so many mugs each, allocated in turn, with so many on hand in the east, the west and far away. */
export function openShop(onHand: readonly number[], quantities: readonly number[]): Shop {
  const levels = Object.fromEntries(EVERYWHERE.map((where, i) => [where, onHand[i] ?? 0]));
  const stock = stockOf(levels, { sku: "SKU-0", policy: "backorder" });
  const empty = {
    effects: [],
    words: [],
    applied: new Set<string>(),
    heard: new Set<string>(),
    needsRepair: new Set<string>(),
  };
  const shop: Shop = { orders: [], stock, ...empty, acts: 0 };
  for (const [i, quantity] of quantities.entries()) take(shop, `${1001 + i}`, quantity);
  return shop;
}

function take(shop: Shop, externalId: string, quantity: number): void {
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
  if (!allocated.ok) throw new Error("what is sold is not refused");
  const { allocated: at, backordered, facts } = allocated.value.value;
  const found = { found: true, allocated: at, backordered, unitCostMinor: facts.unitCostMinor } as const;
  const stock = new Map([[lineId, found]]);
  hear(shop, allocated.value.stock);
  shop.orders.push(createOrder({ order, channel: CHANNEL, stock, now: NOW, by: "test" }).order);
}

/** What stock has to tell of what was done is under way from then on. */
function hear(shop: Shop, after: Stock): void {
  const next = withConsequences(after, NOW);
  shop.words.push(...next.events.flatMap((event) => (event.type === "stock.moved" ? [] : [event])));
  shop.stock = { ...next, events: [], movements: [] };
}

function commit(shop: Shop, order: Order, events: readonly OrderEvent[]): void {
  if (events.length === 0) return;
  const after = evolveAll(order, events, NOW);
  shop.orders = shop.orders.map((each) => (each.id === after.id ? after : each));
  shop.effects.push(...stockEffects(after, events, after.version, NOW).map(({ effect }) => effect));
}

const accepted = (decision: Result<readonly OrderEvent[], unknown>) => (decision.ok ? decision.value : []);

const ACTS = [
  ...(["replan", "replan", "replan", "replan", "effect", "effect", "effect", "word"] as const),
  ...(["word", "word", "count", "receive", "release", "ship", "ship", "cancel", "reject"] as const),
  "confirm" as const,
];

export type ShopAct = Readonly<{
  type: (typeof ACTS)[number];
  which: number;
  part: number;
  quantity: number;
  where: number;
  flag: number;
}>;

export function decodeShopAct(number: number): ShopAct {
  let left = number;
  const pick = (among: number): number => {
    const index = left % among;
    left = Math.floor(left / among);
    return index;
  };
  const type = ACTS[pick(ACTS.length)]!;
  return { type, which: pick(5), part: pick(4), quantity: 1 + pick(3), where: pick(4), flag: pick(6) };
}

export function actIn(shop: Shop, act: ShopAct): void {
  shop.acts += 1;
  const where = EVERYWHERE[act.where % EVERYWHERE.length]!;
  const ref = `act-${shop.acts}`;
  const order = shop.orders[act.which % shop.orders.length]!;
  const part = order.fulfillments[act.part % Math.max(1, order.fulfillments.length)];
  switch (act.type) {
    case "effect":
      return applyOne(shop, act);
    case "word":
      return tellOne(shop, act);
    case "confirm":
      return confirmAll(shop);
    case "count":
    case "receive": {
      const done = act.type === "count" ? { counted: act.quantity - 1 } : { quantity: act.quantity };
      const operation = { ref, locationId: where, at: NOW, by: "test", type: act.type, ...done } as never;
      const operated = applyOperation(shop.stock, operation);
      if (operated.ok) hear(shop, operated.value);
      return;
    }
    case "replan":
      return commit(shop, order, elsewhere(order, part, act));
    case "release":
      return part && commit(shop, order, accepted(decideRelease(order, part.id, NOW * 2)));
    case "ship":
      return part && commit(shop, order, shipped(order, part, act, ref));
    case "cancel": {
      const lineId = order.lines[0]!.id;
      const quantity = Math.min(act.quantity, openUnits(order.lines[0]!));
      const units = [{ lineId, quantity }];
      if (quantity > 0)
        commit(shop, order, accepted(decideCancel(order, { units, reason: "No", by: "test" })));
      return;
    }
    case "reject": {
      const reason = ["damaged", "out_of_stock", "too_busy"][act.flag % 3]!;
      const refusal = part && { fulfillmentId: part.id, reason, note: null, by: "test" };
      if (refusal) commit(shop, order, accepted(decideReject(order, refusal)));
    }
  }
}

function shipped(order: Order, part: Fulfillment, { quantity, flag }: ShopAct, reference: string) {
  const label = { carrier: null, service: null, trackingNumber: null, trackingUrl: null };
  const some = [{ lineId: order.lines[0]!.id, quantity }];
  const units = flag % 2 === 0 ? ("all" as const) : some;
  return accepted(
    decideShip(order, { fulfillmentId: part.id, units, parcel: { ...label, reference }, now: NOW }),
  );
}

/** Any plan at all, not only better ones: planned units go to any place or are owed again, owed ones come from any. */
function elsewhere(order: Order, part: Fulfillment | undefined, act: ShopAct): OrderEvent[] {
  const line = order.lines[0]!;
  const planned = part?.status === "planned" && part.locationId !== null ? part : null;
  const open = planned?.lines.reduce((sum, each) => sum + each.quantity - each.shipped, 0) ?? 0;
  const locations = EVERYWHERE.filter((_, i) => i !== act.flag);
  const lineId = line.id;
  if (planned === null) {
    return line.backordered > 0 ? [{ type: "backorder.locations_changed", lineId, locations }] : [];
  }
  const from = { fulfillmentId: planned.id, locationId: planned.locationId! };
  const quantity = Math.min(act.quantity, open);
  const to = EVERYWHERE[act.where] ?? null;
  if (quantity === 0 || to === from.locationId) return [];
  const reason = "capacity";
  const keep = order.fulfillments
    .filter(({ locationId, status }) => locationId === from.locationId && status === "released")
    .flatMap(({ lines }) => lines)
    .reduce((sum, each) => sum + each.quantity - each.shipped, 0);
  return [{ type: "move.requested", lineId, quantity, from, to, keep, locations, reason }];
}

/** The alarm has asked whether the orders are there. */
const confirmAll = (shop: Shop): void =>
  hear(
    shop,
    shop.orders.reduce((stock, order) => confirm(stock, order.lines[0]!.id, NOW), shop.stock),
  );

/** Any of them, now and then a second time. */
function applyOne(shop: Shop, { which, part, flag }: ShopAct): void {
  const at = (which * 4 + part) % Math.max(1, shop.effects.length);
  const effect = shop.effects[at];
  if (effect === undefined) return;
  if (!shop.applied.has(effect.ref)) {
    shop.applied.add(effect.ref);
    const undelivered = shop.words.some(({ id, lineId }) => lineId === effect.lineId && !shop.heard.has(id));
    if (undelivered || lacksUnits(shop.stock, effect)) shop.needsRepair.add(effect.orderId);
    hear(shop, applyEffect(shop.stock, effect));
  }
  if (flag > 0) shop.effects.splice(at, 1);
}

function tellOne(shop: Shop, { which, part, flag }: ShopAct): void {
  const at = (which * 4 + part) % Math.max(1, shop.words.length);
  const word = shop.words[at];
  if (word === undefined) return;
  const before = word.id.replace(/\d+$/, String(word.number - 1));
  if (word.number > 1 && !shop.heard.has(before)) return;
  if (!shop.heard.has(word.id)) {
    shop.heard.add(word.id);
    const unapplied = shop.effects.some(
      ({ ref, lineId }) => lineId === word.lineId && !shop.applied.has(ref),
    );
    if (unapplied) shop.needsRepair.add(word.orderId);
    const order = shop.orders.find(({ id }) => id === word.orderId)!;
    commit(shop, order, follow(order, word));
  }
  if (flag > 0) shop.words.splice(at, 1);
}

function follow(order: Order, word: Word): OrderEvent[] {
  if (word.type === "allocation.moved") return decideAllocationMoved(order, word, NOW);
  return word.type === "backorder.filled" ? decideFill(order, word, NOW) : decideCut(order, word);
}

/** Everything arrives. */
export function comeToRest(shop: Shop): void {
  confirmAll(shop);
  const always = { type: "effect", part: 0, quantity: 1, where: 0, flag: 1 } as const;
  for (let round = 0; shop.effects.length + shop.words.length > 0; round += 1) {
    if (round > 10_000) throw new Error("it does not come to rest");
    const which = Math.floor(round / 2);
    if (round % 2 === 0) applyOne(shop, { ...always, which });
    else tellOne(shop, { ...always, which });
  }
}

/** What each order's allocations are and are not, where the two differ. */
export const disagreements = ({ orders, stock }: Shop): AllocationDifference[] =>
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

/** Orders that spoke at once with their stock compare themselves with it, now that nothing is under way. */
export function agree(shop: Shop): void {
  for (let round = 0; round < MAX_ROUNDS && disagreements(shop).length > 0; round += 1) {
    for (const { id } of shop.orders.filter((order) => shop.needsRepair.has(order.id))) agreeOn(shop, id);
  }
}

function agreeOn(shop: Shop, orderId: OrderId): void {
  const order = shop.orders.find(({ id }) => id === orderId)!;
  const { id: lineId } = order.lines[0]!;
  const holding = shop.stock.holdings.get(lineId);
  const backordered = holding?.backordered ?? 0;
  const differences = disagreements(shop).filter((difference) => difference.lineId === lineId);
  commit(shop, order, decideRepair(order, { lineId, backordered, differences }, NOW));
  comeToRest(shop);
  const open = openUnits(shop.orders.find(({ id }) => id === orderId)!.lines[0]!);
  const held = (holding ? liveUnits(holding) : 0) + backordered;
  if (held < open) hear(shop, allocatedAnew(shop, orderId, lineId, open));
  comeToRest(shop);
}

/** So many are open: what is missing is allocated again. */
function allocatedAnew({ stock }: Shop, orderId: OrderId, holder: LineId, quantity: number): Stock {
  const open = { holder, orderId, quantity, quantityOf: "open_now", locations: EVERYWHERE } as const;
  const always = { shortage: "backorder", fill: "partial", placedAt: 0, takesOver: [], now: NOW } as const;
  const allocated = allocateStock(stock, { ...open, ...always, expiresAt: NOW * 2 });
  if (!allocated.ok) throw new Error("what is sold is not refused");
  return allocated.value.stock;
}
