/** What the platform does by itself: fires crons, rings alarms, delivers what queues hold. Each can go wrong, too. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { SkuInventory } from "../../src/worker";
import worker from "../../src/worker";
import { newInvocation } from "./invocation";
import { invoke, withinPatience } from "./run-invocation";
import { platform, type Held } from "./platform";

export type Surrounded = Readonly<{ skus: readonly string[]; random: () => number }>;

const MAX_DELIVERIES = 25;
const BATCH = 25;

export type Cron = "* * * * *" | "7 * * * *" | "23 * * * *" | "10 1 * * *";

export async function fire(cron: Cron): Promise<void> {
  const scheduledTime = Date.now();
  const fireOnce = () =>
    invoke((bindings, execution) =>
      worker.scheduled({ cron, scheduledTime, noRetry() {} }, bindings, execution),
    ).catch(() => undefined);
  await platform()
    .call("cron", cron, newInvocation(), fireOnce)
    .catch(() => undefined);
}

/** Rings the alarms whose time has come; one that the platform had to end is due again. Answers how many. */
export async function ringAlarms(world: Surrounded): Promise<number> {
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
    const calling = () => platform().calling(sku, ring);
    const rings = platform().call("alarm", sku, newInvocation(), calling, platform().endings(sku));
    let ended = false;
    await withinPatience(rings, () => void (ended = true)).catch(() => undefined);
    const again = () => runInDurableObject(stub, (_, state) => state.storage.setAlarm(Date.now()));
    if (ended) await platform().calling(sku, again);
    rung += 1;
  }
  return rung;
}

/** Delivers what the queues hold: in random order, and now and then a whole batch twice. Answers how many. */
export async function deliver(world: Surrounded, { redeliver = false } = {}): Promise<number> {
  const due = platform().held.filter(({ after }) => after <= Date.now());
  let delivered = 0;
  for (const [queue, messages] of Map.groupBy(due, (message) => message.queue)) {
    const batch = messages
      .map((message) => ({ message, place: world.random() }))
      .toSorted((a, b) => a.place - b.place)
      .slice(0, BATCH)
      .map(({ message }) => message);
    const consume = () => consumeBatch(queue, batch);
    if (redeliver && world.random() < 0.3) await consume();
    const settled = await platform()
      .call("batch", queue, newInvocation(), consume)
      .catch(() => NOTHING_DONE);
    settle(batch, settled);
    delivered += batch.length;
  }
  return delivered;
}

/** What a consumer did with its messages: acknowledged them, or asked for them after so long. */
type Settled = Readonly<{ acknowledged: ReadonlySet<string>; delays: ReadonlyMap<string, number> }>;

const NOTHING_DONE: Settled = { acknowledged: new Set(), delays: new Map() };

/** Takes away what was acknowledged; everything else comes again in its time, and is dead in the end. */
function settle(batch: readonly Held[], { acknowledged, delays }: Settled): void {
  const { held } = platform();
  for (const message of batch) {
    held.splice(held.indexOf(message), 1);
    if (acknowledged.has(message.id)) continue;
    const attempts = message.attempts + 1;
    const dead = attempts > MAX_DELIVERIES && !message.queue.endsWith("-dead");
    const after = Date.now() + (delays.get(message.id) ?? 0);
    held.push(
      dead ? { ...message, queue: `${message.queue}-dead`, attempts: 0 } : { ...message, attempts, after },
    );
  }
}

/** A consumer that dies has acknowledged what it had until then. */
async function consumeBatch(queue: string, batch: readonly Held[]): Promise<Settled> {
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
  await invoke((bindings, execution) => worker.queue(given, bindings, execution)).catch(() => undefined);
  return { acknowledged, delays };
}
