/**
 * The work of a search, counted in steps and never in time, so that an order gets the same plan on every machine. The
 * branches that are skipped bound how much better another plan could be.
 */
export type Work = Readonly<{
  /** Counts the steps. Returns false if the limit is exceeded. */
  spend: (steps: number) => boolean;
  /** Whether the limit is reached: nothing new is begun. */
  isSpent: () => boolean;
  /** Records that plans which cost at least `bound` were not searched. */
  skip: (bound: number) => void;
  spent: () => number;
  /** The least bound that was skipped; infinite if nothing was. */
  leastSkipped: () => number;
}>;

export function workOf(limit: number): Work {
  let spent = 0;
  let least = Number.POSITIVE_INFINITY;
  return {
    spend: (steps) => {
      spent += steps;
      return spent <= limit;
    },
    isSpent: () => spent >= limit,
    skip: (bound) => {
      least = Math.min(least, bound);
    },
    spent: () => spent,
    leastSkipped: () => least,
  };
}

/** As many suppliers of an item are visited in about the time of one step. */
export const SUPPLIERS_A_STEP = 50;
