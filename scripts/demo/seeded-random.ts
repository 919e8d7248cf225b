/** Seeded random numbers: the same on every machine, so that the demo is reproducible. */
export type SeededRandom = Readonly<{
  /** An integer from `min` to `max`, both included. */
  between: (min: number, max: number) => number;
  oneOf: <Item>(items: readonly Item[]) => Item;
  /** True with the probability `share`. */
  happens: (share: number) => boolean;
}>;

/** The Mulberry32 generator. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    between,
    oneOf: (items) => {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new Error("oneOf needs at least one item");
      return item;
    },
    happens: (share) => next() < share,
  };
}
