/** Creates an order from the intake queue, where it was put because its database was unavailable. */
import { RetryLater } from "../platform/queues/retry-later";
import { applyStorefrontUpdate } from "./apply-storefront-update";
import type { OrdersContext } from "./context";
import { createOrder } from "./create-order";
import type { OrderCreateMessage } from "./queue-messages";

/** @throws RetryLater, or what the database throws: the message is delivered again. */
export async function createQueuedOrder(
  context: OrdersContext,
  { order }: OrderCreateMessage,
): Promise<void> {
  const channel = (await context.reference()).channels.get(order.channelId);
  if (!channel) throw new Error(`the channel ${order.channelId} does not exist`);
  const asChannel = { ...context, actor: `channel:${channel.id}` };
  const options = { channel, shortage: "backorder", whenUnavailable: "throw" } as const;
  const created = await createOrder(asChannel, order, options);
  if (!created.ok) throw new Error("an order that may be backordered was refused");
  if (created.value.outcome !== "known") return;
  const { orderId, order: known } = created.value;
  const updated = await applyStorefrontUpdate(asChannel, orderId, { incoming: order, channel }, { known });
  if (!updated.ok) throw new RetryLater(updated.rejection);
}
