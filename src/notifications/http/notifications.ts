/** Route of the notifications of an order, with the status of each. */
import { createRoute, z } from "@hono/zod-openapi";
import { isId } from "../../kernel/ids";
import { NOTIFICATION_KINDS, notificationIdOf } from "../domain/notifications";
import { notificationsOfOrder, type StoredNotification } from "../storage/notifications";
import { withArchived } from "../../orders/orders";
import { shownTextOfStored } from "../text-of-stored";
import type { App } from "../../platform/http/app-types";
import type { Config } from "../../platform/config";
import type { NotificationsContext } from "../context";
import { decideHeldNotification } from "../held-notifications";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import { Instant, instantOf, jsonAnswer, jsonBody } from "../../platform/http/schemas";

const NotificationSchema = z
  .object({
    id: z.string(),
    kind: z.enum(NOTIFICATION_KINDS),
    status: z.enum(["pending", "sent", "failed", "skipped", "held"]),
    recipient: z.string().nullable(),
    language: z.string().openapi({ example: "en" }),
    templateVersion: z.int().openapi({ description: "Version of the language's template it was made with." }),
    subject: z.string(),
    text: z.string(),
    attempts: z.int(),
    problem: z.string().nullable().openapi({ description: "Why it is not sent, or not sent yet." }),
    provider: z.string().nullable(),
    providerId: z.string().nullable(),
    createdAt: Instant,
    sentAt: Instant.nullable(),
  })
  .openapi("Notification");

const NotificationsSchema = z.object({ items: z.array(NotificationSchema) }).openapi("OrderNotifications");

const list = createRoute({
  method: "get",
  path: "/v1/orders/{orderId}/notifications",
  operationId: "listOrderNotifications",
  summary: "List the notifications of an order",
  description: "Oldest first. Scope `orders:read`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: {
    params: z.object({ orderId: z.string().openapi({ example: "ord_1fpyfwhbfj7fhqv53rdc8ygsyv" }) }),
  },
  responses: {
    200: jsonAnswer(NotificationsSchema, "The notifications."),
    ...problems("not_found"),
  },
});

const decide = createRoute({
  method: "post",
  path: "/v1/orders/{orderId}/notifications/{notificationId}/decisions",
  operationId: "decideHeldNotification",
  summary: "Send or skip a held notification",
  description:
    "A notification is held if it may have been sent before its database was restored to an earlier time. Scope `admin`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: {
    params: z.object({ orderId: z.string(), notificationId: z.string() }),
    body: jsonBody(z.strictObject({ decision: z.enum(["send", "skip"]) }).openapi("NotificationDecision")),
  },
  responses: {
    200: jsonAnswer(NotificationsSchema, "The order's notifications."),
    ...problems(...BODY_PROBLEMS, "not_found", "notification_not_held"),
  },
});

export function registerNotifications(app: App<NotificationsContext>): void {
  app.openapi(list, async (c) => {
    const { orderId: id } = c.req.valid("param");
    if (!isId("ord", id)) return problem(c, { code: "not_found" });
    const stored = await withArchived(
      c.var.context,
      id,
      (db) => notificationsOfOrder(db, id),
      (found) => found?.length === 0,
    );
    if (!stored) return problem(c, { code: "not_found" });
    return c.json({ items: stored.map((each) => answerOf(c.var.context.config, each)) }, 200);
  });

  app.openapi(decide, async (c) => {
    const { orderId, notificationId } = c.req.valid("param");
    if (!isId("ord", orderId) || !isId("ntf", notificationId)) return problem(c, { code: "not_found" });
    const { context } = c.var;
    const { decision } = c.req.valid("json");
    const decided = await decideHeldNotification(context, { orderId, notificationId }, decision);
    if (!decided.ok) return problem(c, decided.rejection);
    const items = (await notificationsOfOrder(context.databases.orders(orderId), orderId)) ?? [];
    return c.json({ items: items.map((each) => answerOf(context.config, each)) }, 200);
  });
}

function answerOf(config: Config, notification: StoredNotification) {
  const { orderId, kind, shipmentId, template, facts: _facts, ...delivery } = notification;
  const { subject, text } = shownTextOfStored(config, notification);
  return {
    ...delivery,
    id: notificationIdOf(orderId, kind, shipmentId),
    kind,
    language: template.language,
    templateVersion: template.version,
    subject,
    text,
    createdAt: instantOf(delivery.createdAt),
    sentAt: delivery.sentAt === null ? null : instantOf(delivery.sentAt),
  };
}
