/** Queues and crons of the Worker: unknown and failing messages, dead letters, unknown crons, and repeated firings. */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { finishJobs } from "../../support/jobs";
import { SCHEDULES } from "../../../src/platform/jobs/job";
import worker from "../../../src/worker";
import { callerWith, fetchWorker, unique, type Call } from "../../support/api";
import { anOrderOf, openRetailer, shopifyCallback } from "../../support/retailer";
import wranglerToml from "../../../wrangler.toml?raw";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

async function deliver(queue: string, ...bodies: unknown[]) {
  const done: string[] = [];
  const messages = bodies.map((body, i) => ({
    id: unique("message"),
    timestamp: new Date(),
    body,
    attempts: 1,
    ack: () => void done.push(`ack ${i}`),
    retry: () => void done.push(`retry ${i}`),
  }));
  const execution = createExecutionContext();
  const batch = { queue, messages, metadata: {}, ackAll() {}, retryAll() {} };
  await worker.queue(batch as unknown as MessageBatch, env, execution);
  await waitOnExecutionContext(execution);
  return { done, ids: messages.map(({ id }) => id) };
}

const cron = async (name: string) => {
  const execution = createExecutionContext();
  await worker.scheduled(
    createScheduledController({ cron: name, scheduledTime: new Date() }),
    env,
    execution,
  );
  await waitOnExecutionContext(execution);
};

describe("the queue handler", () => {
  it("retries a message of an unknown type or version, and does not acknowledge it", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { done } = await deliver(
      "aftercart-stock",
      { type: "stock.effect.v9", sku: "A", effect: {} },
      { type: "nonsense" },
      "no object at all",
    );
    expect(done).toEqual(["retry 0", "retry 1", "retry 2"]);
    vi.restoreAllMocks();
  });

  it("handles the other messages of a batch that contains one which fails, and handles a duplicate once", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const retailer = await openRetailer(call, { stock: [[2]] });
    const sku = retailer.skus[0]!;
    const moved = {
      type: "stock.moved",
      id: unique("moved"),
      movement: {
        ref: unique("ref"),
        kind: "receive",
        locationId: retailer.locationIds[0],
        quantity: 1,
        valueMinor: 700,
        reason: null,
        at: Date.now(),
      },
    };
    const event = { type: "stock.event.v1", sku, event: moved };
    expect((await deliver("aftercart-stock", { type: "nonsense" }, event, event)).done).toEqual([
      "retry 0",
      "ack 1",
      "ack 2",
    ]);
    const entries = env.DB.prepare("SELECT count(*) AS n FROM journal_entries WHERE id = ?1").bind(moved.id);
    expect(await entries.first("n")).toBe(1);
    vi.restoreAllMocks();
  });

  it("throws for an unknown queue", async () => {
    await expect(deliver("somebody-elses", {})).rejects.toThrow("unknown queue");
  });

  it("stores a message from a dead-letter queue, which can be listed and replayed", async () => {
    const retailer = await openRetailer(call, { stock: [[3]] });
    const order = anOrderOf(retailer, [1]);
    const answer = await fetchWorker(await shopifyCallback(retailer, order));
    const { orderId } = await answer.json<{ orderId: string }>();
    const { body } = await call("GET", `/v1/orders/${orderId}`);
    const fulfillmentId = (body.fulfillments as { id: string }[])[0]!.id;
    const message = { type: "fulfillment.release.v1", orderId, fulfillmentId };

    const { done, ids } = await deliver("aftercart-fulfillment-dead", message);
    expect(done).toEqual(["ack 0"]);
    const open = async () =>
      ((await call("GET", "/v1/dead-letters")).body.items as { id: string; message: unknown }[]).filter(
        ({ id }) => id === ids[0],
      );
    expect(await open()).toMatchObject([{ message }]);
    const replayed = await call("POST", `/v1/dead-letters/${ids[0]}/replay`);
    expect([replayed.status, replayed.body.replays]).toEqual([200, 1]);
    expect(await open()).toEqual([]);
    await expect
      .poll(
        async () =>
          ((await call("GET", `/v1/orders/${orderId}`)).body.fulfillments as { status: string }[])[0]!.status,
        { timeout: 10_000 },
      )
      .toBe("released");
  });
});

describe("the cron handler", () => {
  it("has a job for each cron of wrangler.toml, and a cron for each schedule", () => {
    const fired = /crons = \[(.*)\]/
      .exec(wranglerToml)![1]!
      .split('", "')
      .map((name) => name.replaceAll('"', ""));
    expect(fired).toEqual(Object.values(SCHEDULES));
  });

  it("throws for an unknown cron", async () => {
    await expect(cron("0 0 29 2 *")).rejects.toThrow('no job for the cron "0 0 29 2 *"');
  });

  it("reconciles a night once, though its cron fires several times", async () => {
    await Promise.all([cron("10 1 * * *"), cron("10 1 * * *")]);
    await cron("10 1 * * *");
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const runs = env.DB.prepare("SELECT count(*) AS n FROM job_runs WHERE job = 'reconciliation'");
    expect(await runs.first("n")).toBe(1);
    await finishJobs();
    expect((await call("GET", `/v1/reconciliations/${yesterday}`)).status).toBe(200);
  });
});
