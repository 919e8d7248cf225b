/**
 * Plays the first day of the demo retailer through the public API, and prints each step: callbacks arrive as storefronts
 * send them, also twice and out of order; most orders ship; the night's reconciliation follows.
 */
import { forEachOf, freshOrders, type Api } from "../local/api.ts";
import { fireCron, SWEEP, until, untilStable } from "../local/crons.ts";
import { plural, heading, printFact } from "../local/print.ts";
import { demoOrder, orderBeforeReceipt, type DemoOrder } from "./orders.ts";
import { CHANNELS, SOLD_BEFORE_RECEIPT } from "./retailer.ts";
import { purchaseOrderOf } from "./seed.ts";
import {
  call,
  callbackOf,
  cancellationOf,
  refundOf,
  sampleCallbacks,
  type Answer,
  type Callback,
} from "./storefronts.ts";
import { deliverAll, releasedFulfillments, shipAll, type OrderAnswer } from "./warehouse.ts";

const GENERATED = 60;
const WAITING_QUANTITIES = [1, 2, 1];
/** The number of orders of the first day. Later orders are numbered from here. */
export const FIRST_DAY_ORDERS = GENERATED + WAITING_QUANTITIES.length;
const AT_ONCE = 6;
const MINUTE = 60_000;

/** Order ids, by their storefront's id. */
type OrderIds = Map<number, string>;

export async function playFirstDay(api: Api): Promise<void> {
  heading("Storefront traffic");
  const start = Date.now() - 30 * MINUTE;
  const orders = Array.from({ length: GENERATED }, (_, i) => demoOrder(i + 1, start + i * 15_000));
  const waiting = WAITING_QUANTITIES.map((quantity, i) =>
    orderBeforeReceipt(GENERATED + 1 + i, start + (GENERATED + i) * 15_000, quantity),
  );
  const orderIds = await placeOrders(api, [...orders, ...waiting]);

  heading("Before shipping");
  const [cancelled, held] = [firstOf(orders, "shop-us"), firstOf(orders, "shop-eu")];
  await send(api, cancellationOf(cancelled, Date.now()));
  printFact("cancelled", `#${cancelled.number}, by its storefront: stock released, payment refunded`);
  await api.send("POST", `/v1/orders/${orderIds.get(held.id)}/holds`, {
    reason: "The customer asked us to wait.",
  });
  await printHolds(api);

  heading("Warehouses");
  await shipSome(api);
  await fillBackorders(
    api,
    waiting.map(({ id }) => orderIds.get(id)!),
  );
  await refundOne(
    api,
    orders.filter(({ id }) => id !== cancelled.id),
    orderIds,
  );
}

async function placeOrders(api: Api, orders: readonly DemoOrder[]): Promise<OrderIds> {
  const orderIds: OrderIds = new Map();
  const outcomes = new Map<string, number>();
  let sent = 0;
  const post = async (callback: Callback): Promise<Answer> => {
    const answer = await send(api, callback);
    sent += 1;
    outcomes.set(answer.outcome ?? "none", (outcomes.get(answer.outcome ?? "none") ?? 0) + 1);
    return answer;
  };
  await forEachOf(orders, AT_ONCE, async (order) => {
    let orderId: string | null = null;
    for (const callback of callbacksOf(order)) orderId = (await post(callback)).orderId ?? orderId;
    if (orderId !== null) orderIds.set(order.id, orderId);
  });
  for (const callback of await sampleCallbacks()) await post(callback);
  printFact("callbacks", `${sent}, from ${CHANNELS.map(({ name }) => name).join(", ")}`);
  printFact(
    "orders",
    `${outcomes.get("created") ?? 0} created; the other callbacks were repeats or changed an order`,
  );
  return orderIds;
}

/** Usually one callback. Some come twice, some after a later one, as storefronts do. */
function callbacksOf(order: DemoOrder): Callback[] {
  const created = callbackOf("created", order);
  const later = { ...order, updatedAt: order.placedAt + MINUTE };
  if (order.id % 6 === 0) return [created, created];
  if (order.id % 7 === 0) return [callbackOf("updated", later), created];
  if (order.id % 9 === 0)
    return [callbackOf("paid", later), callbackOf("created", { ...order, status: "pending" })];
  return [created];
}

async function printHolds(api: Api): Promise<void> {
  const items = await freshOrders<{ id: string }>(api, "/v1/orders?status=on_hold&limit=200");
  for (const { id } of items) {
    const { number, holds } = await api.get<OrderAnswer>(`/v1/orders/${id}`);
    printFact("on hold", `${number}: ${holds.map(({ detail }) => detail).join(" ")}`);
  }
}

async function shipSome(api: Api): Promise<void> {
  await fireCron(api.url, SWEEP);
  const released = await untilStable(() => releasedFulfillments(api));
  const locations = new Set(released.map(({ locationId }) => locationId)).size;
  printFact("released", `${plural(released.length, "fulfillment")} to ${plural(locations, "location")}`);
  const toShip = released.filter((_, i) => i % 4 !== 3);
  const shipped = await shipAll(api, toShip);
  printFact("shipped", `${plural(shipped.length, "parcel")}, with tracking numbers`);
  const delivered = await deliverAll(
    api,
    shipped.filter((_, i) => i % 2 === 0).map(({ id }) => id),
  );
  printFact("delivered", plural(delivered, "parcel"));
}

async function fillBackorders(api: Api, orderIds: readonly string[]): Promise<void> {
  const path = `/v1/skus/${SOLD_BEFORE_RECEIPT}/receipts`;
  const inboundId = purchaseOrderOf(SOLD_BEFORE_RECEIPT);
  await api.send("POST", path, { locationId: "reno", quantity: 40, inboundId, ref: "first-delivery" });
  printFact("received", `40 × ${SOLD_BEFORE_RECEIPT} at Reno, of which some were already sold`);
  const waitingUnits = async () => {
    const orders = await Promise.all(orderIds.map((id) => api.get<OrderAnswer>(`/v1/orders/${id}`)));
    return orders.flatMap(({ lines }) => lines).reduce((sum, { backordered }) => sum + backordered, 0);
  };
  const left = await until(waitingUnits, (units) => units === 0);
  printFact(
    "backorders",
    `${plural(orderIds.length, "order")} waiting for them: ${left === 0 ? "filled" : `${left} units still backordered`}`,
  );
  await fireCron(api.url, SWEEP);
  const fulfillments = await untilStable(async () =>
    (await releasedFulfillments(api)).filter(({ orderId }) => orderIds.includes(orderId)),
  );
  const shipped = await shipAll(api, fulfillments.slice(0, 1));
  printFact("shipped", `${shipped.map(({ number }) => number).join(", ")}, the first of these orders`);
}

async function refundOne(api: Api, orders: readonly DemoOrder[], orderIds: OrderIds): Promise<void> {
  for (const order of orders.filter(({ channel }) => channel.id === "shop-us")) {
    const id = orderIds.get(order.id);
    const { shipments, fulfillments } = await api.get<OrderAnswer>(`/v1/orders/${id}`);
    const isDelivered =
      fulfillments.length === 1 && shipments.some(({ deliveredAt }) => deliveredAt !== null);
    if (!isDelivered) continue;
    await send(api, refundOf(order, Date.now()));
    printFact("refunded", `one unit of #${order.number}, which was returned and restocked`);
    return;
  }
}

type Report = Readonly<{
  clean: boolean;
  checks: readonly Readonly<{
    title: string;
    counted: number;
    exceptionCount: number;
    exceptions: readonly Readonly<{ subject: string; detail: string }>[];
  }>[];
}>;

/** Reconciles the day, and prints the result. */
export async function reconcileDay(api: Api, on: string): Promise<void> {
  heading("Nightly reconciliation");
  const run = async () => {
    const { id } = await api.send<{ id: string }>("POST", `/v1/reconciliations/${on}/run`);
    await until(
      () => api.get<{ status: string }>(`/v1/jobs/${id}`),
      ({ status }) => status !== "running",
    );
    return api.get<Report>(`/v1/reconciliations/${on}`);
  };
  const report = await until(run, ({ clean }) => clean);
  for (const { title, counted: count, exceptionCount } of report.checks) {
    printFact(
      exceptionCount === 0 ? "agrees" : "DIFFERS",
      `${title}: ${count} compared, ${plural(exceptionCount, "exception")}`,
    );
  }
  const found = report.checks.flatMap(({ exceptions }) => exceptions);
  for (const { subject, detail } of found.slice(0, 10)) printFact("exception", `${subject}: ${detail}`);
  printFact("reconciliation", `of ${on}: ${report.clean ? "clean" : "not clean"}`);
}

/** Sends callbacks that must be rejected. It runs after the reconciliation, which would report the rejected callback. */
export async function sendBadCallbacks(api: Api): Promise<void> {
  heading("Bad callbacks");
  const shop = CHANNELS[0]!;
  const forged = { channel: shop, topic: "orders/create", eventId: "demo-forged", payload: {} };
  const rejected = await call(api.url, forged, "another secret");
  printFact("forged", `wrong signature: answered ${rejected.status}, nothing stored`);
  const payload = { id: "twelve", line_items: "none" };
  const stored = await send(api, { channel: shop, topic: "orders/create", eventId: "demo-broken", payload });
  printFact("malformed", `not an order: answered ${stored.status}, ${stored.outcome}, and stored for staff`);
}

/** Sends order `n`. */
export async function placeNext(api: Api, n: number): Promise<void> {
  const order = demoOrder(n, Date.now());
  const answer = await send(api, callbackOf("created", order));
  printFact("order", `${order.number} from ${order.channel.name}: ${answer.outcome}`);
}

/** @throws if the callback is not answered with a 2xx. */
async function send(api: Api, callback: Callback): Promise<Answer> {
  const answer = await call(api.url, callback);
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(
      `${callback.channel.id} ${callback.topic} ${callback.eventId} was answered ${answer.status}`,
    );
  }
  return answer;
}

const firstOf = (orders: readonly DemoOrder[], channelId: string): DemoOrder =>
  orders.find(({ channel }) => channel.id === channelId)!;
