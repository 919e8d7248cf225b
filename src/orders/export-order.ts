/** An order with its history, as a customer may see what is stored about them. Costs are left out: they are the retailer's. */
import { instantOf } from "../platform/http/schemas";
import type { OrderId } from "../kernel/ids";
import { readOrder } from "./change-order";
import type { OrdersContext } from "./context";
import { orderHistory } from "./storage/order-history";

/** Null if there is no such order. An archived order is brought back. Times are ISO 8601. */
export async function exportedOrder(
  context: OrdersContext,
  orderId: OrderId,
): Promise<Readonly<Record<string, unknown>> | null> {
  const order = await readOrder(context, orderId);
  if (order === null) return null;
  const history = await orderHistory(context.databases.orders(orderId), orderId);
  return readable({ order, history }) as Record<string, unknown>;
}

/** What of a sourcing decision is about the retailer and not about the customer. */
const LEFT_OUT = new Set(["unitCostMinor", "decision"]);

const readable = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, each: unknown) => {
      if (LEFT_OUT.has(key)) return undefined;
      return typeof each === "number" && (key === "at" || key.endsWith("At")) ? instantOf(each) : each;
    }),
  );
