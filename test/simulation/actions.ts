/** The actions of random days: what storefronts, staff, warehouses and the platform do. */
import fc from "fast-check";
import type { TrafficLine, TrafficOrder } from "../support/storefront-traffic";
import type { OrderId } from "../../src/kernel/ids";
import { rowsOfOrders } from "./orders-rows";
import { actOnParcel, type ParcelAction } from "./parcels";
import { platform, STOCK_HISTORY_DAYS } from "./platform";
import { MINUTE, type World } from "./world";

export const SKUS = 2;

/** `order`, `cart`, `po`, `sku` and `at` (location) are indexes. */
export type Action = Readonly<
  /** `callbacks`: when the storefront sends the creation callback. `later`: the first other callback creates the order. */
  | {
      do: "order";
      quantities: readonly number[];
      cart: number | null;
      callbacks: "at once" | "twice" | "later";
    }
  | { do: "repeat callback"; order: number; topic: Topic; newer: boolean }
  | { do: "add units in storefront" | "remove units in storefront"; order: number; quantity: number }
  | { do: "cancel in storefront" | "reopen in storefront" | "delete in storefront"; order: number }
  | { do: "change in storefront"; order: number; change: ChangeName }
  | { do: "cancel by staff"; order: number; quantity: number | "all" }
  | { do: "refund"; order: number; quantity: number; restock: "cancel" | "return" | "no_restock" }
  | { do: "hold" | "release hold" | "read order"; order: number }
  /** With one orders database there is nowhere to move to. */
  | { do: "move bucket" | "undo move"; order: number }
  | { do: "reserve"; cart: number; quantity: number }
  | { do: "release reservation"; cart: number }
  /** `named`: the receipt names expected inbound, if there is any. */
  | { do: "receive"; sku: number; at: number; quantity: number; named: boolean }
  | { do: "expect inbound"; po: number; sku: number; at: number; quantity: number; days: number }
  | { do: "cancel inbound"; po: number }
  | { do: "adjust"; sku: number; at: number; quantity: number }
  | { do: "count"; sku: number; at: number; counted: number }
  | { do: "set safety stock"; sku: number; at: number; quantity: number }
  | { do: "change SKU cost"; sku: number; unitCostMinor: number }
  | { do: "ship"; max: number | "all" }
  | { do: "reject"; reason: string }
  | ParcelAction
  | { do: "change location"; at: number; change: "close" | "open" | "limit" }
  | { do: "deliver" | "turn" | "sweep" | "hour" | "night" | "archive" }
  | { do: "wait"; minutes: number }
  | { do: "pass days" }
>;
type ChangeName = keyof typeof CHANGES_OF_MIND;
type Topic = "orders/create" | "orders/updated" | "orders/paid";

const one = <Value extends string | number>(...values: readonly Value[]) => fc.constantFrom(...values);
const units = fc.integer({ min: 0, max: 6 });
const some = fc.integer({ min: 1, max: 3 });
const order = fc.nat({ max: 4 });
const cart = fc.nat({ max: 4 });
const po = fc.nat({ max: 2 });
const at = fc.nat({ max: 1 });
const sku = fc.nat({ max: SKUS - 1 });

const callbacks = one("at once", "at once", "at once", "twice", "later");
/** What a storefront changes of an order that it has sent. Null if it does not apply. */
const CHANGES_OF_MIND = {
  email: ({ email }: TrafficOrder) => ({ email: email === MOVED ? "again@example.com" : MOVED }),
  discount: (order: TrafficOrder) => {
    const discountMinor = order.lines[0]!.discountMinor === 101 ? 300 : 101;
    return withFirstLine(order, { discountMinor });
  },
  address: ({ address }: TrafficOrder) => ({
    address: { ...address!, city: address!.city === "Reading" ? "Allentown" : "Reading" },
  }),
  abroad: ({ address }: TrafficOrder) => ({
    address: { ...address!, city: "Lyon", region: "", postalCode: "69001", countryCode: "FR" },
  }),
  SKU: (order: TrafficOrder, { skus }: World) =>
    withFirstLine(order, { sku: order.lines[0]!.sku === skus[0] ? skus[1]! : skus[0]! }),
  payment: ({ status = "paid", refunds = [] }: TrafficOrder) =>
    refunds.length > 0 ? null : { status: status === "paid" ? ("pending" as const) : ("paid" as const) },
  "refund undone": ({ refunds = [] }: TrafficOrder) =>
    refunds.length === 0 ? null : { refunds: refunds.slice(0, -1) },
  "sent there": (order: TrafficOrder) =>
    unitsLeft(order) < 1 ? null : { sentThere: (order.sentThere ?? 0) + 1 },
  test: ({ isTest = false }: TrafficOrder) => ({ isTest: !isTest }),
} satisfies Record<string, (order: TrafficOrder, world: World) => Partial<TrafficOrder> | null>;

const MOVED = "moved@example.com";
const changeNames = Object.keys(CHANGES_OF_MIND) as ChangeName[];

function withFirstLine({ lines: [first, ...others] }: TrafficOrder, change: Partial<TrafficLine>) {
  return { lines: [{ ...first!, ...change }, ...others] };
}

const quantities = fc.tuple(some, fc.nat({ max: 3 }));

const WEIGHED: readonly (readonly [number, fc.Arbitrary<Action>])[] = [
  [6, fc.record({ do: one("order"), quantities, cart: fc.option(cart, { nil: null }), callbacks })],
  [
    3,
    fc.record({
      do: one("repeat callback"),
      order,
      topic: one("orders/create", "orders/updated", "orders/paid"),
      newer: fc.boolean(),
    }),
  ],
  [2, fc.record({ do: one("add units in storefront", "remove units in storefront"), order, quantity: some })],
  [3, fc.record({ do: one("cancel in storefront", "reopen in storefront", "delete in storefront"), order })],
  [6, fc.record({ do: one("change in storefront"), order, change: one(...changeNames) })],
  [1, fc.record({ do: one("cancel by staff"), order, quantity: fc.oneof(some, one("all")) })],
  [
    2,
    fc.record({ do: one("refund"), order, quantity: some, restock: one("cancel", "return", "no_restock") }),
  ],
  [3, fc.record({ do: one("hold", "release hold", "read order"), order })],
  [2, fc.record({ do: one("move bucket", "move bucket", "undo move"), order })],
  [2, fc.record({ do: one("reserve"), cart, quantity: some })],
  [1, fc.record({ do: one("release reservation"), cart })],
  [2, fc.record({ do: one("receive"), sku, at, quantity: some, named: fc.boolean() })],
  [
    2,
    fc.record({
      do: one("expect inbound"),
      po,
      sku,
      at,
      quantity: some,
      days: fc.integer({ min: -1, max: 5 }),
    }),
  ],
  [1, fc.record({ do: one("cancel inbound"), po })],
  [1, fc.record({ do: one("adjust"), sku, at, quantity: one(-2, -1, 1) })],
  [2, fc.record({ do: one("count"), sku, at, counted: units })],
  [1, fc.record({ do: one("set safety stock"), sku, at, quantity: units })],
  [1, fc.record({ do: one("change SKU cost"), sku, unitCostMinor: fc.integer({ min: 0, max: 900 }) })],
  [3, fc.record({ do: one("ship"), max: one<number | "all">("all", "all", 1) })],
  [
    10,
    fc.record({
      do: one(
        "turn",
        "turn",
        "turn",
        "turn",
        "sweep",
        "sweep",
        "sweep",
        "hour",
        "deliver",
        "deliver",
        "night",
        "archive",
        "archive",
      ),
    }),
  ],
  [
    4,
    fc.record({
      do: one("buy label", "buy label", "void label", "ship with label"),
      parcel: fc.nat({ max: 3 }),
    }),
  ],
  [
    1,
    fc.record({
      do: one("scan"),
      parcel: fc.nat({ max: 3 }),
      statuses: fc.array(one("in_transit", "out_for_delivery", "delivered", "return_to_sender"), {
        maxLength: 3,
      }),
      reported: fc.array(one(0, 1, 2, 99), { maxLength: 3 }),
    }),
  ],
  [1, fc.record({ do: one("reject"), reason: one("damaged", "out_of_stock", "too_busy") })],
  [2, fc.record({ do: one("change location"), at, change: one("close", "open", "limit") })],
  [2, fc.record({ do: one("wait"), minutes: one(6, 17, 200, 900) })],
  [2, fc.record({ do: one("pass days") })],
];

export const actions: fc.Arbitrary<Action> = fc.oneof(
  ...WEIGHED.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);

/** Performs the action. `orders` are the storefront's orders so far: new and changed ones are stored there. */
export async function act(world: World, orders: TrafficOrder[], action: Action): Promise<void> {
  if (!("order" in action)) return actWithoutOrder(world, orders, action);
  const order = orders[action.order % Math.max(1, orders.length)];
  if (!order) return;
  const path = `/v1/orders/${world.idOf(order)}`;
  const update = (changed: Partial<TrafficOrder>) => {
    // Each state of an order has a time of its own.
    world.advance(1_000);
    const changedOrder = { ...order, updatedAt: Date.now(), ...changed };
    orders[orders.indexOf(order)] = changedOrder;
    return changedOrder;
  };
  switch (action.do) {
    case "repeat callback": {
      if (action.topic === "orders/create") {
        await world.callback(world.asPlaced(order), action.topic);
        return;
      }
      await world.callback(action.newer ? update({}) : order, action.topic);
      return;
    }
    case "add units in storefront": {
      const [first, ...others] = order.lines;
      const lines = [{ ...first!, quantity: first!.quantity + action.quantity }, ...others];
      await world.callback(update({ lines }), "orders/updated");
      return;
    }
    case "remove units in storefront": {
      const [first, ...others] = order.lines;
      const quantity = Math.min(action.quantity, unitsLeft(order));
      if (quantity < 1) return;
      const lines = [{ ...first!, removed: (first!.removed ?? 0) + quantity }, ...others];
      await world.callback(update({ lines }), "orders/updated");
      return;
    }
    case "cancel in storefront":
      await world.callback(update({ cancelledAt: Date.now() }), "orders/cancelled");
      return;
    case "reopen in storefront":
      if (order.cancelledAt !== undefined)
        await world.callback(update({ cancelledAt: undefined }), "orders/updated");
      return;
    case "delete in storefront": {
      const gone = update({});
      orders.splice(orders.indexOf(gone), 1);
      await world.deleteAtStorefront(gone);
      return;
    }
    case "change in storefront": {
      const change = CHANGES_OF_MIND[action.change](order, world);
      if (change) await world.callback(update(change), "orders/updated");
      return;
    }
    case "cancel by staff":
      return cancelByStaff(world, path, action.quantity);
    case "refund": {
      const refund = nextRefund(order, action.quantity, action.restock);
      if (!refund) return;
      const refunded = update({ refunds: [...(order.refunds ?? []), refund] });
      // By itself, a refund of a line with removed units may be for those or for others: only the whole order shows which.
      const hasRemoved = (order.lines[0]!.removed ?? 0) > 0;
      await Promise.all([
        world.refund(refunded, refund),
        ...(hasRemoved ? [world.callback(refunded, "orders/updated")] : []),
      ]);
      return;
    }
    case "hold":
      await world.staff("POST", `${path}/holds`, { reason: "check it" });
      return;
    case "release hold":
      await world.staff("DELETE", `${path}/holds/staff`);
      return;
    case "read order":
      await world.staff("GET", path);
      return;
    case "move bucket":
      await world.moveBucket(world.idOf(order));
      return;
    case "undo move":
      await world.undoMove(world.idOf(order));
  }
}

const CHANGES = {
  close: { active: false },
  open: { active: true, capacityPerDay: null },
  limit: { capacityPerDay: 1 },
} as const;

async function actWithoutOrder(
  world: World,
  orders: TrafficOrder[],
  action: Exclude<Action, { order: number }>,
): Promise<void> {
  switch (action.do) {
    case "order": {
      const cartToken = action.cart === null ? {} : { cartToken: cartOf(action.cart) };
      const order = world.order(action.quantities, cartToken);
      orders.push(order);
      const times = { "at once": 1, twice: 2, later: 0 }[action.callbacks];
      await Promise.all(Array.from({ length: times }, () => world.callback(order, "orders/create")));
      return;
    }
    case "reserve": {
      const lines = [{ sku: world.skus[0], quantity: action.quantity }];
      const { channelId } = world;
      await world.staff("POST", "/v1/reservations", { channelId, token: cartOf(action.cart), lines });
      return;
    }
    case "release reservation":
      await world.releaseReservation(cartOf(action.cart));
      return;
    case "receive":
      await world.receive(action.sku, action.at, action.quantity, `po-${Date.now()}`, action.named);
      return;
    case "expect inbound":
      await world.expect(action);
      return;
    case "cancel inbound":
      await world.staff("DELETE", `/v1/inbound/po-${action.po}`);
      return;
    case "adjust":
      await world.adjust(action.sku, action.at, action.quantity, `found-${Date.now()}`);
      return;
    case "count":
      await world.count(action.sku, action.at, action.counted, `count-${Date.now()}`);
      return;
    case "set safety stock":
      await world.setSafetyStock(action.sku, action.at, action.quantity);
      return;
    case "change SKU cost":
      await world.updateSkuCost(action.sku, action.unitCostMinor);
      return;
    case "ship": {
      const [fulfillment] = await world.fulfillments("released");
      if (fulfillment) await world.ship(fulfillment, `box-${Date.now()}`, action.max);
      return;
    }
    case "reject": {
      const [fulfillment] = await world.fulfillments("released");
      if (fulfillment) await world.rejectFulfillment(fulfillment, action.reason);
      return;
    }
    case "buy label":
    case "void label":
    case "ship with label":
    case "scan":
      await actOnParcel(world, action);
      return;
    case "change location":
      await world.changeLocation(action.at, CHANGES[action.change]);
      return;
    case "deliver":
      for (const { orderId, shipmentId } of await world.undeliveredShipments())
        await world.staff("POST", `/v1/orders/${orderId}/shipments/${shipmentId}/deliveries`, {});
      return;
    case "wait":
      world.advance(action.minutes * MINUTE);
      return;
    case "pass days":
      await passDays(world);
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
    case "archive":
      await world.archiveOrders();
      return;
    case "night":
      await Promise.all([world.cron("10 1 * * *"), world.cron("10 1 * * *")]);
  }
}

const QUIET_TURNS = 6;

/**
 * Longer than the history of stock is kept: the next alarms fold it. Only if nothing is under way, because an effect
 * that is delayed so long is held for a person. Nor if a refund is owed, which no storefront here pays: after seven days
 * the night names it.
 */
async function passDays(world: World): Promise<void> {
  for (let turn = 0; turn < QUIET_TURNS && (await world.turn()); turn += 1) await world.cron("* * * * *");
  if (platform().queued.length === 0 && !(await owesRefunds()))
    world.advance((STOCK_HISTORY_DAYS + 1) * 1_440 * MINUTE);
}

async function owesRefunds(): Promise<boolean> {
  const sql = "SELECT id AS orderId FROM orders WHERE refund_payable_minor > 0";
  return (await rowsOfOrders<{ orderId: OrderId }>(sql)).length > 0;
}

async function cancelByStaff(world: World, path: string, quantity: number | "all"): Promise<void> {
  const reply = await world.staff("GET", path);
  const { lines } = (reply?.body ?? {}) as { lines?: { id: string }[] };
  const [line] = lines ?? [];
  if (!line) return;
  const lineUnits = quantity === "all" ? {} : { lines: [{ lineId: line.id, quantity }] };
  await world.staff("POST", `${path}/cancellations`, { reason: "staff", ...lineUnits });
}

/** Units of the first line that the storefront has neither removed nor refunded nor sent by itself. */
function unitsLeft({ lines: [first], refunds = [], sentThere = 0 }: TrafficOrder): number {
  const refunded = refunds.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
  return first!.quantity - (first!.removed ?? 0) - refunded - sentThere;
}

/** The next refund of the first line; null when no units are left. */
function nextRefund(order: TrafficOrder, max: number, restock: "cancel" | "return" | "no_restock") {
  const earlier = order.refunds ?? [];
  const line = order.lines[0]!;
  const quantity = (order.status ?? "paid") === "paid" ? Math.min(max, unitsLeft(order)) : 0;
  if (quantity < 1) return null;
  return {
    id: order.id * 100 + earlier.length,
    amountMinor: 1500 * quantity,
    at: Date.now(),
    reason: "refund",
    lines: [{ lineId: line.id, quantity, restock }],
  };
}

const cartOf = (cart: number) => `cart-${cart}`;
