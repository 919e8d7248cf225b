/** The directory in tests. */
import { env } from "cloudflare:workers";
import { createContext } from "../../src/app-context";
import { projectOrders, readOrders } from "../../src/directory/project-orders";
import type { OrderId } from "../../src/kernel/ids";

/** Lists the orders of the channel as they are now, without waiting for their messages. */
export async function listChannel(channelId: string): Promise<void> {
  const { results } = await env.ORDERS_00.prepare("SELECT id FROM orders WHERE channel_id = ?1")
    .bind(channelId)
    .all<{ id: OrderId }>();
  const context = createContext(env, { waitUntil: () => undefined }, "test");
  const orders = await readOrders(
    context,
    results.map(({ id }) => id),
  );
  await projectOrders(context, orders, "newer");
}
