/** What people and systems around the retailer do, one thing at a time. */
import fc from "fast-check";
import type { TrafficOrder } from "../support/storefront-traffic";
import { MINUTE, type World } from "./world";

export const SKUS = 2;

/** `order` and `cart` say which of those there are. */
export type Action = Readonly<
  /** `told`: its storefront says so at once; otherwise with the first word that comes about it. */
  | {
      do: "order";
      quantities: readonly number[];
      cart: number | null;
      eventCount: "at once" | "twice" | "later";
    }
  | { do: "tell again"; order: number; topic: Topic; newer: boolean }
  | { do: "add units there" | "take units off there"; order: number; quantity: number }
  | { do: "cancel there"; order: number }
  | { do: "cancel here"; order: number; quantity: number | "all" }
  | { do: "refund"; order: number; quantity: number; restock: "cancel" | "return" | "no_restock" }
  | { do: "hold" | "release hold" | "look"; order: number }
  | { do: "reserve"; cart: number; quantity: number }
  | { do: "let go"; cart: number }
  /** `named`: as what was expected there, if anything was. */
  | { do: "receive"; sku: number; at: number; quantity: number; named: boolean }
  | { do: "expect"; po: number; sku: number; at: number; quantity: number; days: number }
  | { do: "expect no more"; po: number }
  | { do: "adjust"; sku: number; at: number; quantity: number }
  | { do: "count"; sku: number; at: number; counted: number }
  | { do: "keep back"; sku: number; at: number; quantity: number }
  | { do: "price stock"; sku: number; unitCostMinor: number }
  | { do: "ship"; most: number | "all" }
  | { do: "reject"; reason: string }
  | { do: "change location"; at: number; change: "close" | "open" | "limit" }
  | { do: "deliver" | "turn" | "sweep" | "hour" | "night" }
  | { do: "wait"; minutes: number }
>;
type Topic = "orders/create" | "orders/updated" | "orders/paid";

const one = <Value extends string | number>(...values: readonly Value[]) => fc.constantFrom(...values);
const units = fc.integer({ min: 0, max: 6 });
const some = fc.integer({ min: 1, max: 3 });
const order = fc.nat({ max: 4 });
const cart = fc.nat({ max: 4 });
const po = fc.nat({ max: 2 });
const at = fc.nat({ max: 1 });
const sku = fc.nat({ max: SKUS - 1 });

const eventCount = one("at once", "at once", "at once", "twice", "later");
const quantities = fc.tuple(some, fc.nat({ max: 3 }));

const WEIGHED: readonly (readonly [number, fc.Arbitrary<Action>])[] = [
  [6, fc.record({ do: one("order"), quantities, cart: fc.option(cart, { nil: null }), eventCount })],
  [
    3,
    fc.record({
      do: one("tell again"),
      order,
      topic: one("orders/create", "orders/updated", "orders/paid"),
      newer: fc.boolean(),
    }),
  ],
  [2, fc.record({ do: one("add units there", "take units off there"), order, quantity: some })],
  [1, fc.record({ do: one("cancel there"), order })],
  [1, fc.record({ do: one("cancel here"), order, quantity: fc.oneof(some, one("all")) })],
  [
    2,
    fc.record({ do: one("refund"), order, quantity: some, restock: one("cancel", "return", "no_restock") }),
  ],
  [3, fc.record({ do: one("hold", "release hold", "look"), order })],
  [2, fc.record({ do: one("reserve"), cart, quantity: some })],
  [1, fc.record({ do: one("let go"), cart })],
  [2, fc.record({ do: one("receive"), sku, at, quantity: some, named: fc.boolean() })],
  [2, fc.record({ do: one("expect"), po, sku, at, quantity: some, days: fc.integer({ min: -1, max: 5 }) })],
  [1, fc.record({ do: one("expect no more"), po })],
  [1, fc.record({ do: one("adjust"), sku, at, quantity: one(-2, -1, 1) })],
  [2, fc.record({ do: one("count"), sku, at, counted: units })],
  [1, fc.record({ do: one("keep back"), sku, at, quantity: units })],
  [1, fc.record({ do: one("price stock"), sku, unitCostMinor: fc.integer({ min: 0, max: 900 }) })],
  [3, fc.record({ do: one("ship"), most: one<number | "all">("all", "all", 1) })],
  [
    10,
    fc.record({
      do: one("turn", "turn", "turn", "turn", "sweep", "sweep", "sweep", "hour", "deliver", "night"),
    }),
  ],
  [1, fc.record({ do: one("reject"), reason: one("damaged", "out_of_stock", "too_busy") })],
  [2, fc.record({ do: one("change location"), at, change: one("close", "open", "limit") })],
  [2, fc.record({ do: one("wait"), minutes: one(6, 17, 200, 900) })],
];

export const actions: fc.Arbitrary<Action> = fc.oneof(
  ...WEIGHED.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);

/** Does it, with the orders so far; those it changes are put in their place. */
export async function act(world: World, orders: TrafficOrder[], action: Action): Promise<void> {
  if (!("order" in action)) return actAlone(world, orders, action);
  const order = orders[action.order % Math.max(1, orders.length)];
  if (!order) return;
  const path = `/v1/orders/${world.idOf(order)}`;
  const now = (changed: Partial<TrafficOrder>) => {
    const changedOrder = { ...order, updatedAt: Date.now(), ...changed };
    orders[orders.indexOf(order)] = changedOrder;
    return changedOrder;
  };
  switch (action.do) {
    case "tell again": {
      if (action.topic === "orders/create") {
        await world.callback(world.asPlaced(order), action.topic);
        return;
      }
      const updatedAt = Math.max(order.placedAt + (action.newer ? 5_000 : 0), order.updatedAt ?? 0);
      await world.callback({ ...order, updatedAt }, action.topic);
      return;
    }
    case "add units there": {
      const [first, ...others] = order.lines;
      const lines = [{ ...first!, quantity: first!.quantity + action.quantity }, ...others];
      await world.callback(now({ lines }), "orders/updated");
      return;
    }
    case "take units off there": {
      const [first, ...others] = order.lines;
      const off = Math.min(action.quantity, unitsLeft(order));
      if (off < 1) return;
      const lines = [{ ...first!, removed: (first!.removed ?? 0) + off }, ...others];
      await world.callback(now({ lines }), "orders/updated");
      return;
    }
    case "cancel there":
      await world.callback(now({ cancelledAt: Date.now() }), "orders/cancelled");
      return;
    case "cancel here":
      return cancelHere(world, path, action.quantity);
    case "refund": {
      const refund = nextRefund(order, action.quantity, action.restock);
      if (refund) await world.refund(now({ refunds: [...(order.refunds ?? []), refund] }), refund);
      return;
    }
    case "hold":
      await world.staff("POST", `${path}/holds`, { reason: "a look" });
      return;
    case "release hold":
      await world.staff("DELETE", `${path}/holds/staff`);
      return;
    case "look":
      await world.staff("GET", path);
  }
}

const CHANGES = {
  close: { active: false },
  open: { active: true, capacityPerDay: null },
  limit: { capacityPerDay: 1 },
} as const;

async function actAlone(
  world: World,
  orders: TrafficOrder[],
  action: Exclude<Action, { order: number }>,
): Promise<void> {
  switch (action.do) {
    case "order": {
      const cartToken = action.cart === null ? {} : { cartToken: cartOf(action.cart) };
      const order = world.order(action.quantities, cartToken);
      orders.push(order);
      const times = { "at once": 1, twice: 2, later: 0 }[action.eventCount];
      await Promise.all(Array.from({ length: times }, () => world.callback(order, "orders/create")));
      return;
    }
    case "reserve": {
      const lines = [{ sku: world.skus[0], quantity: action.quantity }];
      const { channelId } = world;
      await world.staff("POST", "/v1/reservations", { channelId, token: cartOf(action.cart), lines });
      return;
    }
    case "let go":
      await world.releaseIfNotRenewed(cartOf(action.cart));
      return;
    case "receive":
      await world.receive(action.sku, action.at, action.quantity, `po-${Date.now()}`, action.named);
      return;
    case "expect":
      await world.expect(action);
      return;
    case "expect no more":
      await world.staff("DELETE", `/v1/inbound/po-${action.po}`);
      return;
    case "adjust":
      await world.adjust(action.sku, action.at, action.quantity, `found-${Date.now()}`);
      return;
    case "count":
      await world.count(action.sku, action.at, action.counted, `count-${Date.now()}`);
      return;
    case "keep back":
      await world.keepBack(action.sku, action.at, action.quantity);
      return;
    case "price stock":
      await world.priceStock(action.sku, action.unitCostMinor);
      return;
    case "ship": {
      const [part] = await world.fulfillments("released");
      if (part) await world.ship(part, `box-${Date.now()}`, action.most);
      return;
    }
    case "reject": {
      const [part] = await world.fulfillments("released");
      if (part) await world.rejectFulfillment(part, action.reason);
      return;
    }
    case "change location":
      await world.changeLocation(action.at, CHANGES[action.change]);
      return;
    case "deliver":
      for (const { orderId, shipmentId } of await world.underWay())
        await world.staff("POST", `/v1/orders/${orderId}/shipments/${shipmentId}/deliveries`, {});
      return;
    case "wait":
      world.advance(action.minutes * MINUTE);
      return;
    case "turn":
      await world.turn({ redeliver: true });
      return;
    case "sweep":
      await world.cron("* * * * *");
      return;
    case "hour":
      await Promise.all([world.cron("7 * * * *"), world.cron("7 * * * *")]);
      await Promise.all([world.cron("23 * * * *"), world.cron("23 * * * *")]);
      return;
    case "night":
      await Promise.all([world.cron("10 1 * * *"), world.cron("10 1 * * *")]);
  }
}

async function cancelHere(world: World, path: string, quantity: number | "all"): Promise<void> {
  const reply = await world.staff("GET", path);
  const { lines } = (reply?.body ?? {}) as { lines?: { id: string }[] };
  const [line] = lines ?? [];
  if (!line) return;
  const part = quantity === "all" ? {} : { lines: [{ lineId: line.id, quantity }] };
  await world.staff("POST", `${path}/cancellations`, { reason: "staff", ...part });
}

/** Of the order's first line, the units that no edit took off and no refund named. */
function unitsLeft({ lines: [first], refunds = [] }: TrafficOrder): number {
  const refunded = refunds.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
  return first!.quantity - (first!.removed ?? 0) - refunded;
}

/** The next refund of the order's first line; null when all its units are gone there. */
function nextRefund(order: TrafficOrder, most: number, restock: "cancel" | "return" | "no_restock") {
  const known = order.refunds ?? [];
  const line = order.lines[0]!;
  const quantity = Math.min(most, unitsLeft(order));
  if (quantity < 1) return null;
  return {
    id: order.id * 100 + known.length,
    amountMinor: 1500 * quantity,
    at: Date.now(),
    reason: "refund",
    lines: [{ lineId: line.id, quantity, restock }],
  };
}

const cartOf = (cart: number) => `cart-${cart}`;
