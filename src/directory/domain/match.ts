/** Expressions of the full-text index (SQLite's FTS5): words in quotes, joined by AND and OR. */
import type { OrderStatus } from "../../orders/domain/order";
import { channelTerm, statusTerm } from "./terms";
import { joinedWord, MIN_PHONE_DIGITS, partsOf, phoneDigits, wordsOf } from "./words";

/** More words make no query better, and each costs time. */
export const MAX_PARTS = 12;
/** A shorter word is only found whole: too many words begin with it. */
const MIN_PREFIX_BYTES = 3;

export type OrderFilters = Readonly<{
  /** Words as staff types them: all of them must be found, each as the beginning of a word. */
  q?: string | undefined;
  status?: OrderStatus | undefined;
  channelId?: string | undefined;
  /** With or without `#`. */
  number?: string | undefined;
  email?: string | undefined;
  sku?: string | undefined;
}>;

/** Whether the text has anything that can be searched for. */
export const isSearchable = (text: string): boolean => wordsOf(text).length > 0;

/** The expression that finds all orders of the filters, and perhaps others; null without filters. */
export function matchOf({ q, status, channelId, number, email, sku }: OrderFilters): string | null {
  const conditions = [
    ...(q === undefined ? [] : [searchMatch(q)]),
    ...(status === undefined ? [] : [whole(statusTerm(status))]),
    ...(channelId === undefined ? [] : [whole(channelTerm(channelId))]),
    ...[number, email, sku].flatMap((text) => (text === undefined ? [] : [whole(joinedWord(text))])),
  ];
  return conditions.length === 0 ? null : conditions.join(" AND ");
}

function searchMatch(q: string): string {
  const parts = partsOf(q).slice(0, MAX_PARTS);
  const words = parts.map(({ words: each, joined }) =>
    each.length === 1
      ? beginning(joined)
      : `(${beginning(joined)} OR (${each.map(beginning).join(" AND ")}))`,
  );
  const match = words.join(" AND ");
  const phone = phoneMatch(q);
  return phone === null ? `(${match})` : `((${match}) OR ${phone})`;
}

/** A telephone number in any notation, with its country's code or without it. */
function phoneMatch(q: string): string | null {
  const digits = phoneDigits(q).replace(/^0+/, "");
  const isPhone = /^[+\d\s().\-/]+$/.test(q.normalize("NFKC")) && digits.length >= MIN_PHONE_DIGITS;
  return isPhone ? beginning(digits) : null;
}

const whole = (word: string): string => `"${word}"`;

const beginning = (word: string): string =>
  new TextEncoder().encode(word).byteLength < MIN_PREFIX_BYTES ? whole(word) : `${whole(word)}*`;
