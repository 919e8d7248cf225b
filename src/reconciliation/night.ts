/**
 * The state of a reconciliation between its steps, and the form of its parts. It is stored with each step, so it has what
 * the report needs and no more: the first hundred exceptions of each check.
 */
import type { StockLevelsToRepair } from "./repair-stock-levels";
import type { LineDifference } from "./compare-lines";
import type { ReconciliationContext } from "./context";
import type { Comparison } from "./domain/nights";
import { NOTHING_FOUND, withFound, type Check, type Findings, type Found } from "./domain/report";
import type { StockSums } from "./domain/stock-sums";

/** Checks that are made in parts. */
export type PartialCheck =
  | "order_money"
  | "refunds_owed"
  | "allocations"
  | "movements"
  | "stock_levels"
  | "channel_stock"
  | "entries";

export type Night = Comparison &
  Readonly<{
    /** The days to report, oldest first. */
    days: readonly string[];
    startedAt: number;
    /** When the last comparison of everything before this one began; null if there was none. */
    lastAll: number | null;
    /** Books and stock are compared as of this time, in epoch milliseconds. */
    asOf: number;
    /** Whether every SKU's object is read, also those that have not changed. */
    auditsAll: boolean;
    /** How often stock was read. */
    readings: number;
    stock: StockSums;
    /** Lines that differ, to be compared one by one. */
    differences: readonly LineDifference[];
    staleLevels: StockLevelsToRepair;
    findings: Readonly<Partial<Record<PartialCheck, Findings>>>;
    /** Checks of the current state that are finished. */
    checks: readonly Check[];
  }>;

/**
 * One part of the work, within half of a step's budget.
 * @param at where it continues; null at its beginning. It returns null when the phase is done.
 */
export type Phase<Place> = (
  context: ReconciliationContext,
  night: Night,
  at: Place | null,
) => Promise<Readonly<{ night: Night; at: Place | null }>>;

export const findingsOf = ({ findings }: Night, check: PartialCheck): Findings =>
  findings[check] ?? NOTHING_FOUND;

export const withPart = (night: Night, check: PartialCheck, found: Found): Night => ({
  ...night,
  findings: { ...night.findings, [check]: withFound(findingsOf(night, check), found) },
});

/** Begins the check anew. */
export const without = (night: Night, check: PartialCheck): Night => ({
  ...night,
  findings: { ...night.findings, [check]: NOTHING_FOUND },
});

/** Forgets the exceptions of the checks, which are looked for again. What was counted and repaired stays. */
export const withoutExceptions = (night: Night, checks: readonly PartialCheck[]): Night => ({
  ...night,
  findings: {
    ...night.findings,
    ...Object.fromEntries(
      checks.map((check) => [
        check,
        { ...findingsOf(night, check), exceptionCount: 0, exceptions: [], pending: [] },
      ]),
    ),
  },
});

export const withCheck = (night: Night, check: Check): Night => ({
  ...night,
  checks: [...night.checks.filter(({ name }) => name !== check.name), check],
});
