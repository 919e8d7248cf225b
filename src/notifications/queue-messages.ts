/** The queue message that sends a notification. */
import { z } from "zod";
import { messageContract } from "../platform/queues/queue-message";
import { IS_DONE } from "./storage/notifications";
import { NOTIFICATION_KINDS, type NotificationToSend } from "./domain/notifications";

export const notificationSend = messageContract<NotificationToSend>({
  type: "notification.send.v1",
  queue: "notify",
  schema: z.object({
    notificationId: z.string().startsWith("ntf_"),
    orderId: z.string().startsWith("ord_"),
    kind: z.enum(NOTIFICATION_KINDS),
    shipmentId: z.string().startsWith("shp_").nullable(),
  }),
  orderIdOf: ({ orderId }) => orderId,
  isRecordedSql: IS_DONE,
});
