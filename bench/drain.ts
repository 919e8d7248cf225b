/** How fast a full queue is emptied: every customer of so many orders is told that the order was received. */
import { setTimeout as pause } from "node:timers/promises";
import { forEachOf, apiOf } from "../scripts/local/api.ts";
import type { QueueMessage } from "../src/domain/messages.ts";
import { newOrders } from "./orders.ts";
import { startPlatform } from "./platform.ts";
import { openRetailer } from "./retailer.ts";

export type Drained = Readonly<{ messages: number; seconds: number; perSecond: number }>;

type Told = Extract<QueueMessage, { type: "message.send.v1" }>;

/** As many as a queue takes at once. */
const BATCH = 100;
const LOOK_EVERY_MS = 100;
const WITHIN_MS = 300_000;

/** The queue is filled by hand, with messages that orders have called for, so that nothing else is going on. */
export async function measureDrain(messages: number): Promise<Drained> {
  const platform = await startPlatform({ entry: "src/index.ts", consumers: true });
  try {
    const { database, url } = platform.ours;
    const sent = () =>
      database.prepare("SELECT count(*) AS n FROM messages WHERE status = 'sent'").first<number>("n");
    const api = apiOf(url.origin, await openRetailer(platform.ours));
    await forEachOf(newOrders("drain", messages, { lines: 1 }), 16, (order) =>
      api.send("POST", "/v1/orders", JSON.parse(order)),
    );
    await until(async () => (await sent()) === messages);
    const { results } = await database
      .prepare("SELECT id AS messageId, order_id AS orderId, kind FROM messages")
      .all<Pick<Told, "messageId" | "orderId" | "kind">>();
    await database.prepare("DELETE FROM messages").run();

    const bodies = results.map((row): Told => ({ type: "message.send.v1", ...row, shipmentId: null }));
    const startedAt = performance.now();
    for (let i = 0; i < bodies.length; i += BATCH) {
      await platform.notifyQueue.sendBatch(bodies.slice(i, i + BATCH).map((body) => ({ body })));
    }
    await until(async () => (await sent()) === messages);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { messages, seconds, perSecond: messages / seconds };
  } finally {
    await platform.stop();
  }
}

/** @throws when it has not come to be so in a long time. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("the queue is not emptied");
    await pause(LOOK_EVERY_MS);
  }
}
