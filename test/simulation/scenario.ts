/** A random day: who does what, in what order and beside whom, and which calls fail. */
import fc from "fast-check";
import type { TrafficOrder } from "../support/storefront-traffic";
import { settled } from "./settled";
import { FAULT_NAMES, type Fault } from "./faults";
import { platform } from "./platform";
import { MINUTE, World } from "./world";

const SKUS = 2;

type Action = Readonly<
  | { do: "order"; quantities: readonly number[]; cart: number | null }
  | {
      do: "tell again";
      order: number;
      topic: "orders/create" | "orders/updated" | "orders/paid";
      newer: boolean;
    }
  | { do: "cancel there"; order: number }
  | { do: "cancel here"; order: number; quantity: number }
  | { do: "refund"; order: number; quantity: number; restock: "cancel" | "return" | "no_restock" }
  | { do: "hold"; order: number }
  | { do: "release hold"; order: number }
  | { do: "reserve"; cart: number; quantity: number }
  | { do: "let go"; cart: number }
  | { do: "receive"; sku: number; at: number; quantity: number }
  | { do: "count"; sku: number; at: number; counted: number }
  | { do: "ship" }
  | { do: "reject" }
  | { do: "deliver" }
  | { do: "wait"; minutes: number }
  | { do: "turn" }
  | { do: "sweep" }
  | { do: "night" }
>;

export type Scenario = Readonly<{
  stock: readonly (readonly [number, number])[];
  policy: "deny" | "backorder";
  /** Each step's actions happen side by side. */
  steps: readonly (readonly Action[])[];
  faults: readonly Fault[];
  shuffle: number;
}>;

const units = fc.integer({ min: 0, max: 6 });
const which = fc.nat({ max: 4 });
const at = fc.nat({ max: 1 });
const sku = fc.nat({ max: SKUS - 1 });
const some = fc.integer({ min: 1, max: 3 });

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("order" as const),
      quantities: fc.tuple(some, fc.nat({ max: 3 })),
      cart: fc.option(which),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("tell again" as const),
      order: which,
      topic: fc.constantFrom("orders/create" as const, "orders/updated" as const, "orders/paid" as const),
      newer: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel there" as const), order: which }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("cancel here" as const), order: which, quantity: some }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("refund" as const),
      order: which,
      quantity: some,
      restock: fc.constantFrom("cancel" as const, "return" as const, "no_restock" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("hold" as const), order: which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release hold" as const), order: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reserve" as const), cart: which, quantity: some }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("let go" as const), cart: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("receive" as const), sku, at, quantity: some }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("count" as const), sku, at, counted: units }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("ship" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reject" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("deliver" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), minutes: fc.constantFrom(6, 17, 200) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("night" as const) }) },
);

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  stock: fc.array(fc.tuple(units, units), { minLength: SKUS, maxLength: SKUS }),
  policy: fc.constantFrom("deny", "backorder"),
  steps: fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 10 }),
  faults: fc.array(
    fc.record({
      call: fc.integer({ min: 1, max: 120 }),
      fault: fc.constantFrom(...FAULT_NAMES),
    }),
    { maxLength: 4 },
  ),
  shuffle: fc.nat(),
});

/** Plays the scenario to its end and answers every guarantee that does not hold afterwards. */
export async function play(scenario: Scenario): Promise<string[]> {
  const random = randomFrom(scenario.shuffle);
  const world = await World.open(scenario.stock, { random, policy: scenario.policy });
  const orders: TrafficOrder[] = [];
  platform().arm(scenario.faults);
  for (const step of scenario.steps) {
    await Promise.all(step.map((each) => act(world, orders, each)));
  }
  return settled(world);
}

async function act(world: World, orders: TrafficOrder[], action: Action): Promise<void> {
  const chosen = "order" in action ? orders[action.order % Math.max(1, orders.length)] : undefined;
  if ("order" in action && !chosen) return;
  const order = chosen!;
  const path = `/v1/orders/${chosen ? world.idOf(chosen) : ""}`;
  switch (action.do) {
    case "order": {
      const cart = action.cart === null ? {} : { cartToken: cartOf(action.cart) };
      const placed = world.order(action.quantities, cart);
      orders.push(placed);
      await world.callback(placed, "orders/create");
      return;
    }
    case "tell again": {
      const updatedAt = order.placedAt + (action.newer ? 5_000 : 0);
      await world.callback({ ...order, updatedAt: Math.max(updatedAt, order.updatedAt ?? 0) }, action.topic);
      return;
    }
    case "cancel there": {
      const cancelledAt = Date.now();
      const cancelled = { ...order, updatedAt: cancelledAt, cancelledAt };
      orders[orders.indexOf(order)] = cancelled;
      await world.callback(cancelled, "orders/cancelled");
      return;
    }
    case "cancel here": {
      const reply = await world.staff("GET", path);
      const { lines } = (reply?.body ?? {}) as { lines?: { id: string }[] };
      const lineId = lines?.[0]?.id;
      if (lineId === undefined) return;
      const body = { reason: "staff", lines: [{ lineId, quantity: action.quantity }] };
      await world.staff("POST", `${path}/cancellations`, body);
      return;
    }
    case "refund": {
      const known = order.refunds ?? [];
      const line = order.lines[0]!;
      const refunded = known.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
      const quantity = Math.min(action.quantity, line.quantity - refunded);
      if (quantity < 1) return;
      const refund = {
        id: order.id * 100 + known.length,
        amountMinor: 1500 * quantity,
        at: Date.now(),
        reason: "refund",
        lines: [{ lineId: line.id, quantity, restock: action.restock }],
      };
      orders[orders.indexOf(order)] = { ...order, refunds: [...known, refund], updatedAt: Date.now() };
      await world.refund(order, refund);
      return;
    }
    case "hold":
      await world.staff("POST", `${path}/holds`, { reason: "a look" });
      return;
    case "release hold":
      await world.staff("DELETE", `${path}/holds/staff`);
      return;
    case "reserve": {
      const lines = [{ sku: world.skus[0], quantity: action.quantity }];
      await world.staff("POST", "/v1/reservations", {
        channelId: world.channelId,
        token: cartOf(action.cart),
        lines,
      });
      return;
    }
    case "let go":
      await world.letGo(cartOf(action.cart));
      return;
    case "receive":
      await world.receive(action.sku, action.at, action.quantity, `po-${Date.now()}`);
      return;
    case "count":
      await world.count(action.sku, action.at, action.counted, `count-${Date.now()}`);
      return;
    case "ship": {
      const [part] = await world.fulfillments("released");
      if (part) await world.ship(part, `box-${Date.now()}`);
      return;
    }
    case "reject": {
      const [part] = await world.fulfillments("released");
      if (part) await world.rejectFulfillment(part);
      return;
    }
    case "deliver":
      for (const { orderId, shipmentId } of await world.underWay()) {
        await world.staff("POST", `/v1/orders/${orderId}/shipments/${shipmentId}/deliveries`, {});
      }
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
    case "night":
      await Promise.all([world.cron("10 1 * * *"), world.cron("10 1 * * *")]);
      return;
  }
}

const cartOf = (cart: number) => `cart-${cart}`;

/** Mulberry32: small, seeded, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
