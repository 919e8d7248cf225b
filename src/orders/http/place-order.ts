/** The route that places an order. */
import { createRoute, z } from "@hono/zod-openapi";
import type { OrdersContext } from "../context";
import { statusUrl } from "../domain/status-link";
import { PlaceOrderInput, placeOrder } from "../place-order";
import { requireScope } from "../../platform/auth/require-scope";
import type { App, RequestContext } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import { IdempotencyHeader, jsonAnswer, jsonBody, Slug } from "../../platform/http/schemas";
import { requestHash, storedKeyOf } from "../../platform/idempotency/idempotent-routes";
import { OrderSchema, orderJson } from "./order-schemas";

const Queued = z
  .object({ id: z.string(), statusUrl: z.string(), queued: z.literal(true) })
  .openapi("QueuedOrder");

const place = createRoute({
  method: "post",
  path: "/v1/orders",
  operationId: "placeOrder",
  summary: "Place an order",
  description:
    "The channel and its `externalId` identify an order: placed again, it is the same order. An order that is paid is never refused for missing stock; an order that is not paid may be. Scope `orders:write`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:write")] as const,
  request: {
    headers: IdempotencyHeader,
    body: jsonBody(z.strictObject({ channelId: Slug, ...PlaceOrderInput.shape }).openapi("NewOrder")),
  },
  responses: {
    200: jsonAnswer(OrderSchema, "The order existed already. This is its current state."),
    201: jsonAnswer(OrderSchema, "The order was created."),
    202: jsonAnswer(
      Queued,
      "The database does not answer in time. The order is queued durably and will be created with this id.",
    ),
    ...problems(...BODY_PROBLEMS, "insufficient_stock", "idempotency_key_reused"),
  },
});

export function registerPlaceOrder(app: App<OrdersContext>): void {
  app.openapi(place, async (c) => {
    const { context } = c.var;
    const { channelId, ...canonical } = c.req.valid("json");
    const request = await idempotentRequest(c, c.req.valid("header")["idempotency-key"]);
    const placed = await placeOrder(context, channelId, canonical, request);
    if (!placed.ok) return problem(c, placed.rejection);
    const { orderId } = placed.value;
    if (placed.value.outcome === "queued") {
      const url = statusUrl(context.config.publicUrl, orderId, context.config.linkSigningKey);
      return c.json({ id: orderId, statusUrl: url, queued: true as const }, 202);
    }
    const body = orderJson(placed.value.order, context.config, c.var.apiKey);
    return placed.value.outcome === "created" ? c.json(body, 201) : c.json(body, 200);
  });
}

async function idempotentRequest(c: RequestContext<OrdersContext>, idempotencyKey: string | undefined) {
  if (idempotencyKey === undefined) return null;
  return {
    key: storedKeyOf(c.var.apiKey.id, idempotencyKey),
    requestHash: await requestHash(c.req.method, c.req.path, await c.req.arrayBuffer()),
  };
}
