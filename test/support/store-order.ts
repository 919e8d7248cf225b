/** Stores an order in any state, without the commands that lead to it. */
import { env } from "cloudflare:workers";
import { createContext } from "../../src/app-context";
import { projectOrders } from "../../src/directory/project-orders";
import type { Order } from "../../src/orders/domain/order";
import { orderStatements } from "../../src/orders/storage/orders";

export async function storeOrder(order: Order): Promise<Order> {
  const placed = {
    type: "order.placed" as const,
    channelId: order.channelId,
    externalId: order.externalId,
    number: order.number,
    currency: order.currency,
    totalMinor: order.totalMinor,
    lines: order.lines,
    fulfillments: [],
    holds: order.holds,
    authorizedMinor: order.authorizedMinor,
  };
  const commit = { before: null, after: order, events: [placed], at: order.placedAt, actor: "test" };
  const outbox = { id: `${order.id}/1`, createdAt: order.placedAt, messages: [] };
  await env.ORDERS_00.batch(orderStatements(env.ORDERS_00, { ...commit, attempt: "1", entry: null, outbox }));
  return order;
}

/** Stores the order, and lists it in the directory. */
export async function storeListedOrder(order: Order): Promise<Order> {
  await storeOrder(order);
  const context = createContext(env, { waitUntil: () => undefined }, "test");
  await projectOrders(context, [{ order, committedAt: order.placedAt }], "newer");
  return order;
}
