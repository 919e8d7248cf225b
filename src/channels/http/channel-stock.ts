/** The list of SKUs of which a storefront shows another quantity than its channel may sell. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ChannelStock } from "../domain/channel-stock";
import { mismatchesAfter } from "../storage/channel-stock";
import type { App } from "../../platform/http/app-types";
import type { ChannelsContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { problems } from "../../platform/http/problem";
import { Instant, instantOf, jsonAnswer, PageQuery, pageOf, toPage } from "../../platform/http/schemas";

const Mismatch = z
  .object({
    channelId: z.string(),
    sku: z.string(),
    quantity: z.int().openapi({ description: "What the channel may sell." }),
    pushedQuantity: z
      .int()
      .nullable()
      .openapi({ description: "What the storefront last accepted; null if that is not known." }),
    pushedAt: Instant.nullable(),
    shownQuantity: z.int().nullable().openapi({ description: "What it showed when it was last read." }),
    shownAt: Instant.nullable(),
    since: Instant,
    ageSeconds: z.int(),
    attempts: z.int().openapi({ description: "Pushes since the storefront last accepted one." }),
    nextAttemptAt: Instant.nullable(),
    problem: z.string().nullable(),
  })
  .openapi("StockMismatch");

const list = createRoute({
  method: "get",
  path: "/v1/channel-stock/mismatches",
  operationId: "listStockMismatches",
  summary: "List stock that storefronts show wrongly",
  description:
    "Found by the nightly comparison, or could not be pushed; oldest first. Each is pushed again until it is right. Scope `stock:read`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { query: PageQuery },
  responses: {
    200: jsonAnswer(pageOf("StockMismatchPage", Mismatch), "A page of mismatches."),
    ...problems(),
  },
});

export function registerChannelStock(app: App<ChannelsContext>): void {
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const [since, channelId = "", ...sku] = cursor.split(" ");
    const after = { since: cursor === "" ? -1 : Number(since), channelId, sku: sku.join(" ") };
    const { databases, now } = c.var.context;
    const rows = await mismatchesAfter(databases.primary, after, limit + 1);
    const cursorOf = (row: ChannelStock) => `${row.mismatchSince} ${row.channelId} ${row.sku}`;
    return c.json(
      toPage(rows, limit, cursorOf, (row) => mismatchJson(row, now())),
      200,
    );
  });
}

const mismatchJson = (row: ChannelStock, now: number) => {
  const since = row.mismatchSince ?? now;
  return {
    channelId: row.channelId,
    sku: row.sku,
    quantity: row.quantity,
    pushedQuantity: row.pushedQuantity,
    pushedAt: instantOrNull(row.pushedAt),
    shownQuantity: row.shownQuantity,
    shownAt: instantOrNull(row.shownAt),
    since: instantOf(since),
    ageSeconds: Math.max(0, Math.floor((now - since) / 1_000)),
    attempts: row.attempts,
    nextAttemptAt: instantOrNull(row.dueAt),
    problem: row.problem,
  };
};

const instantOrNull = (at: number | null): string | null => (at === null ? null : instantOf(at));
