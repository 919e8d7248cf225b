/** The measured scenarios: calls of a storefront, its retries, and customers. */
import { apiOf } from "../scripts/local/api.ts";
import type { Call } from "./load.ts";
import { newOrders, placeOrderCall } from "./orders.ts";
import type { Target } from "./platform.ts";

export type Shop = Readonly<{ target: Target; token: string; run: string }>;

export type Scenario = Readonly<{
  name: string;
  statuses: readonly number[];
  /** Creates what the requests of a round need, and returns the requests. */
  calls: (shop: Shop, count: number) => Promise<readonly Call[]>;
}>;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "order, 1 line",
    statuses: [201],
    calls: async (shop, count) => placed(shop, newOrders(shop.run, count, { lines: 1 })),
  },
  {
    name: "order, 3 lines",
    statuses: [201],
    calls: async (shop, count) => placed(shop, newOrders(shop.run, count, { lines: 3 })),
  },
  {
    name: "order, all of one SKU",
    statuses: [201],
    calls: async (shop, count) => placed(shop, newOrders(shop.run, count, { lines: 1, hot: true })),
  },
  {
    name: "repeated order",
    statuses: [200],
    calls: async (shop, count) => {
      const orders = newOrders(shop.run, REPEATED_ORDERS, { lines: 1 });
      for (const order of orders) await placeOne(shop, order);
      return placed(shop, cycled(orders, count));
    },
  },
  {
    name: "a customer's status page",
    statuses: [200],
    calls: async (shop, count) => {
      const links = [];
      for (const order of newOrders(shop.run, REPEATED_ORDERS, { lines: 3 })) {
        links.push(new URL((await placeOne(shop, order)).statusUrl).pathname);
      }
      return cycled(links, count).map((path) => ({ method: "GET", path }));
    },
  },
];

/** The number of orders that a round repeats or reads, in turn. */
const REPEATED_ORDERS = 20;

const placed = ({ token }: Shop, orders: readonly string[]): Call[] =>
  orders.map((order) => placeOrderCall(token, order));

const placeOne = ({ target, token }: Shop, order: string): Promise<{ statusUrl: string }> =>
  apiOf(target.url.origin, token).send("POST", "/v1/orders", JSON.parse(order));

const cycled = <Item>(items: readonly Item[], count: number): Item[] =>
  Array.from({ length: count }, (_, i) => items[i % items.length]!);
