/** The nightly clean-up: old idempotency keys, and the bodies of callbacks that staff has resolved. */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import worker from "../../../src/worker";
import { databasesRefusing } from "../../support/faulty-bindings";

const DAY = 86_400_000;
const daysAgo = (days: number) => Date.now() - days * DAY;

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

beforeAll(async () => {
  const keys = Array.from({ length: 1_200 }, (_, i) => ({ key: `old-${i}`, at: daysAgo(31) }));
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO idempotency_keys (key, request_hash, created_at)
       SELECT value ->> 'key', 'hash', value ->> 'at' FROM json_each(?1)`,
    ).bind(JSON.stringify([...keys, { key: "recent", at: daysAgo(29) }])),
    callback("open", null),
    callback("resolved-lately", daysAgo(29)),
    callback("resolved-long-ago", daysAgo(31)),
  ]);
  await env.ORDERS_00.prepare(
    `INSERT INTO sourcing_supply (at, order_id, version, supply)
     SELECT value, 'ord_' || key, 1, '[]' FROM json_each(?1)`,
  )
    .bind(JSON.stringify([daysAgo(31), daysAgo(29)]))
    .run();
  await night();
});

describe("the nightly clean-up", () => {
  it("deletes idempotency keys after thirty days, whatever their number", async () => {
    const { results } = await env.DB.prepare("SELECT key FROM idempotency_keys").all();
    expect(results).toEqual([{ key: "recent" }]);
  });

  it("deletes the body of a rejected callback thirty days after it was resolved", async () => {
    const { results } = await env.DB.prepare("SELECT event_id FROM inbox WHERE body IS NOT NULL").all();
    expect(results).toEqual([{ event_id: "open" }, { event_id: "resolved-lately" }]);
  });

  it("deletes the stock that sourcing decisions were made from after thirty days", async () => {
    const { results } = await env.ORDERS_00.prepare("SELECT order_id FROM sourcing_supply").all();
    expect(results).toEqual([{ order_id: "ord_1" }]);
  });

  it("runs though the reconciliation fails, and the cron fails after it", async () => {
    await env.DB.prepare("INSERT INTO idempotency_keys VALUES ('old', 'hash', NULL, NULL, ?1)")
      .bind(daysAgo(31))
      .run();
    const bindings = databasesRefusing(/FROM reconciliations/);
    await expect(night(bindings)).rejects.toThrow("not done: reconciliation");
    const { results } = await env.DB.prepare("SELECT key FROM idempotency_keys").all();
    expect(results).toEqual([{ key: "recent" }]);
  });
});
