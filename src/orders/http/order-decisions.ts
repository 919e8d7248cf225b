/** The routes by which staff decide what a storefront does not report: a refund's units, and lines that nothing ships for. */
import { createRoute, z } from "@hono/zod-openapi";
import type { OrdersContext } from "../context";
import { exemptLineFromShipping } from "../exempt-line-from-shipping";
import { itemizeRefund } from "../itemize-refund";
import type { LineId } from "../../kernel/ids";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { problems } from "../../platform/http/problem";
import { IdempotencyHeader, jsonBody, text } from "../../platform/http/schemas";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { OrderPath } from "./order-schemas";
import { answerOrder, CHANGE_PROBLEMS, changedOrderAnswer, runOrderCommand } from "./run-order-command";

const decidesOrder = { tags: ["Orders"], security: withKey };

const itemize = createRoute({
  ...decidesOrder,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "put",
  path: "/v1/orders/{orderId}/refunds/{refundId}/lines",
  operationId: "itemizeRefund",
  summary: "Decide which units a refund is for",
  description:
    "For a refund whose units the storefront does not report. Its units that were not shipped are cancelled, and shipped ones are returned. Without lines it is goodwill. The hold `refund_unclear` ends with the last such refund. Scope `orders:write`.",
  request: {
    params: OrderPath.extend({ refundId: text(255) }),
    headers: IdempotencyHeader,
    body: jsonBody(
      z
        .strictObject({
          lines: z
            .array(
              z.strictObject({
                externalLineId: text(255),
                quantity: z.int().min(1).max(1_000_000),
                restock: z.enum(["cancel", "return", "none"]),
              }),
            )
            .max(500),
        })
        .openapi("RefundLines"),
    ),
  },
  responses: {
    200: changedOrderAnswer,
    ...problems(...CHANGE_PROBLEMS, "refund_unknown", "refund_itemized", "refund_units_unknown"),
  },
});

const exempt = createRoute({
  ...decidesOrder,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "delete",
  path: "/v1/orders/{orderId}/lines/{lineId}/shipping",
  operationId: "exemptLineFromShipping",
  summary: "Decide that nothing ships for a line",
  description:
    "For a service or a file that the storefront reports as goods. Its stock is released, and it is delivered when the order is released. Scope `orders:write`.",
  request: { params: OrderPath.extend({ lineId: z.string() }), headers: IdempotencyHeader },
  responses: { 200: changedOrderAnswer, ...problems(...CHANGE_PROBLEMS, "line_unknown", "line_released") },
});

export function registerOrderDecisions(app: App<OrdersContext>): void {
  app.openapi(itemize, async (c) => {
    const { refundId: externalId } = c.req.valid("param");
    const { lines } = c.req.valid("json");
    return answerOrder(
      c,
      await runOrderCommand(c, (context, orderId, options) =>
        itemizeRefund(context, orderId, { externalId, lines }, options),
      ),
    );
  });

  app.openapi(exempt, async (c) => {
    const lineId = c.req.valid("param").lineId as LineId;
    return answerOrder(
      c,
      await runOrderCommand(c, (context, orderId, options) =>
        exemptLineFromShipping(context, orderId, lineId, options),
      ),
    );
  });
}
