/** The route that lists stock prices. */
import { createRoute, z } from "@hono/zod-openapi";
import { stockPricesAfter, stockPricesOf, type StoredPrices } from "../../inventory/stock-prices";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../../orders/context";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { problems } from "../../platform/http/problem";
import {
  Instant,
  instantOf,
  jsonAnswer,
  PageQuery,
  pageOf,
  SkuCode,
  toPage,
} from "../../platform/http/schemas";

const StockPricesSchema = z
  .object({
    sku: z.string(),
    foundAt: Instant.openapi({ description: "When they were found. Decisions refer to it." }),
    locations: z.array(
      z.object({
        locationId: z.string(),
        priceMinor: z.int().openapi({ description: "The price of a unit, in the books' currency." }),
      }),
    ),
  })
  .openapi("StockPrices");

const list = createRoute({
  method: "get",
  path: "/v1/stock-prices",
  operationId: "listStockPrices",
  summary: "List stock prices",
  description: [
    "What a unit is expected to save later if it stays at its location. Prices are found every hour from the",
    "orders of the last weeks and the stock at hand, and sourcing adds them to its costs for a day. A location",
    "without a price has enough stock. Scope `stock:read`.",
  ].join(" "),
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { query: PageQuery.extend({ sku: SkuCode.optional() }) },
  responses: {
    200: jsonAnswer(pageOf("StockPricesPage", StockPricesSchema), "A page of SKUs."),
    ...problems(),
  },
});

export function registerStockPrices(app: App<OrdersContext>): void {
  app.openapi(list, async (c) => {
    const { limit, cursor, sku } = c.req.valid("query");
    const db = c.var.context.databases.primary;
    const one = sku === undefined ? null : await stockPricesOf(db, sku);
    const rows = sku === undefined ? await stockPricesAfter(db, cursor, limit + 1) : one ? [one] : [];
    return c.json(
      toPage(rows, limit, (row) => row.sku, pricesJson),
      200,
    );
  });
}

const pricesJson = ({ sku, prices }: StoredPrices) => ({
  sku,
  foundAt: instantOf(prices.foundAt),
  locations: Object.entries(prices.minorByLocation)
    .map(([locationId, priceMinor]) => ({ locationId, priceMinor }))
    .toSorted((a, b) => (a.locationId < b.locationId ? -1 : 1)),
});
