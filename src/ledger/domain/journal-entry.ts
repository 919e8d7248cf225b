/**
 * Journal entries: postings that add up to zero in each currency. The module that owns an event decides in its own
 * domain what the event posts.
 */
import { ACCOUNTS, type Account, type Posting } from "./accounts";
import { localDate } from "../../kernel/calendar";
import type { OrderId } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import type { CurrencyCode } from "../../kernel/money";

export type Entry = Readonly<{ description: string; postings: readonly Posting[] }>;

export type JournalEntry = Entry &
  Readonly<{
    /** Local date in the books' time zone. */
    postedOn: string;
    /** `ord_…/version`, or the event id of a stock movement: a repeat has the same id and posts nothing more. */
    id: string;
    orderId: string | null;
    at: number;
  }>;

/** The order whose commit has the entry; null for an entry of a stock movement, whose id never has this form. */
export const orderOfEntry = (id: string): OrderId | null =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the expression matches nothing else.
  (/^(?<orderId>ord_[0-9a-z]+)\/\d+$/.exec(id)?.groups?.["orderId"] as OrderId | undefined) ?? null;

export type Books = Readonly<{ booksCurrency: CurrencyCode; booksTimeZone: string }>;

/** Amounts by account. Debits are positive; amounts of zero are not posted. */
export type Legs = Partial<Record<Account, number>>;

/**
 * An entry with one posting for each account and currency whose amount is not zero; null if all are zero.
 * @throws {InvariantViolation} if the postings do not add up to zero in each currency.
 */
export function entryOf(
  description: string,
  parts: readonly (readonly [CurrencyCode, Legs])[],
): Entry | null {
  const found = new Map<string, Posting>();
  for (const [currency, legs] of parts) {
    for (const account of ACCOUNTS) {
      const minor = legs[account] ?? 0;
      invariant(Number.isSafeInteger(minor), `an amount is a safe integer: ${account}`);
      const key = `${currency} ${account}`;
      const amountMinor = (found.get(key)?.amountMinor ?? 0) + minor;
      found.set(key, { account, amountMinor, currency });
    }
  }
  const postings = [...found.values()].filter((posting) => posting.amountMinor !== 0);
  invariant(isBalanced(postings), `an entry adds up to zero in each currency: ${description}`);
  return postings.length === 0 ? null : { description, postings };
}

export function isBalanced(postings: readonly Posting[]): boolean {
  const sums = new Map<CurrencyCode, number>();
  for (const { currency, amountMinor } of postings) {
    sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
  }
  return [...sums.values()].every((sum) => sum === 0);
}

/** The fields of an entry for its moment, and for the local date of that moment in the books' time zone. */
export const postedAt = (at: number, books: Books) => ({ postedOn: localDate(at, books.booksTimeZone), at });
