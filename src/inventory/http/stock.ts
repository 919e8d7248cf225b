/** Routes of stock: read it by location, record movements, set safety stock. */
import { createRoute, z } from "@hono/zod-openapi";
import { recordMovement, type MovementRecorded, type MovementRequest } from "../record-movement";
import { readKnownStock } from "../known-sku";
import { setSafetyStock } from "../set-safety-stock";
import { derivedId } from "../../kernel/ids";
import { MAX_UNITS } from "../domain/quantity";
import { ADJUSTMENT_REASONS } from "../domain/stock-operations";
import type { StockReading } from "../domain/stock-reading";
import type { App, RequestContext } from "../../platform/http/app-types";
import type { InventoryContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  IdempotencyHeader,
  InboundId,
  jsonAnswer,
  jsonBody,
  Quantity,
  SkuCode,
  Slug,
  text,
} from "../../platform/http/schemas";

const Ref = text(200).optional().openapi({
  description:
    "Identifies the movement, such as a delivery note's number: a repeat changes nothing. Default: the Idempotency-Key.",
  example: "delivery-note-4711",
});
const ReceiptInput = z
  .strictObject({
    locationId: Slug,
    quantity: Quantity,
    inboundId: InboundId.optional().openapi({
      description: "The inbound that the units belong to: they are no longer expected.",
    }),
    ref: Ref,
  })
  .openapi("ReceiptInput");
const AdjustmentInput = z
  .strictObject({
    locationId: Slug,
    quantity: z
      .int()
      .min(-1_000_000)
      .max(1_000_000)
      .refine((quantity) => quantity !== 0, "must not be zero")
      .openapi({ description: "Signed: lost units are negative.", example: -2 }),
    reason: z.enum(ADJUSTMENT_REASONS),
    ref: Ref,
  })
  .openapi("AdjustmentInput");
const CountInput = z
  .strictObject({ locationId: Slug, counted: z.int().min(0).max(MAX_UNITS), ref: Ref })
  .openapi("CountInput");
const SafetyStockInput = z
  .strictObject({ quantity: z.int().min(0).max(MAX_UNITS) })
  .openapi("SafetyStockInput");

const StockSchema = z
  .object({
    sku: z.string(),
    backordered: z.int(),
    valueMinor: z.int().openapi({ description: "Value of what is on hand, in the books' currency." }),
    levels: z.array(
      z.object({
        locationId: z.string(),
        onHand: z.int(),
        allocated: z.int(),
        safetyStock: z.int(),
        vendorOwned: z
          .boolean()
          .optional()
          .openapi({ description: "The stock belongs to a vendor, and has no value in the books." }),
        available: z.int().openapi({ description: "On hand − allocated − safety stock, at least zero." }),
      }),
    ),
  })
  .openapi("Stock");
const Recorded = z.object({ ref: z.string(), stock: StockSchema }).openapi("MovementRecorded");
const SkuPath = z.object({ sku: SkuCode });

const read = createRoute({
  method: "get",
  path: "/v1/skus/{sku}/stock",
  operationId: "getStock",
  summary: "Read a SKU's stock",
  description: "Current stock by location. Scope `stock:read`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { params: SkuPath },
  responses: { 200: jsonAnswer(StockSchema, "The stock."), ...problems("unknown_sku") },
});

/** The three movements differ only in their texts and bodies. */
const movement = <P extends string, Body extends z.ZodType>(
  path: P,
  operationId: string,
  summary: string,
  body: Body,
) =>
  createRoute({
    method: "post",
    path,
    operationId,
    summary,
    description: "Recorded once for each `ref`. Scope `stock:write`.",
    tags: ["Stock"],
    security: withKey,
    middleware: [requireScope("stock:write"), idempotent] as const,
    request: { params: SkuPath, headers: IdempotencyHeader, body: jsonBody(body) },
    responses: {
      200: jsonAnswer(Recorded, "The stock after the movement."),
      ...problems(...MOVEMENT_PROBLEMS),
    },
  });

const MOVEMENT_PROBLEMS = [
  ...BODY_PROBLEMS,
  "unknown_sku",
  "below_zero",
  "ref_reused",
  "quantity_invalid",
  "too_many_locations",
  "stock_value_too_large",
  ...KEY_PROBLEMS,
] as const;

const receive = movement("/v1/skus/{sku}/receipts", "receiveStock", "Receive stock", ReceiptInput);
const adjust = movement("/v1/skus/{sku}/adjustments", "adjustStock", "Adjust stock", AdjustmentInput);
const count = movement("/v1/skus/{sku}/counts", "countStock", "Count stock", CountInput);

const safetyStock = createRoute({
  method: "put",
  path: "/v1/skus/{sku}/locations/{locationId}/safety-stock",
  operationId: "putSafetyStock",
  summary: "Set safety stock",
  description: "Units at the location that are never allocated. Scope `stock:write`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:write"), idempotent] as const,
  request: {
    params: SkuPath.extend({ locationId: Slug }),
    headers: IdempotencyHeader,
    body: jsonBody(SafetyStockInput),
  },
  responses: {
    200: jsonAnswer(
      z.object({ sku: z.string(), locationId: z.string(), quantity: z.int() }).openapi("SafetyStock"),
      "The safety stock was set.",
    ),
    ...problems(...BODY_PROBLEMS, "unknown_sku", "too_many_locations", ...KEY_PROBLEMS),
  },
});

export function registerStock(app: App<InventoryContext>): void {
  app.openapi(read, async (c) => {
    const stock = await readKnownStock(c.var.context, c.req.valid("param").sku);
    return stock.ok ? c.json(stockJson(stock.value), 200) : problem(c, stock.rejection);
  });

  app.openapi(receive, async (c) => {
    const { ref, inboundId, ...body } = c.req.valid("json");
    const receipt = { type: "receive", ...body, ...(inboundId && { inboundId }) } as const;
    const recorded = await record(c, c.req.valid("param").sku, receipt, ref);
    return recorded.ok ? c.json(recordedJson(recorded.value), 200) : problem(c, recorded.rejection);
  });

  app.openapi(adjust, async (c) => {
    const { ref, ...body } = c.req.valid("json");
    const recorded = await record(c, c.req.valid("param").sku, { type: "adjust", ...body }, ref);
    return recorded.ok ? c.json(recordedJson(recorded.value), 200) : problem(c, recorded.rejection);
  });

  app.openapi(count, async (c) => {
    const { ref, ...body } = c.req.valid("json");
    const recorded = await record(c, c.req.valid("param").sku, { type: "count", ...body }, ref);
    return recorded.ok ? c.json(recordedJson(recorded.value), 200) : problem(c, recorded.rejection);
  });

  app.openapi(safetyStock, async (c) => {
    const { sku, locationId } = c.req.valid("param");
    const { quantity } = c.req.valid("json");
    const set = await setSafetyStock(c.var.context, sku, { locationId, quantity });
    return set.ok ? c.json({ sku, locationId, quantity }, 200) : problem(c, set.rejection);
  });
}

/** Without a `ref`, the movement is identified by the Idempotency-Key, so that a retry records nothing twice. */
function record(
  c: RequestContext<InventoryContext>,
  sku: string,
  movement: MovementRequest,
  ref: string | undefined,
) {
  const idempotencyKey = c.req.header("idempotency-key");
  const derived = idempotencyKey ? { id: derivedId("mov", c.var.apiKey.id, idempotencyKey) } : null;
  return recordMovement(c.var.context, sku, movement, ref === undefined ? derived : { reference: ref });
}

const stockJson = ({ facts, levels, backordered, valueMinor }: StockReading) => ({
  sku: facts.sku,
  backordered,
  valueMinor,
  levels: [...levels],
});

const recordedJson = ({ ref, stock }: MovementRecorded) => ({ ref, stock: stockJson(stock) });
