/**
 * Journal entries: postings that sum to zero in each currency. The ledger keeps what other modules post; what an
 * event posts is decided in the domain of the module whose event it is.
 */
import { ACCOUNTS, type Account, type Posting } from "./accounts";
import { localDate } from "../../kernel/calendar";
import { invariant } from "../../kernel/invariant";
import type { CurrencyCode } from "../../kernel/money";

export type Entry = Readonly<{ description: string; postings: readonly Posting[] }>;

export type JournalEntry = Entry &
  Readonly<{
    /** Local date in the books' time zone. */
    postedOn: string;
    /** `ord_…/version/n`, or the stock movement's event id: the entry of one thing is written once. */
    id: string;
    orderId: string | null;
    at: number;
  }>;

export type Books = Readonly<{ booksCurrency: CurrencyCode; booksTimeZone: string }>;

/** Amounts by account, debits positive; what is zero is not posted. */
export type Legs = Partial<Record<Account, number>>;

/** Puts legs together, without zeros and with one posting for an account and currency; null when none is left. */
export function entryOf(
  description: string,
  parts: readonly (readonly [CurrencyCode, Legs])[],
): Entry | null {
  const found = new Map<string, Posting>();
  for (const [currency, legs] of parts) {
    for (const account of ACCOUNTS) {
      const minor = legs[account] ?? 0;
      invariant(Number.isSafeInteger(minor), `an amount is whole: ${account}`);
      const key = `${currency} ${account}`;
      const amountMinor = (found.get(key)?.amountMinor ?? 0) + minor;
      found.set(key, { account, amountMinor, currency });
    }
  }
  const postings = [...found.values()].filter((posting) => posting.amountMinor !== 0);
  invariant(isBalanced(postings), `an entry sums to zero in each currency: ${description}`);
  return postings.length === 0 ? null : { description, postings };
}

export function isBalanced(postings: readonly Posting[]): boolean {
  const sums = new Map<CurrencyCode, number>();
  for (const { currency, amountMinor } of postings) {
    sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
  }
  return [...sums.values()].every((sum) => sum === 0);
}

/** When an entry is posted: the local date in the books' time zone. */
export const postedAt = (at: number, books: Books) => ({ postedOn: localDate(at, books.booksTimeZone), at });
