/**
 * A retailer with years of data. One order of each kind is created through the API and then multiplied. Other rows (dead
 * letters, callbacks, nights, keys) are inserted.
 */
import { insertExport } from "./exports";
import { finishJobs } from "./jobs";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { addDays } from "../../src/kernel/calendar";
import { orderIdOf } from "../../src/kernel/ids";
import { STOCK_ONLY } from "../../src/inventory/domain/stock-reading";
import { createContext } from "../../src/app-context";
import { aCarrierService, aChannel, fetchWorker, unique, type Call } from "./api";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "./retailer";
import {
  deleteOrder,
  listedTemplateOf,
  seededId,
  seedDirectory,
  seedOrders,
  templateOf,
  type Seed,
} from "./seed-orders";
import { totalOf, type TrafficOrder, type TrafficRefund } from "./storefront-traffic";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** When the first orders are placed, by the tests' clock. */
const OPENED_AT = Date.UTC(2026, 5, 15, 8);
/** The date at which everything is read. */
export const TODAY = "2026-09-10";
export const NOW = Date.parse(`${TODAY}T10:00:00Z`);
export const ORDERS_A_DAY = 100;
const LIVE_ORDERS = 600;

export type SeededRetailer = Retailer &
  Readonly<{
    seed: Seed;
    nthId: (n: number) => string;
    requestId: string;
    reservationId: string;
    serviceId: string;
    simulationId: string;
    inboundId: string;
    /** A parcel whose label can be printed: the numbers of the copies are none that a barcode can have. */
    printedShipmentId: string;
  }>;

type Json = ReturnType<typeof JSON.parse>;

/** Sets up the retailer and creates the template orders. Leaves the clock at NOW. */
export async function openSeededRetailer(call: Call): Promise<SeededRetailer> {
  vi.useFakeTimers({ now: OPENED_AT, toFake: ["Date"] });
  const retailer = await openRetailer(call, {
    stock: [
      [900, 900],
      [900, 0],
      [900, 900],
      [0, 0],
    ],
    sku: { policy: "backorder" },
    channel: { gracePeriodMinutes: 30 },
  });
  const steps = stepsOf(call, retailer);
  const past = [
    await steps.delivered([1, 0, 0, 0]),
    await steps.delivered([2, 1, 0, 0]),
    await steps.delivered([1, 1, 2, 0]),
    await steps.returned([2, 0, 1, 0]),
    await steps.cancelled([1, 0, 0, 0], { refunded: true }),
  ];
  const live = [
    await steps.placed([1, 0, 1, 0]),
    await steps.released([1, 2, 0, 0]),
    await steps.placed([1, 0, 0, 2]),
    await steps.held([0, 1, 1, 0]),
    await steps.shipped([1, 1, 0, 0]),
    await steps.cancelled([2, 0, 0, 0], { refunded: false }),
    await steps.rejected([0, 0, 2, 0]),
  ];
  await untilAtRest(retailer);
  const notes = JSON.stringify([{ code: "no_scan", at: NOW, detail: "no scan for 5 days" }]);
  await env.ORDERS_00.prepare("UPDATE labels SET attention = ?1 WHERE due_at IS NOT NULL").bind(notes).run();
  const read = (ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => listedTemplateOf(await templateOf(env.ORDERS_00, id), env.DIRECTORY)));
  const everyMs = DAY / ORDERS_A_DAY;
  const settled = await read(past);
  for (const { rows } of settled) {
    const { status, refund_payable_minor: refundPayable } = rows[0]!.row;
    if (!["closed", "cancelled"].includes(String(status)) || refundPayable !== 0)
      throw new Error(`a past order is ${status} with a refund payable of ${refundPayable}`);
  }
  const seed: Seed = {
    live: await read(live),
    past: settled,
    liveOrders: LIVE_ORDERS,
    newestAt: NOW - HOUR,
    everyMs,
  };
  // The templates would lie between the copies, and change their position in lists as copies are added.
  for (const orderId of [...past, ...live]) {
    await deleteOrder(env.ORDERS_00, orderId);
    await unlist(orderId);
  }
  const label = settled[0]!.rows.find(({ table }) => table === "labels")!.row;
  // The last one in its index: a search for any other parcel looks at one more row, or else only most of them would.
  const printed = { ...label, shipment_id: `shp_${"z".repeat(26)}` };
  await env.ORDERS_00.prepare(
    `INSERT INTO labels (${Object.keys(printed).join(", ")})
     SELECT value ->> '${Object.keys(printed).join("', value ->> '")}' FROM json_each(?1)`,
  )
    .bind(JSON.stringify([printed]))
    .run();
  vi.setSystemTime(NOW);
  const held = { channelId: retailer.channelId, lines: [{ sku: retailer.skus[0], quantity: 1 }] };
  const reservation = await call("POST", "/v1/reservations", held);
  await call("PUT", `/v1/channels/${unique("second")}`, aChannel());
  const serviceId = unique("service");
  for (const id of [serviceId, unique("service")])
    await call("PUT", `/v1/carrier-services/${id}`, aCarrierService());
  const inboundId = unique("po");
  for (const id of [inboundId, ...Array.from({ length: 5 }, () => unique("po"))]) {
    const [sku, locationId] = [retailer.skus[0], retailer.locationIds[0]];
    await call("PUT", `/v1/inbound/${id}`, { sku, locationId, quantity: 5, expectedOn: addDays(TODAY, 9) });
  }
  const requestId = await insertExport(retailer.channelId, []);
  const simulation = await call("POST", "/v1/sourcing/simulate", { day: TODAY });
  await finishJobs();
  const nthId = (n: number) => seededId(seed, n);
  const ids = {
    requestId,
    reservationId: reservation.body.id,
    simulationId: simulation.body.id,
    serviceId,
    inboundId,
    printedShipmentId: printed.shipment_id,
  };
  return { ...retailer, seed, nthId, ...ids };
}

/** Takes the order out of the directory. */
export const unlist = (orderId: string): Promise<unknown> =>
  env.DIRECTORY.prepare("DELETE FROM listed_orders WHERE id = ?1").bind(orderId).run();

/** Adds the orders `from` (included) to `to` (excluded), numbered from the newest, and the other rows of their time. */
export async function seedHistory(
  { seed, channelId }: SeededRetailer,
  from: number,
  to: number,
): Promise<void> {
  await seedOrders(env.ORDERS_00, seed, from, to);
  await seedDirectory(env.DIRECTORY, seed, from, to);
  const [first, last] = [from / ORDERS_A_DAY, to / ORDERS_A_DAY];
  const days = Array.from({ length: last - first }, (_, i) => addDays(TODAY, -2 - first - i));
  await env.DB.batch(
    [
      `INSERT INTO dead_letters (id, queue, message, problem, died_at, replayed_at, replays)
       SELECT 'dead-' || n, 'stock', '{"type":"stock.effect.v1"}', 'no', ${NOW - DAY} - n * ${MINUTE},
         CASE WHEN n < 100 THEN NULL ELSE ${NOW} - n * ${MINUTE} END, 0 FROM n`,
      `INSERT INTO inbox (channel_id, event_id, topic, received_at, outcome, problem, body, resolved_at)
       SELECT ?3, 'kept-' || n, 'orders/create', ${NOW - DAY} - n * ${MINUTE}, 'rejected', 'no',
         CASE WHEN n < 100 THEN '{}' END, CASE WHEN n < 100 THEN NULL ELSE ${NOW} - n * ${MINUTE} END FROM n`,
      `INSERT INTO privacy_requests (id, kind, channel_id, status, requested_by, requested_at, due_at, done_at, answered_at)
       SELECT 'prq_' || n, 'export', ?3, CASE WHEN n < 10 THEN 'waiting' ELSE 'done' END, 'channel:' || ?3,
         ${NOW} - n * 1000, ${NOW + DAY}, CASE WHEN n < 10 THEN NULL ELSE ${NOW} - n * 1000 END,
         CASE WHEN n < 10 THEN NULL ELSE ${NOW} END FROM n`,
      `INSERT INTO recovery_findings (id, kind, subject, detail, facts, found_at, decided_at, decision)
       SELECT 'fnd-' || n, 'order_lost', 'ord_' || n, 'lost', '{}', ${NOW - DAY},
         CASE WHEN n < 10 THEN NULL ELSE ${NOW} - n * 10000 END, CASE WHEN n < 10 THEN NULL ELSE 'keep' END FROM n`,
      `INSERT INTO idempotency_keys (key, request_hash, status, created_at)
       SELECT 'key-' || n, 'hash', 201, ${NOW} - n * 10000 FROM n`,
      `INSERT INTO reservations (id, channel_id, lines, status, expires_at, created_at)
       SELECT 'res_' || n, ?3, '[]', 'held', ${NOW + DAY} + n, ${NOW} FROM n`,
      `INSERT INTO api_keys (id, hash, name, scopes, created_at)
       SELECT 'key_' || printf('%026d', n), 'hash', 'seeded', '[]', ${NOW} FROM n`,
      `INSERT INTO skus (sku, title, weight_grams, unit_cost_minor, policy, active, upserted_at, created_at, updated_at)
       SELECT 'SEEDED-' || n, 'Seeded', 1, 1, 'deny', 1, ${NOW}, ${NOW}, ${NOW} FROM n`,
      `INSERT INTO stock_prices (sku, found_at, prices)
       SELECT 'SEEDED-' || n, ${NOW}, '{}' FROM n`,
      `INSERT INTO channel_stock (channel_id, sku, quantity, due_at, mismatch_since)
       SELECT ?3, 'SEEDED-' || n, 1, ${NOW + HOUR} + n, ${NOW} - n * ${HOUR} FROM n`,
    ].map((sql) => {
      const at = sql.indexOf("SELECT");
      const numbers = "WITH RECURSIVE n (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < ?2)";
      const insert = env.DB.prepare(`${sql.slice(0, at)} ${numbers} ${sql.slice(at)}`);
      const bounds = [from / 2, to / 2];
      return sql.includes("?3") ? insert.bind(...bounds, channelId) : insert.bind(...bounds);
    }),
  );
  await env.DB.batch(
    [
      `INSERT INTO reconciliations (reconciled_on, started_at, finished_at, clean, report)
       SELECT value, ${NOW}, ${NOW}, 1, json_object('on', value, 'provisional', json('false'), 'checkedAt', ${NOW},
         'compared', 'all', 'clean', json('true'), 'checks', json('[]')) FROM json_each(?1)`,
      `INSERT INTO job_runs (id, job, key, parameters, status, begun_at, updated_at, ended_at)
       SELECT 'run_' || value, 'reconciliation', '', '{}', 'done', ${NOW}, ${NOW}, ${NOW} FROM json_each(?1)`,
      `INSERT INTO account_balances (closed_on, account, currency, balance_minor)
       SELECT value, 'assets:inventory', 'USD', 0 FROM json_each(?1)`,
    ].map((sql) => env.DB.prepare(sql).bind(JSON.stringify(days))),
  );
}

/** Waits until every message is handled, every notification sent and every stock event delivered. */
async function untilAtRest({ skus }: Retailer): Promise<void> {
  const waiting = `SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM notifications WHERE status = 'pending')`;
  const { inventory } = createContext(env, { waitUntil: () => undefined }, "test");
  const openEvents = async (sku: string) => {
    const audit = await inventory.audit(sku, STOCK_ONLY);
    return audit.ok ? audit.value.openEvents : 0;
  };
  const left = async () => {
    const events = await Promise.all(skus.map(openEvents));
    const rows = await env.ORDERS_00.prepare(`${waiting} AS n`).first<number>("n");
    return events.reduce((sum, count) => sum + count, rows ?? 0);
  };
  await vi.waitUntil(async () => (await left()) === 0, { timeout: 60_000, interval: 100 });
}

/** Functions that create an order and take it to a state; each returns the order's id. */
function stepsOf(call: Call, retailer: Retailer) {
  const sendCallback = async (order: TrafficOrder, topic?: string) => {
    const answer = await fetchWorker(await shopifyCallback(retailer, order, topic ? { topic } : {}));
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  };
  const done = async (method: string, path: string, body: unknown = {}): Promise<Json> => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const advance = (ms: number) => vi.setSystemTime(Date.now() + ms);
  const place = async (quantities: readonly number[]) => {
    vi.setSystemTime(OPENED_AT);
    const order = anOrderOf(retailer, quantities);
    await sendCallback(order);
    return { order, id: orderIdOf(retailer.channelId, String(order.id)) };
  };
  const fulfillmentsOf = async (id: string) =>
    (await call("GET", `/v1/orders/${id}`)).body.fulfillments as Json[];
  const release = async (id: string) => {
    advance(HOUR);
    for (const fulfillment of await fulfillmentsOf(id))
      await done("POST", `/v1/orders/${id}/fulfillments/${fulfillment.id}/release`);
  };
  const ship = async (id: string) => {
    await release(id);
    advance(DAY);
    for (const fulfillment of await fulfillmentsOf(id)) {
      const path = `/v1/orders/${id}/fulfillments/${fulfillment.id}/labels`;
      const service = { service: "Express" };
      const label = await done("POST", path, { parcel: { weightGrams: 900 }, service, reference: "box" });
      await done("POST", `/v1/shipments/${label.shipmentId}/ship`);
    }
  };
  const deliver = async (id: string) => {
    await ship(id);
    advance(2 * DAY);
    const { shipments } = (await call("GET", `/v1/orders/${id}`)).body;
    // The sandbox has delivered it by now.
    for (const parcel of shipments) await done("POST", `/v1/shipments/${parcel.id}/tracking/refresh`);
  };
  const refund = async (order: TrafficOrder, restock: TrafficRefund["lines"][number]["restock"]) => {
    advance(DAY);
    const lines = order.lines.map(({ id: lineId, quantity }) => ({ lineId, quantity, restock }));
    const refunds = [{ id: order.id, amountMinor: totalOf(order), at: Date.now(), reason: "back", lines }];
    await sendCallback({ ...order, refunds, updatedAt: Date.now() }, "orders/updated");
  };
  const after =
    (work: (id: string, order: TrafficOrder) => Promise<unknown>) =>
    async (quantities: readonly number[]): Promise<string> => {
      const { id, order } = await place(quantities);
      await work(id, order);
      return id;
    };
  return {
    placed: after(async () => undefined),
    released: after(release),
    shipped: after(ship),
    delivered: after(deliver),
    held: after((id) => done("POST", `/v1/orders/${id}/holds`, { reason: "looks like fraud" })),
    rejected: after(async (id) => {
      await release(id);
      const [fulfillment] = await fulfillmentsOf(id);
      await done("POST", `/v1/orders/${id}/fulfillments/${fulfillment.id}/rejections`, { reason: "damaged" });
    }),
    returned: after(async (id, order) => {
      await deliver(id);
      await refund(order, "return");
    }),
    cancelled: (quantities: readonly number[], { refunded }: { refunded: boolean }) =>
      after(async (id, order) => {
        advance(MINUTE);
        await done("POST", `/v1/orders/${id}/cancellations`, { reason: "changed mind" });
        if (refunded) await refund(order, "cancel");
      })(quantities),
  };
}
