/** Routes of the archive: begin a run of it, and bring an order back. */
import { createRoute } from "@hono/zod-openapi";
import { isId } from "../../kernel/ids";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { problem, problems } from "../../platform/http/problem";
import { jsonAnswer } from "../../platform/http/schemas";
import { jobRunJson, JobRunSchema } from "../../platform/jobs/routes";
import { startRun } from "../../platform/jobs/start-run";
import { ARCHIVE_JOB } from "../archive-orders";
import type { OrdersContext } from "../context";
import { loadWholeOrder } from "../restore-order";
import { OrderPath, OrderSchema, orderJson } from "./order-schemas";

const archive = createRoute({
  method: "post",
  path: "/v1/order-archives",
  operationId: "archiveOrders",
  summary: "Archive old orders now",
  description: [
    "Begins the job that moves closed orders to the archive, as every night. An order that is archived is read and",
    "changed as before. `GET /v1/jobs/{runId}` shows how far the job is. Scope `admin`.",
  ].join(" "),
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  responses: { 202: jsonAnswer(JobRunSchema, "The job has begun."), ...problems("job_running") },
});

const restore = createRoute({
  method: "post",
  path: "/v1/orders/{orderId}/restore",
  operationId: "restoreOrder",
  summary: "Bring an archived order back",
  description:
    "Puts all its rows back into its database, for at least a week. Changes of an order do it by themselves. Harmless for an order that is not archived. Scope `orders:write`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:write")] as const,
  request: { params: OrderPath },
  responses: { 200: jsonAnswer(OrderSchema, "The order."), ...problems("not_found") },
});

export function registerArchive(app: App<OrdersContext>): void {
  app.openapi(archive, async (c) => {
    const begun = await startRun(c.var.context, ARCHIVE_JOB, {});
    return begun.ok ? c.json(jobRunJson(begun.value), 202) : problem(c, begun.rejection);
  });

  app.openapi(restore, async (c) => {
    const { orderId } = c.req.valid("param");
    const { context } = c.var;
    const order = isId("ord", orderId) ? await loadWholeOrder(context, orderId) : null;
    return order
      ? c.json(orderJson(order, context.config, c.var.apiKey), 200)
      : problem(c, { code: "not_found" });
  });
}
