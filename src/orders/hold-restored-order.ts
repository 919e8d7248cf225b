/** Holds an order of which its database has lost commits, so that nothing of it is sent a second time. */
import type { OrdersContext } from "./context";
import { detailOf } from "./domain/holds/hold";
import { decideNewHold } from "./domain/holds/place-hold";
import { decideReleaseHold } from "./domain/holds/release-hold";
import { hasOpenUnits, type Order } from "./domain/order";
import type { StockOfLine } from "../inventory/domain/stock-reading";
import type { LineId, OrderId } from "../kernel/ids";
import { accept, type Result } from "../kernel/result";
import { changeOrder, type ChangeRejection } from "./change-order";

/** One reason for each thing that was lost. An order that has nothing left to send is not held. */
export const holdRestoredOrder = (
  context: OrdersContext,
  orderId: OrderId,
  reasons: readonly string[],
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(context, orderId, (order) => {
    const hold = { code: "database_restored", detail: detailOf(reasons) } as const;
    const placed = { now: context.now(), by: context.actor };
    return accept(hasOpenUnits(order) ? decideNewHold(order, hold, placed) : []);
  });

/**
 * Holds the order if its stock has shipped units that it does not have as shipped. An effect follows its commit, so the commit
 * is lost: new units for the line would be sent a second time.
 */
export async function holdIfUnitsLeft(
  context: OrdersContext,
  order: Order,
  stock: ReadonlyMap<LineId, Pick<StockOfLine, "shipped">>,
): Promise<boolean> {
  const reasons = order.lines.flatMap(({ id, title, shipped }) => {
    const left = (stock.get(id)?.shipped ?? 0) - shipped;
    return left > 0 ? [`${left} of ${title} left stock, and the order has no shipment of them.`] : [];
  });
  if (reasons.length === 0) return false;
  await holdRestoredOrder(context, order.id, reasons);
  return true;
}

/** The order goes on. An order that is not held for it stays as it is. */
export const releaseRestoredOrder = (
  context: OrdersContext,
  orderId: OrderId,
  reason: string,
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(context, orderId, (order) => {
    const released = decideReleaseHold(order, "database_restored", context.actor, reason);
    return accept(released.ok ? released.value : []);
  });
