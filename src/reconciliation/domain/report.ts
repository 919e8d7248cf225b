/** The form of a reconciliation's report: checks, their sums, and the exceptions that they found. */
import type { CurrencyCode } from "../../kernel/money";
import type { Whole } from "../../kernel/whole-numbers";

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

export type Report = Readonly<{
  on: string;
  /** The day was not over: the numbers are as of `checkedAt`. */
  provisional: boolean;
  checkedAt: number;
  clean: boolean;
  checks: readonly Check[];
}>;

const MAX_LISTED = 100;

type Found = Readonly<{
  counted: number;
  exceptions: readonly Exception[];
  sums?: readonly Sum[];
  pending?: readonly string[];
  repaired?: readonly string[];
}>;

export const checkOf = (name: string, title: string, found: Found): Check => ({
  name,
  title,
  counted: found.counted,
  sums: found.sums ?? [],
  ok: found.exceptions.length === 0,
  exceptionCount: found.exceptions.length,
  exceptions: found.exceptions.slice(0, MAX_LISTED),
  pending: (found.pending ?? []).slice(0, MAX_LISTED),
  repaired: (found.repaired ?? []).slice(0, MAX_LISTED),
});
