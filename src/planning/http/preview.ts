/** The route that previews the sourcing of an order. */
import { createRoute, z } from "@hono/zod-openapi";
import type { OrdersContext } from "../../orders/context";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  CountryCode,
  jsonAnswer,
  jsonBody,
  Quantity,
  SkuCode,
  Slug,
  text,
} from "../../platform/http/schemas";
import { DecisionSchema, decisionJson } from "../../sourcing/decision-json";
import { previewSourcing } from "../preview-sourcing";

const MAX_LINES = 100;

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
      description: "The order's value in the books' currency, for the rule that a small order is not split.",
    }),
  })
  .openapi("SourcingPreviewInput");

const preview = createRoute({
  method: "post",
  path: "/v1/sourcing/preview",
  operationId: "previewSourcing",
  summary: "Preview the sourcing of an order",
  description: "Uses the current stock and allocates nothing. Scope `orders:read`.",
  tags: ["Sourcing"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { body: jsonBody(PreviewInput) },
  responses: {
    200: jsonAnswer(DecisionSchema, "The decision that would be made."),
    ...problems(...BODY_PROBLEMS),
  },
});

export function registerSourcingPreview(app: App<OrdersContext>): void {
  app.openapi(preview, async (c) => {
    const { context } = c.var;
    const previewed = await previewSourcing(context, c.req.valid("json"));
    if (!previewed.ok) return problem(c, previewed.rejection);
    return c.json(decisionJson(previewed.value, context.config.booksCurrency), 200);
  });
}
