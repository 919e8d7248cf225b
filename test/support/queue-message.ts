/** A queue message that sends a notification. */
import { notificationSend } from "../../src/notifications/queue-messages";
import type { SentMessage } from "../../src/platform/queues/queue-message";

export const aQueueMessage = (n: number): SentMessage => ({
  message: notificationSend.message({
    notificationId: `ntf_${n}`,
    orderId: "ord_1",
    kind: "order_received",
    shipmentId: null,
  }),
  outboxId: `ord_1/1/${n}`,
});
