/** What is measured: the ways in which a shop, its customers and its storefront's retries call. */
import { apiOf } from "../scripts/local/api.ts";
import type { Call } from "./load.ts";
import { newOrders, placing } from "./orders.ts";
import type { Door } from "./platform.ts";

export type Shop = Readonly<{ door: Door; token: string; run: string }>;

export type Scenario = Readonly<{
  name: string;
  statuses: readonly number[];
  /** The requests of one round; what they need is there when they are made. */
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
    name: "order, everyone wants one SKU",
    statuses: [201],
    calls: async (shop, count) => placed(shop, newOrders(shop.run, count, { lines: 1, hot: true })),
  },
  {
    name: "the same order again",
    statuses: [200],
    calls: async (shop, count) => {
      const orders = newOrders(shop.run, DIFFERENT, { lines: 1 });
      for (const order of orders) await placeOne(shop, order);
      return placed(shop, cycled(orders, count));
    },
  },
  {
    name: "a customer's status page",
    statuses: [200],
    calls: async (shop, count) => {
      const links = [];
      for (const order of newOrders(shop.run, DIFFERENT, { lines: 3 })) {
        links.push(new URL((await placeOne(shop, order)).statusUrl).pathname);
      }
      return cycled(links, count).map((path) => ({ method: "GET", path }));
    },
  },
];

/** Orders that a round repeats or reads, in turn. */
const DIFFERENT = 20;

const placed = ({ token }: Shop, orders: readonly string[]): Call[] =>
  orders.map((order) => placing(token, order));

const placeOne = ({ door, token }: Shop, order: string): Promise<{ statusUrl: string }> =>
  apiOf(door.url.origin, token).send("POST", "/v1/orders", JSON.parse(order));

const cycled = <Item>(items: readonly Item[], count: number): Item[] =>
  Array.from({ length: count }, (_, i) => items[i % items.length]!);
