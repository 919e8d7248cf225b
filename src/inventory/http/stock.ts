/** Stock: units on hand by location, and what staff does to them. */
import { createRoute, z } from "@hono/zod-openapi";
import { moveStock, setSafetyStock, type StockMove } from "../record-movement";
import { derivedId } from "../../kernel/ids";
import { ADJUSTMENT_REASONS, type StockReading } from "../domain/stock";
import type { App, RequestContext } from "../../platform/http/app-types";
import type { InventoryContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
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

const MAX_UNITS = 1_000_000_000;

const Ref = text(200).optional().openapi({
  description:
    "What makes it the same movement when it is sent again, such as a delivery note. Left out: the Idempotency-Key.",
  example: "delivery-note-4711",
});
const ReceiptInput = z
  .strictObject({
    locationId: Slug,
    quantity: Quantity,
    inboundId: InboundId.optional().openapi({
      description: "What it was expected as: so much less is expected of it.",
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
      .refine((quantity) => quantity !== 0, "changes nothing")
      .openapi({ description: "Signed: what is lost is negative.", example: -2 }),
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
    valueMinor: z.int().openapi({ description: "Of what is on hand, in the books' currency." }),
    levels: z.array(
      z.object({
        locationId: z.string(),
        onHand: z.int(),
        allocated: z.int(),
        safetyStock: z.int(),
        vendorOwned: z
          .boolean()
          .optional()
          .openapi({ description: "A vendor's, which has no value in our books." }),
        available: z.int().openapi({ description: "On hand − allocated − safety stock, never under zero." }),
      }),
    ),
  })
  .openapi("Stock");
const Moved = z.object({ ref: z.string(), stock: StockSchema }).openapi("StockMoved");
const SkuPath = z.object({ sku: SkuCode });

const read = createRoute({
  method: "get",
  path: "/v1/skus/{sku}/stock",
  operationId: "getStock",
  summary: "Read a SKU's stock",
  description: "By location, as of now. Scope `stock:read`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { params: SkuPath },
  responses: { 200: jsonAnswer(StockSchema, "The stock."), ...problems("unknown_sku") },
});

/** The three movements differ only in their words and their body. */
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
    description: "Happens once for each `ref`. Scope `stock:write`.",
    tags: ["Stock"],
    security: withKey,
    middleware: [requireScope("stock:write"), idempotent] as const,
    request: { params: SkuPath, headers: IdempotencyHeader, body: jsonBody(body) },
    responses: { 200: jsonAnswer(Moved, "The stock as it then was."), ...problems(...MOVE_PROBLEMS) },
  });

const MOVE_PROBLEMS = [
  ...BODY_PROBLEMS,
  "unknown_sku",
  "below_zero",
  "ref_reused",
  "quantity_invalid",
  "request_in_progress",
  "idempotency_key_reused",
] as const;

const receive = movement("/v1/skus/{sku}/receipts", "receiveStock", "Receive stock", ReceiptInput);
const adjust = movement("/v1/skus/{sku}/adjustments", "adjustStock", "Adjust stock", AdjustmentInput);
const count = movement("/v1/skus/{sku}/counts", "countStock", "Take in a count", CountInput);

const keepBack = createRoute({
  method: "put",
  path: "/v1/skus/{sku}/locations/{locationId}/safety-stock",
  operationId: "putSafetyStock",
  summary: "Keep stock back",
  description: "Units at the location that are never promised. Scope `stock:write`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:write"), idempotent] as const,
  request: {
    params: SkuPath.extend({ locationId: Slug }),
    headers: IdempotencyHeader,
    body: jsonBody(SafetyStockInput),
  },
  responses: {
    200: jsonAnswer(SafetyStockInput.extend({ sku: z.string(), locationId: z.string() }), "It is kept back."),
    ...problems(...BODY_PROBLEMS, "unknown_sku", "request_in_progress", "idempotency_key_reused"),
  },
});

export function registerStock(app: App<InventoryContext>): void {
  app.openapi(read, async (c) => {
    const stock = await c.var.context.inventory.readStock(c.req.valid("param").sku);
    return stock.ok ? c.json(answerOf(stock.value), 200) : problem(c, stock.rejection);
  });

  app.openapi(receive, async (c) => {
    const { ref, inboundId, ...body } = c.req.valid("json");
    const receipt = { type: "receive", ...body, ...(inboundId && { inboundId }) } as const;
    const moved = await move(c, c.req.valid("param").sku, receipt, ref);
    return moved.ok ? c.json(movedOf(moved.value), 200) : problem(c, moved.rejection);
  });

  app.openapi(adjust, async (c) => {
    const { ref, ...body } = c.req.valid("json");
    const moved = await move(c, c.req.valid("param").sku, { type: "adjust", ...body }, ref);
    return moved.ok ? c.json(movedOf(moved.value), 200) : problem(c, moved.rejection);
  });

  app.openapi(count, async (c) => {
    const { ref, ...body } = c.req.valid("json");
    const moved = await move(c, c.req.valid("param").sku, { type: "count", ...body }, ref);
    return moved.ok ? c.json(movedOf(moved.value), 200) : problem(c, moved.rejection);
  });

  app.openapi(keepBack, async (c) => {
    const { sku, locationId } = c.req.valid("param");
    const { quantity } = c.req.valid("json");
    const set = await setSafetyStock(c.var.context, sku, { locationId, quantity });
    return set.ok ? c.json({ sku, locationId, quantity }, 200) : problem(c, set.rejection);
  });
}

/** Without a reference of its own the request's Idempotency-Key is one, so that a retry never moves twice. */
function move(c: RequestContext<InventoryContext>, sku: string, move: StockMove, ref: string | undefined) {
  const idempotencyKey = c.req.header("idempotency-key");
  const derived = idempotencyKey ? derivedId("mov", c.var.apiKey.id, idempotencyKey) : null;
  return moveStock(c.var.context, sku, move, ref ?? derived);
}

const answerOf = ({ facts, levels, backordered, valueMinor }: StockReading) => ({
  sku: facts.sku,
  backordered,
  valueMinor,
  levels: [...levels],
});

const movedOf = ({ ref, stock }: { ref: string; stock: StockReading }) => ({ ref, stock: answerOf(stock) });
