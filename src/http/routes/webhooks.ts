/** Storefronts' callbacks, and those that staff must look at. */
import { createRoute, z } from "@hono/zod-openapi";
import { receiveWebhook } from "../../commands/receive-webhook";
import { rejectedCallbacks } from "../../storage/inbox";
import type { App } from "../app-types";
import { requireScope } from "../auth";
import { withKey } from "../openapi";
import { problem, problems, publicProblems } from "../problem";
import { Instant, instantOf, jsonAnswer, PageQuery, pageOf, Slug, toPage } from "../schemas";

const Received = z
  .object({
    outcome: z.enum(["accepted", "queued", "updated", "ignored", "kept"]),
    orderId: z.string().nullable(),
  })
  .openapi("CallbackOutcome");

const receive = createRoute({
  method: "post",
  path: "/v1/webhooks/{channelId}",
  operationId: "receiveWebhook",
  summary: "Take in a storefront's callback",
  description:
    "Shopify, WooCommerce, or any shop in the canonical form with a Standard Webhooks signature: verified over the raw bytes, in the scheme of the channel's kind. Duplicates, late and unknown callbacks are answered 2xx.",
  tags: ["Webhooks"],
  security: [],
  request: { params: z.object({ channelId: Slug }) },
  responses: {
    200: jsonAnswer(Received, "Taken in, or nothing to do."),
    202: jsonAnswer(Received, "The database is slow: durably queued."),
    ...publicProblems("not_found", "invalid_signature", "payload_too_large", "version_conflict"),
  },
});

const Callback = z
  .object({
    channelId: z.string(),
    eventId: z.string(),
    topic: z.string(),
    receivedAt: Instant,
    problem: z.string().nullable(),
    body: z.string().nullable(),
  })
  .openapi("RejectedCallback");

const list = createRoute({
  method: "get",
  path: "/v1/callbacks/rejected",
  operationId: "listRejectedCallbacks",
  summary: "List callbacks that could not be read",
  description: "Newest first, with the body as it came. Scope `orders:read`.",
  tags: ["Webhooks"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(Callback), "A page of callbacks."), ...problems() },
});

export function registerWebhooks(app: App): void {
  app.openapi(receive, async (c) => {
    const { channelId } = c.req.valid("param");
    const body = new Uint8Array(await c.req.arrayBuffer());
    const received = await receiveWebhook(c.var.context, { channelId, headers: c.req.raw.headers, body });
    if (!received.ok) {
      switch (received.rejection.code) {
        case "channel_unknown":
          return problem(c, { code: "not_found" });
        case "order_not_ready":
          return problem(c, { code: "version_conflict" });
        case "invalid_signature":
        case "invalid_request":
          return problem(c, received.rejection);
      }
    }
    return received.value.outcome === "queued" ? c.json(received.value, 202) : c.json(received.value, 200);
  });

  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const [receivedAt, channelId = "", eventId = ""] = cursor.split("\n");
    const after = cursor === "" ? null : { receivedAt: Number(receivedAt), channelId, eventId };
    const rows = await rejectedCallbacks(c.var.context.databases.primary, after, limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => [row.receivedAt, row.channelId, row.eventId].join("\n"),
      ({ orderId: _order, outcome: _outcome, ...row }) => ({ ...row, receivedAt: instantOf(row.receivedAt) }),
    );
    return c.json(page, 200);
  });
}
