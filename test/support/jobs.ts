/** Performs the steps of jobs in the test itself, one after the other, without the queue. */
import { env } from "cloudflare:workers";
import { createContext } from "../../src/app-context";
import { jobs, type AppContext } from "../../src/modules";
import type { AnyJob } from "../../src/platform/jobs/job";
import { runById, type StoredRun } from "../../src/platform/jobs/job-runs";
import type { Call } from "./api";
import { performStep } from "../../src/platform/jobs/perform-step";
import { startRun } from "../../src/platform/jobs/start-run";

const byName = new Map(jobs.map((job) => [job.name, job]));

export const jobContext = (bindings: Partial<typeof env> = {}): AppContext =>
  createContext({ ...env, ...bindings }, { waitUntil: () => undefined }, "cron");

/** The context, whose steps have its clock and its other changed functions, and send no messages of steps. */
export function withoutStepMessages(given: AppContext): AppContext {
  const send: AppContext["send"] = (message, outboxId) =>
    message.type === "job.step.v1" ? Promise.resolve() : given.send(message, outboxId);
  const { now, sendAll, sendSoon, reference, storefronts } = given;
  const own = { now, send, sendAll, sendSoon, reference, storefronts };
  return {
    ...given,
    send,
    metered: () => {
      const { context, usage } = given.metered();
      return { context: { ...context, ...own }, usage };
    },
  };
}

/** Begins a run of the job and performs it to its end. A step that fails is not tried again. */
export async function runJob(
  given: AppContext,
  job: Readonly<{ name: string }>,
  parameters: unknown = {},
): Promise<StoredRun> {
  const context = withoutStepMessages(given);
  const begun = await startRun(context, { name: job.name }, parameters);
  if (!begun.ok) throw new Error(JSON.stringify(begun.rejection));
  return finishRun(context, begun.value.id);
}

/** Performs the run to its end, or to a step that fails. @throws what the step reported. */
export async function finishRun(
  given: AppContext,
  id: StoredRun["id"],
  known: ReadonlyMap<string, AnyJob<AppContext>> = byName,
): Promise<StoredRun> {
  const context = withoutStepMessages(given);
  for (;;) {
    const run = (await runById(context.databases.primary, id))!;
    if (run.problem !== null) throw new Error(`${run.job} failed: ${run.problem}`);
    if (run.status !== "running") return run;
    await performStep(context, known, { runId: id, step: run.step });
    const after = (await runById(context.databases.primary, id))!;
    // Another attempt has the step, such as one from the queue.
    if (after.step === run.step && after.problem === null) await scheduler.wait(20);
  }
}

/** Reconciles the day on demand, and returns its report. */
export async function reconcileNow(admin: Call, on: string): Promise<Awaited<ReturnType<Call>>["body"]> {
  const begun = await admin("POST", `/v1/reconciliations/${on}/run`);
  if (begun.status !== 202) throw new Error(`${begun.status} ${JSON.stringify(begun.body)}`);
  await finishRun(jobContext(), begun.body["id"]);
  const { body } = await admin("GET", `/v1/reconciliations/${on}`);
  return body;
}

/** Performs all runs that are running. Returns them as they ended. */
export async function finishJobs(given: AppContext = jobContext()): Promise<StoredRun[]> {
  const { results } = await given.databases.primary
    .prepare("SELECT id FROM job_runs WHERE status = 'running' ORDER BY begun_at, id")
    .all<{ id: StoredRun["id"] }>();
  const ended: StoredRun[] = [];
  for (const { id } of results) ended.push(await finishRun(given, id));
  return ended;
}
