/**
 * The simulated world: a small retailer with two channels, two locations and a few SKUs, and the people and systems
 * around it. Each world starts with an empty database, at the same time, with the same ids. Callers retry a request
 * that fails or is not answered, as real ones do.
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
import { locationWith, changedLocationIds, resetLocations } from "./initial-data";
import {
  CHANNEL,
  deleteRows,
  emptyArchive,
  placeBuckets,
  setUpOnce,
  LOCATIONS,
  SECRET,
  createStockedSku,
  STORE,
} from "./initial-data";
import { skipWaits, runInvocation } from "./run-invocation";
import { newTrafficOrder } from "./new-traffic-order";
import { platform } from "./platform";
import type { StorefrontOrder } from "./check-storefront";
import { deliverQueued, fireCron, ringAlarms, type Cron } from "./platform-events";
import { bucketOf } from "../../src/kernel/buckets";
import { ordersDatabases } from "../../src/platform/d1/databases";
import { readPlaceOf, rowsOfOrders } from "./orders-rows";

/** Far in the future, so that no alarm is due by the real clock: the world runs the alarms. */
const STARTS_AT = Date.UTC(2050, 0, 3, 12);
const MAX_ATTEMPTS = 6;
export const MINUTE = 60_000;

/** The final answer to a caller; null if every attempt failed. */
export type Reply = Readonly<{ status: number; body: Record<string, unknown> }> | null;

export type FulfillmentRef = Readonly<{ orderId: OrderId; fulfillmentId: string }>;

/** Orders as the BigCommerce store has them now. */
const ordersInStore = new Map<number, TrafficOrder>();

let worlds = 0;

export class World {
  readonly channelId = CHANNEL;
  readonly locationIds = LOCATIONS;
  readonly skus: readonly string[];
  /** Orders whose caller got a 2xx: by guarantee G2, each of them is stored. */
  readonly acknowledged = new Set<OrderId>();
  readonly random: () => number;
  /** When the recovery from a restored database began; 0 if none was restored. */
  restoredAt = 0;
  readonly #placed = new Map<number, TrafficOrder>();
  /** The newest state of each order that was sent, and whether that callback got a 2xx. */
  readonly #sent = new Map<
    number,
    Readonly<{ there: TrafficOrder; isDeleted: boolean; isAccepted: boolean }>
  >();
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

  /** @param stock units on hand of each SKU at the two locations. */
  static async open(
    stock: readonly (readonly [number, number])[],
    { random = () => 0.5, policy = "deny" }: { random?: () => number; policy?: "deny" | "backorder" } = {},
  ): Promise<World> {
    worlds += 1;
    platform().reset();
    skipWaits();
    for (const level of ["log", "error", "warn"] as const)
      vi.spyOn(console, level).mockImplementation(() => undefined);
    vi.useFakeTimers({ toFake: ["Date"], now: STARTS_AT });
    vi.stubGlobal("fetch", (to: unknown, init?: RequestInit) => {
      const url = new URL(String(to));
      if (url.host === "api.easypost.com") return platform().callCarrier(url, init);
      if (url.host !== "api.bigcommerce.com") return platform().email(init);
      return platform().storefront(url, () =>
        url.pathname.includes("/v3/inventory/")
          ? platform().storefrontStub.answer(url.href, init)
          : bigCommerceAnswer(ordersInStore, url),
      );
    });
    ordersInStore.clear();
    const token = await setUpOnce();
    await deleteRows();
    await emptyArchive();
    await placeBuckets();
    await resetLocations();
    // Objects cannot be deleted, so each world has new SKUs.
    const skus = stock.map((_, i) => `SKU-${worlds}-${i}`);
    for (const sku of skus) platform().storefrontStub.put(sku, 0);
    await Promise.all(skus.map((sku, i) => createStockedSku(sku, 300 + i * 11, policy, stock[i]!)));
    return new World(skus, token, random, policy);
  }

  // ── Callers ───────────────────────────────────────────────────────────────────────────────────────

  /** The order as it was when it was placed: the content of a late or repeated creation callback. */
  asPlaced(order: TrafficOrder): TrafficOrder {
    return this.#placed.get(order.id) ?? order;
  }

  /** A new paid order, not sent yet. @param quantities units of each SKU. */
  order(quantities: readonly number[], over: Partial<TrafficOrder> = {}): TrafficOrder {
    this.#orders += 1;
    const placed = { ...newTrafficOrder(10_000 + this.#orders, this.skus, quantities), ...over };
    this.#placed.set(placed.id, placed);
    return placed;
  }

  /** Sends the storefront's callback, and retries it. */
  async callback(
    order: TrafficOrder,
    topic: string,
    event = `${topic} ${order.id} ${order.updatedAt ?? 0}`,
  ): Promise<Reply> {
    const reply = await this.#sendCallback(topic, shopifyPayload(order), event);
    this.#remember(order, reply);
    if (reply && reply.status < 300 && typeof reply.body.orderId === "string") {
      this.acknowledged.add(reply.body.orderId as OrderId);
    }
    return reply;
  }

  /** Changes the order in the BigCommerce store, which sends a callback without its content. */
  async changedInStore(order: TrafficOrder, scope: string): Promise<Reply> {
    ordersInStore.set(order.id, order);
    const meta = { id: `${scope} ${order.id} ${order.updatedAt ?? 0}`, now: Date.now() };
    const signed = await signedBigCommerceRequest(SECRET, scope, order.id, meta);
    const reply = await this.request(
      () => new Request(`https://aftercart.test/v1/webhooks/${STORE}`, { method: "POST", ...signed }),
    );
    if (reply && reply.status < 300) this.acknowledged.add(orderIdOf(STORE, String(order.id)));
    return reply;
  }

  /** Orders that are stored with another email address than they have in the BigCommerce store. */
  async differencesFromStore(): Promise<string[]> {
    const differences = await Promise.all(
      [...ordersInStore.values()].map(async ({ id, email }) => {
        const [found] = await rowsOfOrders<{ email: string }>(
          "SELECT email, id AS orderId FROM orders WHERE id = ?1",
          orderIdOf(STORE, String(id)),
        );
        const stored = found?.email ?? null;
        return stored === email
          ? []
          : [`G2 order ${id}: the email is ${email} in the storefront, ${stored} here`];
      }),
    );
    return differences.flat();
  }

  /** Begins to move the order's bucket to the next orders database, if there are several. */
  async moveBucket(orderId: OrderId): Promise<void> {
    const names = [...ordersDatabases(platform().databases).keys()];
    if (names.length === 1) return;
    const at = (await readPlaceOf())(orderId);
    const to = names[(names.findIndex((name) => name === at) + 1) % names.length];
    await this.staff("POST", `/v1/buckets/${bucketOf(orderId)}/moves`, { to });
  }

  async undoMove(orderId: OrderId): Promise<void> {
    if (ordersDatabases(platform().databases).size === 1) return;
    await this.staff("POST", `/v1/buckets/${bucketOf(orderId)}/moves/undo`);
  }

  async archiveOrders(): Promise<void> {
    await this.staff("POST", "/v1/order-archives");
  }

  /** Brings every archived order back, so that the stored state has all of it. */
  async restoreOrders(): Promise<void> {
    for (const [, database] of ordersDatabases(platform().databases)) {
      const { results } = await database
        .prepare("SELECT id FROM orders WHERE archived_at IS NOT NULL")
        .all<{ id: OrderId }>();
      for (const { id } of results) await this.staff("POST", `/v1/orders/${id}/restore`);
    }
  }

  /** A moved bucket is deleted where it was after an hour. */
  async hasRunningMoves(): Promise<boolean> {
    const sql = "SELECT count(*) AS n FROM job_runs WHERE job = 'bucket-move' AND status = 'running'";
    return (await platform().databases.DB.prepare(sql).first<number>("n")) !== 0;
  }

  /** Rows in an orders database that is not the place of their bucket, and buckets that take no writes. */
  async misplacedRows(): Promise<string[]> {
    const { databases } = platform();
    const placeOf = await readPlaceOf();
    const found = await Promise.all(
      [...ordersDatabases(databases)].map(async ([name, database]) => {
        const { results } = await database.prepare("SELECT id FROM orders").all<{ id: OrderId }>();
        return results
          .filter(({ id }) => placeOf(id) !== name)
          .map(({ id }) => `G8 order ${id} is also in ${name}`);
      }),
    );
    const { results: closed } = await databases.DB.prepare(
      "SELECT bucket FROM order_buckets WHERE moving_to IS NOT NULL",
    ).all<{ bucket: number }>();
    return [...found.flat(), ...closed.map(({ bucket }) => `G8 bucket ${bucket} takes no writes`)];
  }

  /** Work that only the sweep does, and that it has not done. */
  async leftUnswept(): Promise<string[]> {
    const { DB: database } = platform().databases;
    const tables = {
      "jobs that are not done": "job_runs WHERE status NOT IN ('done', 'cancelled')",
      "SKUs that their object does not have": "skus WHERE upserted_at IS NULL",
      "expired reservations not deleted": "reservations",
    };
    const found = await Promise.all(
      Object.entries(tables).map(async ([what, from]) => {
        const count = await database.prepare(`SELECT count(*) AS n FROM ${from}`).first<number>("n");
        return count === 0 ? [] : [`G8 ${what}: ${count}`];
      }),
    );
    return found.flat();
  }

  /** @param order as it is with the refund. */
  async refund(order: TrafficOrder, refund: TrafficRefund): Promise<Reply> {
    const payload = shopifyRefundPayload(order, refund);
    const reply = await this.#sendCallback("refunds/create", payload, `refund ${refund.id}`);
    this.#remember(order, reply);
    return reply;
  }

  async deleteAtStorefront(order: TrafficOrder): Promise<Reply> {
    const reply = await this.#sendCallback("orders/delete", { id: order.id }, `orders/delete ${order.id}`);
    this.#remember(order, reply, true);
    return reply;
  }

  #remember(there: TrafficOrder, reply: Reply, isDeleted = false): void {
    const known = this.#sent.get(there.id)?.there;
    if (known && (known.updatedAt ?? known.placedAt) > (there.updatedAt ?? there.placedAt)) return;
    // A callback that was kept is not applied: staff find it in the list of rejected callbacks.
    const isAccepted = reply !== null && reply.status < 300 && reply.body.outcome !== "kept";
    this.#sent.set(there.id, { there, isDeleted, isAccepted });
  }

  /** The storefront's orders whose newest state was accepted. */
  storefrontOrders(): StorefrontOrder[] {
    return [...this.#sent.values()]
      .filter(({ isAccepted }) => isAccepted)
      .map(({ there, isDeleted }) => ({ orderId: this.idOf(there), there, isDeleted }));
  }

  idOf(order: TrafficOrder): OrderId {
    return orderIdOf(this.channelId, String(order.id));
  }

  /** A call of the API by staff or a checkout. Retries have the same idempotency key. */
  async staff(method: string, path: string, body?: unknown): Promise<Reply> {
    this.#orders += 1;
    const idempotencyKey = `key-${this.#orders}`;
    return this.request(
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

  /** @param named whether the receipt names expected inbound of the SKU there, if there is any. */
  async receive(sku: number, at: number, quantity: number, ref: string, named = false): Promise<Reply> {
    const [code, locationId] = [this.skus[sku], this.locationIds[at]];
    const sql = "SELECT id FROM inbound WHERE sku = ?1 AND location_id = ?2 AND status = 'expected' LIMIT 1";
    const expected = named
      ? await platform().databases.DB.prepare(sql).bind(code, locationId).first<string>("id")
      : null;
    const receipt = { locationId, quantity, ref: `${ref}-${at}`, ...(expected && { inboundId: expected }) };
    return this.staff("POST", `/v1/skus/${code}/receipts`, receipt);
  }

  /** Creates or changes inbound stock, expected in so many days. */
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

  setSafetyStock(sku: number, at: number, quantity: number): Promise<Reply> {
    const path = `/v1/skus/${this.skus[sku]}/locations/${this.locationIds[at]}/safety-stock`;
    return this.staff("PUT", path, { quantity });
  }

  updateSkuCost(sku: number, unitCostMinor: number): Promise<Reply> {
    const code = this.skus[sku]!;
    const described = { title: code, weightGrams: 100, policy: this.#policy, unitCostMinor };
    return this.staff("PUT", `/v1/skus/${code}`, described);
  }

  count(sku: number, at: number, counted: number, ref: string): Promise<Reply> {
    const count = { locationId: this.locationIds[at], counted, ref: `${ref}-${at}` };
    return this.staff("POST", `/v1/skus/${this.skus[sku]}/counts`, count);
  }

  /** Fulfillments in the status that have a location. */
  async fulfillments(status: string): Promise<FulfillmentRef[]> {
    const sql = `SELECT order_id AS orderId, id AS fulfillmentId FROM fulfillments
                 WHERE status = ?1 AND location_id IS NOT NULL ORDER BY order_id, id`;
    return rowsOfOrders<FulfillmentRef>(sql, status);
  }

  /** Shipments that are not delivered. */
  async undeliveredShipments(): Promise<{ orderId: OrderId; shipmentId: string }[]> {
    const sql = "SELECT order_id AS orderId, id AS shipmentId FROM shipments WHERE delivered_at IS NULL";
    return rowsOfOrders<{ orderId: OrderId; shipmentId: string }>(sql);
  }

  releaseReservation(token: string): Promise<Reply> {
    return this.staff("DELETE", `/v1/reservations/${reservationIdOf(this.channelId, token)}`);
  }

  /** Ships the fulfillment. @param max units of each line at most. */
  async ship({ orderId, fulfillmentId }: FulfillmentRef, reference: string, max: number | "all" = "all") {
    const path = `/v1/orders/${orderId}/fulfillments/${fulfillmentId}/shipments`;
    const parcel = { carrier: "UPS", trackingNumber: reference, reference };
    if (max === "all") return this.staff("POST", path, parcel);
    const sql = "SELECT lines, order_id AS orderId FROM fulfillments WHERE order_id = ?1 AND id = ?2";
    const [planned] = await rowsOfOrders<{ lines: string }>(sql, orderId, fulfillmentId);
    const fulfillmentLines = JSON.parse(planned?.lines ?? "[]") as {
      lineId: string;
      quantity: number;
      shipped: number;
    }[];
    const lines = fulfillmentLines.flatMap(({ lineId, quantity, shipped }) => {
      const units = Math.min(max, quantity - shipped);
      return units > 0 ? [{ lineId, quantity: units }] : [];
    });
    return lines.length > 0 ? this.staff("POST", path, { ...parcel, lines }) : null;
  }

  changeLocation(at: number, change: Parameters<typeof locationWith>[1]): Promise<Reply> {
    const id = this.locationIds[at]!;
    return this.staff("PUT", `/v1/locations/${id}`, locationWith(id, change));
  }

  /** Opens every location that was changed, so that orders waiting for it can finish. */
  async reopenLocations(): Promise<void> {
    for (const id of changedLocationIds()) {
      await this.changeLocation(this.locationIds.indexOf(id), { active: true, capacityPerDay: null });
    }
  }

  rejectFulfillment({ orderId, fulfillmentId }: FulfillmentRef, reason = "damaged"): Promise<Reply> {
    const path = `/v1/orders/${orderId}/fulfillments/${fulfillmentId}/rejections`;
    return this.staff("POST", path, { reason });
  }

  // ── Time, queues, crons, alarms ───────────────────────────────────────────────────────────────────

  advance(ms: number): void {
    vi.setSystemTime(Date.now() + ms);
  }

  cron(name: Cron): Promise<void> {
    return fireCron(name);
  }

  /** Lets everything happen that happens by itself: late calls, alarms, queues. Returns whether anything did. */
  async turn(options: { redeliver?: boolean } = {}): Promise<boolean> {
    await platform().performLate();
    const alarms = await ringAlarms(this);
    const delivered = await deliverQueued(this, options);
    return alarms + delivered > 0;
  }

  async #sendCallback(topic: string, payload: unknown, event: string): Promise<Reply> {
    const signed = await signedStorefrontRequest("shopify", SECRET, topic, payload, {
      id: event,
      now: Date.now(),
    });
    return this.request(
      () =>
        new Request(`https://aftercart.test/v1/webhooks/${this.channelId}`, { method: "POST", ...signed }),
    );
  }

  /** Sends the request, and retries it until there is an answer. */
  async request(request: () => Request): Promise<Reply> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const response = await runInvocation((bindings, execution) =>
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
