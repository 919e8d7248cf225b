/** Runs a command on the order that a route's path names, and answers with the order or a problem. */
import { readOrder, type ChangeOptions } from "../change-order";
import type { OrdersContext } from "../context";
import type { Order } from "../domain/order";
import { isId, type OrderId } from "../../kernel/ids";
import { accept, reject, type Result } from "../../kernel/result";
import { isConflictOn } from "../../platform/d1/errors";
import type { RequestContext } from "../../platform/http/app-types";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem } from "../../platform/http/problem";
import { jsonAnswer } from "../../platform/http/schemas";
import { isCommittedUnderKey, commitMarkerStatement } from "../../platform/idempotency/idempotency-keys";
import { OrderSchema, orderJson } from "./order-schemas";

type NotFound = Readonly<{ code: "not_found" }>;
type OrderRejection = Readonly<{ code: "order_unknown" }>;

export const changedOrderAnswer = jsonAnswer(OrderSchema, "The order after the change.");

/** What every route that changes an order may be refused for. */
export const CHANGE_PROBLEMS = [...BODY_PROBLEMS, "not_found", "version_conflict", ...KEY_PROBLEMS] as const;

/**
 * Rejects an unknown order, and an id that is not an order's, as `not_found`. A command that was already done under
 * the request's Idempotency-Key is not repeated: the result is then the order as it is now.
 */
export async function runOrderCommand<Rejection extends Readonly<{ code: string }>>(
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
  const alongside = (db: D1Database) =>
    request ? [commitMarkerStatement(db, orderId, request, context.now())] : [];
  const result = await command(context, orderId, { alongside }).catch(async (error: unknown) => {
    if (isConflictOn(error, "idempotency_keys")) return null;
    throw error;
  });
  if (result?.ok) return result;
  const db = context.databases.orders(orderId);
  const isDone = result === null || (request !== undefined && (await isCommittedUnderKey(db, request)));
  const known = isDone ? await readOrder(context, orderId) : null;
  if (known) return accept(known);
  if (result === null || result.rejection.code === "order_unknown") return reject({ code: "not_found" });
  return reject(result.rejection as Exclude<Rejection, OrderRejection>);
}

export const answerOrder = <Rejection extends Parameters<typeof problem>[1]>(
  c: RequestContext<OrdersContext>,
  result: Result<Order, Rejection>,
) =>
  result.ok
    ? c.json(orderJson(result.value, c.var.context.config, c.var.apiKey), 200)
    : problem(c, result.rejection);
