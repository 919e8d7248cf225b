/** The local runtime never fires a cron by itself: whoever starts the Worker here drives them. */
import { setTimeout as pause } from "node:timers/promises";

export const SWEEP = "* * * * *";
export const STOCK_PRICES = "7 * * * *";
export const PROMISES = "23 * * * *";
export const NIGHTLY = "10 1 * * *";

/** Fires the cron once, and waits until its command is done. */
export async function fireCron(url: string, cron: string): Promise<void> {
  const answer = await fetch(`${url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`);
  if (!answer.ok) throw new Error(`the cron "${cron}" failed: ${await answer.text()}`);
}

const LONGEST_MS = 20_000;
const PAUSE_MS = 1_000;

/** Looks again and again until it is so, which queues need some seconds for. After too long, how it is then. */
export async function until<Seen>(look: () => Promise<Seen>, isSo: (seen: Seen) => boolean): Promise<Seen> {
  const deadline = Date.now() + LONGEST_MS;
  for (;;) {
    const seen = await look();
    if (isSo(seen) || Date.now() > deadline) return seen;
    await pause(PAUSE_MS);
  }
}

/** Looks again and again until there is something, and no more of it comes. */
export async function settled<Item>(look: () => Promise<readonly Item[]>): Promise<readonly Item[]> {
  let before = 0;
  return until(look, ({ length }) => {
    const isSettled = length > 0 && length === before;
    before = length;
    return isSettled;
  });
}
