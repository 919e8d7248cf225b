/** What an order's customer was told, and what became of each message. */
import { createRoute, z } from "@hono/zod-openapi";
import { isId } from "../../kernel/ids";
import { notificationsOfOrder, type StoredNotification } from "../storage/notifications";
import type { App } from "../../platform/http/app-types";
import type { NotificationsContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { problem, problems } from "../../platform/http/problem";
import { Instant, instantOf, jsonAnswer } from "../../platform/http/schemas";

const NotificationSchema = z
  .object({
    id: z.string(),
    kind: z.enum([
      "order_received",
      "order_backordered",
      "order_shipped",
      "order_delivered",
      "order_cancelled",
    ]),
    status: z.enum(["pending", "sent", "failed", "skipped"]),
    recipient: z.string().nullable(),
    subject: z.string(),
    text: z.string(),
    attempts: z.int(),
    problem: z.string().nullable().openapi({ description: "Why it was not sent, or not yet." }),
    provider: z.string().nullable(),
    providerId: z.string().nullable(),
    createdAt: Instant,
    sentAt: Instant.nullable(),
  })
  .openapi("Message");

const list = createRoute({
  method: "get",
  path: "/v1/orders/{id}/notifications",
  operationId: "listOrderNotifications",
  summary: "List what the customer was told",
  description: "Oldest first. Scope `orders:read`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { params: z.object({ id: z.string().openapi({ example: "ord_1fpyfwhbfj7fhqv53rdc8ygsyv" }) }) },
  responses: {
    200: jsonAnswer(z.object({ items: z.array(NotificationSchema) }), "The messages."),
    ...problems("not_found"),
  },
});

export function registerNotifications(app: App<NotificationsContext>): void {
  app.openapi(list, async (c) => {
    const { id } = c.req.valid("param");
    if (!isId("ord", id)) return problem(c, { code: "not_found" });
    const messages = await notificationsOfOrder(c.var.context.databases.orders(id), id);
    return messages ? c.json({ items: messages.map(answerOf) }, 200) : problem(c, { code: "not_found" });
  });
}

const answerOf = ({ orderId: _order, html: _html, ...message }: StoredNotification) => ({
  ...message,
  createdAt: instantOf(message.createdAt),
  sentAt: message.sentAt === null ? null : instantOf(message.sentAt),
});
