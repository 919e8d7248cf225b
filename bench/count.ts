/** One request at a time through the counting Worker: what its caller waits for, and what it costs in the end. */
import { setTimeout as pause } from "node:timers/promises";
import type { Counts } from "./counts.ts";
import type { Call } from "./load.ts";
import { newOrders, placing } from "./orders.ts";
import { startPlatform } from "./platform.ts";
import { CHANNEL, openRetailer, skuOf } from "./retailer.ts";

export type Counted = Readonly<{
  name: string;
  /** Until the caller has its answer. */
  answered: Counts;
  /** With what follows: queues, messages, and the alarm that confirms the allocations. */
  all: Counts;
}>;

/** The queues gather messages for a second; when nothing has happened for longer, nothing will. */
const QUIET_MS = 2_500;

export async function countRequests(): Promise<Counted[]> {
  const platform = await startPlatform({ worker: "counting", consumers: true });
  try {
    const { origin } = platform.ours.url;
    const token = await openRetailer(platform.ours);
    const answers = new Map<string, { id: string; statusUrl: string }>();
    const counted: Counted[] = [];
    for (const { name, call, skus = [] } of requests(token, answers)) {
      await quiet(origin);
      // Reference data is kept for seconds: the request that is counted finds it there, as most do.
      await fetch(`${origin}/v1/orders?limit=1`, { headers: { authorization: `Bearer ${token}` } });
      await fetch(new URL(placing(token, "").path, origin), placing(token, REFUSED));
      await fetch(`${origin}/counts/forget`);
      const { path, ...init } = call();
      const answer = await fetch(origin + path, init);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text}`);
      if (answer.headers.get("content-type")?.includes("json")) answers.set(name, JSON.parse(text));
      const { answered } = await quiet(origin);
      for (const sku of skus) await fetch(`${origin}/counts/later/${sku}`);
      const { all } = await quiet(origin);
      if (answered === null) throw new Error(`${name} was not counted`);
      counted.push({ name, answered, all });
    }
    return counted;
  } finally {
    await platform.stop();
  }
}

/** Refused for its channel, which is looked up in the reference data. */
const REFUSED = newOrders("refused", 1, { lines: 1 })[0]!.replace(`"${CHANNEL}"`, '"no-such-channel"');

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
    { name: ONE, call: () => placing(token, one!), skus: [skuOf(0)] },
    { name: THREE, call: () => placing(token, three!), skus: [0, 1, 2].map(skuOf) },
    { name: "the same order again", call: () => placing(token, three!) },
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
      name: "reading an order",
      call: () => ({ method: "GET", path: `/v1/orders/${answerTo(THREE).id}`, headers }),
    },
    { name: "a page of orders", call: () => ({ method: "GET", path: "/v1/orders?limit=50", headers }) },
  ];
}

export const ONE = "order, 1 line";
export const THREE = "order, 3 lines";

type Told = Readonly<{ answered: Counts | null; all: Counts }>;

async function quiet(origin: string): Promise<Told> {
  const look = async (): Promise<Told> => (await fetch(`${origin}/counts`)).json();
  for (let before = await look(); ;) {
    await pause(QUIET_MS);
    const now = await look();
    if (JSON.stringify(now.all) === JSON.stringify(before.all)) return now;
    before = now;
  }
}
