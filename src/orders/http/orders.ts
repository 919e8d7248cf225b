/** The routes that read an order and its history. */
import { createRoute } from "@hono/zod-openapi";
import { isId } from "../../kernel/ids";
import { orderHistory } from "../storage/order-history";
import { readWholeOrder, withArchived } from "../restore-order";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { eventJson, HistorySchema, OrderPath, OrderSchema, orderJson } from "./order-schemas";
import { problem, problems } from "../../platform/http/problem";
import { instantOf, jsonAnswer, PageQuery, pageOf, toPage } from "../../platform/http/schemas";

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

export function registerOrders(app: App<OrdersContext>): void {
  app.openapi(get, async (c) => {
    const { orderId } = c.req.valid("param");
    const { config } = c.var.context;
    const order = isId("ord", orderId) ? await readWholeOrder(c.var.context, orderId) : null;
    return order ? c.json(orderJson(order, config, c.var.apiKey), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(history, async (c) => {
    const { orderId } = c.req.valid("param");
    const { limit, cursor } = c.req.valid("query");
    if (!isId("ord", orderId)) return problem(c, { code: "not_found" });
    const rows = await withArchived(
      c.var.context,
      orderId,
      (db) => orderHistory(db, orderId, Number(cursor) || 0, limit + 1),
      ({ length }) => length === 0,
    );
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
}
