/** Runs the Worker as the platform does: until it ends or the platform ends it, without waiting for real timeouts. */
import { vi } from "vitest";
import type { Env } from "../../src/env";
import { newInvocation } from "./invocation";
import { yieldTimes } from "../support/yield";
import { platform } from "./platform";

/**
 * Runs one invocation and everything that it passes to `waitUntil`. Returns its result.
 * @throws when it fails, or its isolate dies, before there is a result.
 */
export async function runInvocation<Value>(
  run: (bindings: Env, execution: ExecutionContext) => Promise<Value> | Value,
): Promise<Value> {
  const invocation = newInvocation();
  const after: Promise<unknown>[] = [];
  const execution = {
    waitUntil: (work: Promise<unknown>) => void after.push(work),
    passThroughOnException() {},
    props: {},
  } as unknown as ExecutionContext;
  const killed = () => void invocation.die();
  const answer = Promise.resolve(run(platform().env(invocation), execution));
  try {
    return await endIfHanging(Promise.race([answer, invocation.died]), killed);
  } finally {
    await endIfHanging(Promise.race([Promise.allSettled(after), invocation.died]), killed).catch(
      () => undefined,
    );
  }
}

const CHECK_EVERY_MS = 5;
/** After so many checks without progress, the code waits for a call without a timeout of its own. */
const MAX_IDLE_CHECKS = 3;

/** Calls `end` and rejects if the work waits forever for a call that is never answered, as the platform would end it. */
export async function endIfHanging<Value>(work: Promise<Value>, end: () => void): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let callsBefore = -1;
  let idleChecks = 0;
  const ended = new Promise<never>((_, stop) => {
    const check = () => {
      const { hanging, calls } = platform();
      const isWorking = calls !== callsBefore || platform().isBusy() || pauses.size > 0;
      idleChecks = hanging && !isWorking ? idleChecks + 1 : 0;
      callsBefore = calls;
      if (idleChecks < MAX_IDLE_CHECKS) {
        timer = realSetTimeout(check, CHECK_EVERY_MS);
        return;
      }
      end();
      stop(new Error("ended by the platform"));
    };
    timer = realSetTimeout(check, CHECK_EVERY_MS);
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    realClearTimeout(timer);
  }
}

const realSetTimeout = globalThis.setTimeout.bind(globalThis);
const realClearTimeout = globalThis.clearTimeout.bind(globalThis);
/** Timers that are skipped and have not run yet. */
const pauses = new Set<unknown>();
let skipsWaits = false;
/** Instead of one pause, however long it is. */
const MAX_YIELDS = 500;

/**
 * Replaces pauses, short timers and the timeout of a call that hangs by a number of yields to other work. Other
 * timers stay as they are.
 */
export function skipWaits(): void {
  if (skipsWaits) return;
  skipsWaits = true;
  vi.stubGlobal("setTimeout", (run: () => void, ms = 0) => {
    const yields = yieldsInsteadOf(ms);
    if (yields === null) return realSetTimeout(run, ms);
    const pause = {};
    pauses.add(pause);
    void yieldTimes(yields).then(() => pauses.delete(pause) && run());
    return pause;
  });
  vi.stubGlobal("clearTimeout", (timer: Parameters<typeof clearTimeout>[0]) => {
    if (!pauses.delete(timer)) realClearTimeout(timer);
  });
  const wait = scheduler.wait.bind(scheduler);
  scheduler.wait = async (ms, options) => {
    // A wait that can be aborted is a deadline. Any other is a pause.
    const isPause = options?.signal === undefined;
    const yields = isPause ? Math.min(ms / 2, MAX_YIELDS) : yieldsInsteadOf(ms);
    if (yields === null) return wait(ms, options);
    const pause = {};
    pauses.add(pause);
    await yieldTimes(yields);
    pauses.delete(pause);
    options?.signal?.throwIfAborted();
  };
}

/** How often to yield instead of waiting; null where the real timer runs. */
function yieldsInsteadOf(ms: number): number | null {
  if (ms > 0 && ms < 1_000) return ms / 2;
  return ms > 0 && platform().isLastCallHanging() ? ms / 50 : null;
}
