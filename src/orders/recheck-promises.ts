/** Looks at the promises of many orders again, a few at once. One that fails is left for the next look, and is no other's loss. */
import type { OrdersContext } from "./context";
import type { OrderId } from "../kernel/ids";
import { logLine } from "../kernel/log-line";
import type { Order } from "./domain/order";
import type { MoveReason } from "../promises/domain/promise";
import { accept } from "../kernel/result";
import { changeOrder } from "./change-order";

const AT_ONCE = 6;

/** How many could not be looked at. */
export async function recheckPromises(
  context: OrdersContext,
  orderIds: readonly OrderId[],
  why: (order: Order) => MoveReason,
): Promise<number> {
  const recheck = async (orderId: OrderId): Promise<number> => {
    try {
      const looked = await changeOrder<never>(context, orderId, () => accept([]), { recheckPromises: why });
      return looked.ok || looked.rejection.code === "order_unknown" ? 0 : 1;
    } catch (error) {
      console.error(logLine("error", "an order's promises are looked at the next time", { orderId, error }));
      return 1;
    }
  };
  let failed = 0;
  for (let i = 0; i < orderIds.length; i += AT_ONCE) {
    const looked = await Promise.all(orderIds.slice(i, i + AT_ONCE).map(recheck));
    failed += looked.reduce((sum, each) => sum + each, 0);
  }
  return failed;
}
