/**
 * Whole numbers of any size, for sums over many orders and years. One order's amounts are bounded and fit a `number`;
 * their sums may pass 2^53, where a `number` is not exact any more.
 */

/** A `number` if it is a safe integer, else a `bigint`. Two equal whole numbers are equal by `===`. */
export type Whole = number | bigint;

/** @throws {RangeError} for a number that is not whole. */
export function whole(value: number | bigint): Whole {
  const exact = BigInt(value);
  return exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(exact)
    : exact;
}

/** The exact sum. @throws {RangeError} for a number that is not whole. */
export function sumWhole(values: Iterable<Whole>): Whole {
  let sum = 0n;
  for (const value of values) sum += BigInt(value);
  return whole(sum);
}

export const negated = (value: Whole): Whole => whole(-BigInt(value));

/** Sums of a column in two parts, so that neither passes 2^53, and SQLite's `sum` of integers never passes 2^63. */
const PART = 1_000_000_000;

/**
 * SQL for the exact sum of an integer expression, as two columns of a row that `wholeOfParts` puts together.
 * @param name of the columns, such as `amount`: they are `amountHigh` and `amountLow`.
 */
export const sumColumns = (expression: string, name: string): string =>
  `coalesce(sum((${expression}) / ${PART}), 0) AS ${name}High, coalesce(sum((${expression}) % ${PART}), 0) AS ${name}Low`;

export const wholeOfParts = (high: number, low: number): Whole =>
  whole(BigInt(high) * BigInt(PART) + BigInt(low));

type RawJson = Readonly<{ rawJSON: (text: string) => unknown }>;

/** JSON with whole numbers of any size as numbers, all digits kept. */
export const exactJson = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    // TypeScript's library does not have `JSON.rawJSON` yet.
    typeof each === "bigint" ? (JSON as unknown as RawJson).rawJSON(String(each)) : each,
  );

type Context = Readonly<{ source?: string }>;

/** Reads what `exactJson` wrote: whole numbers beyond 2^53 are of the type `bigint`. */
export const parseExactJson = (text: string): unknown =>
  JSON.parse(text, (_key, value: unknown, context?: Context) => {
    const source = context?.source;
    if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined) return value;
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
