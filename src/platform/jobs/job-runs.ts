/** The table of job runs. Each write names the step that it ends, so that an outcome that comes too late writes nothing. */
import type { RunId } from "../../kernel/ids";
import { exactJson, parseExactJson } from "../../kernel/whole-numbers";
import { anyRowStatement } from "../d1/any-row-exists";
import { backoffMs, MAX_ATTEMPTS, type Progress } from "./job";
import type { Usage } from "./usage";

export const RUN_STATUSES = ["running", "done", "failed", "cancelled"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export type StoredRun = Readonly<{
  id: RunId;
  job: string;
  key: string;
  parameters: unknown;
  status: RunStatus;
  /** How many steps are done. */
  step: number;
  cursor: unknown;
  progress: Progress;
  /** Attempts of the next step so far. */
  attempts: number;
  /** Why the last attempt failed. */
  problem: string | null;
  /** When the sweep sends the next step again; null unless the run is running. */
  dueAt: number | null;
  /** What the step that used the most has used. */
  mostQueries: number;
  mostObjectCalls: number;
  begunAt: number;
  updatedAt: number;
  endedAt: number | null;
}>;

type Row = Omit<StoredRun, "parameters" | "cursor" | "progress"> & {
  parameters: string;
  cursor: string | null;
  progress: string;
};

const COLUMNS = `id, job, key, parameters, status, step, cursor, progress, attempts, problem, due_at AS dueAt,
  most_queries AS mostQueries, most_object_calls AS mostObjectCalls, begun_at AS begunAt, updated_at AS updatedAt,
  ended_at AS endedAt`;

const runOf = (row: Row): StoredRun => ({
  ...row,
  parameters: JSON.parse(row.parameters),
  cursor: row.cursor === null ? null : parseExactJson(row.cursor),
  progress: JSON.parse(row.progress) as Progress,
});

/** The next step is in a queue by then: the sweep sends it again if it is not. */
const MESSAGE_LOST_AFTER_MS = 2 * 60_000;
/** A step that has not ended by then is taken to have died with its isolate. If it still runs, one of the two outcomes is saved. */
export const LEASE_MS = 5 * 60_000;

export type NewRun = Pick<StoredRun, "id" | "job" | "key" | "parameters"> &
  Readonly<{
    /** When its first step is due if its message is lost or not sent. */
    dueAt?: number;
    /** Refused if so many runs of the job are running, whatever their keys. */
    mostRunning?: number;
  }>;

/** Returns false and writes nothing if the id is known, if the key has a run, or if too many runs are running. */
export async function insertRun(db: D1Database, run: NewRun, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO job_runs (id, job, key, parameters, status, due_at, begun_at, updated_at)
       SELECT ?1, ?2, ?3, ?4, 'running', ?5, ?6, ?6
       WHERE (SELECT count(*) FROM job_runs WHERE job = ?2 AND status = 'running') < ?7
       ON CONFLICT DO NOTHING`,
    )
    .bind(
      run.id,
      run.job,
      run.key,
      JSON.stringify(run.parameters),
      run.dueAt ?? now + MESSAGE_LOST_AFTER_MS,
      now,
      run.mostRunning ?? Number.MAX_SAFE_INTEGER,
    )
    .run();
  return meta.changes > 0;
}

/** Makes a running run of the job begin again once it is done. Returns whether there is one. */
export async function repeatRunning(db: D1Database, job: string, key: string): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE job_runs SET again = 1 WHERE job = ?1 AND key = ?2 AND status = 'running'")
    .bind(job, key)
    .run();
  return meta.changes > 0;
}

/**
 * Takes the step for an attempt. Null if it is done, if its run has ended, or if another attempt has it and its time is
 * not over.
 */
export async function takeStep(
  db: D1Database,
  { id, step }: Readonly<{ id: RunId; step: number }>,
  now: number,
): Promise<StoredRun | null> {
  const row = await db
    .prepare(
      `UPDATE job_runs SET attempts = attempts + 1, due_at = ?4
       WHERE id = ?1 AND step = ?2 AND status = 'running' AND (attempts = 0 OR due_at <= ?3)
       RETURNING ${COLUMNS}`,
    )
    .bind(id, step, now, now + LEASE_MS)
    .first<Row>();
  return row && runOf(row);
}

type SavedStep = Readonly<{
  cursor: unknown;
  isDone: boolean;
  progress: Progress;
  usage: Usage;
  pauseMs: number;
}>;

/** Saves the outcome of a step. Returns the run's status afterwards; null if the step was saved before, or the run has ended. */
export function saveStep(
  db: D1Database,
  { id, step }: Pick<StoredRun, "id" | "step">,
  saved: SavedStep,
  now: number,
): Promise<RunStatus | null> {
  const { isDone, cursor, progress, usage, pauseMs } = saved;
  return db
    .prepare(
      `UPDATE job_runs SET step = step + 1, attempts = 0, problem = NULL, progress = ?5, updated_at = ?6,
         status = iif(?3 AND NOT again, 'done', 'running'), cursor = iif(?3 AND again, NULL, ?4),
         due_at = iif(?3 AND NOT again, NULL, ?7), ended_at = iif(?3 AND NOT again, ?6, NULL),
         again = iif(?3, 0, again), most_queries = max(most_queries, ?8),
         most_object_calls = max(most_object_calls, ?9)
       WHERE id = ?1 AND step = ?2 AND status = 'running' RETURNING status`,
    )
    .bind(
      id,
      step,
      Number(isDone),
      exactJson(cursor),
      JSON.stringify(progress),
      now,
      now + Math.max(pauseMs, MESSAGE_LOST_AFTER_MS),
      usage.queries,
      usage.objectCalls,
    )
    .first<RunStatus>("status");
}

/** Records an attempt that failed: it is due again after a pause, and the run fails after the last attempt. */
export async function recordFailedAttempt(
  db: D1Database,
  { id, step, attempts }: Pick<StoredRun, "id" | "step" | "attempts">,
  { problem, usage }: Readonly<{ problem: string; usage: Usage }>,
  now: number,
): Promise<void> {
  const isLast = attempts >= MAX_ATTEMPTS;
  await db
    .prepare(
      `UPDATE job_runs SET problem = ?4, updated_at = ?5, status = iif(?6, 'failed', 'running'),
         due_at = iif(?6, NULL, ?7), ended_at = iif(?6, ?5, NULL), most_queries = max(most_queries, ?8),
         most_object_calls = max(most_object_calls, ?9)
       WHERE id = ?1 AND step = ?2 AND attempts = ?3 AND status = 'running'`,
    )
    .bind(
      id,
      step,
      attempts,
      problem.slice(0, 500),
      now,
      Number(isLast),
      now + backoffMs(attempts),
      usage.queries,
      usage.objectCalls,
    )
    .run();
}

export async function runById(db: D1Database, id: string): Promise<StoredRun | null> {
  const row = await db.prepare(`SELECT ${COLUMNS} FROM job_runs WHERE id = ?1`).bind(id).first<Row>();
  return row && runOf(row);
}

/** When the last run of the job that was done had begun. Null if none was done. */
export const lastDoneAt = (db: D1Database, job: string): Promise<number | null> =>
  db
    .prepare(
      "SELECT begun_at FROM job_runs WHERE job = ?1 AND status = 'done' ORDER BY begun_at DESC, id DESC LIMIT 1",
    )
    .bind(job)
    .first<number>("begun_at");

/** The run of the job's key that is in progress. */
export async function runningRun(db: D1Database, job: string, key: string): Promise<StoredRun | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM job_runs WHERE job = ?1 AND key = ?2 AND status = 'running'`)
    .bind(job, key)
    .first<Row>();
  return row && runOf(row);
}

/** Ends a run that is running or failed. Returns false if it is neither. */
export async function cancelRun(db: D1Database, id: RunId, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE job_runs SET status = 'cancelled', due_at = NULL, updated_at = ?2, ended_at = ?2
       WHERE id = ?1 AND status IN ('running', 'failed')`,
    )
    .bind(id, now)
    .run();
  return meta.changes > 0;
}

/** Continues a failed or cancelled run at its cursor. False if it is neither, or if its key has another run. */
export async function resumeRun(db: D1Database, id: RunId, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE OR IGNORE job_runs SET status = 'running', attempts = 0, problem = NULL, due_at = ?2, updated_at = ?2,
         ended_at = NULL
       WHERE id = ?1 AND status IN ('failed', 'cancelled')`,
    )
    .bind(id, now)
    .run();
  return meta.changes > 0;
}

const DUE = "FROM job_runs WHERE due_at <= ?1";

export const anyRunDueStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anyRowStatement(db, DUE, now);

/** Steps that are due, longest overdue first. */
export async function dueSteps(
  db: D1Database,
  now: number,
  limit: number,
): Promise<Pick<StoredRun, "id" | "step">[]> {
  const { results } = await db
    .prepare(`SELECT id, step ${DUE} ORDER BY due_at LIMIT ?2`)
    .bind(now, limit)
    .all<Pick<StoredRun, "id" | "step">>();
  return results;
}

/** Runs after the cursor, newest first. */
export async function runsBefore(
  db: D1Database,
  {
    job,
    before,
    limit,
  }: Readonly<{
    job: string | null;
    before: Readonly<{ begunAt: number; id: string }> | null;
    limit: number;
  }>,
): Promise<StoredRun[]> {
  const ofJob = job === null ? "?4 IS NULL" : "job = ?4";
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM job_runs WHERE ${ofJob} AND (begun_at, id) < (?1, ?2)
       ORDER BY begun_at DESC, id DESC LIMIT ?3`,
    )
    .bind(before?.begunAt ?? Number.MAX_SAFE_INTEGER, before?.id ?? "", limit, job)
    .all<Row>();
  return results.map(runOf);
}

/** Deletes runs that ended before the time. Returns how many. */
export async function deleteEndedRuns(db: D1Database, before: number, limit: number): Promise<number> {
  const { meta } = await db
    .prepare(
      `DELETE FROM job_runs WHERE id IN
         (SELECT id FROM job_runs WHERE begun_at < ?1 AND ended_at < ?1 ORDER BY begun_at LIMIT ?2)`,
    )
    .bind(before, limit)
    .run();
  return meta.changes;
}

/** Ids of the job's runs that are running. */
export async function runningRuns(db: D1Database, job: string): Promise<RunId[]> {
  const { results } = await db
    .prepare("SELECT id FROM job_runs WHERE job = ?1 AND status = 'running'")
    .bind(job)
    .all<{ id: RunId }>();
  return results.map(({ id }) => id);
}
