/**
 * A day of the demo retailer, played through the public API and told as it happens: orders come in as
 * storefronts really send them, with repeats and in the wrong order; most of it ships; at night it is proved.
 */
import { forEachOf, type Api } from "../local/api.ts";
import { fireCron, settled, SWEEP, until } from "../local/clock.ts";
import { counted, heading, sayOf } from "../local/say.ts";
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
/** How many orders the first day has; those that trickle in later are numbered on from here. */
export const STORY_ORDERS = GENERATED + WAITING_QUANTITIES.length;
const AT_ONCE = 6;
const MINUTE = 60_000;

/** Our ids of the orders, by their number at the storefront. */
type Known = Map<number, string>;

export async function tellStory(api: Api): Promise<void> {
  heading("Storefront traffic");
  const start = Date.now() - 30 * MINUTE;
  const orders = Array.from({ length: GENERATED }, (_, i) => demoOrder(i + 1, start + i * 15_000));
  const waiting = WAITING_QUANTITIES.map((quantity, i) =>
    orderBeforeReceipt(GENERATED + 1 + i, start + (GENERATED + i) * 15_000, quantity),
  );
  const known = await placeOrders(api, [...orders, ...waiting]);

  heading("Before anything ships");
  const [cancelled, held] = [firstOf(orders, "shop-us"), firstOf(orders, "shop-eu")];
  await send(api, cancellationOf(cancelled, Date.now()));
  sayOf(
    "cancelled",
    `#${cancelled.number}, by its storefront: stock given back, the money already paid back`,
  );
  await api.send("POST", `/v1/orders/${known.get(held.id)}/holds`, {
    reason: "The customer asked us to wait.",
  });
  await tellHolds(api);

  heading("Warehouses");
  await shipSome(api);
  await fillBackorders(
    api,
    waiting.map(({ id }) => known.get(id)!),
  );
  await refundOne(
    api,
    orders.filter(({ id }) => id !== cancelled.id),
    known,
  );
}

async function placeOrders(api: Api, orders: readonly DemoOrder[]): Promise<Known> {
  const known: Known = new Map();
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
    if (orderId !== null) known.set(order.id, orderId);
  });
  for (const callback of await sampleCallbacks()) await post(callback);
  sayOf("callbacks", `${sent}, from ${CHANNELS.map(({ name }) => name).join(", ")}`);
  sayOf(
    "orders",
    `${outcomes.get("created") ?? 0} taken in; the other callbacks said nothing new, or changed one`,
  );
  return known;
}

/** Mostly one; some are sent twice, some with what followed coming first, as storefronts do. */
function callbacksOf(order: DemoOrder): Callback[] {
  const created = callbackOf("created", order);
  const later = { ...order, updatedAt: order.placedAt + MINUTE };
  if (order.id % 6 === 0) return [created, created];
  if (order.id % 7 === 0) return [callbackOf("updated", later), created];
  if (order.id % 9 === 0)
    return [callbackOf("paid", later), callbackOf("created", { ...order, status: "pending" })];
  return [created];
}

async function tellHolds(api: Api): Promise<void> {
  const { items } = await api.get<{ items: { id: string }[] }>("/v1/orders?status=on_hold&limit=200");
  for (const { id } of items) {
    const { number, holds } = await api.get<OrderAnswer>(`/v1/orders/${id}`);
    sayOf("on hold", `${number}: ${holds.map(({ detail }) => detail).join(" ")}`);
  }
}

async function shipSome(api: Api): Promise<void> {
  await fireCron(api.url, SWEEP);
  const released = await settled(() => releasedFulfillments(api));
  const places = new Set(released.map(({ locationId }) => locationId)).size;
  sayOf("released", `${counted(released.length, "fulfillment")} to ${counted(places, "location")}`);
  const going = released.filter((_, i) => i % 4 !== 3);
  const shipped = await shipAll(api, going);
  sayOf("shipped", `${counted(shipped.length, "parcel")}, with tracking numbers`);
  const delivered = await deliverAll(
    api,
    shipped.filter((_, i) => i % 2 === 0).map(({ id }) => id),
  );
  sayOf("delivered", counted(delivered, "parcel"));
}

async function fillBackorders(api: Api, orderIds: readonly string[]): Promise<void> {
  const path = `/v1/skus/${SOLD_BEFORE_RECEIPT}/receipts`;
  const inboundId = purchaseOrderOf(SOLD_BEFORE_RECEIPT);
  await api.send("POST", path, { locationId: "reno", quantity: 40, inboundId, ref: "first-delivery" });
  sayOf("received", `40 × ${SOLD_BEFORE_RECEIPT} at Reno, sold before they came`);
  const waitingUnits = async () => {
    const orders = await Promise.all(orderIds.map((id) => api.get<OrderAnswer>(`/v1/orders/${id}`)));
    return orders.flatMap(({ lines }) => lines).reduce((sum, { backordered }) => sum + backordered, 0);
  };
  const left = await until(waitingUnits, (units) => units === 0);
  sayOf(
    "backorders",
    `${counted(orderIds.length, "order")} waiting for them: ${left === 0 ? "filled" : `${left} units still owed`}`,
  );
  await fireCron(api.url, SWEEP);
  const parts = await settled(async () =>
    (await releasedFulfillments(api)).filter(({ orderId }) => orderIds.includes(orderId)),
  );
  const shipped = await shipAll(api, parts.slice(0, 1));
  sayOf("shipped", `${shipped.map(({ number }) => number).join(", ")}, the first of them`);
}

async function refundOne(api: Api, orders: readonly DemoOrder[], known: Known): Promise<void> {
  for (const order of orders.filter(({ channel }) => channel.id === "shop-us")) {
    const id = known.get(order.id);
    const { shipments, fulfillments } = await api.get<OrderAnswer>(`/v1/orders/${id}`);
    const whole = fulfillments.length === 1 && shipments.some(({ deliveredAt }) => deliveredAt !== null);
    if (!whole) continue;
    await send(api, refundOf(order, Date.now()));
    sayOf("refunded", `one unit of #${order.number}, which came back; it is on the shelf again`);
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

/** Proves the day so far, and says what was found. */
export async function reconcileDay(api: Api, on: string): Promise<void> {
  heading("The night");
  const run = () => api.send<Report>("POST", `/v1/reconciliations/${on}/run`);
  const report = await until(run, ({ clean }) => clean);
  for (const { title, counted: count, exceptionCount } of report.checks) {
    sayOf(
      exceptionCount === 0 ? "agrees" : "DIFFERS",
      `${title}: ${count} compared, ${counted(exceptionCount, "exception")}`,
    );
  }
  const found = report.checks.flatMap(({ exceptions }) => exceptions);
  for (const { subject, detail } of found.slice(0, 10)) sayOf("exception", `${subject}: ${detail}`);
  sayOf("reconciliation", `of ${on}: ${report.clean ? "clean" : "not clean"}`);
}

/** What must not get in. It comes after the reconciliation, which would name the callback kept for staff. */
export async function tellMishaps(api: Api): Promise<void> {
  heading("The morning after");
  const shop = CHANNELS[0]!;
  const forged = { channel: shop, topic: "orders/create", eventId: "demo-forged", payload: {} };
  const refused = await call(api.url, forged, "somebody else's secret");
  sayOf("forged", `a signature that is not the shop's: answered ${refused.status}, and nothing kept`);
  const payload = { id: "twelve", line_items: "none" };
  const kept = await send(api, { channel: shop, topic: "orders/create", eventId: "demo-broken", payload });
  sayOf(
    "malformed",
    `a body that is no order: answered ${kept.status}, and ${kept.outcome} for staff to look at`,
  );
}

/** The next order, from wherever it comes. */
export async function placeNext(api: Api, n: number): Promise<void> {
  const order = demoOrder(n, Date.now());
  const answer = await send(api, callbackOf("created", order));
  sayOf("order", `${order.number} from ${order.channel.name}: ${answer.outcome}`);
}

/** @throws when a callback that is right is not answered 2xx. */
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
