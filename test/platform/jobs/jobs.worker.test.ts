/**
 * Jobs in steps: whatever happens to the messages and attempts of a step, one outcome of it is saved. And the nightly
 * deletion of aged rows.
 */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { AppContext } from "../../../src/modules";
import { MAX_ATTEMPTS, MAX_CURSOR_CHARACTERS, type AnyJob, type Job } from "../../../src/platform/jobs/job";
import { dueSteps, LEASE_MS, runById, runsBefore, type StoredRun } from "../../../src/platform/jobs/job-runs";
import { performStep } from "../../../src/platform/jobs/perform-step";
import { requestRun, sendDueSteps, startRun, startScheduledRun } from "../../../src/platform/jobs/start-run";
import type { QueueMessage, SentMessage } from "../../../src/platform/queues/queue-message";
import worker from "../../../src/worker";
import { checkOverdue } from "../../../src/reconciliation/check-overdue";
import { callerWith, unique, type Call } from "../../support/api";
import { finishJobs, finishRun, jobContext, withoutStepMessages } from "../../support/jobs";
import { planOf } from "../../support/query-plans";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const daysAgo = (days: number) => Date.now() - days * DAY;

let call: Call;

beforeAll(async () => {
  call = await callerWith("admin");
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

describe("a run of a job", () => {
  let now = Date.UTC(2041, 0, 1);
  let sent: QueueMessage[];
  let context: AppContext;

  beforeEach(() => {
    now += 365 * DAY;
    sent = [];
    context = {
      ...withoutStepMessages({ ...jobContext(), now: () => now }),
      send: async (message) => void sent.push(message),
      sendAll: async (messages: readonly SentMessage[]) => {
        sent.push(...messages.map(({ message }) => message));
        return messages;
      },
    };
  });

  type Counting = Job<AppContext, Readonly<{ to: number }>, Readonly<{ n: number }>>;

  /** Counts to `to`, one number a step. `before` runs in each step. */
  const counting = (before: (n: number) => Promise<unknown> | void = () => undefined): Counting => ({
    name: unique("counting"),
    step: async (_context, { parameters, cursor }) => {
      const n = (cursor?.n ?? 0) + 1;
      await before(n);
      return { cursor: { n }, isDone: n === parameters.to, progress: { counted: n } };
    },
  });

  const known = (job: Counting) => new Map([[job.name, job as AnyJob<AppContext>]]);
  const begun = async (job: Counting, to = 3): Promise<StoredRun> => {
    const started = await startRun(context, job, { to });
    if (!started.ok) throw new Error("another run is in progress");
    return started.value;
  };
  const stored = async ({ id }: Pick<StoredRun, "id">) => (await runById(env.DB, id))!;
  const perform = (job: Counting, { id }: Pick<StoredRun, "id">, step: number) =>
    performStep(context, known(job), { runId: id, step });
  const stepsSent = (run: Pick<StoredRun, "id">) =>
    sent.flatMap((message) => {
      const { runId, step } = message as unknown as { runId: string; step: number };
      return runId === run.id ? [step] : [];
    });

  it("continues each step where the last one stopped, and sends the next one", async () => {
    const job = counting();
    const run = await begun(job);
    for (const step of [0, 1, 2]) await perform(job, run, step);
    expect(await stored(run)).toMatchObject({
      status: "done",
      step: 3,
      cursor: { n: 3 },
      progress: { counted: 3 },
      dueAt: null,
      endedAt: now,
    });
    expect(stepsSent(run)).toEqual([0, 1, 2]);
  });

  it("saves one outcome of a step whose message comes twice, late, early, or at the same time", async () => {
    const worked: number[] = [];
    const job = counting((n) => void worked.push(n));
    const run = await begun(job);
    await perform(job, run, 2);
    await Promise.all([perform(job, run, 0), perform(job, run, 0), perform(job, run, 0)]);
    await perform(job, run, 0);
    await perform(job, run, 1);
    await perform(job, run, 0);
    expect(await stored(run)).toMatchObject({ step: 2, cursor: { n: 2 }, status: "running" });
    expect(worked).toEqual([1, 2]);
  });

  it("saves the first of two attempts that overlap because the lease of one is over", async () => {
    const outcomes: ((n: number) => void)[] = [];
    const job: Counting = {
      name: unique("slow"),
      step: () =>
        new Promise((resolve) =>
          outcomes.push((n) => resolve({ cursor: { n }, isDone: true, progress: { counted: n } })),
        ),
    };
    const run = await begun(job);
    const slow = perform(job, run, 0);
    await vi.waitUntil(() => outcomes.length === 1);
    now += LEASE_MS;
    const second = perform(job, run, 0);
    await vi.waitUntil(() => outcomes.length === 2);
    outcomes[1]!(2);
    await second;
    outcomes[0]!(1);
    await slow;
    expect(await stored(run)).toMatchObject({ step: 1, progress: { counted: 2 }, status: "done" });
  });

  it("goes on after a message is lost, and after an isolate died in a step", async () => {
    const job = counting();
    const run = await begun(job);
    const isDue = async () => (await dueSteps(env.DB, now, 100)).some(({ id }) => id === run.id);
    expect(await isDue()).toBe(false);
    now += 2 * MINUTE;
    await sendDueSteps(context);
    expect(stepsSent(run)).toEqual([0, 0]);
    void performStep(context, known({ ...job, step: () => new Promise(() => undefined) }), {
      runId: run.id,
      step: 0,
    });
    await vi.waitUntil(async () => (await stored(run)).attempts === 1);
    await perform(job, run, 0);
    expect((await stored(run)).step, "the first attempt may still run").toBe(0);
    now += LEASE_MS;
    expect(await isDue()).toBe(true);
    await perform(job, run, 0);
    expect(await stored(run)).toMatchObject({ step: 1, attempts: 0 });
  });

  it("tries a step that fails again with growing pauses, then fails by name, and is resumed", async () => {
    let isBroken = true;
    const job = counting((n) => {
      if (n === 2 && isBroken) throw new Error("the storefront is away");
    });
    const run = await begun(job);
    await perform(job, run, 0);
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      await perform(job, run, 1);
      const { dueAt, problem } = await stored(run);
      expect(problem).toBe("the storefront is away");
      if (dueAt === null) break;
      pauses.push((dueAt - now) / MINUTE);
      await perform(job, run, 1);
      now = dueAt;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(await stored(run)).toMatchObject({ status: "failed", attempts: MAX_ATTEMPTS, step: 1 });
    const named = async () => {
      const { exceptions } = await checkOverdue(context, "2041-01-01");
      return exceptions.filter(({ subject }) => subject === run.id).map(({ detail }) => detail);
    };
    expect(await named()).toEqual([
      expect.stringMatching(`^job failed .*${job.name}: the storefront is away$`),
    ]);

    isBroken = false;
    const resumed = await call("POST", `/v1/jobs/${run.id}/resume`);
    expect(resumed.body).toMatchObject({ status: "running", attempts: 0, problem: null, steps: 1 });
    await perform(job, run, 1);
    await perform(job, run, 2);
    expect((await stored(run)).status).toBe("done");
    expect((await call("POST", `/v1/jobs/${run.id}/resume`)).body).toMatchObject({ code: "run_ended" });
    expect(await named()).toEqual([]);
  });

  it("fails when its steps never end, though they record nothing", async () => {
    const job = counting();
    const run = await begun(job);
    const dying = known({ ...job, step: () => new Promise(() => undefined) });
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      void performStep(context, dying, { runId: run.id, step: 0 });
      await vi.waitUntil(async () => (await stored(run)).attempts === attempt);
      now += LEASE_MS;
    }
    await perform(job, run, 0);
    expect(await stored(run)).toMatchObject({
      status: "failed",
      problem: "the step has not ended in 8 attempts",
    });
  });

  it("is no exception any more once a later run is done, or staff cancelled it", async () => {
    const job = counting((n) => {
      if (n === 1) throw new Error("broken");
    });
    const failedRun = async () => {
      const run = await begun(job);
      await env.DB.prepare("UPDATE job_runs SET attempts = 7, due_at = ?2 WHERE id = ?1")
        .bind(run.id, now)
        .run();
      await perform(job, run, 0);
      now += MINUTE;
      return run;
    };
    const named = async () => {
      const { exceptions } = await checkOverdue(context, "2041-01-01");
      return exceptions.map(({ subject }) => subject).filter((subject) => subject.startsWith("run_"));
    };
    const [first, second] = [await failedRun(), await failedRun()];
    expect(await named()).toEqual(expect.arrayContaining([first.id, second.id]));
    const cancelled = await call("POST", `/v1/jobs/${second.id}/cancel`);
    expect([cancelled.status, cancelled.body.status]).toEqual([200, "cancelled"]);
    expect(await named()).not.toContain(second.id);
    const third = await begun({ ...counting(), name: job.name }, 1);
    await perform({ ...counting(), name: job.name }, third, 0);
    expect(await named()).not.toContain(first.id);
  });

  it("saves nothing of a step that was in progress when it was cancelled", async () => {
    const job = counting(async (n) => {
      if (n === 2) await call("POST", `/v1/jobs/${run.id}/cancel`);
    });
    const run = await begun(job);
    await perform(job, run, 0);
    await perform(job, run, 1);
    expect(await stored(run)).toMatchObject({ status: "cancelled", step: 1, cursor: { n: 1 }, dueAt: null });
    const again = await begun(job);
    const refused = await call("POST", `/v1/jobs/${run.id}/resume`);
    expect([refused.status, refused.body]).toMatchObject([409, { code: "job_running", runId: again.id }]);
  });

  it("is begun once for each hour or night, and not beside another run of its job", async () => {
    const job = { name: unique("hourly"), schedule: "hourlyPlanning" } as const;
    const begins = () => startScheduledRun(context, job);
    expect(await Promise.all([begins(), begins()])).toEqual(expect.arrayContaining([true, false]));
    now += 60 * MINUTE;
    expect(await begins(), "the run before is in progress").toBe(false);
    await env.DB.prepare("UPDATE job_runs SET status = 'done', due_at = NULL WHERE job = ?1")
      .bind(job.name)
      .run();
    expect(await begins()).toBe(true);
    expect(await begins()).toBe(false);
  });

  it("begins once for many requests, and runs again if it was requested while it ran", async () => {
    const job = counting();
    const runs = async () =>
      (await env.DB.prepare("SELECT * FROM job_runs WHERE job = ?1").bind(job.name).all()).results;
    const request = () => requestRun(context, job, 10_000);
    await Promise.all([request(), request()]);
    expect(await runs()).toHaveLength(1);
    const [{ id }] = (await runs()) as [{ id: StoredRun["id"] }];
    await env.DB.prepare("UPDATE job_runs SET parameters = '{\"to\":2}', again = 0 WHERE id = ?1")
      .bind(id)
      .run();
    await perform(job, { id }, 0);
    await request();
    await perform(job, { id }, 1);
    expect(await stored({ id })).toMatchObject({ status: "running", step: 2, cursor: null });
    await perform(job, { id }, 2);
    await perform(job, { id }, 3);
    expect(await stored({ id })).toMatchObject({ status: "done", step: 4 });
    await request();
    expect(await runs()).toHaveLength(2);
  });

  it("waits for the pause that a step asks for", async () => {
    const job: Counting = {
      name: unique("pausing"),
      step: async () => ({ cursor: { n: 1 }, isDone: false, progress: {}, pauseMs: 10 * MINUTE }),
    };
    const run = await begun(job);
    await perform(job, run, 0);
    expect(stepsSent(run)).toEqual([0]);
    expect((await stored(run)).dueAt).toBe(now + 10 * MINUTE);
  });

  it("fails a step that uses more than its budget, or returns a cursor that cannot be stored", async () => {
    const queries = (count: number): Counting => ({
      name: unique("greedy"),
      step: async ({ databases }) => {
        const statement = databases.primary.prepare("SELECT 1");
        await databases.primary.batch(Array.from({ length: count - 1 }, () => statement));
        await databases.primary.prepare("SELECT ?1").bind(1).first();
        return { cursor: { n: 1 }, isDone: true, progress: {} };
      },
    });
    const within = queries(200);
    const run = await begun(within);
    await perform(within, run, 0);
    expect(await stored(run)).toMatchObject({ status: "done", mostQueries: 200, mostObjectCalls: 0 });
    const beyond = queries(201);
    const refused = await begun(beyond);
    await perform(beyond, refused, 0);
    expect(await stored(refused)).toMatchObject({
      problem: "a step uses more than 200 queries",
      mostQueries: 201,
    });
    const calling: Counting = {
      name: unique("calling"),
      step: async ({ inventory }) => {
        for (let n = 0; n < 3; n += 1) await inventory.readStock(unique("NO-SUCH"));
        return { cursor: { n: 1 }, isDone: true, progress: {} };
      },
    };
    const called = await begun(calling);
    await perform(calling, called, 0);
    expect(await stored(called)).toMatchObject({ status: "done", mostObjectCalls: 3 });
    const large: Counting = {
      name: unique("large"),
      step: async () => ({
        cursor: { n: 1, text: "x".repeat(MAX_CURSOR_CHARACTERS) },
        isDone: true,
        progress: {},
      }),
    };
    const tooLarge = await begun(large);
    await perform(large, tooLarge, 0);
    expect((await stored(tooLarge)).problem).toMatch(/^the cursor has \d+ characters$/);
  });

  it("is listed, and read by its id, by anybody who may read reports", async () => {
    const job = counting();
    const first = await begun(job, 1);
    await perform(job, first, 0);
    now += MINUTE;
    const other = await begun(job, 1);
    const reader = await callerWith("reports:read");
    const listed = await reader("GET", `/v1/jobs?job=${job.name}&limit=1`);
    expect(listed.body.items).toMatchObject([{ id: other.id, job: job.name, status: "running", steps: 0 }]);
    const next = await reader("GET", `/v1/jobs?job=${job.name}&limit=1&cursor=${listed.body.nextCursor}`);
    expect(next.body).toMatchObject({
      items: [
        {
          id: first.id,
          status: "done",
          progress: { counted: 1 },
          parameters: { to: 1 },
          largestStep: { queries: 0, objectCalls: 0 },
        },
      ],
      nextCursor: null,
    });
    expect((await reader("GET", `/v1/jobs/${first.id}`)).body).toEqual(next.body.items[0]);
    expect((await reader("GET", "/v1/jobs/run_none")).status).toBe(404);
    expect((await reader("POST", `/v1/jobs/${other.id}/cancel`)).status).toBe(403);
    expect((await call("POST", "/v1/jobs/run_none/cancel")).status).toBe(404);
    expect((await call("POST", `/v1/jobs/${first.id}/cancel`)).body).toMatchObject({ code: "run_ended" });
  });

  it("is found by an index, whatever is asked", async () => {
    const statements: string[] = [];
    const spy = {
      prepare: (sql: string) => (statements.push(sql), env.DB.prepare(sql)),
    } as unknown as D1Database;
    await dueSteps(spy, now, 1);
    await runById(spy, "run_x");
    for (const job of [null, "promises"]) await runsBefore(spy, { job, before: null, limit: 1 });
    const plans = await Promise.all(statements.map((sql) => planOf(env.DB, sql)));
    expect(plans.flat().filter((step) => step.startsWith("SCAN") && !step.includes("INDEX"))).toEqual([]);
  });
});

async function night(bindings: Partial<typeof env> = {}): Promise<void> {
  const execution = createExecutionContext();
  const controller = createScheduledController({ cron: "10 1 * * *" });
  await worker.scheduled(controller, { ...env, ...bindings }, execution);
  await waitOnExecutionContext(execution);
}

const callback = (id: string, resolvedAt: number | null) =>
  env.DB.prepare(
    `INSERT INTO inbox (channel_id, event_id, topic, received_at, outcome, problem, body, resolved_at)
     VALUES ('web', ?1, 'orders/create', ?2, 'rejected', 'no lines', '{"email":"ada@example.com"}', ?3)`,
  ).bind(id, daysAgo(60), resolvedAt);

describe("the nightly clean-up", () => {
  beforeAll(async () => {
    const keys = Array.from({ length: 1_200 }, (_, i) => ({ key: `old-${i}`, at: daysAgo(31) }));
    await env.DB.batch([
      env.DB.prepare("DELETE FROM job_runs"),
      env.DB.prepare(
        `INSERT INTO idempotency_keys (key, request_hash, created_at)
         SELECT value ->> 'key', 'hash', value ->> 'at' FROM json_each(?1)`,
      ).bind(JSON.stringify([...keys, { key: "recent", at: daysAgo(29) }])),
      callback("open", null),
      callback("resolved-lately", daysAgo(29)),
      callback("resolved-long-ago", daysAgo(31)),
    ]);
    await night();
    await finishJobs();
  });

  it("deletes idempotency keys after thirty days, whatever their number", async () => {
    const { results } = await env.DB.prepare("SELECT key FROM idempotency_keys").all();
    expect(results).toEqual([{ key: "recent" }]);
    const run = await env.DB.prepare("SELECT progress FROM job_runs WHERE job = 'aged-rows'").first(
      "progress",
    );
    expect(JSON.parse(String(run))).toMatchObject({ idempotencyKeys: 1_200, callbackBodies: 1 });
  });

  it("deletes the body of a rejected callback thirty days after it was resolved", async () => {
    const { results } = await env.DB.prepare("SELECT event_id FROM inbox WHERE body IS NOT NULL").all();
    expect(results).toEqual([{ event_id: "open" }, { event_id: "resolved-lately" }]);
  });

  it("begins though another job of the night cannot, and the cron fails after it", async () => {
    await env.DB.prepare("DELETE FROM job_runs").run();
    let isFirst = true;
    const DB = new Proxy(env.DB, {
      get: (db, name) => {
        if (name === "prepare" && isFirst) {
          isFirst = false;
          return () => {
            throw new Error("D1_ERROR: away");
          };
        }
        const value: unknown = Reflect.get(db, name);
        return typeof value === "function" ? value.bind(db) : value;
      },
    });
    await expect(night({ DB })).rejects.toThrow("not done: backordered-orders");
    const { results } = await env.DB.prepare("SELECT job FROM job_runs").all<{ job: string }>();
    expect(results.map(({ job }) => job)).toEqual(expect.arrayContaining(["reconciliation", "aged-rows"]));
    await finishJobs();
  });

  it("deletes runs that ended ninety days ago, and none that failed to end", async () => {
    const run = (id: string, endedAt: number | null) =>
      env.DB.prepare(
        `INSERT INTO job_runs (id, job, key, parameters, status, due_at, begun_at, updated_at, ended_at)
         VALUES (?1, ?1, '', '{}', ?2, ?3, ?4, ?4, ?5)`,
      ).bind(
        id,
        endedAt === null ? "running" : "done",
        endedAt === null ? Date.now() + DAY : null,
        daysAgo(100),
        endedAt,
      );
    await env.DB.batch([run("old", daysAgo(91)), run("newer", daysAgo(89)), run("standing", null)]);
    const job = await startRun(jobContext(), { name: "aged-rows" }, {});
    if (job.ok) await finishRun(jobContext(), job.value.id);
    else await finishJobs();
    const { results } = await env.DB.prepare("SELECT id FROM job_runs WHERE begun_at < ?1 ORDER BY id")
      .bind(daysAgo(80))
      .all();
    expect(results).toEqual([{ id: "newer" }, { id: "standing" }]);
  });
});
