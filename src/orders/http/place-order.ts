/** The route that places an order. */
import { createRoute, z } from "@hono/zod-openapi";
import type { OrdersContext } from "../context";
import type { Order } from "../domain/order";
import { statusUrl } from "../domain/status-link";
import { PlaceOrderInput, placeOrder } from "../place-order";
import { logLine } from "../../kernel/log-line";
import { requireScope } from "../../platform/auth/require-scope";
import type { App, RequestContext } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import { IdempotencyHeader, jsonAnswer, jsonBody, Slug } from "../../platform/http/schemas";
import { storeAnswer, type IdempotentRequest } from "../../platform/idempotency/idempotency-keys";
import {
  answerOf,
  answerToStore,
  replay,
  requestHash,
  storedKeyOf,
} from "../../platform/idempotency/idempotent-routes";
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
    "The channel and its `externalId` identify an order: placed again, it is the same order, and a later `updatedAt` brings it up to that state as a callback would. An order that is paid is never refused for missing stock; an order that is not paid may be. Scope `orders:write`.",
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
    ...problems(
      ...BODY_PROBLEMS,
      "insufficient_stock",
      "version_conflict",
      "idempotency_key_reused",
      "answer_not_kept",
    ),
  },
});

export function registerPlaceOrder(app: App<OrdersContext>): void {
  app.openapi(place, async (c) => {
    const { context, apiKey, requestId } = c.var;
    const { channelId, ...canonical } = c.req.valid("json");
    const jsonOf = (order: Order) => orderJson(order, context.config, apiKey);
    const request = await idempotentRequest(c, c.req.valid("header")["idempotency-key"]);
    const idempotent = request && {
      request,
      answerOf: (order: Order) => answerToStore(201, JSON.stringify(jsonOf(order)), requestId),
    };
    const placed = await placeOrder(context, channelId, canonical, idempotent);
    if (!placed.ok) {
      // The route's type does not have an answer that was stored.
      if (placed.rejection.code === "answered_before") return replay(placed.rejection.answer) as never;
      const refusal = problem(c, placed.rejection);
      if (placed.rejection.code === "insufficient_stock") await keepAnswer(c, request, refusal);
      return refusal;
    }
    switch (placed.value.outcome) {
      case "created":
        return c.json(jsonOf(placed.value.order), 201);
      case "known": {
        const answer = c.json(jsonOf(placed.value.order), 200);
        await keepAnswer(c, request, answer);
        return answer;
      }
      case "queued": {
        const { orderId: id } = placed.value;
        const url = statusUrl(context.config.publicUrl, id, context.config.linkSigningKey);
        return c.json({ id, statusUrl: url, queued: true as const }, 202);
      }
    }
  });
}

async function idempotentRequest(c: RequestContext<OrdersContext>, idempotencyKey: string | undefined) {
  if (idempotencyKey === undefined) return null;
  return {
    key: storedKeyOf(c.var.apiKey.id, idempotencyKey),
    requestHash: await requestHash(c),
  };
}

/** Keeps an answer that created nothing. If it cannot be kept, a later request with the key is decided again. */
async function keepAnswer(
  c: RequestContext<OrdersContext>,
  request: IdempotentRequest | null,
  response: Response,
): Promise<void> {
  if (request === null) return;
  const { context, requestId } = c.var;
  try {
    const answer = await answerOf(response, requestId);
    await storeAnswer(context.databases.primary, request, answer, context.now());
  } catch (error) {
    console.error(
      logLine("error", "an answer could not be kept for its Idempotency-Key", { requestId, error }),
    );
  }
}
