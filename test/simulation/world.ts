/**
 * A small retailer in which things happen: a channel, two locations, a few SKUs, and the people and systems
 * around it. Each world has its own ids, so that many live beside each other in one database. Callers do as
 * real ones do: what fails or does not answer is sent again.
 */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Env } from "../../src/config";
import worker from "../../src/index";
import { putChannel } from "../../src/commands/put-channel";
import { putLocation } from "../../src/commands/put-location";
import { putSku } from "../../src/commands/put-sku";
import { orderIdOf, reservationIdOf, type OrderId } from "../../src/domain/ids";
import type { Location } from "../../src/domain/reference";
import { createContext } from "../../src/live-context";
import { makeKey } from "../support/api";
import {
  shopifyPayload,
  shopifyRefundPayload,
  signedStorefrontRequest,
  type TrafficOrder,
  type TrafficRefund,
} from "../support/storefront-traffic";
import { newInvocation, platform, type Held } from "./platform";

/** Far ahead, so that an object's alarm never fires by the real clock: the world rings it. */
const EPOCH = Date.UTC(2050, 0, 3, 12);
const SECRET = "simulated webhook secret";
const RETRIES = 6;
const MAX_DELIVERIES = 25;
export const MINUTE = 60_000;

/** What a caller got in the end; null when every try failed. */
export type Reply = Readonly<{ status: number; body: Record<string, unknown> }> | null;

export type Shipped = Readonly<{ orderId: OrderId; fulfillmentId: string }>;

let worlds = 0;
let sharedToken: string | undefined;

export class World {
  readonly name: string;
  readonly channelId: string;
  readonly locationIds: readonly [string, string];
  readonly skus: readonly string[];
  /** Orders whose caller was told that they are taken in: G2 holds us to them. */
  readonly promised = new Set<OrderId>();
  readonly openedOn = new Date().toISOString().slice(0, 10);
  readonly #random: () => number;
  #orders = 0;

  private constructor(name: string, skus: number, random: () => number) {
    this.name = name;
    this.#random = random;
    this.channelId = `shop-${name}`;
    this.locationIds = [`east-${name}`, `west-${name}`];
    this.skus = Array.from({ length: skus }, (_, i) => `SKU-${name}-${i}`);
  }

  /** @param stock units received of each SKU at each of the two locations. */
  static async open(
    stock: readonly (readonly [number, number])[],
    { random = () => 0.5, policy = "deny" }: { random?: () => number; policy?: "deny" | "backorder" } = {},
  ): Promise<World> {
    worlds += 1;
    platform().disarm();
    vi.useFakeTimers({ toFake: ["Date"] });
    hurry();
    for (const level of ["log", "error", "warn"] as const)
      vi.spyOn(console, level).mockImplementation(() => undefined);
    const start = Math.max(Date.now(), EPOCH);
    vi.setSystemTime(start + 60 * MINUTE);
    vi.stubGlobal("fetch", (_url: unknown, init?: RequestInit) => platform().email(init));
    sharedToken ??= (await makeKey("admin")).token;
    const world = new World(`${Math.floor(Math.random() * 1e9).toString(36)}${worlds}`, stock.length, random);
    await world.#furnish(stock, policy);
    return world;
  }

  async #furnish(stock: readonly (readonly [number, number])[], policy: "deny" | "backorder"): Promise<void> {
    const context = createContext(platform().env(newInvocation()), { waitUntil: () => undefined }, "seed");
    const [east, west] = this.locationIds;
    await putLocation(context, locationAt(east, 40.6, -75.5, 1));
    await putLocation(context, locationAt(west, 39.5, -119.8, 2));
    await putChannel(
      context,
      {
        id: this.channelId,
        name: "Simulated",
        kind: "shopify",
        currency: "USD",
        locationIds: [...this.locationIds],
        shortagePolicy: "backorder",
        gracePeriodMinutes: 5,
        active: true,
      },
      [SECRET],
    );
    const furnished = this.skus.map(async (sku, i) => {
      await putSku(context, {
        sku,
        title: sku,
        weightGrams: 100,
        lengthMm: null,
        widthMm: null,
        heightMm: null,
        unitCostMinor: 300 + i * 11,
        bins: {},
        taxCategory: null,
        policy,
        active: true,
      });
      for (const [at, quantity] of stock[i]!.entries()) {
        if (quantity > 0) await this.receive(i, at, quantity, "opening");
      }
    });
    await Promise.all(furnished);
  }

  // ── Callers ───────────────────────────────────────────────────────────────────────────────────────

  /** A new paid order of so many of each SKU. */
  order(quantities: readonly number[], over: Partial<TrafficOrder> = {}): TrafficOrder {
    this.#orders += 1;
    const id = worlds * 10_000 + this.#orders;
    return {
      id,
      number: id,
      currency: "USD",
      decimals: 2,
      placedAt: Date.now(),
      email: `buyer${id}@example.com`,
      address: {
        firstName: "Ada",
        lastName: "Byron",
        line1: "1 Main Street",
        city: "Allentown",
        region: "PA",
        postalCode: "18101",
        countryCode: "US",
        latitude: 40.6,
        longitude: -75.4,
      },
      lines: quantities.flatMap((quantity, i) =>
        quantity === 0
          ? []
          : [
              {
                id: id * 10 + i,
                sku: this.skus[i]!,
                title: this.skus[i]!,
                quantity,
                unitPriceMinor: 1999,
                discountMinor: 101,
                taxMinor: 127,
              },
            ],
      ),
      shippingMinor: 499,
      shippingTaxMinor: 31,
      ...over,
    };
  }

  /** The storefront's callback, sent again while it is not answered with a 2xx. */
  async callback(
    order: TrafficOrder,
    topic: string,
    event = `${topic} ${order.id} ${order.updatedAt ?? 0}`,
  ): Promise<Reply> {
    const reply = await this.#signed(topic, shopifyPayload(order), event);
    if (reply && reply.status < 300 && typeof reply.body.orderId === "string") {
      this.promised.add(reply.body.orderId as OrderId);
    }
    return reply;
  }

  refund(order: TrafficOrder, refund: TrafficRefund): Promise<Reply> {
    return this.#signed("refunds/create", shopifyRefundPayload(order, refund), `refund ${refund.id}`);
  }

  idOf(order: TrafficOrder): OrderId {
    return orderIdOf(this.channelId, String(order.id));
  }

  /** Staff or a checkout, through the API, under a key that makes a repeat the same request. */
  async staff(method: string, path: string, body?: unknown): Promise<Reply> {
    this.#orders += 1;
    const idempotencyKey = `${this.name}-${this.#orders}`;
    return this.#untilAnswered(
      () =>
        new Request(`https://aftercart.test${path}`, {
          method,
          headers: {
            authorization: `Bearer ${sharedToken}`,
            "idempotency-key": idempotencyKey,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
    );
  }

  receive(sku: number, at: number, quantity: number, ref: string): Promise<Reply> {
    const receipt = { locationId: this.locationIds[at], quantity, ref: `${ref}-${this.skus[sku]}-${at}` };
    return this.staff("POST", `/v1/skus/${this.skus[sku]}/receipts`, receipt);
  }

  count(sku: number, at: number, counted: number, ref: string): Promise<Reply> {
    const count = { locationId: this.locationIds[at], counted, ref: `${ref}-${this.skus[sku]}-${at}` };
    return this.staff("POST", `/v1/skus/${this.skus[sku]}/counts`, count);
  }

  /** Fulfillments of this world in a status, from the tables. */
  async fulfillments(status: string): Promise<Shipped[]> {
    const { results } = await env.DB.prepare(
      `SELECT f.order_id AS orderId, f.id AS fulfillmentId FROM orders AS o
       JOIN fulfillments AS f ON f.order_id = o.id
       WHERE o.channel_id = ?1 AND f.status = ?2 AND f.location_id IS NOT NULL ORDER BY f.order_id, f.id`,
    )
      .bind(this.channelId, status)
      .all<Shipped>();
    return results;
  }

  /** Parcels on their way. */
  async underWay(): Promise<{ orderId: OrderId; shipmentId: string }[]> {
    const { results } = await env.DB.prepare(
      `SELECT s.order_id AS orderId, s.id AS shipmentId FROM orders AS o JOIN shipments AS s ON s.order_id = o.id
       WHERE o.channel_id = ?1 AND s.delivered_at IS NULL`,
    )
      .bind(this.channelId)
      .all<{ orderId: OrderId; shipmentId: string }>();
    return results;
  }

  letGo(token: string): Promise<Reply> {
    return this.staff("DELETE", `/v1/reservations/${reservationIdOf(this.channelId, token)}`);
  }

  ship({ orderId, fulfillmentId }: Shipped, reference: string): Promise<Reply> {
    const path = `/v1/orders/${orderId}/fulfillments/${fulfillmentId}/shipments`;
    return this.staff("POST", path, { carrier: "UPS", trackingNumber: reference, reference });
  }

  rejectFulfillment({ orderId, fulfillmentId }: Shipped): Promise<Reply> {
    const path = `/v1/orders/${orderId}/fulfillments/${fulfillmentId}/rejections`;
    return this.staff("POST", path, { reason: "damaged" });
  }

  // ── Time, queues, crons, alarms ───────────────────────────────────────────────────────────────────

  advance(ms: number): void {
    vi.setSystemTime(Date.now() + ms);
  }

  async cron(name: "* * * * *" | "10 1 * * *"): Promise<void> {
    await invoke(async (bindings, execution) => {
      const controller = { cron: name, scheduledTime: Date.now(), noRetry() {} };
      await worker.scheduled(controller, bindings, execution);
    }).catch(() => undefined);
  }

  /** Alarms whose time has come, as the platform would ring them. */
  async alarms(): Promise<number> {
    let rung = 0;
    for (const sku of this.skus) {
      const stub = env.SKU_INVENTORY.getByName(sku);
      const at = await runInDurableObject(stub, async (_, state) => state.storage.getAlarm());
      if (at === null || at > Date.now()) continue;
      await withinPatience(runDurableObjectAlarm(stub), () => undefined).catch(() => undefined);
      rung += 1;
    }
    return rung;
  }

  /** Delivers what the queues hold: in random order, and now and then a whole batch twice. */
  async deliver({ redeliver = false } = {}): Promise<number> {
    const held = platform().held.splice(0);
    const byQueue = Map.groupBy(held, ({ queue }) => queue);
    let delivered = 0;
    for (const [queue, messages] of byQueue) {
      const batch = messages.toSorted(() => this.#random() - 0.5).slice(0, 25);
      platform().held.push(...messages.filter((message) => !batch.includes(message)));
      if (redeliver && this.#random() < 0.3) await this.#deliverBatch(queue, structuredClone(batch), false);
      await this.#deliverBatch(queue, batch, true);
      delivered += batch.length;
    }
    return delivered;
  }

  async #deliverBatch(queue: string, batch: readonly Held[], last: boolean): Promise<void> {
    const settled = new Set<string>();
    const again = (message: Held) => {
      if (!last) return;
      message.attempts += 1;
      const dead = message.attempts > MAX_DELIVERIES && !queue.endsWith("-dead");
      platform().held.push(dead ? { ...message, queue: `${queue}-dead`, attempts: 0 } : message);
    };
    const messages = batch.map((message) => ({
      id: message.id,
      timestamp: new Date(),
      body: structuredClone(message.body),
      attempts: message.attempts + 1,
      ack: () => void settled.add(message.id),
      retry: () => {
        settled.add(message.id);
        again(message);
      },
    }));
    const given = { queue, messages, metadata: {}, ackAll() {}, retryAll() {} } as unknown as MessageBatch;
    await invoke((bindings, execution) => worker.queue(given, bindings, execution)).catch(() => undefined);
    // A consumer that died has acknowledged nothing more: the rest comes again.
    for (const message of batch) if (!settled.has(message.id)) again(message);
  }

  /** One turn of everything that happens by itself. Answers whether anything did. */
  async turn(options: { redeliver?: boolean } = {}): Promise<boolean> {
    const rung = await this.alarms();
    const delivered = await this.deliver(options);
    return rung + delivered > 0;
  }

  async #signed(topic: string, payload: unknown, event: string): Promise<Reply> {
    const signed = await signedStorefrontRequest("shopify", SECRET, topic, payload, {
      id: event,
      now: Date.now(),
    });
    return this.#untilAnswered(
      () =>
        new Request(`https://aftercart.test/v1/webhooks/${this.channelId}`, { method: "POST", ...signed }),
    );
  }

  async #untilAnswered(request: () => Request): Promise<Reply> {
    for (let attempt = 0; attempt < RETRIES; attempt += 1) {
      const response = await invoke((bindings, execution) =>
        worker.fetch(request() as Request<unknown, IncomingRequestCfProperties>, bindings, execution),
      ).catch(() => null);
      const inProgress =
        response?.status === 409 && (await response.clone().text()).includes("request_in_progress");
      if (response && response.status < 500 && !inProgress) {
        const text = await response.text();
        return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
      }
      this.advance(attempt < 2 ? 3_000 : 61_000);
    }
    return null;
  }
}

/**
 * One invocation of the Worker: to its answer, and what it runs after that; or to its isolate's death.
 * @throws when it dies or fails before it answers.
 */
async function invoke<Value>(
  run: (bindings: Env, execution: ExecutionContext) => Promise<Value> | Value,
): Promise<Value> {
  const invocation = newInvocation();
  const after: Promise<unknown>[] = [];
  const execution = {
    waitUntil: (work: Promise<unknown>) => void after.push(work),
    passThroughOnException() {},
    props: {},
  } as unknown as ExecutionContext;
  const killed = () => void invocation.die();
  const answer = Promise.resolve(run(platform().env(invocation), execution));
  const value = await withinPatience(Promise.race([answer, invocation.died]), killed);
  await withinPatience(Promise.race([Promise.allSettled(after), invocation.died]), killed).catch(
    () => undefined,
  );
  return value;
}

/** The platform lets nothing run for ever: what hangs on a call without a deadline is ended. */
async function withinPatience<Value>(work: Promise<Value>, end: () => void): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ended = new Promise<never>((_, stop) => {
    timer = setTimeout(() => {
      end();
      stop(new Error("ended by the platform"));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
  }
}

/** A fortieth of it passes, as of all deadlines of seconds. */
const PATIENCE_MS = 30_000;

/** Deadlines of seconds pass in a twentieth of their time, so that what never answers costs little. */
function hurry(): void {
  if (hurried) return;
  hurried = true;
  const wait = globalThis.setTimeout;
  const hurriedWait = (run: () => void, ms = 0) => wait(run, ms >= 1_000 ? ms / 20 : ms);
  vi.stubGlobal("setTimeout", hurriedWait);
  const pause = scheduler.wait.bind(scheduler);
  scheduler.wait = (ms, options) => pause(ms >= 1_000 ? ms / 20 : ms, options);
}
let hurried = false;

const locationAt = (id: string, latitude: number, longitude: number, priority: number): Location => ({
  id,
  name: id,
  kind: "warehouse",
  address: {
    name: null,
    company: null,
    line1: "1 Dock Road",
    line2: null,
    city: "Town",
    region: "PA",
    postalCode: "18101",
    countryCode: "US",
    phone: null,
    latitude,
    longitude,
  },
  latitude,
  longitude,
  timeZone: "UTC",
  cutOff: "16:00",
  workingDays: [1, 2, 3, 4, 5],
  priority,
  active: true,
});
