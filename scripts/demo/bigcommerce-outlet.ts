/**
 * The demo's BigCommerce store. Its webhooks name an order without content, so it needs an API from which the order is
 * fetched and to which stock is pushed. The API is a stub on this machine that follows BigCommerce's documentation. It
 * keeps its data in memory.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { bigCommerceAnswer, signedBigCommerceRequest } from "../../test/support/bigcommerce-store.ts";
import { CREDENTIALS, StorefrontStub } from "../../test/support/storefront-stock.ts";
import type { TrafficOrder } from "../../test/support/storefront-traffic.ts";
import type { Api } from "../local/api.ts";
import { fireCron, SWEEP, until } from "../local/crons.ts";
import { plural, heading, printFact } from "../local/print.ts";
import { CATALOGUE } from "./catalogue.ts";
import { demoOrder } from "./orders.ts";
import { CHANNELS } from "./retailer.ts";
import type { OrderAnswer } from "./warehouse.ts";

const CallbackAnswer = z.object({ orderId: z.string() });

const ID = "outlet-us";
const SECRET = "demo-bigcommerce-client-secret";
const SKUS = CATALOGUE.map(({ sku }) => sku).slice(0, 24);
const FIRST_ID = 301;
const ORDERS = 3;
/** Every tenth demo order is one of the US shop. The outlet's orders are copies of those. */
const COPIED_ORDERS = 10;

export type Outlet = Readonly<{
  url: string;
  orders: Map<number, TrafficOrder>;
  stock: StorefrontStub;
}>;

/** Starts the store's API, and connects the channel to its address. */
export async function openOutlet(api: Api): Promise<Outlet> {
  const orders = new Map<number, TrafficOrder>();
  const stock = new StorefrontStub();
  for (const sku of SKUS) stock.put(sku, 0);
  const store = { orders, stock };
  const server = createServer((request, response) => void serve(store, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const { id: _id, rate: _rate, secret: _secret, ...like } = CHANNELS[0]!;
  await api.send("PUT", `/v1/channels/${ID}`, {
    ...like,
    name: "US outlet (BigCommerce)",
    kind: "bigcommerce",
    secrets: [SECRET],
    connection: { baseUrl: `${url}/stores/outlet`, credentials: CREDENTIALS.bigcommerce },
  });
  return { url, ...store };
}

type Store = Omit<Outlet, "url">;

async function serve(store: Store, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answered = await answer(store, request).catch(() => new Response(null, { status: 500 }));
  response.writeHead(answered.status, { "content-type": "application/json" });
  response.end(await answered.text());
}

/** The stub handles requests by the addresses of BigCommerce's API. */
async function answer({ orders, stock }: Store, request: IncomingMessage): Promise<Response> {
  const url = new URL(request.url ?? "/", "https://api.bigcommerce.com");
  if (!url.pathname.includes("/v3/inventory/")) return bigCommerceAnswer(orders, url);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = { "x-auth-token": String(request.headers["x-auth-token"]) };
  const body = Buffer.concat(chunks).toString();
  return stock.answer(url.href, { method: request.method ?? "GET", headers, ...(body ? { body } : {}) });
}

/** Sends webhooks of a few orders, and prints which were fetched and which stock was pushed. */
export async function playOutlet(api: Api, outlet: Outlet): Promise<void> {
  heading("BigCommerce outlet");
  const orderIds: string[] = [];
  for (let i = 0; i < ORDERS; i += 1) {
    const { channel: _shop, ...like } = demoOrder(COPIED_ORDERS * (i + 1), Date.now() - 60_000);
    const order = { ...like, id: FIRST_ID + i, number: FIRST_ID + i };
    outlet.orders.set(order.id, order);
    for (const scope of ["store/order/created", "store/order/statusUpdated"]) {
      orderIds.push(await sendWebhook(api, order.id, scope));
    }
  }
  const expected = new Set(orderIds);
  const countFetched = async () => {
    const { items } = await api.get<{ items: OrderAnswer[] }>("/v1/orders?limit=200");
    return items.filter(({ id }) => expected.has(id)).length;
  };
  const fetched = await until(countFetched, (count) => count === ORDERS);
  printFact("webhooks", `${plural(ORDERS, "order")}, each twice, without content`);
  printFact("fetched", `${fetched}, each once, from the store's API, a stub at ${outlet.url}`);

  await fireCron(api.url, SWEEP);
  const countShown = () => Promise.resolve(outlet.stock.items.filter(({ quantity }) => quantity > 0).length);
  const pushed = await until(countShown, (count) => count > 0);
  printFact("pushed", `the sellable quantity of ${plural(pushed, "SKU")} to the outlet`);
}

/** Sends a webhook. Returns the order's id. @throws if it is not answered with a 2xx. */
async function sendWebhook(api: Api, orderId: number, scope: string): Promise<string> {
  const signing = { id: `demo-${orderId}-${scope}`, now: Date.now() };
  const { headers, body } = await signedBigCommerceRequest(SECRET, scope, orderId, signing);
  const answered = await fetch(`${api.url}/v1/webhooks/${ID}`, { method: "POST", headers, body });
  if (!answered.ok) throw new Error(`${ID} ${scope} of ${orderId} was answered ${answered.status}`);
  return CallbackAnswer.parse(await answered.json()).orderId;
}
