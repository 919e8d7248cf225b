/**
 * How fast a full queue is emptied: every customer of so many orders is told that the order was received. Told
 * beside the floor's orders a second, measured just before.
 */
import { setTimeout as pause } from "node:timers/promises";
import { forEachOf, apiOf } from "../scripts/local/api.ts";
import type { NotificationToSend } from "../src/notifications/domain/notifications.ts";
import { measure } from "./load.ts";
import { newOrders, placing } from "./orders.ts";
import { openFloor, startPlatform, type Door } from "./platform.ts";
import { openRetailer } from "./retailer.ts";

export type Drained = Readonly<{ messages: number; seconds: number; perSecond: number; ratio: number }>;

type Told = NotificationToSend;

/** As many as a queue takes at once. */
const BATCH = 100;
const LOOK_EVERY_MS = 100;
const WITHIN_MS = 300_000;

/** The queue is filled by hand, with messages that orders have called for, so that nothing else is going on. */
export async function measureDrain(messages: number, callers: number): Promise<Drained> {
  const platform = await startPlatform({ consumers: true });
  try {
    await openFloor(platform.floor);
    await floorRate(platform.floor, { messages, callers });
    const { database, url } = platform.ours;
    const sent = () =>
      database.prepare("SELECT count(*) AS n FROM notifications WHERE status = 'sent'").first<number>("n");
    const api = apiOf(url.origin, await openRetailer(platform.ours));
    await forEachOf(newOrders("drain", messages, { lines: 1 }), 16, (order) =>
      api.send("POST", "/v1/orders", JSON.parse(order)),
    );
    await until(async () => (await sent()) === messages);
    const { results } = await database
      .prepare("SELECT id AS notificationId, order_id AS orderId, kind FROM notifications")
      .all<Pick<Told, "notificationId" | "orderId" | "kind">>();
    await database.prepare("DELETE FROM notifications").run();

    const floorPerSecond = await floorRate(platform.floor, { messages, callers });
    const bodies = results.map((row): Told => ({ type: "notification.send.v1", ...row, shipmentId: null }));
    const startedAt = performance.now();
    for (let i = 0; i < bodies.length; i += BATCH) {
      await platform.notifyQueue.sendBatch(bodies.slice(i, i + BATCH).map((body) => ({ body })));
    }
    await until(async () => (await sent()) === messages);
    const seconds = (performance.now() - startedAt) / 1_000;
    const perSecond = messages / seconds;
    return { messages, seconds, perSecond, ratio: perSecond / floorPerSecond };
  } finally {
    await platform.stop();
  }
}

type Size = Readonly<{ messages: number; callers: number }>;

const floorRate = async ({ url }: Door, { messages, callers }: Size): Promise<number> => {
  const calls = newOrders("floor", messages, { lines: 1 }).map((order) => placing("", order));
  return (await measure({ url, calls, callers, statuses: [201] })).perSecond;
};

/** @throws when it has not come to be so in a long time. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("the queue is not emptied");
    await pause(LOOK_EVERY_MS);
  }
}
