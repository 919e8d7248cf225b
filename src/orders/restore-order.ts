/** Brings an archived order back into its database. Whatever reads an order does so: see `withArchived`. */
import type { OrderId } from "../kernel/ids";
import { withDatabaseDeadline } from "../platform/d1/errors";
import type { OrdersContext } from "./context";
import { commitsIn, type ArchivedRows } from "./domain/archive-document";
import type { Order } from "./domain/order";
import { archivedState, putBack } from "./storage/archived-orders";
import { getDocument } from "./storage/archive-store";
import type { CommittedOrder } from "./storage/committed-orders";
import { loadOrder, loadOrderWith, partsOfRows, type MoreOfOrder } from "./storage/orders";

/**
 * Brings the order back, if it is archived. Its document stays in the archive, until the order is archived again.
 * @returns whether it was archived.
 * @throws if the archive does not have it, or cannot be read: then the order stays archived.
 */
export async function restoreOrder(context: OrdersContext, orderId: OrderId): Promise<boolean> {
  const db = context.databases.orders(orderId);
  const state = await archivedState(db, orderId);
  if (state === null) return false;
  const { version, archivedSince } = state;
  const { rows } = await getDocument(context.archive, orderId, version);
  await withDatabaseDeadline(context.config.databaseDeadlineMs, () =>
    putBack(db, orderId, { rows, archivedSince, now: context.now() }),
  );
  return true;
}

/**
 * Reads something of an order. If it is missing because the order is archived, the order is brought back and read again.
 * @param isMissing whether the rows of an archived order may be what is missing.
 */
export async function withArchived<Value>(
  context: OrdersContext,
  orderId: OrderId,
  read: (db: D1Database) => Promise<Value>,
  isMissing: (value: Value) => boolean,
): Promise<Value> {
  const db = context.databases.orders(orderId);
  const value = await read(db);
  if (!isMissing(value) || !(await restoreOrder(context, orderId))) return value;
  return read(db);
}

/** The order as it is, archived or not, without a write; null if there is no such order. */
export async function readWholeOrder(context: OrdersContext, orderId: OrderId): Promise<Order | null> {
  const order = await loadOrder(context.databases.orders(orderId), orderId);
  return order && withArchivedParts(context, order);
}

/** The same, with what a module above selects of the order in the same round trip. */
export async function readWholeOrderWith<Rows>(
  context: OrdersContext,
  orderId: OrderId,
  more: MoreOfOrder<Rows>,
): Promise<Readonly<{ order: Order; rows: Rows }> | null> {
  const { order, rows } = await loadOrderWith(context.databases.orders(orderId), orderId, more);
  return order && { order: await withArchivedParts(context, order), rows };
}

/** The order with its lines and parcels from the archive, if they are there. @throws if the archive does not have them. */
export async function withArchivedParts(context: OrdersContext, order: Order): Promise<Order> {
  const rows = await archivedRowsOf(context, order);
  return rows === null ? order : { ...order, ...partsOfRows(rows) };
}

/** The same, with the time of its last commit: the row of that is in the archive, too. */
export async function withArchivedCommit(
  context: OrdersContext,
  { order, committedAt }: CommittedOrder,
): Promise<CommittedOrder> {
  const rows = await archivedRowsOf(context, order);
  if (rows === null) return { order, committedAt };
  const last = commitsIn(rows).find(({ version }) => version === order.version);
  return { order: { ...order, ...partsOfRows(rows) }, committedAt: last?.at ?? committedAt };
}

/** Null if the order is not archived. */
async function archivedRowsOf(context: OrdersContext, order: Order): Promise<ArchivedRows | null> {
  if (!mayBeArchived(order)) return null;
  const db = context.databases.orders(order.id);
  const state = await archivedState(db, order.id);
  return state && (await getDocument(context.archive, order.id, state.version)).rows;
}

/** Every order that is not archived has lines. */
const mayBeArchived = ({ lines }: Order): boolean => lines.length === 0;

/** The order for a change of it: it is brought back if it is archived. Null if there is no such order. */
export const loadWholeOrder = (context: OrdersContext, orderId: OrderId): Promise<Order | null> =>
  withArchived(
    context,
    orderId,
    (db) => loadOrder(db, orderId),
    (order) => order !== null && mayBeArchived(order),
  );
