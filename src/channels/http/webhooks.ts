/** Callbacks of storefronts, and those that staff must look at. */
import { createRoute, z } from "@hono/zod-openapi";
import { receiveWebhook } from "../receive-webhook";
import { MAX_CALLBACK_BYTES, recordOversizedCallback } from "../record-oversized-callback";
import { readAtMost } from "../../platform/http/read-at-most";
import { rejectedCallbacks, type RejectedCallback } from "../storage/inbox";
import { resolveCallback } from "../resolve-callback";
import type { App } from "../../platform/http/app-types";
import type { ChannelsContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { limitCallbacks } from "../../platform/http/limits";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems, publicProblems } from "../../platform/http/problem";
import {
  Instant,
  instantOf,
  jsonAnswer,
  jsonBody,
  PageQuery,
  pageOf,
  Slug,
  text,
  toPage,
} from "../../platform/http/schemas";

const Received = z
  .object({
    outcome: z.enum(["created", "queued", "updated", "requested", "ignored", "kept"]),
    orderId: z.string().nullable(),
  })
  .openapi("CallbackOutcome");

const receive = createRoute({
  method: "post",
  path: "/v1/webhooks/{channelId}",
  operationId: "receiveWebhook",
  summary: "Receive a storefront's callback",
  description:
    "The signature is verified over the raw bytes, in the scheme of the channel's kind; `generic` is any shop that sends canonical orders with a Standard Webhooks signature. Duplicate, stale and unknown callbacks are answered 2xx. An unknown or inactive channel is answered like a wrong signature. A callback of more than 4 MiB is refused, and listed for staff without its body. If a callback only names the order that changed, the order is fetched afterwards by the channel's connection.",
  tags: ["Webhooks"],
  security: [],
  middleware: [limitCallbacks] as const,
  request: { params: z.object({ channelId: Slug }) },
  responses: {
    200: jsonAnswer(Received, "Applied, or nothing to do."),
    202: jsonAnswer(Received, "Queued: the database is slow, or the order must be fetched."),
    ...publicProblems("invalid_signature", "payload_too_large", "version_conflict"),
  },
});

const Callback = z
  .object({
    channelId: z.string(),
    eventId: z.string(),
    topic: z.string(),
    receivedAt: Instant,
    problem: z.string().nullable(),
    body: z.string().nullable().openapi({
      description:
        "As received; deleted 30 days after the callback was resolved. Null too if it was too large to be stored.",
    }),
    resolvedAt: Instant.nullable(),
    resolvedBy: z.string().nullable(),
    resolution: z.string().nullable(),
  })
  .openapi("RejectedCallback");

const list = createRoute({
  method: "get",
  path: "/v1/callbacks/rejected",
  operationId: "listRejectedCallbacks",
  summary: "List callbacks that could not be read",
  description:
    "Newest first, with the body as received. `open`: only those that are not resolved. Scope `orders:read`.",
  tags: ["Webhooks"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { query: PageQuery.extend({ show: z.enum(["open", "all"]).default("open") }) },
  responses: { 200: jsonAnswer(pageOf("CallbackPage", Callback), "A page of callbacks."), ...problems() },
});

const resolve = createRoute({
  method: "post",
  path: "/v1/callbacks/rejected/{channelId}/{eventId}/resolution",
  operationId: "resolveRejectedCallback",
  summary: "Mark a rejected callback as resolved",
  description:
    "Removes it from the list and from the nightly exceptions. A second resolution changes nothing. Scope `orders:write`.",
  tags: ["Webhooks"],
  security: withKey,
  middleware: [requireScope("orders:write")] as const,
  request: {
    params: z.object({ channelId: Slug, eventId: z.string().max(1_000) }),
    body: jsonBody(
      z
        .strictObject({ note: text(500).openapi({ example: "Entered by hand as order 1042." }) })
        .openapi("CallbackResolution"),
    ),
  },
  responses: { 200: jsonAnswer(Callback, "Resolved."), ...problems(...BODY_PROBLEMS, "not_found") },
});

export function registerWebhooks(app: App<ChannelsContext>): void {
  app.openapi(receive, async (c) => {
    const { channelId } = c.req.valid("param");
    const { headers, body: stream } = c.req.raw;
    const body = await readAtMost(stream, MAX_CALLBACK_BYTES);
    if (body === null) {
      // After the answer, so that its time does not show whether there is such a channel.
      c.var.context.waitUntil(recordOversizedCallback(c.var.context, channelId, headers));
      return problem(c, { code: "payload_too_large", maxBytes: MAX_CALLBACK_BYTES });
    }
    const received = await receiveWebhook(c.var.context, channelId, { headers, body });
    if (!received.ok) {
      switch (received.rejection.code) {
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
    const { limit, cursor, show } = c.req.valid("query");
    const [receivedAt, channelId = "", eventId = ""] = cursor.split("\n");
    const after = cursor === "" ? null : { receivedAt: Number(receivedAt), channelId, eventId };
    const db = c.var.context.databases.primary;
    const rows = await rejectedCallbacks(db, { openOnly: show === "open", after, limit: limit + 1 });
    const cursorOf = (row: RejectedCallback) => [row.receivedAt, row.channelId, row.eventId].join("\n");
    return c.json(toPage(rows, limit, cursorOf, callbackJson), 200);
  });

  app.openapi(resolve, async (c) => {
    const { context } = c.var;
    const resolved = await resolveCallback(context, c.req.valid("param"), c.req.valid("json").note);
    return resolved.ok ? c.json(callbackJson(resolved.value), 200) : problem(c, resolved.rejection);
  });
}

const callbackJson = ({ receivedAt, resolvedAt, ...callback }: RejectedCallback) => ({
  ...callback,
  receivedAt: instantOf(receivedAt),
  resolvedAt: resolvedAt === null ? null : instantOf(resolvedAt),
});
