/**
 * Erases a customer's data from an order: from its row, its history, the rows of other modules, and its document in the
 * archive. Amounts, units, places and the journal stay. Harmless for an order that is erased already.
 */
import type { OrderId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { changeOrder, readOrder, type ChangeRejection } from "./change-order";
import type { OrdersContext } from "./context";
import type { Order } from "./domain/order";
import { decideErasure, hasEnded } from "./domain/personal-data/erase";
import { archiveDocument } from "./domain/archive-document";
import { hasDocument, putDocument } from "./storage/archive-store";
import { hasOpenRows, rowsToArchive, type ArchivedTable } from "./storage/archived-orders";
import { erasedHistoryStatements, keepFromArchive } from "./storage/erased-rows";
import { orderHistory } from "./storage/order-history";

/** Why the document in the archive cannot be erased. */
export const LATER_IN_ARCHIVE = "the archive has a later version: recover its database";

/** Something of the order is still to be done, for which the customer's data is needed. */
export type NotEnded = Readonly<{ code: "order_not_ended"; detail: string }>;

/** Statements of other modules that erase the data from their rows of the order, in the same batch. */
export type EraseAlongside = (db: D1Database, orderId: OrderId) => readonly D1PreparedStatement[];

/**
 * @param tables every table of an orders database.
 * @throws DatabaseUnavailable, or what R2 throws: then it must be repeated.
 */
export async function eraseOrder(
  context: OrdersContext,
  orderId: OrderId,
  tables: readonly ArchivedTable[],
  eraseAlongside: EraseAlongside,
): Promise<Result<Order, ChangeRejection | NotEnded>> {
  const db = context.databases.orders(orderId);
  const known = await readOrder(context, orderId);
  if (known === null) return reject({ code: "order_unknown", orderId });
  let history: D1PreparedStatement[] = [];
  const erased = await changeOrder<NotEnded>(
    context,
    orderId,
    async (order) => {
      if (order.erasedAt !== null) return accept([]);
      if (!hasEnded(order)) return reject({ code: "order_not_ended", detail: `it is ${order.status}` });
      if (await hasOpenRows(db, tables, orderId)) {
        return reject({ code: "order_not_ended", detail: "messages of it are under way" });
      }
      history = erasedHistoryStatements(db, order, await orderHistory(db, orderId));
      return accept(decideErasure(order, { now: context.now(), by: context.actor }));
    },
    {
      known,
      alongside: () => (known.erasedAt === null ? [...history, ...eraseAlongside(db, orderId)] : []),
    },
  );
  if (!erased.ok || (await rewriteDocument(context, tables, orderId))) return erased;
  return reject({ code: "order_not_ended", detail: LATER_IN_ARCHIVE });
}

/**
 * Stores the document of an order that was erased after it came back from the archive again, as the order is now: a database
 * that is restored to an earlier time then recovers the erased order. A run of the archive that had read the order before may
 * replace it: it is stored once more a day later. Nothing happens while the order is archived.
 * @returns false if the archive has a later version, which the database must recover first.
 */
export async function rewriteDocument(
  { databases, archive, now }: OrdersContext,
  tables: readonly ArchivedTable[],
  orderId: OrderId,
): Promise<boolean> {
  const db = databases.orders(orderId);
  if (!(await keepFromArchive(db, orderId, now())) || !(await hasDocument(archive, orderId))) return true;
  const rows = (await rowsToArchive(db, tables, [orderId])).get(orderId)!;
  const version = Number(rows.staying["orders"]?.[0]?.["version"]);
  return (await putDocument(archive, archiveDocument(orderId, version, rows))) !== null;
}
