/** The routes that read, list and search orders. */
import { createRoute, z } from "@hono/zod-openapi";
import { isId } from "../../kernel/ids";
import { listOrders, ORDER_STATUSES, type OrderCursor, type OrderQuery } from "../storage/order-lists";
import { orderHistory } from "../storage/order-history";
import { loadOrder } from "../storage/orders";
import type { App, RequestContext } from "../../platform/http/app-types";
import type { OrdersContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import {
  eventJson,
  HistorySchema,
  ListedOrderSchema,
  listedOrderJson,
  OrderPath,
  OrderSchema,
  orderJson,
} from "./order-schemas";
import { problem, problems } from "../../platform/http/problem";
import { instantOf, jsonAnswer, PageQuery, pageOf, Slug, text, toPage } from "../../platform/http/schemas";

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
  description: "Every change, oldest first, with its time and its actor. Scope `orders:read`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { params: OrderPath, query: PageQuery },
  responses: {
    200: jsonAnswer(pageOf("OrderHistoryPage", HistorySchema), "A page of changes."),
    ...problems("not_found"),
  },
});

const list = createRoute({
  method: "get",
  path: "/v1/orders",
  operationId: "listOrders",
  summary: "List and search orders",
  description:
    "Newest first. Search by one of `number`, `email` and `sku`, or filter by `status` and `channelId`. Scope `orders:read`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: {
    query: PageQuery.extend({
      status: z.enum(ORDER_STATUSES).optional(),
      channelId: Slug.optional(),
      number: text(100).optional().openapi({ description: "With or without `#`.", example: "1002" }),
      email: text(320).optional(),
      sku: text(100).optional(),
    }).refine(isOneSearch, { error: "use one of number, email and sku, without filters" }),
  },
  responses: { 200: jsonAnswer(pageOf("OrderPage", ListedOrderSchema), "A page of orders."), ...problems() },
});

export function registerOrders(app: App<OrdersContext>): void {
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
  if (number !== undefined) return { by: "number", number: number.trim() };
  if (email !== undefined) return { by: "email", email: email.toLowerCase() };
  if (sku !== undefined) return { by: "sku", sku };
  return { by: "filters", statuses: status ? [status] : ORDER_STATUSES, channelId: channelId ?? null };
}

async function listEverywhere(
  c: RequestContext<OrdersContext>,
  query: OrderQuery,
  after: OrderCursor | null,
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
