/** The best plan found so far. All searches share it. */
export type Incumbent = Readonly<{
  /** A plan must cost less than this to be of interest. */
  cutoff: () => number;
  /** Replaces the incumbent if the plan costs less than the cutoff. Units by site and item. */
  offer: (sites: readonly number[], cost: number, units: number[][]) => void;
}>;
