/** Tables orders, order_lines, fulfillments, shipments and order_events: whole orders, many at once. */
import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { OrderId } from "../../kernel/ids";
import type { Order } from "../domain/order";
import { orderOfRows } from "./orders";
import { fulfillments, orderEvents, orderLines, orders, shipments } from "./schema";

/** An order, and when its version was committed. */
export type CommittedOrder = Readonly<{ order: Order; committedAt: number }>;

/** One round trip, for at most some hundred orders. Orders that do not exist are left out. */
export async function committedOrders(
  db: D1Database,
  orderIds: readonly OrderId[],
): Promise<CommittedOrder[]> {
  const read = drizzle(db);
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(orderIds)}))`;
  const [rows, lines, fulfillmentRows, shipmentRows, commits] = await read.batch([
    read
      .select()
      .from(orders)
      .where(sql`${orders.id} IN ${ids}`),
    read
      .select()
      .from(orderLines)
      .where(sql`${orderLines.orderId} IN ${ids}`),
    read
      .select()
      .from(fulfillments)
      .where(sql`${fulfillments.orderId} IN ${ids}`),
    read
      .select()
      .from(shipments)
      .where(sql`${shipments.orderId} IN ${ids}`),
    read
      .select({ orderId: orders.id, at: orderEvents.at })
      .from(orders)
      .innerJoin(
        orderEvents,
        and(eq(orderEvents.orderId, orders.id), eq(orderEvents.version, orders.version)),
      )
      .where(sql`${orders.id} IN ${ids}`),
  ]);
  const [linesOf, fulfillmentsOf, shipmentsOf] = [
    byOrder(lines),
    byOrder(fulfillmentRows),
    byOrder(shipmentRows),
  ];
  const committedAt = new Map(commits.map(({ orderId, at }) => [orderId, at]));
  return rows.map((row) => ({
    order: orderOfRows(row, linesOf(row.id), fulfillmentsOf(row.id), shipmentsOf(row.id)),
    committedAt: committedAt.get(row.id) ?? row.createdAt,
  }));
}

function byOrder<Row extends { orderId: OrderId }>(rows: readonly Row[]): (id: OrderId) => readonly Row[] {
  const grouped = Map.groupBy(rows, ({ orderId }) => orderId);
  return (id) => grouped.get(id) ?? [];
}
