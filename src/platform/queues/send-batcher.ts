/**
 * Batches queue sends across concurrent requests of one isolate: the first request waits a moment and sends for all.
 * What is added lives in the isolate's memory only. So only messages that are in an outbox may be added: the sweep
 * sends what is lost.
 */
const PAUSE_MS = 25;
/** A batch not sent by then belongs to a request that died; the next request takes over. */
const ABANDONED_MS = 1_000;

export type SendBatcher<Item> = Readonly<{
  /** Returns null if another request sends the items; else all items added by the end of the pause, to be sent. */
  add: (items: readonly Item[], now: number) => Promise<readonly Item[]> | null;
}>;

export function createSendBatcher<Item>(pause: (ms: number) => Promise<unknown>): SendBatcher<Item> {
  let added: Item[] = [];
  let startedAt: number | null = null;
  return {
    add: (items, now) => {
      added.push(...items);
      if (startedAt !== null && now >= startedAt && now - startedAt < ABANDONED_MS) return null;
      startedAt = now;
      return pause(PAUSE_MS).then(() => {
        const all = added;
        [added, startedAt] = [[], null];
        return all;
      });
    },
  };
}
