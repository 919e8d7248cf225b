/** The form of a reconciliation's report: checks, their sums, and the exceptions that they found. */
import type { CurrencyCode } from "../../kernel/money";
import { sumWhole, type Whole } from "../../kernel/whole-numbers";

/** A difference for a person to look into. Amounts are in minor units, and null where there is nothing to count. */
export type Exception = Readonly<{
  subject: string;
  expected: Whole | null;
  actual: Whole | null;
  detail: string;
}>;

/** A sum that a check made: minor units of the currency, or a count if the currency is null. */
export type Sum = Readonly<{ name: string; amount: Whole; currency: CurrencyCode | null }>;

export type Check = Readonly<{
  name: string;
  title: string;
  counted: number;
  sums: readonly Sum[];
  ok: boolean;
  /** The number of exceptions; `exceptions` lists the first hundred. */
  exceptionCount: number;
  exceptions: readonly Exception[];
  /** Differences that are explained by messages on their way. They are no exceptions. */
  pending: readonly string[];
  repaired: readonly string[];
}>;

/** Which orders and SKUs were compared: every one, or those that had changed since an earlier report. */
export type Compared = "all" | "changed";

export type Report = Readonly<{
  on: string;
  /** The day was not over: the numbers are as of `checkedAt`. */
  provisional: boolean;
  checkedAt: number;
  compared: Compared;
  clean: boolean;
  checks: readonly Check[];
}>;

const MAX_LISTED = 100;

/** What a check, or a part of one, found. */
export type Found = Readonly<{
  counted: number;
  exceptions: readonly Exception[];
  sums?: readonly Sum[];
  pending?: readonly string[];
  repaired?: readonly string[];
}>;

/** What the parts of a check found together, the first hundred of each kind. */
export type Findings = Readonly<
  Required<Omit<Found, "exceptions">> & Pick<Check, "exceptions" | "exceptionCount">
>;

export const NOTHING_FOUND: Findings = {
  counted: 0,
  sums: [],
  exceptionCount: 0,
  exceptions: [],
  pending: [],
  repaired: [],
};

/** Sums of one name and currency are added up. */
export const withFound = (before: Findings, found: Found): Findings => ({
  counted: before.counted + found.counted,
  sums: addedUp([...before.sums, ...(found.sums ?? [])]),
  exceptionCount: before.exceptionCount + found.exceptions.length,
  exceptions: [...before.exceptions, ...found.exceptions].slice(0, MAX_LISTED),
  pending: [...before.pending, ...(found.pending ?? [])].slice(0, MAX_LISTED),
  repaired: [...before.repaired, ...(found.repaired ?? [])].slice(0, MAX_LISTED),
});

const addedUp = (sums: readonly Sum[]): Sum[] =>
  [...Map.groupBy(sums, ({ name, currency }) => `${name} ${currency ?? ""}`).values()].map((same) => ({
    ...same[0]!,
    amount: sumWhole(same.map(({ amount }) => amount)),
  }));

/** The sums of a check that is made at once stay as they are. */
export const checkOf = (name: string, title: string, found: Found): Check => ({
  ...checkOfFindings(name, title, withFound(NOTHING_FOUND, found)),
  sums: found.sums ?? [],
});

export const checkOfFindings = (name: string, title: string, findings: Findings): Check => ({
  name,
  title,
  counted: findings.counted,
  sums: findings.sums,
  ok: findings.exceptionCount === 0,
  exceptionCount: findings.exceptionCount,
  exceptions: findings.exceptions,
  pending: findings.pending,
  repaired: findings.repaired,
});
