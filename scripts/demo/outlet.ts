/**
 * The outlet's BigCommerce store. Its webhooks only name an order, so it needs an API that answers what the order
 * is, and that is pushed what may be sold. Here that is a stand-in on this machine, which answers as BigCommerce
 * documents; it knows what it is pushed for as long as it runs.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { bigCommerceAnswer, signedBigCommerceRequest } from "../../test/support/bigcommerce-store.ts";
import { CREDENTIALS, StorefrontStub } from "../../test/support/storefront-stock.ts";
import type { TrafficOrder } from "../../test/support/storefront-traffic.ts";
import type { Api } from "../local/api.ts";
import { fireCron, SWEEP, until } from "../local/clock.ts";
import { counted, heading, sayOf } from "../local/say.ts";
import { CATALOGUE } from "./catalogue.ts";
import { demoOrder } from "./orders.ts";
import { CHANNELS } from "./retailer.ts";
import type { OrderAnswer } from "./warehouse.ts";

const Told = z.object({ orderId: z.string() });

const ID = "outlet-us";
const SECRET = "demo-bigcommerce-client-secret";
const SKUS = CATALOGUE.map(({ sku }) => sku).slice(0, 24);
const FIRST_ID = 301;
const ORDERS = 3;
/** Of every ten orders of the demonstration, this one is the US shop's: what it sells, the outlet sells. */
const LIKE_ORDER = 10;

export type Outlet = Readonly<{
  url: string;
  orders: Map<number, TrafficOrder>;
  shelf: StorefrontStub;
}>;

/** Opens the store, and connects its channel to where it is this time. */
export async function openOutlet(api: Api): Promise<Outlet> {
  const orders = new Map<number, TrafficOrder>();
  const shelf = new StorefrontStub();
  for (const sku of SKUS) shelf.put(sku, 0);
  const store = { orders, shelf };
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

/** The store is asked by the address that BigCommerce's own API has. */
async function answer({ orders, shelf }: Store, request: IncomingMessage): Promise<Response> {
  const url = new URL(request.url ?? "/", "https://api.bigcommerce.com");
  if (!url.pathname.includes("/v3/inventory/")) return bigCommerceAnswer(orders, url);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const headers = { "x-auth-token": String(request.headers["x-auth-token"]) };
  const body = Buffer.concat(parts).toString();
  return shelf.answer(url.href, { method: request.method ?? "GET", headers, ...(body ? { body } : {}) });
}

/** Orders that the store only names, and what it is pushed it may sell. */
export async function tellOutlet(api: Api, outlet: Outlet): Promise<void> {
  heading("The outlet");
  const orderIds: string[] = [];
  for (let i = 0; i < ORDERS; i += 1) {
    const { channel: _shop, ...like } = demoOrder(LIKE_ORDER * (i + 1), Date.now() - 60_000);
    const order = { ...like, id: FIRST_ID + i, number: FIRST_ID + i };
    outlet.orders.set(order.id, order);
    for (const scope of ["store/order/created", "store/order/statusUpdated"]) {
      orderIds.push(await name(api, order.id, scope));
    }
  }
  const known = new Set(orderIds);
  const arrived = async () => {
    const { items } = await api.get<{ items: OrderAnswer[] }>("/v1/orders?limit=200");
    return items.filter(({ id }) => known.has(id)).length;
  };
  const fetched = await until(arrived, (count) => count === ORDERS);
  sayOf("named", `${counted(ORDERS, "order")}, each twice, and nothing said of them`);
  sayOf("fetched", `${fetched}, each once, from the store's API: a stand-in of ours at ${outlet.url}`);

  await fireCron(api.url, SWEEP);
  const shown = () => Promise.resolve(outlet.shelf.items.filter(({ quantity }) => quantity > 0).length);
  const pushed = await until(shown, (count) => count > 0);
  sayOf(
    "pushed",
    `the outlet shows what it may sell of ${counted(pushed, "SKU")}, from the one stock of all`,
  );
}

/** Answers our id of the order. @throws when the callback is not answered 2xx. */
async function name(api: Api, orderId: number, scope: string): Promise<string> {
  const signing = { id: `demo-${orderId}-${scope}`, now: Date.now() };
  const { headers, body } = await signedBigCommerceRequest(SECRET, scope, orderId, signing);
  const answered = await fetch(`${api.url}/v1/webhooks/${ID}`, { method: "POST", headers, body });
  if (!answered.ok) throw new Error(`${ID} ${scope} of ${orderId} was answered ${answered.status}`);
  return Told.parse(await answered.json()).orderId;
}
