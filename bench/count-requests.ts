/** Sends single requests to the counting Worker: counts until the answer, and with all work that follows. */
import { setTimeout as pause } from "node:timers/promises";
import type { Counts } from "./counts.ts";
import type { Call } from "./load.ts";
import { newOrders, placeOrderCall } from "./orders.ts";
import { startPlatform } from "./platform.ts";
import { CHANNEL, setUpRetailer, skuOf } from "./retailer.ts";

export type Counted = Readonly<{
  name: string;
  /** Until the answer. */
  answered: Counts;
  /** With the work that follows: queue consumers, and the alarm that confirms the allocations. */
  all: Counts;
}>;

/** Queues batch for a second. If nothing changes for longer, all work is done. */
const QUIET_MS = 2_500;

export async function countRequests(): Promise<Counted[]> {
  const platform = await startPlatform({ worker: "counting", consumers: true });
  try {
    const { origin } = platform.aftercart.url;
    const token = await setUpRetailer(platform.aftercart);
    const answers = new Map<string, { id: string; statusUrl: string }>();
    const counted: Counted[] = [];
    for (const { name, call, skus = [] } of requests(token, answers)) {
      await untilQuiet(origin);
      // Fills the isolate's caches, which most requests find filled.
      await fetch(`${origin}/v1/orders?limit=1`, { headers: { authorization: `Bearer ${token}` } });
      await fetch(new URL(placeOrderCall(token, "").path, origin), placeOrderCall(token, REJECTED));
      await fetch(`${origin}/counts/reset`);
      const { path, ...init } = call();
      const answer = await fetch(origin + path, init);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text}`);
      if (answer.headers.get("content-type")?.includes("json")) answers.set(name, JSON.parse(text));
      const { answered } = await untilQuiet(origin);
      for (const sku of skus) await fetch(`${origin}/counts/expire/${sku}`);
      const { all } = await untilQuiet(origin);
      if (answered === null) throw new Error(`${name} was not counted`);
      counted.push({ name, answered, all });
    }
    return counted;
  } finally {
    await platform.stop();
  }
}

/** An order that is rejected because of its channel, so that it only fills the caches. */
export const REJECTED = newOrders("refused", 1, { lines: 1 })[0]!.replace(
  `"${CHANNEL}"`,
  '"no-such-channel"',
);

type Request = Readonly<{ name: string; call: () => Call & RequestInit; skus?: readonly string[] }>;

function requests(
  token: string,
  answers: ReadonlyMap<string, { id: string; statusUrl: string }>,
): readonly Request[] {
  const headers = { authorization: `Bearer ${token}` };
  const json = { ...headers, "content-type": "application/json" };
  const [one, three] = [1, 3].map((lines) => newOrders("count", 1, { lines, hot: true })[0]!);
  const answerTo = (name: string) => answers.get(name)!;
  return [
    { name: ONE, call: () => placeOrderCall(token, one!), skus: [skuOf(0)] },
    { name: THREE, call: () => placeOrderCall(token, three!), skus: [0, 1, 2].map(skuOf) },
    { name: "repeated order", call: () => placeOrderCall(token, three!) },
    {
      name: "reservation, 2 SKUs",
      call: () => ({
        method: "POST",
        path: "/v1/reservations",
        headers: json,
        body: JSON.stringify({
          channelId: CHANNEL,
          lines: [3, 4].map((n) => ({ sku: skuOf(n), quantity: 1 })),
        }),
      }),
    },
    {
      name: "a customer's status page",
      call: () => ({ method: "GET", path: new URL(answerTo(THREE).statusUrl).pathname }),
    },
    {
      name: "read an order",
      call: () => ({ method: "GET", path: `/v1/orders/${answerTo(THREE).id}`, headers }),
    },
    { name: "list of orders", call: () => ({ method: "GET", path: "/v1/orders?limit=50", headers }) },
  ];
}

export const ONE = "order, 1 line";
export const THREE = "order, 3 lines";

type CountsSoFar = Readonly<{ answered: Counts | null; all: Counts }>;

/** Waits until the counts have stopped growing, and returns them. */
export async function untilQuiet(origin: string): Promise<CountsSoFar> {
  const read = async (): Promise<CountsSoFar> => (await fetch(`${origin}/counts`)).json();
  for (let before = await read(); ;) {
    await pause(QUIET_MS);
    const now = await read();
    if (JSON.stringify(now.all) === JSON.stringify(before.all)) return now;
    before = now;
  }
}
