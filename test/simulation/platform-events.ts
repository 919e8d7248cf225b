/** What the platform does by itself: it fires crons, runs alarms and delivers queued messages. Each can fail, too. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { SkuInventory } from "../../src/worker";
import worker from "../../src/worker";
import { newInvocation } from "./invocation";
import { runInvocation, endIfHanging } from "./run-invocation";
import { platform, type QueuedMessage } from "./platform";

export type WorldParts = Readonly<{ skus: readonly string[]; random: () => number }>;

const MAX_DELIVERIES = 25;
const BATCH_SIZE = 25;
/** One step of a job an invocation, as in wrangler.toml. */
const JOBS_QUEUE = "aftercart-jobs";

export type Cron = "* * * * *" | "7 * * * *" | "23 * * * *" | "10 1 * * *";

export async function fireCron(cron: Cron): Promise<void> {
  const scheduledTime = Date.now();
  const fireOnce = () =>
    runInvocation((bindings, execution) =>
      worker.scheduled({ cron, scheduledTime, noRetry() {} }, bindings, execution),
    ).catch(() => undefined);
  await platform()
    .call("cron", cron, newInvocation(), fireOnce)
    .catch(() => undefined);
}

/** Runs the alarms that are due. One that the platform had to end is due again. Returns how many ran. */
export async function ringAlarms(world: WorldParts): Promise<number> {
  const times = await Promise.all(world.skus.map((sku) => platform().alarmOf(sku)));
  let rung = 0;
  for (const [i, sku] of world.skus.entries()) {
    const at = times[i] ?? null;
    if (at === null || at > Date.now()) continue;
    const stub = env.SKU_INVENTORY.getByName(sku);
    const ring = async () => {
      if (await runDurableObjectAlarm(stub)) return;
      await runInDurableObject(stub, (object: SkuInventory) => object.alarm());
    };
    const calling = () => platform().callingObject(sku, ring);
    const rings = platform().call("alarm", sku, newInvocation(), calling, platform().waysToEnd(sku));
    let ended = false;
    await endIfHanging(rings, () => void (ended = true)).catch(() => undefined);
    const again = () => runInDurableObject(stub, (_, state) => state.storage.setAlarm(Date.now()));
    if (ended) await platform().callingObject(sku, again);
    rung += 1;
  }
  return rung;
}

/** Delivers queued messages in random order; with `redeliver`, some batches twice. Returns how many were delivered. */
export async function deliverQueued(world: WorldParts, { redeliver = false } = {}): Promise<number> {
  const due = platform().queued.filter(({ after }) => after <= Date.now());
  let delivered = 0;
  for (const [queue, messages] of Map.groupBy(due, (message) => message.queue)) {
    const batch = messages
      .map((message) => ({ message, rank: world.random() }))
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, queue === JOBS_QUEUE ? 1 : BATCH_SIZE)
      .map(({ message }) => message);
    const consume = () => consumeBatch(queue, batch);
    if (redeliver && world.random() < 0.3) await consume();
    const outcome = await platform()
      .call("batch", queue, newInvocation(), consume)
      .catch(() => NOTHING_DONE);
    settle(batch, outcome);
    delivered += batch.length;
  }
  return delivered;
}

/** The ids of acknowledged messages, and of those to retry, with their delays in milliseconds. */
type BatchOutcome = Readonly<{ acknowledged: ReadonlySet<string>; delays: ReadonlyMap<string, number> }>;

const NOTHING_DONE: BatchOutcome = { acknowledged: new Set(), delays: new Map() };

/** Removes acknowledged messages. The others are retried, and go to the dead-letter queue after the last attempt. */
function settle(batch: readonly QueuedMessage[], { acknowledged, delays }: BatchOutcome): void {
  const { queued } = platform();
  for (const message of batch) {
    queued.splice(queued.indexOf(message), 1);
    if (acknowledged.has(message.id)) continue;
    const attempts = message.attempts + 1;
    const dead = attempts > MAX_DELIVERIES && !message.queue.endsWith("-dead");
    const after = Date.now() + (delays.get(message.id) ?? 0);
    queued.push(
      dead ? { ...message, queue: `${message.queue}-dead`, attempts: 0 } : { ...message, attempts, after },
    );
  }
}

/** A consumer whose isolate dies keeps the acknowledgements that it made before. */
async function consumeBatch(queue: string, batch: readonly QueuedMessage[]): Promise<BatchOutcome> {
  const acknowledged = new Set<string>();
  const delays = new Map<string, number>();
  const messages = batch.map(({ id, body, attempts }) => ({
    id,
    timestamp: new Date(),
    body: structuredClone(body),
    attempts: attempts + 1,
    ack: () => void acknowledged.add(id),
    retry: ({ delaySeconds = 0 }: QueueRetryOptions = {}) => {
      acknowledged.delete(id);
      delays.set(id, delaySeconds * 1_000);
    },
  }));
  const given = { queue, messages, metadata: {}, ackAll() {}, retryAll() {} } as unknown as MessageBatch;
  await runInvocation((bindings, execution) => worker.queue(given, bindings, execution)).catch(
    () => undefined,
  );
  return { acknowledged, delays };
}
