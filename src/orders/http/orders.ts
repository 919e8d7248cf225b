/** Orders: taken in, read, searched. */
import { createRoute, z } from "@hono/zod-openapi";
import { PlaceOrderInput, placeOrder } from "../place-order";
import { isId } from "../../kernel/ids";
import { statusUrl } from "../domain/status-link";
import { isConflictOn } from "../../platform/d1/errors";
import { idempotencyStatement, storedRequestHash } from "../../platform/idempotency/idempotency-keys";
import { listOrders, ORDER_STATUSES, orderHistory, type OrderQuery } from "../storage/order-lists";
import { loadOrder } from "../storage/orders";
import type { App, RequestContext } from "../../platform/http/app-types";
import type { OrdersContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { requestHash, storedKeyOf } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import {
  eventJson,
  HistorySchema,
  ListedOrderSchema,
  listedOrderJson,
  OrderSchema,
  orderJson,
} from "./order-schemas";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  IdempotencyHeader,
  instantOf,
  jsonAnswer,
  jsonBody,
  PageQuery,
  pageOf,
  Slug,
  text,
  toPage,
} from "../../platform/http/schemas";

export const OrderPath = z.object({
  orderId: z.string().openapi({ example: "ord_01jd8x5v3q7m2n4p6r8s0t1w2y" }),
});

const Queued = z
  .object({ id: z.string(), statusUrl: z.string(), queued: z.literal(true) })
  .openapi("QueuedOrder");

const place = createRoute({
  method: "post",
  path: "/v1/orders",
  operationId: "placeOrder",
  summary: "Place an order",
  description:
    "An order is its channel's `externalId`: placed again it is the same order. What is paid is never refused for stock; what is not may be. Scope `orders:write`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:write")] as const,
  request: {
    headers: IdempotencyHeader,
    body: jsonBody(z.strictObject({ channelId: Slug, ...PlaceOrderInput.shape }).openapi("NewOrder")),
  },
  responses: {
    200: jsonAnswer(OrderSchema, "It was there already: as it is now."),
    201: jsonAnswer(OrderSchema, "Taken in."),
    202: jsonAnswer(Queued, "The database is slow: durably queued under this id."),
    ...problems(...BODY_PROBLEMS, "insufficient_stock", "idempotency_key_reused"),
  },
});

const get = createRoute({
  method: "get",
  path: "/v1/orders/{orderId}",
  operationId: "getOrder",
  summary: "Read an order",
  description: "Scope `orders:read`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { params: OrderPath },
  responses: { 200: jsonAnswer(OrderSchema, "The order."), ...problems("not_found") },
});

const history = createRoute({
  method: "get",
  path: "/v1/orders/{orderId}/events",
  operationId: "listOrderEvents",
  summary: "Read an order's history",
  description: "Every change, oldest first: what happened, when, and who made it. Scope `orders:read`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { params: OrderPath, query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(HistorySchema), "A page of changes."), ...problems("not_found") },
});

const list = createRoute({
  method: "get",
  path: "/v1/orders",
  operationId: "listOrders",
  summary: "List and search orders",
  description:
    "Newest first. Search by `number`, `email` or `sku`, one at a time; or filter by `status` and `channelId`. Scope `orders:read`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: {
    query: PageQuery.extend({
      status: z.enum(ORDER_STATUSES).optional(),
      channelId: Slug.optional(),
      number: text(100).optional(),
      email: text(320).optional(),
      sku: text(100).optional(),
    }).refine(isOneSearch, { error: "search by one of number, email and sku, without filters" }),
  },
  responses: { 200: jsonAnswer(pageOf(ListedOrderSchema), "A page of orders."), ...problems() },
});

export function registerOrders(app: App<OrdersContext>): void {
  app.openapi(place, async (c) => {
    const { context } = c.var;
    const { channelId, ...canonical } = c.req.valid("json");
    const request = await idempotentRequest(c, c.req.valid("header")["idempotency-key"]);
    const remember = (db: D1Database) => (request ? [idempotencyStatement(db, request, context.now())] : []);
    // Side by side: a key seen before is rare, and asking first would cost every order a round trip.
    const [seen, outcome] = await Promise.all([
      request ? storedRequestHash(context.databases.primary, request.key).catch(() => null) : null,
      placeOrder(context, channelId, canonical, remember).catch(keyTaken),
    ]);
    const reused = request !== null && seen !== null && seen !== request.requestHash;
    if (outcome === "key_taken" || reused) return problem(c, { code: "idempotency_key_reused" });
    if (!outcome.ok) return problem(c, outcome.rejection);
    const { orderId } = outcome.value;
    if (outcome.value.outcome === "queued") {
      const url = statusUrl(context.config.publicUrl, orderId, context.config.linkSigningKey);
      return c.json({ id: orderId, statusUrl: url, queued: true as const }, 202);
    }
    const body = orderJson(outcome.value.order, context.config, c.var.apiKey);
    return outcome.value.outcome === "created" ? c.json(body, 201) : c.json(body, 200);
  });

  app.openapi(get, async (c) => {
    const { orderId } = c.req.valid("param");
    const { databases, config } = c.var.context;
    const order = isId("ord", orderId) ? await loadOrder(databases.orders(orderId), orderId) : null;
    return order ? c.json(orderJson(order, config, c.var.apiKey), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(history, async (c) => {
    const { orderId } = c.req.valid("param");
    const { limit, cursor } = c.req.valid("query");
    if (!isId("ord", orderId)) return problem(c, { code: "not_found" });
    const db = c.var.context.databases.orders(orderId);
    const rows = await orderHistory(db, orderId, Number(cursor) || 0, limit + 1);
    if (rows.length === 0 && cursor === "") return problem(c, { code: "not_found" });
    const page = toPage(
      rows,
      limit,
      ({ version }) => String(version),
      ({ version, at, actor, events }) => ({
        version,
        at: instantOf(at),
        actor,
        events: events.map(eventJson),
      }),
    );
    return c.json(page, 200);
  });

  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const [placedAt, id = ""] = query.cursor.split(" ");
    const after = query.cursor === "" ? null : { placedAt: Number(placedAt), id };
    const found = await listEverywhere(c, queryOf(query), after, query.limit + 1);
    return c.json(
      toPage(found, query.limit, (row) => `${row.placedAt} ${row.id}`, listedOrderJson),
      200,
    );
  });
}

async function idempotentRequest(c: RequestContext<OrdersContext>, idempotencyKey: string | undefined) {
  if (idempotencyKey === undefined) return null;
  return {
    key: storedKeyOf(c.var.apiKey.id, idempotencyKey),
    requestHash: await requestHash(c.req.method, c.req.path, await c.req.arrayBuffer()),
  };
}

/** The key's row is in the order's own batch: taken by another order, it took this one down with it. */
function keyTaken(error: unknown): "key_taken" {
  if (isConflictOn(error, "idempotency_keys")) return "key_taken";
  throw error;
}

type ListQuery = {
  status?: (typeof ORDER_STATUSES)[number] | undefined;
  channelId?: string | undefined;
  number?: string | undefined;
  email?: string | undefined;
  sku?: string | undefined;
};

function isOneSearch(query: ListQuery): boolean {
  const searches = [query.number, query.email, query.sku].filter((value) => value !== undefined).length;
  const filters = [query.status, query.channelId].filter((value) => value !== undefined).length;
  return searches === 0 || (searches === 1 && filters === 0);
}

function queryOf({ number, email, sku, status, channelId }: ListQuery): OrderQuery {
  if (number !== undefined) return { by: "number", number };
  if (email !== undefined) return { by: "email", email: email.toLowerCase() };
  if (sku !== undefined) return { by: "sku", sku };
  return { by: "filters", statuses: status ? [status] : ORDER_STATUSES, channelId: channelId ?? null };
}

async function listEverywhere(
  c: RequestContext<OrdersContext>,
  query: OrderQuery,
  after: Readonly<{ placedAt: number; id: string }> | null,
  limit: number,
) {
  const pages = await Promise.all(
    c.var.context.databases.allOrders.map((db) => listOrders(db, query, after, limit)),
  );
  return pages
    .flat()
    .toSorted((a, b) => b.placedAt - a.placedAt || (a.id < b.id ? 1 : -1))
    .slice(0, limit);
}
