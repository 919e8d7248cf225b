/** The route that begins a rebuild of the directory. */
import { createRoute } from "@hono/zod-openapi";
import type { OrdersContext } from "../../orders/context";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { problem, problems } from "../../platform/http/problem";
import { jsonAnswer } from "../../platform/http/schemas";
import { jobRunJson, JobRunSchema } from "../../platform/jobs/routes";
import { startRun } from "../../platform/jobs/start-run";
import { rebuildJob } from "../compare-directory";

const rebuild = createRoute({
  method: "post",
  path: "/v1/directory/rebuilds",
  operationId: "rebuildDirectory",
  summary: "Rebuild the order directory",
  description: [
    "Begins a job that projects every order again, into the same tables, while orders come in and lists are read.",
    "`GET /v1/jobs/{runId}` shows how far it is. Scope `admin`.",
  ].join(" "),
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  responses: { 202: jsonAnswer(JobRunSchema, "The rebuild has begun."), ...problems("job_running") },
});

export function registerRebuilds(app: App<OrdersContext>): void {
  app.openapi(rebuild, async (c) => {
    const begun = await startRun(c.var.context, rebuildJob, {});
    return begun.ok ? c.json(jobRunJson(begun.value), 202) : problem(c, begun.rejection);
  });
}
