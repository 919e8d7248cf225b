/** The routes by which staff changes an order: cancel, hold, release a hold, add a note, assign a line's SKU. */
import { createRoute, z } from "@hono/zod-openapi";
import { addNote } from "../add-note";
import { cancelOrder } from "../cancel-order";
import { holdOrder } from "../hold-order";
import { releaseHold } from "../release-hold";
import { assignLineSku } from "../assign-line-sku";
import type { OrdersContext } from "../context";
import type { LineId } from "../../kernel/ids";
import type { App } from "../../platform/http/app-types";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { problems } from "../../platform/http/problem";
import { IdempotencyHeader, jsonBody, SkuCode, text } from "../../platform/http/schemas";
import { OrderPath } from "./order-schemas";
import { answerOrder, CHANGE_PROBLEMS, changedOrderAnswer, runOrderCommand } from "./run-order-command";

const HOLD_CODES = [
  "unknown_sku",
  "sku_missing",
  "totals_mismatch",
  "stock_short",
  "address_missing",
  "payment_pending",
  "edited_after_release",
  "refund_unmatched",
  "amount_inexact",
  "held_at_storefront",
  "several_destinations",
  "no_location",
  "ship_complete",
  "destination_unknown",
  "differs_from_storefront",
  "refund_unclear",
  "refund_excessive",
  "database_restored",
  "staff",
] as const;

const changesOrder = { tags: ["Orders"], security: withKey };

const cancel = createRoute({
  ...changesOrder,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/cancellations",
  operationId: "cancelOrder",
  summary: "Cancel an order, or units of it",
  description:
    "Only units that have not shipped. Their stock is released, and what the customer paid for them becomes a refund to pay. Scope `orders:write`.",
  request: {
    params: OrderPath,
    headers: IdempotencyHeader,
    body: jsonBody(
      z
        .strictObject({
          reason: text(500),
          lines: z
            .array(z.strictObject({ lineId: z.string(), quantity: z.int().min(1).max(1_000_000) }))
            .min(1)
            .max(500)
            .optional()
            .openapi({ description: "Default: every open unit." }),
        })
        .openapi("Cancellation"),
    ),
  },
  responses: {
    200: changedOrderAnswer,
    ...problems(...CHANGE_PROBLEMS, "nothing_to_cancel", "quantity_not_open", "line_unknown"),
  },
});

const hold = createRoute({
  ...changesOrder,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/holds",
  operationId: "holdOrder",
  summary: "Hold an order",
  description: "None of its fulfillments is released before the hold is released. Scope `orders:write`.",
  request: {
    params: OrderPath,
    headers: IdempotencyHeader,
    body: jsonBody(z.strictObject({ reason: text(500) }).openapi("NewHold")),
  },
  responses: { 200: changedOrderAnswer, ...problems(...CHANGE_PROBLEMS, "order_finished") },
});

const release = createRoute({
  ...changesOrder,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "delete",
  path: "/v1/orders/{orderId}/holds/{code}",
  operationId: "releaseHold",
  summary: "Release a hold",
  description:
    "Other holds remain. Releasing `differs_from_storefront` accepts what differs: locations that were asked to stop go on. Scope `orders:write`.",
  request: {
    params: OrderPath.extend({ code: z.enum(HOLD_CODES) }),
    query: z.strictObject({
      reason: text(500).optional().openapi({ description: "Why it is accepted; kept in the history." }),
    }),
    headers: IdempotencyHeader,
  },
  responses: { 200: changedOrderAnswer, ...problems(...CHANGE_PROBLEMS, "hold_unknown", "hold_unresolved") },
});

const note = createRoute({
  ...changesOrder,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/notes",
  operationId: "addNote",
  summary: "Add a note to an order",
  description: "The note becomes part of the order's history. Scope `orders:write`.",
  request: {
    params: OrderPath,
    headers: IdempotencyHeader,
    body: jsonBody(z.strictObject({ text: text(5_000) }).openapi("NewNote")),
  },
  responses: { 200: changedOrderAnswer, ...problems(...CHANGE_PROBLEMS) },
});

const assignSku = createRoute({
  ...changesOrder,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "put",
  path: "/v1/orders/{orderId}/lines/{lineId}/sku",
  operationId: "assignSku",
  summary: "Assign a SKU to a line",
  description:
    "For a line without a SKU, with an unknown SKU, or with one that no location could send. Its stock is allocated, and the hold that it caused is released. Scope `orders:write`.",
  request: {
    params: OrderPath.extend({ lineId: z.string() }),
    headers: IdempotencyHeader,
    body: jsonBody(z.strictObject({ sku: SkuCode }).openapi("SkuAssignment")),
  },
  responses: {
    200: changedOrderAnswer,
    ...problems(...CHANGE_PROBLEMS, "line_unknown", "line_already_sourced", "unknown_sku", "no_location"),
  },
});

export function registerOrderChanges(app: App<OrdersContext>): void {
  app.openapi(cancel, async (c) => {
    const { reason, lines } = c.req.valid("json");
    const units = lines?.map(({ lineId, quantity }) => ({ lineId: lineId as LineId, quantity })) ?? "all";
    return answerOrder(
      c,
      await runOrderCommand(c, (context, orderId, options) =>
        cancelOrder(context, orderId, { units, reason }, options),
      ),
    );
  });

  app.openapi(hold, async (c) => {
    const { reason } = c.req.valid("json");
    return answerOrder(
      c,
      await runOrderCommand(c, (context, orderId, options) => holdOrder(context, orderId, reason, options)),
    );
  });

  app.openapi(release, async (c) => {
    const { code } = c.req.valid("param");
    const { reason } = c.req.valid("query");
    return answerOrder(
      c,
      await runOrderCommand(c, (context, orderId, options) =>
        releaseHold(context, orderId, { code, reason }, options),
      ),
    );
  });

  app.openapi(note, async (c) =>
    answerOrder(
      c,
      await runOrderCommand(c, (context, orderId, options) =>
        addNote(context, orderId, c.req.valid("json").text, options),
      ),
    ),
  );

  app.openapi(assignSku, async (c) => {
    const { sku } = c.req.valid("json");
    const lineId = c.req.valid("param").lineId as LineId;
    return answerOrder(
      c,
      await runOrderCommand(c, (context, orderId, options) =>
        assignLineSku(context, orderId, { lineId, sku }, options),
      ),
    );
  });
}
