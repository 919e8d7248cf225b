/** Runs of scheduled jobs. A cron that fires twice for one time finds its row taken. */
import { anyRowStatement } from "../d1/any-row-exists";

/** A run that has not finished by now died with its isolate, and the next firing may take it up. */
const ABANDONED_AFTER_MS = 15 * 60_000;

/** Takes the run of a job for a time. False where somebody has it, or it is finished. */
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

/** Lets go of a run that failed, so that the next firing takes it up. */
export async function releaseJobRun(db: D1Database, job: string, scheduledFor: string): Promise<void> {
  await db
    .prepare("DELETE FROM job_runs WHERE job = ?1 AND scheduled_for = ?2 AND finished_at IS NULL")
    .bind(job, scheduledFor)
    .run();
}

/** Asks for a job to be run soon, however often before it is. */
export async function requestJob(db: D1Database, job: string, now: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO job_runs (job, scheduled_for, started_at) VALUES (?1, 'asked', ?2)
       ON CONFLICT (job, scheduled_for) DO UPDATE SET started_at = excluded.started_at, finished_at = NULL`,
    )
    .bind(job, now)
    .run();
}

const ASKED = "FROM job_runs WHERE job = ?1 AND scheduled_for = 'asked' AND finished_at IS NULL";

export const isJobRequestedStatement = (db: D1Database, job: string): D1PreparedStatement =>
  anyRowStatement(db, ASKED, job);

/** When the job was last asked for; null where it has been run since. */
export const jobRequestedAt = (db: D1Database, job: string): Promise<number | null> =>
  db.prepare(`SELECT started_at ${ASKED}`).bind(job).first<number>("started_at");

/** It was run as asked for then; who asked meanwhile asks still. */
export async function finishRequestedJob(
  db: D1Database,
  job: string,
  askedAt: number,
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE job_runs SET finished_at = ?3 WHERE job = ?1 AND scheduled_for = 'asked' AND started_at = ?2`,
    )
    .bind(job, askedAt, now)
    .run();
}
