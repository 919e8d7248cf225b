/** Chance that is the same on every machine: the demonstration can be told again, and told the same. */
export type Chance = Readonly<{
  /** A whole number from `least` to `most`, both included. */
  between: (least: number, most: number) => number;
  oneOf: <Item>(items: readonly Item[]) => Item;
  /** Whether something happens that happens `share` of the time. */
  happens: (share: number) => boolean;
}>;

/** Mulberry32: small, and good enough for what is only shown. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    oneOf: (items) => {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new Error("there is nothing to choose from");
      return item;
    },
    happens: (share) => next() < share,
  };
}
