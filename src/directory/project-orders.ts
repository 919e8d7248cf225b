/**
 * Projects orders into the directory: reads them as they are now, and writes their rows. A row is written only if it is
 * newer than the stored one, so that messages may come late, twice and in any order.
 */
import type { OrderId } from "../kernel/ids";
import type { OrdersContext } from "../orders/context";
import { committedOrders, withArchivedCommit, type CommittedOrder } from "../orders/orders";
import { DatabaseUnavailable } from "../platform/d1/errors";
import { lastRestore } from "../platform/restores/restores";
import { projectionOf } from "./domain/project-order";
import type { OrderChangedMessage } from "./queue-messages";
import { projectionStatements, type Overwrites } from "./storage/listed-orders";

/** The queue's messages of one order cause one write. @throws if one of the orders is not found as it was committed. */
export async function projectChangedOrders(
  context: OrdersContext,
  messages: readonly OrderChangedMessage[],
): Promise<void> {
  const orders = await readOrders(
    context,
    messages.map(({ orderId }) => orderId),
  );
  await projectOrders(context, orders, "newer");
  const byId = new Map(orders.map(({ order }) => [order.id, order]));
  for (const { orderId, version, at } of messages) {
    if ((byId.get(orderId)?.version ?? 0) >= version) continue;
    const restore = await lastRestore(context.databases.orders(orderId));
    // The database has lost the change. Otherwise the order is elsewhere: a retry, or a person, finds out.
    if (restore === null || at >= restore.until) {
      throw new DatabaseUnavailable(`the order ${orderId} is not stored in version ${version}`);
    }
  }
}

/** Writes the rows of orders in one batch. */
export async function projectOrders(
  { databases }: OrdersContext,
  orders: readonly CommittedOrder[],
  overwrites: Overwrites,
): Promise<void> {
  if (orders.length === 0) return;
  const { directory } = databases;
  const rows = orders.map(({ order, committedAt }) => projectionOf(order, committedAt));
  await directory.batch(projectionStatements(directory, rows, overwrites));
}

/** One batch for each orders database. Orders that do not exist are left out. */
export async function readOrders(
  context: OrdersContext,
  orderIds: readonly OrderId[],
): Promise<CommittedOrder[]> {
  const byDatabase = Map.groupBy(new Set(orderIds), (orderId) => context.databases.orders(orderId));
  const read = await Promise.all([...byDatabase].map(([db, ids]) => committedOrders(db, ids)));
  return withAllParts(context, read.flat());
}

/** With the lines, parcels and times of those that are archived. */
export const withAllParts = (
  context: OrdersContext,
  orders: readonly CommittedOrder[],
): Promise<CommittedOrder[]> => Promise.all(orders.map((each) => withArchivedCommit(context, each)));
