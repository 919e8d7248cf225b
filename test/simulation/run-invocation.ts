/** Running the Worker as the platform does: to its end, or to where the platform ends it; without waiting long. */
import { vi } from "vitest";
import type { Env } from "../../src/env";
import { newInvocation } from "./invocation";
import { yieldTimes } from "../support/yield";
import { platform } from "./platform";

/**
 * One invocation of the Worker: to its answer or its failure, and what it runs after that; or to its isolate's death.
 * @throws when it dies or fails before it answers.
 */
export async function invoke<Value>(
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
    return await withinPatience(Promise.race([answer, invocation.died]), killed);
  } finally {
    await withinPatience(Promise.race([Promise.allSettled(after), invocation.died]), killed).catch(
      () => undefined,
    );
  }
}

const LOOK_EVERY_MS = 5;
/** So often nothing has moved: what hangs then hangs without a deadline. */
const LOOKS = 3;

/** The platform lets nothing run for ever: what hangs on a call without a deadline is ended. */
export async function withinPatience<Value>(work: Promise<Value>, end: () => void): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen = -1;
  let still = 0;
  const ended = new Promise<never>((_, stop) => {
    const look = () => {
      const { hanging, calls } = platform();
      const moves = calls !== seen || platform().isBusy() || pauses.size > 0;
      still = hanging && !moves ? still + 1 : 0;
      seen = calls;
      if (still < LOOKS) {
        timer = realSetTimeout(look, LOOK_EVERY_MS);
        return;
      }
      end();
      stop(new Error("ended by the platform"));
    };
    timer = realSetTimeout(look, LOOK_EVERY_MS);
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    realClearTimeout(timer);
  }
}

const realSetTimeout = globalThis.setTimeout.bind(globalThis);
const realClearTimeout = globalThis.clearTimeout.bind(globalThis);
/** What waits for a while, and goes on by itself. */
const pauses = new Set<unknown>();
let hurried = false;

/**
 * Nobody waits for a pause, nor for the deadline of a call that hangs: others have so many turns instead. Other
 * deadlines are left as they are.
 */
export function hurry(): void {
  if (hurried) return;
  hurried = true;
  vi.stubGlobal("setTimeout", (run: () => void, ms = 0) => {
    const turns = turnsInsteadOf(ms);
    if (turns === null) return realSetTimeout(run, ms);
    const pause = {};
    pauses.add(pause);
    void yieldTimes(turns).then(() => pauses.delete(pause) && run());
    return pause;
  });
  vi.stubGlobal("clearTimeout", (timer: Parameters<typeof clearTimeout>[0]) => {
    if (!pauses.delete(timer)) realClearTimeout(timer);
  });
  const wait = scheduler.wait.bind(scheduler);
  scheduler.wait = async (ms, options) => {
    const turns = turnsInsteadOf(ms);
    if (turns === null) return wait(ms, options);
    const pause = {};
    pauses.add(pause);
    await yieldTimes(turns);
    pauses.delete(pause);
    options?.signal?.throwIfAborted();
  };
}

/** Null where the time is waited for. */
function turnsInsteadOf(ms: number): number | null {
  if (ms > 0 && ms < 1_000) return ms / 2;
  return ms > 0 && platform().isLastCallHanging() ? ms / 50 : null;
}
