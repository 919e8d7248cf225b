/** The table of job runs, so that a cron that fires twice for one time runs its job once; and requests of jobs. */
import { anyRowStatement } from "../d1/any-row-exists";

/** A run that has not finished within this time died with its isolate, and the next firing may run it again. */
const ABANDONED_AFTER_MS = 15 * 60_000;

/** Takes the run of a job for a time. Returns false if another run has it or has finished it. */
export async function beginJobRun(
  db: D1Database,
  job: string,
  scheduledFor: string,
  now: number,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO job_runs (job, scheduled_for, started_at) VALUES (?1, ?2, ?3)
       ON CONFLICT (job, scheduled_for) DO UPDATE SET started_at = excluded.started_at
       WHERE finished_at IS NULL AND started_at <= ?4`,
    )
    .bind(job, scheduledFor, now, now - ABANDONED_AFTER_MS)
    .run();
  return meta.changes > 0;
}

export async function finishJobRun(
  db: D1Database,
  job: string,
  scheduledFor: string,
  now: number,
): Promise<void> {
  await db
    .prepare("UPDATE job_runs SET finished_at = ?3 WHERE job = ?1 AND scheduled_for = ?2")
    .bind(job, scheduledFor, now)
    .run();
}

/** Releases a run that failed, so that the next firing runs it again. */
export async function releaseJobRun(db: D1Database, job: string, scheduledFor: string): Promise<void> {
  await db
    .prepare("DELETE FROM job_runs WHERE job = ?1 AND scheduled_for = ?2 AND finished_at IS NULL")
    .bind(job, scheduledFor)
    .run();
}

/** Requests a run of the job. Requests before it runs count as one. */
export async function requestJob(db: D1Database, job: string, now: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO job_runs (job, scheduled_for, started_at) VALUES (?1, 'requested', ?2)
       ON CONFLICT (job, scheduled_for) DO UPDATE SET started_at = excluded.started_at, finished_at = NULL`,
    )
    .bind(job, now)
    .run();
}

const REQUESTED = "FROM job_runs WHERE job = ?1 AND scheduled_for = 'requested' AND finished_at IS NULL";

export const isJobRequestedStatement = (db: D1Database, job: string): D1PreparedStatement =>
  anyRowStatement(db, REQUESTED, job);

/** When the job was last requested; null if it has run since. */
export const jobRequestedAt = (db: D1Database, job: string): Promise<number | null> =>
  db.prepare(`SELECT started_at ${REQUESTED}`).bind(job).first<number>("started_at");

/** Marks the request of that time as done. A request made since then stays open. */
export async function finishRequestedJob(
  db: D1Database,
  job: string,
  requestedAt: number,
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE job_runs SET finished_at = ?3 WHERE job = ?1 AND scheduled_for = 'requested' AND started_at = ?2`,
    )
    .bind(job, requestedAt, now)
    .run();
}
