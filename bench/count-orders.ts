/** Counts accepted orders, one at a time, in a system that also has other work, such as the alarms of earlier orders. */
import { apiOf } from "../scripts/local/api.ts";
import { REJECTED, untilQuiet } from "./count-requests.ts";
import type { Counts } from "./counts.ts";
import { newOrders, placeOrderCall } from "./orders.ts";
import type { Shop } from "./scenarios.ts";

/** The counts until the answer to an order of so many lines. */
export type OrderCounts = Readonly<{ lines: number; answered: Counts }>;

/** An alarm in the moment of an order is counted with it. Therefore counts are only taken if two orders have the same. */
const MOST_ORDERS = 6;

/** @throws if hardly any two orders have the same counts. */
export async function countOrders(shop: Shop, lineCounts: readonly number[]): Promise<OrderCounts[]> {
  const counted: OrderCounts[] = [];
  for (const lines of lineCounts) counted.push({ lines, answered: await agreedCounts(shop, lines) });
  return counted;
}

async function agreedCounts(shop: Shop, lines: number): Promise<Counts> {
  const seen = new Set<string>();
  for (let order = 0; order < MOST_ORDERS; order += 1) {
    const answered = await countOrder(shop, lines);
    const text = JSON.stringify(answered);
    if (seen.has(text)) return answered;
    seen.add(text);
  }
  throw new Error(`no two of ${MOST_ORDERS} orders had the same counts: ${[...seen].join("; ")}`);
}

async function countOrder({ target, token, run }: Shop, lines: number): Promise<Counts> {
  const { origin } = target.url;
  const [body] = newOrders(`${run}-counted`, 1, { lines });
  await untilQuiet(origin);
  // Fills the isolate's caches, which most requests find filled.
  await fetch(new URL(placeOrderCall(token, "").path, origin), placeOrderCall(token, REJECTED));
  await fetch(`${origin}/counts/reset`);
  await apiOf(origin, token).send("POST", "/v1/orders", JSON.parse(body!));
  const { answered }: { answered: Counts } = await (await fetch(`${origin}/counts`)).json();
  return answered;
}
