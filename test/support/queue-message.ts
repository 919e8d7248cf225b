/** A message to a customer, as it goes to its queue. */
import type { SentMessage } from "../../src/platform/queues/queue-message";

export const aQueueMessage = (n: number): SentMessage => ({
  message: {
    type: "notification.send.v1",
    notificationId: `ntf_${n}`,
    orderId: "ord_1",
    kind: "order_received",
    shipmentId: null,
  },
  outboxId: `ord_1/1/${n}`,
});
