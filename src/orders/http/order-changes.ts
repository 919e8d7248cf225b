/** What staff changes on an order: cancel, hold, release a hold, note, name a line's SKU. */
import { createRoute, z } from "@hono/zod-openapi";
import { addNote } from "../add-note";
import { readOrder, type ChangeOptions } from "../change-order";
import { cancelOrder } from "../cancel-order";
import { holdOrder } from "../hold-order";
import { releaseHold } from "../release-hold";
import { assignLineSku } from "../assign-line-sku";
import type { OrdersContext } from "../context";
import { isId, type LineId, type OrderId } from "../../kernel/ids";
import type { Order } from "../domain/order";
import { accept, reject, type Result } from "../../kernel/result";
import { isConflictOn } from "../../platform/d1/errors";
import { isDoneUnderKey, onceUnderKey } from "../../platform/idempotency/idempotency-keys";
import type { App, RequestContext } from "../../platform/http/app-types";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { OrderSchema, orderJson } from "./order-schemas";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import { IdempotencyHeader, jsonAnswer, jsonBody, SkuCode, text } from "../../platform/http/schemas";
import { OrderPath } from "./orders";

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
  "staff",
] as const;

const writes = { tags: ["Orders"], security: withKey };
const answers = jsonAnswer(OrderSchema, "The order as it is now.");
const ALWAYS = [
  ...BODY_PROBLEMS,
  "not_found",
  "version_conflict",
  "request_in_progress",
  "idempotency_key_reused",
] as const;

const cancel = createRoute({
  ...writes,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/cancellations",
  operationId: "cancelOrder",
  summary: "Cancel an order, or units of it",
  description:
    "Before they ship. Allocations are given back, and what was paid is owed back to the customer. Scope `orders:write`.",
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
            .openapi({ description: "Every open unit, where absent." }),
        })
        .openapi("Cancellation"),
    ),
  },
  responses: {
    200: answers,
    ...problems(...ALWAYS, "nothing_to_cancel", "quantity_not_open", "line_unknown"),
  },
});

const hold = createRoute({
  ...writes,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/holds",
  operationId: "holdOrder",
  summary: "Hold an order",
  description: "Nothing of it is released until the hold is. Scope `orders:write`.",
  request: {
    params: OrderPath,
    headers: IdempotencyHeader,
    body: jsonBody(z.strictObject({ reason: text(500) }).openapi("NewHold")),
  },
  responses: { 200: answers, ...problems(...ALWAYS, "order_finished") },
});

const release = createRoute({
  ...writes,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "delete",
  path: "/v1/orders/{orderId}/holds/{code}",
  operationId: "releaseHold",
  summary: "Release a hold",
  description: "Other holds stand. Scope `orders:write`.",
  request: {
    params: OrderPath.extend({ code: z.enum(HOLD_CODES) }),
    headers: IdempotencyHeader,
  },
  responses: { 200: answers, ...problems(...ALWAYS, "hold_unknown", "hold_unresolved") },
});

const note = createRoute({
  ...writes,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/notes",
  operationId: "addNote",
  summary: "Add a note",
  description: "Kept in the order's history. Scope `orders:write`.",
  request: {
    params: OrderPath,
    headers: IdempotencyHeader,
    body: jsonBody(z.strictObject({ text: text(5_000) }).openapi("NewNote")),
  },
  responses: { 200: answers, ...problems(...ALWAYS) },
});

const source = createRoute({
  ...writes,
  middleware: [requireScope("orders:write"), idempotent] as const,
  method: "put",
  path: "/v1/orders/{orderId}/lines/{lineId}/sku",
  operationId: "assignSku",
  summary: "Name the SKU of a line that has none",
  description:
    "For a line that came without a SKU, with one that was not known, or with one that no location could send: its stock is allocated, and the hold it caused falls. Scope `orders:write`.",
  request: {
    params: OrderPath.extend({ lineId: z.string() }),
    headers: IdempotencyHeader,
    body: jsonBody(z.strictObject({ sku: SkuCode }).openapi("SkuAssignment")),
  },
  responses: {
    200: answers,
    ...problems(...ALWAYS, "line_unknown", "line_already_sourced", "unknown_sku", "no_location"),
  },
});

export function registerOrderChanges(app: App<OrdersContext>): void {
  app.openapi(cancel, async (c) => {
    const { reason, lines } = c.req.valid("json");
    const units = lines?.map(({ lineId, quantity }) => ({ lineId: lineId as LineId, quantity })) ?? "all";
    return changed(
      c,
      await onOrder(c, (context, orderId, options) =>
        cancelOrder(context, orderId, { units, reason }, options),
      ),
    );
  });

  app.openapi(hold, async (c) => {
    const { reason } = c.req.valid("json");
    return changed(
      c,
      await onOrder(c, (context, orderId, options) => holdOrder(context, orderId, reason, options)),
    );
  });

  app.openapi(release, async (c) => {
    const { code } = c.req.valid("param");
    return changed(
      c,
      await onOrder(c, (context, orderId, options) => releaseHold(context, orderId, code, options)),
    );
  });

  app.openapi(note, async (c) =>
    changed(
      c,
      await onOrder(c, (context, orderId, options) =>
        addNote(context, orderId, c.req.valid("json").text, options),
      ),
    ),
  );

  app.openapi(source, async (c) => {
    const { sku } = c.req.valid("json");
    const lineId = c.req.valid("param").lineId as LineId;
    return changed(
      c,
      await onOrder(c, (context, orderId, options) => assignLineSku(context, orderId, { lineId, sku }, options)),
    );
  });
}

type NotFound = Readonly<{ code: "not_found" }>;
type OrderRejection = Readonly<{ code: "order_unknown" }>;

/**
 * The command on the order that the path names; an id that is none of ours is an order we do not have. What
 * was done under the caller's key before is not done again: the order is answered as it is.
 */
export async function onOrder<Rejection extends Readonly<{ code: string }>>(
  c: RequestContext<OrdersContext>,
  command: (
    context: OrdersContext,
    orderId: OrderId,
    options: ChangeOptions,
  ) => Promise<Result<Order, Rejection>>,
): Promise<Result<Order, Exclude<Rejection, OrderRejection> | NotFound>> {
  const orderId = c.req.param("orderId") ?? "";
  if (!isId("ord", orderId)) return reject({ code: "not_found" });
  const { context, idempotentRequest: request } = c.var;
  const alongside = (db: D1Database) => (request ? [onceUnderKey(db, request, context.now())] : []);
  const result = await command(context, orderId, { alongside }).catch(async (error: unknown) => {
    if (isConflictOn(error, "idempotency_keys")) return null;
    throw error;
  });
  if (result?.ok) return result;
  const db = context.databases.orders(orderId);
  const isDone = result === null || (request !== undefined && (await isDoneUnderKey(db, request)));
  const known = isDone ? await readOrder(context, orderId) : null;
  if (known) return accept(known);
  if (result === null || result.rejection.code === "order_unknown") return reject({ code: "not_found" });
  return reject(result.rejection as Exclude<Rejection, OrderRejection>);
}

export const changed = <Rejection extends Parameters<typeof problem>[1]>(
  c: RequestContext<OrdersContext>,
  result: Result<Order, Rejection>,
) =>
  result.ok
    ? c.json(orderJson(result.value, c.var.context.config, c.var.apiKey), 200)
    : problem(c, result.rejection);
