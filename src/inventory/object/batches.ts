/**
 * Collects concurrent calls of the object, so that a burst of them is decided together and committed once. A lone call is
 * done at once. Requests of a Worker cannot share a call: the platform cancels what one of them does for another. Calls
 * of one object can, as they run in one context.
 */
/** A call within this time after another one is part of a burst. */
const BURST_MS = 50;
/** More calls than this wait for the next batch, so that no transaction is long. */
const MAX_CALLS = 100;

export type Outcome<Value> = Readonly<{ value: Value } | { error: unknown }>;

type Batch<Item, Value> = { items: Item[]; outcomes: Promise<readonly Outcome<Value>[]> };

export type Batches<Item, Value> = Readonly<{
  /** A lone item's work is done before this returns. @throws what the work throws for this item. */
  add: (item: Item, now: number) => Promise<Value>;
}>;

/** @param work has an outcome for each of its items, in their order, which is that of the calls. */
export function createBatches<Item, Value>(
  work: (items: readonly Item[]) => readonly Outcome<Value>[],
  pause: () => Promise<unknown>,
): Batches<Item, Value> {
  let open: Batch<Item, Value> | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;

  const begin = (): Batch<Item, Value> => {
    const items: Item[] = [];
    const batch: Batch<Item, Value> = {
      items,
      outcomes: pause().then(() => {
        if (open === batch) open = null;
        return work(items);
      }),
    };
    return batch;
  };

  return {
    add: async (item, now) => {
      const isLone = open === null && Math.abs(now - lastAt) > BURST_MS;
      lastAt = now;
      if (isLone) return valueOf(work([item])[0]);
      if (open === null || open.items.length >= MAX_CALLS) open = begin();
      const at = open.items.push(item) - 1;
      const { outcomes } = open;
      return valueOf((await outcomes)[at]);
    },
  };
}

function valueOf<Value>(outcome: Outcome<Value> | undefined): Value {
  if (outcome === undefined) throw new Error("a call of a batch has no outcome");
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}
