/** Routes of recoveries after a restore: beginning one, what was found, and deciding it. */
import { createRoute, z } from "@hono/zod-openapi";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  Instant,
  instantOf,
  jsonAnswer,
  jsonBody,
  PageQuery,
  pageOf,
  text,
  toPage,
} from "../../platform/http/schemas";
import { jobRunJson, JobRunSchema } from "../../platform/jobs/routes";
import type { RecoveryContext } from "../context";
import { decideFinding } from "../decide-finding";
import { ALL_DECISIONS, FINDING_KINDS } from "../domain/findings";
import { startRecovery } from "../recover";
import { openFindings, type StoredFinding } from "../storage/findings";

const FindingSchema = z
  .object({
    id: z.string(),
    kind: z.enum(FINDING_KINDS),
    subject: z.string(),
    orderId: z.string().nullable(),
    detail: z.string().openapi({ description: "What was found, for a person." }),
    facts: z.record(z.string(), z.unknown()),
    foundAt: Instant,
    decidedAt: Instant.nullable(),
    decidedBy: z.string().nullable(),
    decision: z
      .string()
      .nullable()
      .openapi({ description: "`gone` if a later recovery did not find it again." }),
    note: z.string().nullable(),
  })
  .openapi("RecoveryFinding");

const operations = { tags: ["Operations"], security: withKey };

const begin = createRoute({
  ...operations,
  method: "post",
  path: "/v1/recoveries",
  operationId: "beginRecovery",
  summary: "Recover from the restore of a database",
  description:
    "Begins a job that compares the restored databases with storefronts, SKUs' objects and the other databases, brings forward what it can and names the rest. Until orders were compared, those of a restored database get 202 and wait. It may be repeated. Scope `admin`.",
  middleware: [requireScope("admin")] as const,
  request: {
    body: jsonBody(
      z
        .strictObject({
          since: Instant.openapi({ description: "The time to which the databases were restored." }),
          databases: z
            .array(text(20))
            .min(1)
            .max(110)
            .openapi({ description: "The bindings that were restored.", example: ["ORDERS_00"] }),
        })
        .openapi("RecoveryRequest"),
    ),
  },
  responses: {
    202: jsonAnswer(JobRunSchema, "The run of the job `recover`."),
    ...problems(...BODY_PROBLEMS, "buckets_misplaced", "database_unknown", "job_running"),
  },
});

const list = createRoute({
  ...operations,
  method: "get",
  path: "/v1/recovery-findings",
  operationId: "listRecoveryFindings",
  summary: "List what recoveries have found",
  description: "What nobody has decided yet, by kind. Scope `admin`.",
  middleware: [requireScope("admin")] as const,
  request: { query: PageQuery.extend({ kind: z.enum(FINDING_KINDS).optional() }) },
  responses: {
    200: jsonAnswer(pageOf("RecoveryFindingPage", FindingSchema), "A page of findings."),
    ...problems(),
  },
});

const decide = createRoute({
  ...operations,
  method: "post",
  path: "/v1/recovery-findings/{findingId}/decisions",
  operationId: "decideRecoveryFinding",
  summary: "Decide a finding of a recovery",
  description:
    "`free` releases units that no order has. `release` ends the hold of an order, once all of its findings are decided. `keep` changes nothing. Scope `admin`.",
  middleware: [requireScope("admin")] as const,
  request: {
    params: z.object({ findingId: z.string() }),
    body: jsonBody(
      z
        .strictObject({ decision: z.enum(ALL_DECISIONS), note: text(1_000).optional() })
        .openapi("RecoveryDecision"),
    ),
  },
  responses: {
    200: jsonAnswer(FindingSchema, "The finding is decided."),
    ...problems(
      ...BODY_PROBLEMS,
      "not_found",
      "finding_decided",
      "decision_invalid",
      "order_stored",
      "version_conflict",
    ),
  },
});

export function registerRecoveries(app: App<RecoveryContext>): void {
  app.openapi(begin, async (c) => {
    const { since, databases } = c.req.valid("json");
    const begun = await startRecovery(c.var.context, { since: Date.parse(since), databases });
    return begun.ok ? c.json(jobRunJson(begun.value), 202) : problem(c, begun.rejection);
  });

  app.openapi(list, async (c) => {
    const { limit, cursor, kind = null } = c.req.valid("query");
    const [afterKind = "", id = ""] = cursor.split(" ");
    const page = { after: { kind: afterKind, id }, kind, limit: limit + 1 };
    const rows = await openFindings(c.var.context.databases.primary, page);
    return c.json(
      toPage(rows, limit, (row) => `${row.kind} ${row.id}`, findingJson),
      200,
    );
  });

  app.openapi(decide, async (c) => {
    const { decision, note = null } = c.req.valid("json");
    const { findingId } = c.req.valid("param");
    const decided = await decideFinding(c.var.context, findingId, { decision, note });
    return decided.ok ? c.json(findingJson(decided.value), 200) : problem(c, decided.rejection);
  });
}

const findingJson = ({ foundAt, decidedAt, ...found }: StoredFinding): z.output<typeof FindingSchema> => ({
  ...found,
  foundAt: instantOf(foundAt),
  decidedAt: decidedAt === null ? null : instantOf(decidedAt),
});
