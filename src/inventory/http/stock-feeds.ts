/** Route of a drop-ship vendor's stock feed: what the vendor has on hand. */
import { createRoute, z } from "@hono/zod-openapi";
import { MAX_UNITS } from "../domain/quantity";
import { sendStockFeed } from "../send-stock-feed";
import type { App } from "../../platform/http/app-types";
import type { InventoryContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import { IdempotencyHeader, Instant, jsonAnswer, jsonBody, SkuCode, Slug } from "../../platform/http/schemas";

const MAX_ITEMS = 1_000;

const StockFeedInput = z
  .strictObject({
    asOf: Instant.openapi({
      description:
        "When the vendor counted, at most five minutes in the future. A count replaces only counts as of an earlier moment.",
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
            .openapi({ description: "On hand, allocated units included.", example: 12 }),
        }),
      )
      .min(1)
      .max(MAX_ITEMS)
      .openapi({ description: "Each SKU once. Other SKUs stay as they are." }),
  })
  .openapi("StockFeedInput");

const StockFeedAccepted = z
  .object({
    accepted: z.int().openapi({ description: "SKUs that will be counted." }),
    unknownSkus: z.array(z.string()).openapi({ description: "SKUs that do not exist: they are skipped." }),
  })
  .openapi("StockFeedAccepted");

const feed = createRoute({
  method: "post",
  path: "/v1/locations/{locationId}/stock-feeds",
  operationId: "sendStockFeed",
  summary: "Send a vendor's stock feed",
  description:
    "Counts the vendor's stock seconds after the answer. After a 503 send the whole feed again: nothing is counted twice. Scope `stock:write`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:write"), idempotent] as const,
  request: {
    params: z.object({ locationId: Slug }),
    headers: IdempotencyHeader,
    body: jsonBody(StockFeedInput),
  },
  responses: {
    202: jsonAnswer(StockFeedAccepted, "The feed will be counted."),
    ...problems(...BODY_PROBLEMS, "not_found", "location_not_vendor", ...KEY_PROBLEMS),
  },
});

export function registerStockFeeds(app: App<InventoryContext>): void {
  app.openapi(feed, async (c) => {
    const { asOf, items } = c.req.valid("json");
    const { locationId } = c.req.valid("param");
    const sent = await sendStockFeed(c.var.context, { locationId, asOf: Date.parse(asOf), items });
    if (!sent.ok) return problem(c, sent.rejection);
    return c.json({ accepted: sent.value.accepted, unknownSkus: [...sent.value.unknownSkus] }, 202);
  });
}
