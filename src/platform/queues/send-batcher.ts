/**
 * What requests that one isolate serves beside each other have to send: the first waits a moment and sends it for
 * all. It is in the isolate's memory and nowhere else, so that only what is stored may be handed in, to be sent
 * by the sweep where nobody does.
 */
const GATHERED_MS = 25;
/** Whoever has not come back by then has died, and the next takes over. */
const GIVEN_UP_MS = 1_000;

export type SendBatcher<Item> = Readonly<{
  /** Answers null where another gathers; otherwise all that was handed in by the end of the pause, to be sent. */
  add: (items: readonly Item[], now: number) => Promise<readonly Item[]> | null;
}>;

export function createSendBatcher<Item>(pause: (ms: number) => Promise<unknown>): SendBatcher<Item> {
  let handedIn: Item[] = [];
  let begunAt: number | null = null;
  return {
    add: (items, now) => {
      handedIn.push(...items);
      if (begunAt !== null && now >= begunAt && now - begunAt < GIVEN_UP_MS) return null;
      begunAt = now;
      return pause(GATHERED_MS).then(() => {
        const all = handedIn;
        [handedIn, begunAt] = [[], null];
        return all;
      });
    },
  };
}
