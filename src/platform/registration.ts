/**
 * What the platform itself registers: routes of health, documentation, API keys, dead letters, jobs
 * and buckets; the
 * sweep of the outbox and of steps; the retention of idempotency keys and of runs.
 * Tables: outbox, dead_letters, idempotency_keys, api_keys, job_runs, order_buckets, closed_buckets, restores.
 */
import type { PlatformContext } from "./context";
import { registerApiKeys } from "./auth/routes";
import { deleteReplayedLetters } from "./dead-letters/dead-letter-rows";
import { deadLetterTexts } from "./dead-letters/erase-dead-letters";
import { registerDeadLetters } from "./dead-letters/routes";
import { registerDocs } from "./http/docs";
import { registerHealth } from "./http/health";
import { everyDatabase } from "./d1/databases";
import { isHereSql } from "./buckets/closed-buckets";
import { registerBuckets } from "./buckets/routes";
import { answerTexts } from "./idempotency/erase-answers";
import { deleteIdempotencyKeys } from "./idempotency/idempotency-keys";
import type { Deadline } from "./jobs/deadlines";
import { anyRunDueStatement, deleteEndedRuns } from "./jobs/job-runs";
import { registerJobs } from "./jobs/routes";
import { sendDueSteps } from "./jobs/start-run";
import type { Module } from "./module";
import { anyOutboxDueStatement } from "./outbox/outbox-rows";
import { sendOutboxAgain } from "./outbox/send-outbox";
import { deleteRestores } from "./restores/restores";

const DAY_MS = 86_400_000;

/** Messages that were not handled yet, by a column that is the time since when. */
const waiting = (since: "created_at" | "due_at") => `
  SELECT outbox.id || '/' || message.key AS id, ${since} AS since, message.value ->> 'type' AS detail
  FROM outbox, json_each(outbox.messages) AS message
  WHERE ${since} BETWEEN ?1 AND ?2 AND message.type <> 'null' AND ${isHereSql("outbox.id")}`;

const deadlines: readonly Deadline[] = [
  {
    what: "sent several times",
    of: "orders",
    within: "late",
    query: `${waiting("created_at")} AND attempts > 1 ORDER BY since LIMIT ?3`,
  },
  {
    what: "not sent to its queue",
    of: "orders",
    within: "late",
    query: `${waiting("due_at")} AND attempts <= 1 ORDER BY since LIMIT ?3`,
  },
  {
    what: "dead letter",
    of: "primary",
    within: "ever",
    query: `SELECT id, died_at AS since, message ->> 'type' AS detail FROM dead_letters
      WHERE replayed_at IS NULL AND died_at BETWEEN ?1 AND ?2 ORDER BY died_at LIMIT ?3`,
  },
  {
    what: "bucket takes no writes",
    of: "primary",
    within: "late",
    query: `SELECT bucket AS id, moving_since AS since, 'is moved to ' || moving_to AS detail FROM order_buckets
      WHERE moving_to IS NOT NULL AND moving_since BETWEEN ?1 AND ?2 ORDER BY moving_since LIMIT ?3`,
  },
  {
    what: "database takes no commits after a restore",
    of: "orders",
    within: "late",
    query: `SELECT until AS id, until AS since, 'its recovery has not come so far' AS detail FROM restores
      WHERE takes_commits = 0 AND until BETWEEN ?1 AND ?2 ORDER BY until LIMIT ?3`,
  },
  {
    what: "step of a job not run",
    of: "primary",
    within: "late",
    query: `SELECT id, due_at AS since, job AS detail FROM job_runs
      WHERE due_at BETWEEN ?1 AND ?2 AND due_at IS NOT NULL ORDER BY due_at LIMIT ?3`,
  },
  {
    // A later run that is done has done its work.
    what: "job failed",
    of: "primary",
    within: "ever",
    query: `SELECT id, ended_at AS since, job || ': ' || coalesce(problem, '') AS detail FROM job_runs AS run
      WHERE status = 'failed' AND ended_at BETWEEN ?1 AND ?2 AND NOT EXISTS (
        SELECT 1 FROM job_runs AS later WHERE later.job = run.job AND later.begun_at > run.begun_at
          AND later.key = run.key AND later.status = 'done')
      ORDER BY ended_at LIMIT ?3`,
  },
];

export const platform: Module<PlatformContext> = {
  routes: (app) => {
    registerHealth(app);
    registerDocs(app);
    registerApiKeys(app);
    registerDeadLetters(app);
    registerJobs(app);
    registerBuckets(app);
  },
  sweep: {
    tasks: [
      {
        name: "outbox",
        of: "orders",
        dueIf: (db, now) => [anyOutboxDueStatement(db, now)],
        run: sendOutboxAgain,
      },
      {
        name: "jobs",
        of: "primary",
        dueIf: (db, now) => [anyRunDueStatement(db, now)],
        run: sendDueSteps,
      },
    ],
  },
  // Callers retry a request within days.
  retention: [
    {
      name: "idempotencyKeys",
      tables: ["primary.idempotency_keys", "orders.idempotency_keys"],
      keptMs: 30 * DAY_MS,
      deleteBefore: async ({ databases }, before, limit) => {
        const deleted = await Promise.all(
          everyDatabase(databases).map((db) => deleteIdempotencyKeys(db, before, limit)),
        );
        return deleted.reduce((sum, rows) => sum + rows, 0);
      },
    },
    {
      name: "jobRuns",
      tables: ["primary.job_runs"],
      keptMs: 90 * DAY_MS,
      deleteBefore: ({ databases }, before, limit) => deleteEndedRuns(databases.primary, before, limit),
    },
    {
      name: "deadLetters",
      tables: ["primary.dead_letters"],
      keptMs: 90 * DAY_MS,
      deleteBefore: ({ databases }, before, limit) => deleteReplayedLetters(databases.primary, before, limit),
    },
    {
      name: "restores",
      tables: ["orders.restores"],
      keptMs: 90 * DAY_MS,
      deleteBefore: async ({ databases }, before, limit) => {
        const deleted = await Promise.all(databases.allOrders.map((db) => deleteRestores(db, before, limit)));
        return deleted.reduce((sum, rows) => sum + rows, 0);
      },
    },
  ],
  deadlines,
  searchedTexts: [answerTexts, deadLetterTexts],
  movedTables: [
    { name: "outbox", key: ["id"], orderId: "id", find: "range", openIf: "true" },
    { name: "idempotency_keys", key: ["key"], orderId: "order_id", find: "scan" },
  ],
};
