/** Queue message: an order has changed, and the directory does not show it yet. */
import { z } from "zod";
import type { OrderId } from "../kernel/ids";
import { messageContract } from "../platform/queues/queue-message";

export type OrderChangedMessage = Readonly<{
  type: "order.changed.v1";
  orderId: OrderId;
  version: number;
  /** When the version was committed. */
  at: number;
}>;

export const orderChanged = messageContract<OrderChangedMessage>({
  type: "order.changed.v1",
  queue: "directory",
  schema: z.object({ orderId: z.string().startsWith("ord_"), version: z.int().min(1), at: z.int() }),
  orderIdOf: ({ orderId }) => orderId,
});
