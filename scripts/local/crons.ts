/** Fires the crons of the local server, which never fire by themselves, and waits for their effects. */
import { setTimeout as pause } from "node:timers/promises";

export const SWEEP = "* * * * *";
export const STOCK_PRICES = "7 * * * *";
export const PROMISES = "23 * * * *";
export const NIGHTLY = "10 1 * * *";

/** Fires the cron once. Resolves when its jobs are done. */
export async function fireCron(url: string, cron: string): Promise<void> {
  const answer = await fetch(`${url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`);
  if (!answer.ok) throw new Error(`the cron "${cron}" failed: ${await answer.text()}`);
}

const MAX_WAIT_MS = 20_000;
const PAUSE_MS = 1_000;

/** Reads a value every second until the condition holds, or for 20 seconds. Returns the last value. */
export async function until<Value>(
  read: () => Promise<Value>,
  holds: (value: Value) => boolean,
): Promise<Value> {
  const deadline = Date.now() + MAX_WAIT_MS;
  for (;;) {
    const value = await read();
    if (holds(value) || Date.now() > deadline) return value;
    await pause(PAUSE_MS);
  }
}

/** Reads a list until it is not empty and has stopped growing. */
export async function untilStable<Item>(read: () => Promise<readonly Item[]>): Promise<readonly Item[]> {
  let before = 0;
  return until(read, ({ length }) => {
    const isStable = length > 0 && length === before;
    before = length;
    return isStable;
  });
}
