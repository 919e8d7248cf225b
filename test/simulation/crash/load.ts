/** Load for the crash test: callers that retry each request through every crash until it is answered. */
import { setTimeout as pause } from "node:timers/promises";
import type { OrderId } from "../../../src/kernel/ids";
import { shopifyPayload, signedStorefrontRequest, type TrafficOrder } from "../../support/storefront-traffic";
import { newTrafficOrder } from "../new-traffic-order";

export const CHANNEL = "shop";
export const LOCATIONS = ["east", "west"] as const;
export const SKUS = ["MUG", "BOWL", "PLATE", "SPOON"] as const;
const SECRET = "a secret between the shop and us";
const RETRY_AFTER_MS = 100;

export type Load = Readonly<{
  /** Orders whose callback got a 2xx. */
  acknowledged: ReadonlySet<OrderId>;
  /** Stops after the requests in progress; the server must be up. */
  finish: () => Promise<void>;
}>;

type Caller = Readonly<{ url: string; key: string; random: () => number }>;

/** Creates two locations, a channel, and a few SKUs with stock. */
export async function setUpRetailer(caller: Caller): Promise<void> {
  const address = { line1: "1 Dock Road", city: "Town", postalCode: "18101", countryCode: "US" };
  for (const [i, id] of LOCATIONS.entries()) {
    const place = { latitude: 40, longitude: -75 - i * 40, timeZone: "UTC", cutOff: "16:00", priority: i };
    const location = { name: id, kind: "warehouse", address, workingDays: [1, 2, 3, 4, 5], ...place };
    await retry(caller, "PUT", `/v1/locations/${id}`, location);
  }
  const channel = { name: "Shop", kind: "shopify", currency: "USD", shortagePolicy: "backorder" };
  const rules = { locationIds: LOCATIONS, gracePeriodMinutes: 0, secrets: [SECRET] };
  await retry(caller, "PUT", `/v1/channels/${CHANNEL}`, { ...channel, ...rules });
  for (const sku of SKUS) {
    const fields = { title: sku, weightGrams: 100, unitCostMinor: 321, policy: "deny" };
    await retry(caller, "PUT", `/v1/skus/${sku}`, fields);
    await receive(caller, sku, `opening ${sku}`, 30);
  }
}

/** Starts three storefronts, a dock, a warehouse and the cron of the sweep, all concurrent. */
export function startLoad(caller: Caller): Load {
  const acknowledged = new Set<OrderId>();
  const stopping = new AbortController();
  let orders = 0;
  let receipts = 0;
  const untilStopped = async (work: () => Promise<unknown>) => {
    while (!stopping.signal.aborted) await work().catch(() => pause(RETRY_AFTER_MS));
  };
  const storefront = async () => {
    orders += 1;
    acknowledged.add(await place(caller, orderOf(orders, caller.random)));
  };
  const dock = async () => {
    receipts += 1;
    const sku = SKUS[Math.floor(caller.random() * SKUS.length)]!;
    await receive(caller, sku, `po-${receipts}`, 5);
    await pause(150);
  };
  const warehouse = async () => {
    await shipReleased(caller);
    await pause(200);
  };
  const clock = async () => {
    await fireCron(caller.url, "* * * * *");
    await pause(400);
  };
  const callers = [storefront, storefront, storefront, dock, warehouse, clock].map(untilStopped);
  const finish = async () => {
    stopping.abort();
    await Promise.all(callers);
  };
  return { acknowledged, finish };
}

/** Fires a cron of the local server. */
export async function fireCron(url: string, cron: string): Promise<void> {
  const answer = await fetch(`${url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`);
  if (!answer.ok) throw new Error(`the cron "${cron}" failed`);
}

/** Ships every released fulfillment in full. Returns how many there were. */
export async function shipReleased(caller: Caller): Promise<number> {
  const lists = await Promise.all(
    LOCATIONS.map((id) => call(caller, "GET", `/v1/fulfillments?status=released&locationId=${id}`)),
  );
  const fulfillments = lists.flatMap(({ items }) => items as { id: string; orderId: string }[]);
  for (const { id, orderId } of fulfillments) {
    const path = `/v1/orders/${orderId}/fulfillments/${id}/shipments`;
    await call(caller, "POST", path, { carrier: "UPS", trackingNumber: id, reference: id });
  }
  return fulfillments.length;
}

const receive = (caller: Caller, sku: string, ref: string, quantity: number) =>
  retry(caller, "POST", `/v1/skus/${sku}/receipts`, { locationId: LOCATIONS[0], quantity, ref });

/** Sends the storefront's callback until it is answered with an order id. */
async function place({ url }: Caller, order: TrafficOrder): Promise<OrderId> {
  for (;;) {
    const event = { id: `placed ${order.id}`, now: Date.now() };
    const signed = await signedStorefrontRequest(
      "shopify",
      SECRET,
      "orders/create",
      shopifyPayload(order),
      event,
    );
    const path = `${url}/v1/webhooks/${CHANNEL}`;
    const answer = await fetch(path, { method: "POST", ...signed }).catch(() => null);
    const body = answer?.ok ? await answer.json<{ orderId: OrderId }>().catch(() => null) : null;
    if (body) return body.orderId;
    await pause(RETRY_AFTER_MS);
  }
}

async function retry(caller: Caller, method: string, path: string, body: unknown): Promise<void> {
  for (;;) {
    const done = await call(caller, method, path, body).catch((error: unknown) => {
      if (error instanceof RefusedRequest) throw error;
      return null;
    });
    if (done) return;
    await pause(RETRY_AFTER_MS);
  }
}

class RefusedRequest extends Error {
  override readonly name = "RefusedRequest";
}

async function call(
  { url, key }: Caller,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text) as Record<string, unknown>;
  const problem = `${method} ${path}: ${answer.status} ${text}`;
  throw answer.status < 500 ? new RefusedRequest(problem) : new Error(problem);
}

function orderOf(number: number, random: () => number): TrafficOrder {
  const quantities = SKUS.map(() => (random() < 0.5 ? 1 + Math.floor(random() * 2) : 0));
  return newTrafficOrder(number, SKUS, quantities.some((quantity) => quantity > 0) ? quantities : [1]);
}
