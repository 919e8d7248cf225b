/** Routes of reconciliations: the reports as JSON and as pages, and a run on demand. */
import { createRoute, z } from "@hono/zod-openapi";
import { jobRunJson, JobRunSchema } from "../../platform/jobs/routes";
import { requestReconciliation } from "../reconcile";
import { isDate } from "../../kernel/calendar";
import type { Report } from "../domain/report";
import { ReconciliationPage } from "../pages/reconciliation";
import { reportOn, reportsBefore } from "../storage/reconciliations";
import type { App } from "../../platform/http/app-types";
import type { ReconciliationContext } from "../context";
import { exactAnswer } from "../../platform/http/exact-answer";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { problem, problems, withPages } from "../../platform/http/problem";
import { hasPage, prefersPage } from "../../platform/http/problem-page";
import {
  Instant,
  instantOf,
  jsonAnswer,
  LocalDate,
  PageQuery,
  pageOf,
  toPage,
  HtmlPage,
} from "../../platform/http/schemas";

const Summary = z.object({
  on: LocalDate,
  clean: z.boolean(),
  provisional: z.boolean().openapi({ description: "The day was not over when it was checked." }),
  checkedAt: Instant,
});

const CheckSchema = z
  .object({
    name: z.string().openapi({ example: "inventory" }),
    title: z.string(),
    counted: z.int(),
    sums: z.array(
      z.object({
        name: z.string(),
        amount: z.int().openapi({ description: "Minor units of the currency, or a count if it is null." }),
        currency: z.string().nullable(),
      }),
    ),
    ok: z.boolean(),
    exceptionCount: z.int(),
    exceptions: z
      .array(
        z.object({
          subject: z.string(),
          expected: z.number().nullable(),
          actual: z.number().nullable(),
          detail: z.string(),
        }),
      )
      .openapi({ description: "The first hundred exceptions." }),
    pending: z.array(z.string()).openapi({
      description: "Differences that are explained by messages on their way. They are no exceptions.",
    }),
    repaired: z.array(z.string()),
  })
  .openapi("ReconciliationCheck");

const ReportSchema = z
  .object({
    ...Summary.shape,
    compared: z.enum(["all", "changed"]).openapi({
      description: "Every order and SKU was compared, or those that had changed since the last report.",
    }),
    checks: z.array(CheckSchema),
  })
  .openapi("Reconciliation");

const DayPath = z.object({ on: LocalDate });

const list = createRoute({
  method: "get",
  path: "/v1/reconciliations",
  operationId: "listReconciliations",
  summary: "List reconciliations",
  description: "Latest day first. Scope `reports:read`.",
  tags: ["Books"],
  security: withKey,
  middleware: [requireScope("reports:read")] as const,
  request: { query: PageQuery },
  responses: {
    200: jsonAnswer(
      pageOf("ReconciliationPage", Summary.openapi("ReconciliationSummary")),
      "A page of days.",
    ),
    ...problems(),
  },
});

const read = createRoute({
  method: "get",
  path: "/v1/reconciliations/{on}",
  operationId: "getReconciliation",
  summary: "Get the reconciliation of a day",
  description: "As JSON, or as a page if `Accept` includes HTML. Scope `reports:read`.",
  tags: ["Books"],
  security: withKey,
  middleware: [hasPage, requireScope("reports:read")] as const,
  request: { params: DayPath },
  responses: {
    200: {
      description: "The report.",
      content: { "application/json": { schema: ReportSchema }, "text/html": { schema: HtmlPage } },
    },
    ...withPages(problems("not_found")),
  },
});

const run = createRoute({
  method: "post",
  path: "/v1/reconciliations/{on}/run",
  operationId: "runReconciliation",
  summary: "Reconcile a day now",
  description: [
    "Begins a job that replaces the report of the day; `GET /v1/jobs/{runId}` shows how far it is. A day that is not",
    "over gets a provisional report, which the nightly run replaces. The last closed day is checked again, and its",
    "closing balances stay. Refused for an earlier day that has its final report. Scope `admin`.",
  ].join(" "),
  tags: ["Books"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: {
    params: DayPath,
    query: z.object({
      compared: z.enum(["all", "changed"]).default("all").openapi({
        description:
          "Every order and SKU, or those that have changed since the last report. The latter is what most nights compare: once a week they compare everything.",
      }),
    }),
  },
  responses: {
    202: jsonAnswer(JobRunSchema, "The job has begun."),
    ...problems("day_closed", "job_running"),
  },
});

export function registerReconciliations(app: App<ReconciliationContext>): void {
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const { primary } = c.var.context.databases;
    const reports = await reportsBefore(primary, cursor === "" ? AFTER_ALL : cursor, limit + 1);
    const page = toPage(
      reports,
      limit,
      ({ on }) => on,
      (summary) => ({ ...summary, checkedAt: instantOf(summary.checkedAt) }),
    );
    return c.json(page, 200);
  });

  app.openapi(read, async (c) => {
    const report = await reportOn(c.var.context.databases.primary, c.req.valid("param").on);
    if (!report) return problem(c, { code: "not_found" });
    c.header("vary", "Accept");
    if (prefersPage(c)) {
      // The route's type allows text only, not a page.
      return c.html(ReconciliationPage({ report })) as never;
    }
    return exactAnswer(c, answerOf(report));
  });

  app.openapi(run, async (c) => {
    const { compared } = c.req.valid("query");
    const begun = await requestReconciliation(c.var.context, c.req.valid("param").on, compared);
    return begun.ok ? c.json(jobRunJson(begun.value), 202) : problem(c, begun.rejection);
  });
}

const AFTER_ALL = "9999-99-99";

const answerOf = (report: Report) => ({
  ...report,
  checkedAt: instantOf(report.checkedAt),
  checks: report.checks.map((check) => ({
    ...check,
    sums: [...check.sums],
    exceptions: [...check.exceptions],
    pending: [...check.pending],
    repaired: [...check.repaired],
  })),
});

/** Adds `/reconciliations/{on}`, the page without an API key. Not in production, because it shows the books. */
export function registerReconciliationPage(app: App<ReconciliationContext>): void {
  app.get("/reconciliations/:on", async (c) => {
    const { config, databases } = c.var.context;
    const on = c.req.param("on");
    if (config.environment === "production" || !isDate(on)) return problem(c, { code: "not_found" });
    const report = await reportOn(databases.primary, on);
    if (!report) return problem(c, { code: "not_found" });
    c.header("cache-control", "no-store");
    return c.html(ReconciliationPage({ report }));
  });
}
