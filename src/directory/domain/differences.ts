/** The differences between a page of orders and the rows of the directory in the same range of ids. Pure. */
import type { OrderId } from "../../kernel/ids";
import type { Order } from "../../orders/domain/order";

type Version = Pick<Order, "id" | "version">;

/**
 * Ids that one side lacks, or has in another version, in ascending order.
 * @param everyId whether all ids count as different, as in a rebuild.
 */
export function differingIds(
  orders: readonly Version[],
  listed: readonly Version[],
  everyId: boolean,
): OrderId[] {
  const versions = new Map(listed.map(({ id, version }) => [id, version]));
  const ids = orders.filter(({ id, version }) => everyId || versions.get(id) !== version).map(({ id }) => id);
  const known = new Set(orders.map(({ id }) => id));
  const unknown = listed.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  return [...ids, ...unknown].toSorted();
}
