/** Where orders are sent from, and why: told of a stored order, and of one that is only thought of. */
import { createRoute, z } from "@hono/zod-openapi";
import { previewSourcing } from "../../planning/preview-sourcing";
import { isId } from "../../kernel/ids";
import { sourcingDecisions } from "../storage/sourcing-decisions";
import type { App } from "../../platform/http/app-types";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  CountryCode,
  Instant,
  instantOf,
  jsonAnswer,
  jsonBody,
  Quantity,
  SkuCode,
  Slug,
  text,
} from "../../platform/http/schemas";
import { DecisionSchema, decisionJson } from "./sourcing-schemas";
import { OrderPath } from "./orders";

const MAX_LINES = 100;

const OrderSourcingSchema = z
  .object({
    orderId: z.string(),
    decisions: z
      .array(z.object({ version: z.int(), at: Instant, decision: DecisionSchema }))
      .openapi({ description: "Each time that it was sourced, newest first." }),
  })
  .openapi("OrderSourcing");

const explain = createRoute({
  method: "get",
  path: "/v1/orders/{orderId}/sourcing",
  operationId: "getOrderSourcing",
  summary: "Read why an order is sent from where it is",
  description: "In words and numbers: what was chosen, instead of what, and why. Scope `orders:read`.",
  tags: ["Sourcing"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { params: OrderPath },
  responses: { 200: jsonAnswer(OrderSourcingSchema, "Its decisions."), ...problems("not_found") },
});

const PreviewInput = z
  .strictObject({
    channelId: Slug,
    lines: z
      .array(z.strictObject({ sku: SkuCode, quantity: Quantity }))
      .min(1)
      .max(MAX_LINES),
    shipTo: z
      .strictObject({
        countryCode: CountryCode,
        region: text(100).nullable().default(null),
        postalCode: text(20).nullable().default(null),
        latitude: z.number().min(-90).max(90).nullable().default(null),
        longitude: z.number().min(-180).max(180).nullable().default(null),
      })
      .nullable()
      .default(null),
    pickupLocationId: Slug.nullable().default(null),
    valueMinor: z.int().min(0).max(1_000_000_000_000).nullable().default(null).openapi({
      description: "What it is worth, in the books' currency: for the rule that a small order is not split.",
    }),
  })
  .openapi("SourcingPreviewInput");

const preview = createRoute({
  method: "post",
  path: "/v1/sourcing/preview",
  operationId: "previewSourcing",
  summary: "Ask where an order would be sent from",
  description: "Stock is asked as it is now; nothing is allocated. Scope `orders:read`.",
  tags: ["Sourcing"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { body: jsonBody(PreviewInput) },
  responses: {
    200: jsonAnswer(DecisionSchema, "The decision that would be made."),
    ...problems(...BODY_PROBLEMS),
  },
});

export function registerSourcing(app: App): void {
  app.openapi(explain, async (c) => {
    const { orderId } = c.req.valid("param");
    const { databases, config } = c.var.context;
    if (!isId("ord", orderId)) return problem(c, { code: "not_found" });
    const stored = await sourcingDecisions(databases.orders(orderId), orderId);
    if (stored.length === 0) return problem(c, { code: "not_found" });
    const decisions = stored.map(({ version, at, decision }) => ({
      version,
      at: instantOf(at),
      decision: decisionJson(decision, config.booksCurrency),
    }));
    return c.json({ orderId, decisions }, 200);
  });

  app.openapi(preview, async (c) => {
    const { context } = c.var;
    const previewed = await previewSourcing(context, c.req.valid("json"));
    if (!previewed.ok) return problem(c, previewed.rejection);
    return c.json(decisionJson(previewed.value, context.config.booksCurrency), 200);
  });
}
