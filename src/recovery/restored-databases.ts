/** The orders databases that were restored, and which orders are theirs. */
import type { OrderId } from "../kernel/ids";
import type { OrdersRange } from "../platform/d1/databases";
import type { RecoveryContext } from "./context";
import type { Restored } from "./domain/recovery";

type Given = Pick<RecoveryContext, "databases">;

export const restoredOrders = ({ databases }: Given, { orders }: Restored): readonly D1Database[] =>
  databases.names.filter((name) => orders.includes(name)).map((name) => databases.named(name));

export const isOfRestored = (context: Given, restored: Restored, orderId: OrderId): boolean =>
  restoredOrders(context, restored).includes(context.databases.orders(orderId));

/** The ranges of ids whose orders are in a restored database. */
export function restoredRanges(context: Given, restored: Restored): readonly OrdersRange[] {
  const databases = restoredOrders(context, restored);
  return context.databases.ranges.filter(({ db }) => databases.includes(db));
}
