/** Rechecks the promises of many orders, a few at a time. An order that fails does not stop the others. */
import type { OrdersContext } from "./context";
import type { OrderId } from "../kernel/ids";
import { logLine } from "../kernel/log-line";
import type { Order } from "./domain/order";
import type { MoveReason } from "../promises/domain/promise";
import { accept } from "../kernel/result";
import { changeOrder } from "./change-order";

const MAX_CONCURRENT = 6;

/** Returns how many failed; the hourly job rechecks them. */
export async function recheckPromises(
  context: OrdersContext,
  orderIds: readonly OrderId[],
  reasonOf: (order: Order) => MoveReason,
): Promise<number> {
  const recheck = async (orderId: OrderId): Promise<number> => {
    try {
      const rechecked = await changeOrder<never>(context, orderId, () => accept([]), {
        recheckPromises: reasonOf,
      });
      return rechecked.ok || rechecked.rejection.code === "order_unknown" ? 0 : 1;
    } catch (error) {
      console.error(
        logLine("error", "promises of an order were not rechecked and are tried again", { orderId, error }),
      );
      return 1;
    }
  };
  let failed = 0;
  for (let i = 0; i < orderIds.length; i += MAX_CONCURRENT) {
    const failures = await Promise.all(orderIds.slice(i, i + MAX_CONCURRENT).map(recheck));
    failed += failures.reduce((sum, each) => sum + each, 0);
  }
  return failed;
}
