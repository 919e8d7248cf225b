/** Which days a nightly close reports, and whether it compares everything or what has changed. Pure. */
import { addDays } from "../../kernel/calendar";
import type { Compared } from "./report";

/** Of one run; the next nights do the rest. */
const MAX_DAYS = 31;

/** The days from the first to the last, oldest first, that have no final report. */
export function missingDays(first: string, last: string, reported: ReadonlySet<string>): string[] {
  const missing: string[] = [];
  for (let on = first; on <= last && missing.length < MAX_DAYS; on = addDays(on, 1)) {
    if (!reported.has(on)) missing.push(on);
  }
  return missing;
}

/** When orders and stock were compared before, in epoch milliseconds; null for never. */
export type LastCompared = Readonly<{ all: number | null; any: number | null }>;

/** Of which changes the comparison is: `since` is when the last one began, in epoch milliseconds. */
export type Comparison = Readonly<{ compare: Compared; since: number }>;

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** A night begins some minutes earlier or later than the week before. */
const LATE_BY_MS = 6 * 60 * 60_000;

/**
 * Changes of this time before the last comparison are compared once more: it left what had changed a moment ago to this
 * one, and commits of that moment may have been stored after it.
 */
export const OVERLAP_MS = 30 * 60_000;

/** Once a week everything is compared, and in the other nights what has changed since the last comparison. */
export function comparisonOf(last: LastCompared, now: number): Comparison {
  if (last.all === null || last.any === null || now - last.all >= WEEK_MS - LATE_BY_MS) {
    return { compare: "all", since: 0 };
  }
  return { compare: "changed", since: last.any - OVERLAP_MS };
}
