/** Routes of jobs: what runs, how far it is, and its cancelling and resuming by staff. */
import { createRoute, z } from "@hono/zod-openapi";
import { isId } from "../../kernel/ids";
import { requireScope } from "../auth/require-scope";
import type { App } from "../http/app-types";
import { withKey } from "../http/openapi";
import { problem, problems } from "../http/problem";
import { Instant, instantOf, jsonAnswer, PageQuery, pageOf, toPage } from "../http/schemas";
import { RUN_STATUSES, runById, runsBefore, type StoredRun } from "./job-runs";
import { cancel, resume } from "./start-run";

export const JobRunSchema = z
  .object({
    id: z.string().openapi({ example: "run_01jd8z5k3q9m7w2x4y6a8c0e1g" }),
    job: z.string().openapi({ example: "reconciliation" }),
    key: z
      .string()
      .openapi({ description: "Runs of one job and key never overlap. Empty if the job has no keys." }),
    parameters: z.record(z.string(), z.unknown()),
    status: z.enum(RUN_STATUSES),
    steps: z.int().openapi({ description: "Steps that are done." }),
    progress: z
      .record(z.string(), z.number())
      .openapi({ description: "What has been done so far, counted.", example: { orders: 1_200 } }),
    attempts: z
      .int()
      .openapi({ description: "Attempts of the next step so far. After eight, the run fails." }),
    problem: z.string().nullable().openapi({ description: "Why the last attempt failed." }),
    largestStep: z.object({ queries: z.int(), objectCalls: z.int() }).openapi({
      description: "The most D1 queries and object calls that one step has used; 200 each are allowed.",
    }),
    begunAt: Instant,
    updatedAt: Instant,
    endedAt: Instant.nullable(),
  })
  .openapi("JobRun");

const RunPath = z.object({ runId: z.string() });

const list = createRoute({
  method: "get",
  path: "/v1/jobs",
  operationId: "listJobRuns",
  summary: "List runs of jobs",
  description: "Newest first. A run is kept for 90 days after it has ended. Scope `reports:read`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("reports:read")] as const,
  request: { query: PageQuery.extend({ job: z.string().max(100).optional() }) },
  responses: { 200: jsonAnswer(pageOf("JobRunPage", JobRunSchema), "A page of runs."), ...problems() },
});

const read = createRoute({
  method: "get",
  path: "/v1/jobs/{runId}",
  operationId: "getJobRun",
  summary: "Read a run of a job",
  description: "Its status and progress. Scope `reports:read`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("reports:read")] as const,
  request: { params: RunPath },
  responses: { 200: jsonAnswer(JobRunSchema, "The run."), ...problems("not_found") },
});

const cancelRun = createRoute({
  method: "post",
  path: "/v1/jobs/{runId}/cancel",
  operationId: "cancelJobRun",
  summary: "Cancel a run of a job",
  description:
    "Ends a running run before its next step, or a failed one, which is then no exception any more. What its steps did stays. Scope `admin`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: { params: RunPath },
  responses: {
    200: jsonAnswer(JobRunSchema, "The run is cancelled."),
    ...problems("not_found", "run_ended"),
  },
});

const resumeRun = createRoute({
  method: "post",
  path: "/v1/jobs/{runId}/resume",
  operationId: "resumeJobRun",
  summary: "Resume a run of a job",
  description:
    "Continues a failed or cancelled run with the step at which it stopped. Refused while another run of the job is in progress. Scope `admin`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: { params: RunPath },
  responses: {
    200: jsonAnswer(JobRunSchema, "The run is running."),
    ...problems("not_found", "run_ended", "job_running"),
  },
});

export function registerJobs(app: App): void {
  app.openapi(list, async (c) => {
    const { limit, cursor, job = null } = c.req.valid("query");
    const [begunAt, id = ""] = cursor.split(" ");
    const before = cursor === "" ? null : { begunAt: Number(begunAt), id };
    const rows = await runsBefore(c.var.context.databases.primary, { job, before, limit: limit + 1 });
    return c.json(
      toPage(rows, limit, (row) => `${row.begunAt} ${row.id}`, jobRunJson),
      200,
    );
  });

  app.openapi(read, async (c) => {
    const run = await runById(c.var.context.databases.primary, c.req.valid("param").runId);
    return run ? c.json(jobRunJson(run), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(cancelRun, async (c) => {
    const { runId } = c.req.valid("param");
    if (!isId("run", runId)) return problem(c, { code: "not_found" });
    const cancelled = await cancel(c.var.context, runId);
    return cancelled.ok ? c.json(jobRunJson(cancelled.value), 200) : problem(c, cancelled.rejection);
  });

  app.openapi(resumeRun, async (c) => {
    const { runId } = c.req.valid("param");
    if (!isId("run", runId)) return problem(c, { code: "not_found" });
    const resumed = await resume(c.var.context, runId);
    return resumed.ok ? c.json(jobRunJson(resumed.value), 200) : problem(c, resumed.rejection);
  });
}

/** Without the cursor, which is the job's own. */
export const jobRunJson = (run: StoredRun): z.output<typeof JobRunSchema> => ({
  id: run.id,
  job: run.job,
  key: run.key,
  parameters: run.parameters as Record<string, unknown>,
  status: run.status,
  steps: run.step,
  progress: run.progress,
  attempts: run.attempts,
  problem: run.problem,
  largestStep: { queries: run.mostQueries, objectCalls: run.mostObjectCalls },
  begunAt: instantOf(run.begunAt),
  updatedAt: instantOf(run.updatedAt),
  endedAt: run.endedAt === null ? null : instantOf(run.endedAt),
});
