/** The stock feed of a drop-ship vendor: what it has on hand, as it says itself. */
import { createRoute, z } from "@hono/zod-openapi";
import { sendStockFeed } from "../apply-stock-feed";
import type { App } from "../../platform/http/app-types";
import type { InventoryContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import { IdempotencyHeader, Instant, jsonAnswer, jsonBody, SkuCode, Slug } from "../../platform/http/schemas";

const MAX_UNITS = 1_000_000_000;
const MAX_ITEMS = 1_000;

const StockFeedInput = z
  .strictObject({
    asOf: Instant.openapi({
      description:
        "When the vendor counted, at most five minutes ahead. Older counts never replace newer ones; of two as of the same moment the first stands.",
      example: "2026-11-22T09:00:00.000Z",
    }),
    items: z
      .array(
        z.strictObject({
          sku: SkuCode,
          quantity: z
            .int()
            .min(0)
            .max(MAX_UNITS)
            .openapi({ description: "On hand, what is allocated of it included.", example: 12 }),
        }),
      )
      .min(1)
      .max(MAX_ITEMS)
      .openapi({ description: "Each SKU once. SKUs that are not named stay as they are." }),
  })
  .openapi("StockFeedInput");

const StockFeedTaken = z
  .object({
    accepted: z.int().openapi({ description: "SKUs that are being counted." }),
    unknownSkus: z.array(z.string()).openapi({ description: "Nobody has written these: they are left out." }),
  })
  .openapi("StockFeedTaken");

const feed = createRoute({
  method: "post",
  path: "/v1/locations/{id}/stock-feeds",
  operationId: "feedStock",
  summary: "Take in a vendor's stock feed",
  description:
    "Counts the vendor's stock, seconds after the answer. After a 503 send all of it again: nothing is counted twice. Scope `stock:write`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:write"), idempotent] as const,
  request: { params: z.object({ id: Slug }), headers: IdempotencyHeader, body: jsonBody(StockFeedInput) },
  responses: {
    202: jsonAnswer(StockFeedTaken, "It is being counted."),
    ...problems(
      ...BODY_PROBLEMS,
      "not_found",
      "location_not_vendor",
      "request_in_progress",
      "idempotency_key_reused",
    ),
  },
});

export function registerStockFeeds(app: App<InventoryContext>): void {
  app.openapi(feed, async (c) => {
    const { asOf, items } = c.req.valid("json");
    const locationId = c.req.valid("param").id;
    const sent = await sendStockFeed(c.var.context, { locationId, asOf: Date.parse(asOf), items });
    if (!sent.ok) return problem(c, sent.rejection);
    return c.json({ accepted: sent.value.accepted, unknownSkus: [...sent.value.unknownSkus] }, 202);
  });
}
