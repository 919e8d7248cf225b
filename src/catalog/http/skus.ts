/** The routes of SKUs. */
import { createRoute, z } from "@hono/zod-openapi";
import { putSku } from "../put-sku";
import { skuById, skusAfter } from "../storage/skus";
import type { App } from "../../platform/http/app-types";
import type { CatalogContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  IdempotencyHeader,
  jsonAnswer,
  jsonBody,
  PageQuery,
  pageOf,
  SkuCode,
  Slug,
  text,
  toPage,
} from "../../platform/http/schemas";

const millimetres = z.int().min(1).max(100_000).nullable();

const SkuInput = z
  .strictObject({
    title: text(300).openapi({ example: "Mug, blue" }),
    weightGrams: z.int().min(0).max(10_000_000),
    lengthMm: millimetres.default(null),
    widthMm: millimetres.default(null),
    heightMm: millimetres.default(null),
    unitCostMinor: z
      .int()
      .min(0)
      .max(1_000_000_000_000)
      .openapi({ description: "Standard cost of one unit, in the books' currency." }),
    bins: z
      .record(Slug, text(50))
      .default({})
      .openapi({
        description: "The bin that it is picked from, by location.",
        example: { "berlin-1": "A-12-3" },
      }),
    taxCategory: text(100).nullable().default(null),
    hazardous: z
      .boolean()
      .default(false)
      .openapi({ description: "Shipped only from locations that accept hazardous goods." }),
    oversize: z
      .boolean()
      .default(false)
      .openapi({ description: "Shipped only from locations that accept oversize goods." }),
    policy: z.enum(["deny", "backorder", "preorder"]).openapi({
      description: "Whether an order for more than is available is refused, backordered or pre-ordered.",
    }),
    active: z.boolean().default(true),
  })
  .openapi("SkuInput");

const SkuSchema = z.object({ sku: z.string(), ...SkuInput.shape }).openapi("Sku");
const SkuPath = z.object({ sku: SkuCode });

const put = createRoute({
  method: "put",
  path: "/v1/skus/{sku}",
  operationId: "putSku",
  summary: "Create or replace a SKU",
  description: "Replaces all fields. A changed cost revalues the stock on hand. Scope `reference:write`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:write"), idempotent] as const,
  request: { params: SkuPath, headers: IdempotencyHeader, body: jsonBody(SkuInput) },
  responses: {
    200: jsonAnswer(SkuSchema, "Replaced."),
    201: jsonAnswer(SkuSchema, "Created."),
    ...problems(...BODY_PROBLEMS, ...KEY_PROBLEMS),
  },
});

const get = createRoute({
  method: "get",
  path: "/v1/skus/{sku}",
  operationId: "getSku",
  summary: "Read a SKU",
  description: "Scope `reference:read`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:read")] as const,
  request: { params: SkuPath },
  responses: { 200: jsonAnswer(SkuSchema, "The SKU."), ...problems("not_found") },
});

const list = createRoute({
  method: "get",
  path: "/v1/skus",
  operationId: "listSkus",
  summary: "List SKUs",
  description: "Sorted by code. Scope `reference:read`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:read")] as const,
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf("SkuPage", SkuSchema), "A page of SKUs."), ...problems() },
});

export function registerSkus(app: App<CatalogContext>): void {
  app.openapi(put, async (c) => {
    const { sku } = c.req.valid("param");
    const written = await putSku(c.var.context, { sku, ...c.req.valid("json") });
    if (!written.ok) return problem(c, written.rejection);
    return written.value.created ? c.json(written.value.sku, 201) : c.json(written.value.sku, 200);
  });

  app.openapi(get, async (c) => {
    const sku = await skuById(c.var.context.databases.primary, c.req.valid("param").sku);
    return sku ? c.json(sku, 200) : problem(c, { code: "not_found" });
  });

  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const rows = await skusAfter(c.var.context.databases.primary, cursor, limit + 1);
    return c.json(
      toPage(
        rows,
        limit,
        (row) => row.sku,
        (row) => row,
      ),
      200,
    );
  });
}
