/** The routes that ask prices, buy labels and list an order's. */
import { createRoute, z } from "@hono/zod-openapi";
import { buyLabel, quoteRates, type LabelWish } from "../buy-label";
import type { ShippingContext } from "../context";
import { labelsIn } from "../find-labels";
import { compositeKey, idFromBytes, isId, type LineId } from "../../kernel/ids";
import { requireScope } from "../../platform/auth/require-scope";
import type { App, RequestContext } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import { IdempotencyHeader, jsonAnswer, jsonBody, text } from "../../platform/http/schemas";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { MAX_PARCEL_GRAMS, MAX_PARCEL_MM } from "../domain/parcel";
import { labelJson, LabelSchema, rateJson, RateSchema } from "./label-schemas";

const OrderPath = z.object({ orderId: z.string() });
const FulfillmentPath = OrderPath.extend({ fulfillmentId: z.string() });

const Side = z.int().min(1).max(MAX_PARCEL_MM).nullable().default(null);

const NewLabel = z
  .strictObject({
    carrier: text(50).optional().openapi({
      description: "Whom to buy from. Default: the deployment's carrier.",
      example: "sandbox",
    }),
    service: z
      .strictObject({ carrier: text(100).nullable().default(null), service: text(100) })
      .optional()
      .openapi({
        description:
          "Only this service. Default: the service that the fulfillment is planned with, or else the cheapest.",
      }),
    parcel: z.strictObject({
      weightGrams: z.int().min(1).max(MAX_PARCEL_GRAMS).openapi({
        description: "Of the whole parcel, with its box. Required: without it there is no price.",
      }),
      lengthMm: Side,
      widthMm: Side,
      heightMm: Side,
    }),
    lines: z
      .array(z.strictObject({ lineId: z.string(), quantity: z.int().min(1).max(1_000_000) }))
      .min(1)
      .max(500)
      .optional()
      .openapi({
        description: "Default: all units that are neither shipped nor in another parcel with a label.",
      }),
    reference: text(100).optional().openapi({
      description: "Identifies the parcel: a repeat with the same reference buys no second label.",
    }),
  })
  .openapi("NewLabel");

const REFUSED = [
  ...BODY_PROBLEMS,
  "not_found",
  "fulfillment_unknown",
  "fulfillment_not_open",
  "order_on_hold",
  "quantity_not_in_fulfillment",
  "carrier_unknown",
  "carrier_unavailable",
  "label_rejected",
  "no_rates",
  "service_not_offered",
  "parcel_reused",
  "label_voiding",
  "too_many_labels",
] as const;

const buy = createRoute({
  method: "post",
  path: "/v1/orders/{orderId}/fulfillments/{fulfillmentId}/labels",
  operationId: "buyLabel",
  summary: "Buy a label for a parcel",
  description:
    "The first of `reference` and the Idempotency-Key identifies the parcel: a repeat answers with the parcel's label and buys no second one. Without either, each request is a parcel of its own. A parcel whose label was rejected or voided may get another one. 202: the carrier's answer was lost, and is asked for. Scope `labels:write`.",
  tags: ["Labels"],
  security: withKey,
  middleware: [requireScope("labels:write"), idempotent] as const,
  request: { params: FulfillmentPath, headers: IdempotencyHeader, body: jsonBody(NewLabel) },
  responses: {
    200: jsonAnswer(LabelSchema, "The parcel's label."),
    202: jsonAnswer(LabelSchema, "The carrier's answer is not known yet."),
    ...problems(...REFUSED, ...KEY_PROBLEMS),
  },
});

const quote = createRoute({
  method: "post",
  path: "/v1/orders/{orderId}/fulfillments/{fulfillmentId}/rates",
  operationId: "quoteRates",
  summary: "Get a carrier's prices for a parcel",
  description: "Cheapest first. Nothing is bought. Scope `fulfillments:read`.",
  tags: ["Labels"],
  security: withKey,
  middleware: [requireScope("fulfillments:read")] as const,
  request: { params: FulfillmentPath, body: jsonBody(NewLabel) },
  responses: {
    200: jsonAnswer(z.object({ rates: z.array(RateSchema) }).openapi("Rates"), "The prices."),
    ...problems(...REFUSED),
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/orders/{orderId}/labels",
  operationId: "listLabels",
  summary: "List an order's labels",
  description: "With those that were rejected or voided. Scope `fulfillments:read`.",
  tags: ["Labels"],
  security: withKey,
  middleware: [requireScope("fulfillments:read")] as const,
  request: { params: OrderPath },
  responses: {
    200: jsonAnswer(z.object({ labels: z.array(LabelSchema) }).openapi("Labels"), "The labels, by parcel."),
    ...problems("not_found"),
  },
});

export function registerLabels(app: App<ShippingContext>): void {
  app.openapi(buy, async (c) => {
    const { orderId } = c.req.valid("param");
    if (!isId("ord", orderId)) return problem(c, { code: "not_found" });
    const idempotencyKey = c.req.valid("header")["idempotency-key"];
    const wish = wishOf(c, c.req.valid("param").fulfillmentId, c.req.valid("json"), idempotencyKey);
    const bought = await buyLabel(c.var.context, orderId, wish);
    if (!bought.ok) return refuse(c, bought.rejection);
    return bought.value.state === "buying"
      ? c.json(labelJson(bought.value), 202)
      : c.json(labelJson(bought.value), 200);
  });

  app.openapi(quote, async (c) => {
    const { orderId, fulfillmentId } = c.req.valid("param");
    if (!isId("ord", orderId)) return problem(c, { code: "not_found" });
    const quoted = await quoteRates(c.var.context, orderId, wishOf(c, fulfillmentId, c.req.valid("json")));
    return quoted.ok ? c.json({ rates: quoted.value.map(rateJson) }, 200) : refuse(c, quoted.rejection);
  });

  app.openapi(list, async (c) => {
    const { orderId } = c.req.valid("param");
    if (!isId("ord", orderId)) return problem(c, { code: "not_found" });
    return c.json({ labels: (await labelsIn(c.var.context, orderId)).map(labelJson) }, 200);
  });
}

type Rejection = Extract<Awaited<ReturnType<typeof buyLabel>>, { ok: false }>["rejection"];

const refuse = (c: RequestContext<ShippingContext>, rejection: Rejection) =>
  rejection.code === "order_unknown" ? problem(c, { code: "not_found" }) : problem(c, rejection);

function wishOf(
  c: RequestContext<ShippingContext>,
  fulfillmentId: string,
  { carrier, service, parcel, lines, reference }: z.output<typeof NewLabel>,
  idempotencyKey?: string,
): LabelWish {
  return {
    fulfillmentId,
    carrier: carrier ?? null,
    service: service ?? null,
    size: parcel,
    lines: lines?.map(({ lineId, quantity }) => ({ lineId: lineId as LineId, quantity })) ?? "all",
    reference: referenceOf(c, reference, idempotencyKey),
  };
}

/** Each kind of reference has a namespace of its own, so that no caller can write another's. */
function referenceOf(
  c: RequestContext<ShippingContext>,
  reference: string | undefined,
  idempotencyKey: string | undefined,
): string {
  if (reference !== undefined) return compositeKey("label", "reference", reference);
  if (idempotencyKey !== undefined) return compositeKey("label", "key", c.var.apiKey.id, idempotencyKey);
  return compositeKey("label", "request", idFromBytes("shp", c.var.context.randomBytes(17)));
}
