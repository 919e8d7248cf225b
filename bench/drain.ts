/**
 * Measures how fast a full queue is drained: it holds one notification for each order. The result is compared with the
 * floor's orders a second, measured just before.
 */
import { setTimeout as pause } from "node:timers/promises";
import { forEachOf, apiOf } from "../scripts/local/api.ts";
import { notificationIdOf, type NotificationToSend } from "../src/notifications/domain/notifications.ts";
import { measure } from "./load.ts";
import { newOrders, placeOrderCall } from "./orders.ts";
import { createFloorTable, startPlatform, type Target } from "./platform.ts";
import { setUpRetailer } from "./retailer.ts";

export type Drained = Readonly<{ messages: number; seconds: number; perSecond: number; ratio: number }>;

/** The largest batch that a queue accepts. */
const BATCH = 100;
const CHECK_EVERY_MS = 100;
const MAX_WAIT_MS = 300_000;

/** Creates the orders first, then sends their notifications again, so that nothing else runs meanwhile. */
export async function measureDrain(messages: number, callers: number): Promise<Drained> {
  const platform = await startPlatform({ consumers: true });
  try {
    await createFloorTable(platform.floor);
    await floorRate(platform.floor, { messages, callers });
    const { orders: database, url } = platform.aftercart;
    const sent = () =>
      database.prepare("SELECT count(*) AS n FROM notifications WHERE status = 'sent'").first<number>("n");
    const api = apiOf(url.origin, await setUpRetailer(platform.aftercart));
    await forEachOf(newOrders("drain", messages, { lines: 1 }), 16, (order) =>
      api.send("POST", "/v1/orders", JSON.parse(order)),
    );
    await until(async () => (await sent()) === messages);
    const { results } = await database
      .prepare("SELECT order_id AS orderId, kind FROM notifications")
      .all<Pick<NotificationToSend, "orderId" | "kind">>();
    await database.prepare("DELETE FROM notifications").run();

    const floorPerSecond = await floorRate(platform.floor, { messages, callers });
    const bodies = results.map((row): NotificationToSend => ({
      type: "notification.send.v1",
      notificationId: notificationIdOf(row.orderId, row.kind, null),
      ...row,
      shipmentId: null,
    }));
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

const floorRate = async ({ url }: Target, { messages, callers }: Size): Promise<number> => {
  const calls = newOrders("floor", messages, { lines: 1 }).map((order) => placeOrderCall("", order));
  return (await measure({ url, calls, callers, statuses: [201] })).perSecond;
};

/** @throws if the condition does not hold within five minutes. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + MAX_WAIT_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("the queue is not drained");
    await pause(CHECK_EVERY_MS);
  }
}
