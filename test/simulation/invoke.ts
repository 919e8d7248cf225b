/** Running the Worker as the platform does: to its end, or to where the platform ends it; without waiting long. */
import { vi } from "vitest";
import type { Env } from "../../src/config";
import { newInvocation } from "./invocation";
import { platform } from "./platform";

/**
 * One invocation of the Worker: to its answer, and what it runs after that; or to its isolate's death.
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
  const value = await withinPatience(Promise.race([answer, invocation.died]), killed);
  await withinPatience(Promise.race([Promise.allSettled(after), invocation.died]), killed).catch(
    () => undefined,
  );
  return value;
}

const LOOK_EVERY_MS = 15;
/** Longer than any deadline takes once a call hangs: what moves no more by then hangs without one. */
const LOOKS = 5;

/** The platform lets nothing run for ever: what hangs on a call without a deadline is ended. */
export async function withinPatience<Value>(work: Promise<Value>, end: () => void): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen = -1;
  let still = 0;
  const ended = new Promise<never>((_, stop) => {
    const look = () => {
      const { hanging, calls } = platform();
      still = hanging && calls === seen && !platform().isBusy() ? still + 1 : 0;
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
    clearTimeout(timer);
  }
}

const realSetTimeout = globalThis.setTimeout.bind(globalThis);
let hurried = false;

/** Nobody waits for a pause, nor for the deadline of a call that hangs; other deadlines are left as they are. */
export function hurry(): void {
  if (hurried) return;
  hurried = true;
  const shorter = (ms: number): number => {
    if (ms < 1_000) return ms / 20;
    return platform().isLastCallHanging() ? ms / 250 : ms;
  };
  vi.stubGlobal("setTimeout", (run: () => void, ms = 0) => realSetTimeout(run, shorter(ms)));
  const pause = scheduler.wait.bind(scheduler);
  scheduler.wait = (ms, options) => pause(shorter(ms), options);
}
