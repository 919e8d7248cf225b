/**
 * How long a search may go on, counted in what it looks at and never in time: the same order gets the same
 * plan on a fast machine and on a slow one. What it leaves unlooked at bounds how much better a plan could be.
 */
export type Work = Readonly<{
  /** False when there is none left. */
  spend: (steps: number) => boolean;
  /** Whether there is none left: what is not begun yet is not begun. */
  isSpent: () => boolean;
  /** Something that costs at least `bound` was not looked at. */
  leave: (bound: number) => void;
  spent: () => number;
  /** The least of all that was left; infinite when nothing was. */
  leftAt: () => number;
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
    leave: (bound) => {
      least = Math.min(least, bound);
    },
    spent: () => spent,
    leftAt: () => least,
  };
}

/** Offers of a site for an item that are looked at in about the time that a unit's place is tried in. */
export const OFFERS_A_STEP = 50;
