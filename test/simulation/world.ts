/**
 * A small retailer in which things happen: a channel, two locations, a few SKUs, and the people and systems
 * around it. Each world begins in an empty database, at the same time, with the same ids. Callers do as real
 * ones do: what fails or does not answer is sent again.
 */
import { vi } from "vitest";
import worker from "../../src/worker";
import { orderIdOf, reservationIdOf, type OrderId } from "../../src/kernel/ids";
import {
  shopifyPayload,
  shopifyRefundPayload,
  signedStorefrontRequest,
  type TrafficOrder,
  type TrafficRefund,
} from "../support/storefront-traffic";
import { bigCommerceAnswer, signedBigCommerceRequest } from "../support/bigcommerce-store";
import { changedLocation, changedLocations, putBack } from "./initial-data";
import { CHANNEL, cleared, founded, LOCATIONS, SECRET, stocked, STORE } from "./initial-data";
import { hurry, invoke } from "./run-invocation";
import { platform } from "./platform";
import { deliver, fire, ringAlarms, type Cron } from "./platform-events";

/** Far ahead, so that an object's alarm never fires by the real clock: the world rings it. */
const EPOCH = Date.UTC(2050, 0, 3, 12);
const RETRIES = 6;
export const MINUTE = 60_000;

/** What a caller got in the end; null when every try failed. */
export type Reply = Readonly<{ status: number; body: Record<string, unknown> }> | null;

export type Shipped = Readonly<{ orderId: OrderId; fulfillmentId: string }>;

/** The orders as the store has them now. */
const inStore = new Map<number, TrafficOrder>();

let worlds = 0;

export class World {
  readonly channelId = CHANNEL;
  readonly locationIds = LOCATIONS;
  readonly skus: readonly string[];
  /** Orders whose caller was pushed that they are taken in: G2 holds us to them. */
  readonly promised = new Set<OrderId>();
  readonly random: () => number;
  readonly #placed = new Map<number, TrafficOrder>();
  readonly #token: string;
  readonly #policy: "deny" | "backorder";
  #orders = 0;

  private constructor(
    skus: readonly string[],
    token: string,
    random: () => number,
    policy: "deny" | "backorder",
  ) {
    this.skus = skus;
    this.#token = token;
    this.random = random;
    this.#policy = policy;
  }

  /** @param stock units received of each SKU at each of the two locations. */
  static async open(
    stock: readonly (readonly [number, number])[],
    { random = () => 0.5, policy = "deny" }: { random?: () => number; policy?: "deny" | "backorder" } = {},
  ): Promise<World> {
    worlds += 1;
    platform().reset();
    hurry();
    for (const level of ["log", "error", "warn"] as const)
      vi.spyOn(console, level).mockImplementation(() => undefined);
    vi.useFakeTimers({ toFake: ["Date"], now: EPOCH });
    vi.stubGlobal("fetch", (to: unknown, init?: RequestInit) => {
      const url = new URL(String(to));
      if (url.host !== "api.bigcommerce.com") return platform().email(init);
      return platform().storefront(url, () =>
        url.pathname.includes("/v3/inventory/")
          ? platform().shop.answer(url.href, init)
          : bigCommerceAnswer(inStore, url),
      );
    });
    inStore.clear();
    const token = await founded();
    await cleared();
    await putBack();
    // An object keeps what it has: each world has new ones.
    const skus = stock.map((_, i) => `SKU-${worlds}-${i}`);
    for (const sku of skus) platform().shop.put(sku, 0);
    await Promise.all(skus.map((sku, i) => stocked(sku, 300 + i * 11, policy, stock[i]!)));
    return new World(skus, token, random, policy);
  }

  // ── Callers ───────────────────────────────────────────────────────────────────────────────────────

  /** The order as it was when it was placed: what a late or repeated word of its creation says. */
  asPlaced(order: TrafficOrder): TrafficOrder {
    return this.#placed.get(order.id) ?? order;
  }

  /** A new paid order of so many of each SKU. */
  order(quantities: readonly number[], over: Partial<TrafficOrder> = {}): TrafficOrder {
    const placed = this.#newOrder(quantities, over);
    this.#placed.set(placed.id, placed);
    return placed;
  }

  #newOrder(quantities: readonly number[], over: Partial<TrafficOrder>): TrafficOrder {
    this.#orders += 1;
    const id = 10_000 + this.#orders;
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

  /** The order is now like this in the store, which only says that it changed. */
  async changedInStore(order: TrafficOrder, scope: string): Promise<Reply> {
    inStore.set(order.id, order);
    const meta = { id: `${scope} ${order.id} ${order.updatedAt ?? 0}`, now: Date.now() };
    const signed = await signedBigCommerceRequest(SECRET, scope, order.id, meta);
    const reply = await this.#untilAnswered(
      () => new Request(`https://aftercart.test/v1/webhooks/${STORE}`, { method: "POST", ...signed }),
    );
    if (reply && reply.status < 300) this.promised.add(orderIdOf(STORE, String(order.id)));
    return reply;
  }

  /** What of the store's orders is stored otherwise than they are there. */
  async otherThanInStore(): Promise<string[]> {
    const pushed = await Promise.all(
      [...inStore.values()].map(async ({ id, email }) => {
        const stored = await platform()
          .database.prepare("SELECT email FROM orders WHERE id = ?1")
          .bind(orderIdOf(STORE, String(id)))
          .first<string>("email");
        return stored === email ? [] : [`G2 order ${id} is ${email} in its store, and ${stored} here`];
      }),
    );
    return pushed.flat();
  }

  /** What waits for the sweep alone, and should have been done by it. */
  async notSwept(): Promise<string[]> {
    const { database } = platform();
    const waiting = {
      "a simulation stands still": "sourcing_simulations WHERE status = 'running'",
      "a SKU's object was not told of it": "skus WHERE upserted_at IS NULL",
      "a hold is kept": "reservations",
    };
    const found = await Promise.all(
      Object.entries(waiting).map(async ([what, fromWhere]) => {
        const count = await database.prepare(`SELECT count(*) AS n FROM ${fromWhere}`).first<number>("n");
        return count === 0 ? [] : [`G8 ${what}: ${count} of them`];
      }),
    );
    return found.flat();
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
    const idempotencyKey = `key-${this.#orders}`;
    return this.#untilAnswered(
      () =>
        new Request(`https://aftercart.test${path}`, {
          method,
          headers: {
            authorization: `Bearer ${this.#token}`,
            "idempotency-key": idempotencyKey,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
    );
  }

  /** @param named as what is expected of it there, if anything is. */
  async receive(sku: number, at: number, quantity: number, ref: string, named = false): Promise<Reply> {
    const [code, locationId] = [this.skus[sku], this.locationIds[at]];
    const sql = "SELECT id FROM inbound WHERE sku = ?1 AND location_id = ?2 AND status = 'expected' LIMIT 1";
    const expected = named
      ? await platform().database.prepare(sql).bind(code, locationId).first<string>("id")
      : null;
    const receipt = { locationId, quantity, ref: `${ref}-${at}`, ...(expected && { inboundId: expected }) };
    return this.staff("POST", `/v1/skus/${code}/receipts`, receipt);
  }

  /** `days` from today; a purchase order that is there already keeps its SKU and its location. */
  async expect(inbound: { po: number; sku: number; at: number; quantity: number; days: number }) {
    const expectedOn = new Date(Date.now() + inbound.days * 1_440 * MINUTE).toISOString().slice(0, 10);
    const [sku, locationId] = [this.skus[inbound.sku], this.locationIds[inbound.at]];
    const { quantity } = inbound;
    return this.staff("PUT", `/v1/inbound/po-${inbound.po}`, { sku, locationId, quantity, expectedOn });
  }

  adjust(sku: number, at: number, quantity: number, ref: string): Promise<Reply> {
    const body = { locationId: this.locationIds[at], quantity, reason: "damaged", ref: `${ref}-${at}` };
    return this.staff("POST", `/v1/skus/${this.skus[sku]}/adjustments`, body);
  }

  keepBack(sku: number, at: number, quantity: number): Promise<Reply> {
    const path = `/v1/skus/${this.skus[sku]}/locations/${this.locationIds[at]}/safety-stock`;
    return this.staff("PUT", path, { quantity });
  }

  priceStock(sku: number, unitCostMinor: number): Promise<Reply> {
    const code = this.skus[sku]!;
    const described = { title: code, weightGrams: 100, policy: this.#policy, unitCostMinor };
    return this.staff("PUT", `/v1/skus/${code}`, described);
  }

  count(sku: number, at: number, counted: number, ref: string): Promise<Reply> {
    const count = { locationId: this.locationIds[at], counted, ref: `${ref}-${at}` };
    return this.staff("POST", `/v1/skus/${this.skus[sku]}/counts`, count);
  }

  /** Fulfillments in a status that have a location, from the tables. */
  async fulfillments(status: string): Promise<Shipped[]> {
    const sql = `SELECT order_id AS orderId, id AS fulfillmentId FROM fulfillments
                 WHERE status = ?1 AND location_id IS NOT NULL ORDER BY order_id, id`;
    return (await platform().database.prepare(sql).bind(status).all<Shipped>()).results;
  }

  /** Parcels on their way. */
  async underWay(): Promise<{ orderId: OrderId; shipmentId: string }[]> {
    const sql = "SELECT order_id AS orderId, id AS shipmentId FROM shipments WHERE delivered_at IS NULL";
    return (await platform().database.prepare(sql).all<{ orderId: OrderId; shipmentId: string }>()).results;
  }

  releaseIfNotRenewed(token: string): Promise<Reply> {
    return this.staff("DELETE", `/v1/reservations/${reservationIdOf(this.channelId, token)}`);
  }

  /** @param most of each line, so many units at the most. */
  async ship({ orderId, fulfillmentId }: Shipped, reference: string, most: number | "all" = "all") {
    const path = `/v1/orders/${orderId}/fulfillments/${fulfillmentId}/shipments`;
    const parcel = { carrier: "UPS", trackingNumber: reference, reference };
    if (most === "all") return this.staff("POST", path, parcel);
    const sql = "SELECT lines FROM fulfillments WHERE order_id = ?1 AND id = ?2";
    const planned = await platform()
      .database.prepare(sql)
      .bind(orderId, fulfillmentId)
      .first<string>("lines");
    const parts = JSON.parse(planned ?? "[]") as { lineId: string; quantity: number; shipped: number }[];
    const lines = parts.flatMap(({ lineId, quantity, shipped }) => {
      const units = Math.min(most, quantity - shipped);
      return units > 0 ? [{ lineId, quantity: units }] : [];
    });
    return lines.length > 0 ? this.staff("POST", path, { ...parcel, lines }) : null;
  }

  changeLocation(at: number, change: Parameters<typeof changedLocation>[1]): Promise<Reply> {
    const id = this.locationIds[at]!;
    return this.staff("PUT", `/v1/locations/${id}`, changedLocation(id, change));
  }

  /** Whatever was closed, so that what waits for it can come to its end. */
  async openLocations(): Promise<void> {
    for (const id of changedLocations()) {
      await this.changeLocation(this.locationIds.indexOf(id), { active: true, capacityPerDay: null });
    }
  }

  rejectFulfillment({ orderId, fulfillmentId }: Shipped, reason = "damaged"): Promise<Reply> {
    const path = `/v1/orders/${orderId}/fulfillments/${fulfillmentId}/rejections`;
    return this.staff("POST", path, { reason });
  }

  // ── Time, queues, crons, alarms ───────────────────────────────────────────────────────────────────

  advance(ms: number): void {
    vi.setSystemTime(Date.now() + ms);
  }

  cron(name: Cron): Promise<void> {
    return fire(name);
  }

  /** One turn of everything that happens by itself. Answers whether anything did. */
  async turn(options: { redeliver?: boolean } = {}): Promise<boolean> {
    await platform().land();
    const rung = await ringAlarms(this);
    const delivered = await deliver(this, options);
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
