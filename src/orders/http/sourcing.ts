/** The route that explains how an order was sourced. */
import { createRoute, z } from "@hono/zod-openapi";
import { isId } from "../../kernel/ids";
import { sourcingDecisions } from "../storage/sourcing-decisions";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { problem, problems } from "../../platform/http/problem";
import { Instant, instantOf, jsonAnswer } from "../../platform/http/schemas";
import { DecisionSchema, decisionJson } from "../../sourcing/decision-json";
import { OrderPath } from "./order-schemas";

const OrderSourcingSchema = z
  .object({
    orderId: z.string(),
    decisions: z
      .array(z.object({ version: z.int(), at: Instant, decision: DecisionSchema }))
      .openapi({ description: "One for each time the order was sourced, newest first." }),
  })
  .openapi("OrderSourcing");

const explain = createRoute({
  method: "get",
  path: "/v1/orders/{orderId}/sourcing",
  operationId: "getOrderSourcing",
  summary: "Explain how an order was sourced",
  description: "The chosen plan, its alternatives, and the reasons. Scope `orders:read`.",
  tags: ["Sourcing"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { params: OrderPath },
  responses: {
    200: jsonAnswer(OrderSourcingSchema, "The order's sourcing decisions."),
    ...problems("not_found"),
  },
});

export function registerSourcing(app: App<OrdersContext>): void {
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
}
