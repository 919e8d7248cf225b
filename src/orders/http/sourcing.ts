/** The route that explains how an order was sourced. */
import { createRoute, z } from "@hono/zod-openapi";
import { isId } from "../../kernel/ids";
import { orderSourcing } from "../storage/sourcing-decisions";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { withArchived } from "../restore-order";
import { problem, problems } from "../../platform/http/problem";
import { Instant, instantOf, jsonAnswer, LocalDay } from "../../platform/http/schemas";
import { DecisionSchema, decisionJson } from "../../sourcing/decision-json";
import type { EventOf } from "../domain/order-events";
import { explainQuote } from "../../promises/domain/quote-text";
import { OrderPath } from "./order-schemas";

const OrderSourcingSchema = z
  .object({
    orderId: z.string(),
    quote: z
      .object({
        quoteId: z.string().nullable().openapi({
          description: "As the order names it; null if it was found by its channel, destination and goods.",
        }),
        quotedOn: LocalDay.nullable().openapi({
          description: "The day by which everything was quoted to arrive: later days are late.",
        }),
        fault: z
          .enum([
            "invalid",
            "expired",
            "other_channel",
            "other_destination",
            "other_delivery",
            "other_goods",
            "not_read",
          ])
          .nullable()
          .openapi({ description: "Why the quote does not count; null if it does." }),
        explanation: z.string(),
      })
      .nullable()
      .openapi({ description: "The quote that it was placed on; null if there was none." }),
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
    const { config } = c.var.context;
    if (!isId("ord", orderId)) return problem(c, { code: "not_found" });
    const stored = await withArchived(
      c.var.context,
      orderId,
      (db) => orderSourcing(db, orderId),
      (found) => found.decisions.length === 0,
    );
    if (stored.decisions.length === 0) return problem(c, { code: "not_found" });
    const decisions = stored.decisions.map(({ version, at, decision }) => ({
      version,
      at: instantOf(at),
      decision: decisionJson(decision, config.booksCurrency),
    }));
    return c.json({ orderId, quote: stored.quote && quoteJson(stored.quote), decisions }, 200);
  });
}

const quoteJson = ({ quoteId, quotedOn, fault }: EventOf<"order.quoted">) => ({
  quoteId,
  quotedOn,
  fault,
  explanation: explainQuote({ quotedOn, fault }),
});
