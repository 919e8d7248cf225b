/**
 * Callers who never give up: each sends again what was not answered, through every crash, until it is. What
 * they were acknowledged is what the checker holds us to.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { OrderId } from "../../../src/kernel/ids";
import { shopifyPayload, signedStorefrontRequest, type TrafficOrder } from "../../support/storefront-traffic";

export const CHANNEL = "shop";
export const LOCATIONS = ["east", "west"] as const;
export const SKUS = ["MUG", "BOWL", "PLATE", "SPOON"] as const;
const SECRET = "a secret between the shop and us";
const AGAIN_AFTER_MS = 100;

export type Load = Readonly<{
  acknowledged: ReadonlySet<OrderId>;
  /** Lets everybody finish what they have begun; the server must be up. */
  finish: () => Promise<void>;
}>;

type Caller = Readonly<{ url: string; key: string; random: () => number }>;

/** Two locations, a storefront, and a few SKUs with some stock. */
export async function furnish(caller: Caller): Promise<void> {
  const address = { line1: "1 Dock Road", city: "Town", postalCode: "18101", countryCode: "US" };
  for (const [i, id] of LOCATIONS.entries()) {
    const place = { latitude: 40, longitude: -75 - i * 40, timeZone: "UTC", cutOff: "16:00", priority: i };
    const location = { name: id, kind: "warehouse", address, workingDays: [1, 2, 3, 4, 5], ...place };
    await untilDone(caller, "PUT", `/v1/locations/${id}`, location);
  }
  const channel = { name: "Shop", kind: "shopify", currency: "USD", shortagePolicy: "backorder" };
  const rules = { locationIds: LOCATIONS, gracePeriodMinutes: 0, secrets: [SECRET] };
  await untilDone(caller, "PUT", `/v1/channels/${CHANNEL}`, { ...channel, ...rules });
  for (const sku of SKUS) {
    const described = { title: sku, weightGrams: 100, unitCostMinor: 321, policy: "deny" };
    await untilDone(caller, "PUT", `/v1/skus/${sku}`, described);
    await receive(caller, sku, `opening ${sku}`, 30);
  }
}

/** Storefronts, a warehouse, and the clock that fires the sweep: all at once, until told to finish. */
export function beginLoad(caller: Caller): Load {
  const acknowledged = new Set<OrderId>();
  const stopping = new AbortController();
  let orders = 0;
  let receipts = 0;
  const whileGoing = async (work: () => Promise<unknown>) => {
    while (!stopping.signal.aborted) await work().catch(() => pause(AGAIN_AFTER_MS));
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
    await fire(caller.url, "* * * * *");
    await pause(400);
  };
  const working = [storefront, storefront, storefront, dock, warehouse, clock].map(whileGoing);
  const finish = async () => {
    stopping.abort();
    await Promise.all(working);
  };
  return { acknowledged, finish };
}

/** Fires a cron as the platform would. */
export async function fire(url: string, cron: string): Promise<void> {
  const answer = await fetch(`${url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`);
  if (!answer.ok) throw new Error(`the cron "${cron}" failed`);
}

/** Sends everything that is released, whole. Answers how many there were. */
export async function shipReleased(caller: Caller): Promise<number> {
  const lists = await Promise.all(
    LOCATIONS.map((id) => call(caller, "GET", `/v1/fulfillments?status=released&locationId=${id}`)),
  );
  const parts = lists.flatMap(({ items }) => items as { id: string; orderId: string }[]);
  for (const { id, orderId } of parts) {
    const path = `/v1/orders/${orderId}/fulfillments/${id}/shipments`;
    await call(caller, "POST", path, { carrier: "UPS", trackingNumber: id, reference: id });
  }
  return parts.length;
}

const receive = (caller: Caller, sku: string, ref: string, quantity: number) =>
  untilDone(caller, "POST", `/v1/skus/${sku}/receipts`, { locationId: LOCATIONS[0], quantity, ref });

/** The storefront's callback, until it is taken in. */
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
    await pause(AGAIN_AFTER_MS);
  }
}

async function untilDone(caller: Caller, method: string, path: string, body: unknown): Promise<void> {
  for (;;) {
    const done = await call(caller, method, path, body).catch((error: unknown) => {
      if (error instanceof Refused) throw error;
      return null;
    });
    if (done) return;
    await pause(AGAIN_AFTER_MS);
  }
}

class Refused extends Error {
  override readonly name = "Refused";
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
  throw answer.status < 500 ? new Refused(problem) : new Error(problem);
}

function orderOf(number: number, random: () => number): TrafficOrder {
  const placedAt = Date.now();
  const wanted = SKUS.filter(() => random() < 0.5);
  const lines = (wanted.length > 0 ? wanted : [SKUS[0]]).map((sku, i) => ({
    id: number * 10 + i,
    sku,
    title: sku,
    quantity: 1 + Math.floor(random() * 2),
    unitPriceMinor: 1999,
    discountMinor: 101,
    taxMinor: 127,
  }));
  return {
    id: number,
    number,
    currency: "USD",
    decimals: 2,
    placedAt,
    email: `buyer${number}@example.com`,
    address: {
      firstName: "Ada",
      lastName: "Byron",
      line1: "1 Main Street",
      city: "Allentown",
      region: "PA",
      postalCode: "18101",
      countryCode: "US",
    },
    lines,
    shippingMinor: 499,
    shippingTaxMinor: 31,
  };
}
