/**
 * Words for the full-text index, of letters and digits only: folded to lower case, without accents. The index stores the
 * words of an order and is asked for the words of a query. Both are made here, so that they agree, and a query can
 * contain no syntax of the index.
 */

/** Letters that Unicode does not decompose. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
  ς: "σ",
};

/** Longer ones are cut: what follows is not found. */
export const MAX_WORD_LENGTH = 64;

/** Accents that are characters of their own after decomposition. */
const ACCENT = /\p{Mn}/gu;
const WORD = /[\p{L}\p{N}\p{Mc}]+/gu;

const folded = (text: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(ACCENT, "")
    .toLowerCase()
    .replaceAll(/[ßæœøđðþłıς]/g, (letter) => LETTERS[letter]!);

/** Without the first half of a pair of code units that the cut has parted. */
const cut = (word: string): string => word.slice(0, MAX_WORD_LENGTH).replace(/[\uD800-\uDBFF]$/, "");

/** The words of the text, in its sequence. Empty for a text without letters and digits. */
export const wordsOf = (text: string): string[] => (folded(text).match(WORD) ?? []).map(cut);

/**
 * The text as one word, whatever stands between its letters and digits: `A-100` and `a100` are the same. A text without
 * letters and digits is the hexadecimal form of its bytes. Empty only for an empty text.
 */
export function joinedWord(text: string): string {
  const joined = (folded(text).match(WORD) ?? []).join("");
  return joined === "" ? hexOf(text) : cut(joined);
}

const hexOf = (text: string): string =>
  cut([...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join(""));

/** Every part between spaces: its words, and the part as one word. */
export const partsOf = (text: string): { words: string[]; joined: string }[] =>
  text
    .split(/\s+/u)
    .map((part) => ({ words: wordsOf(part), joined: joinedWord(part) }))
    .filter(({ words }) => words.length > 0);

/** Countries' codes have one to three digits. */
const MAX_COUNTRY_DIGITS = 3;
/** Fewer digits are no telephone number. */
export const MIN_PHONE_DIGITS = 7;

/** The digits of a telephone number, without the zero of `+49 (0) 30`. */
export const phoneDigits = (text: string): string =>
  text.normalize("NFKC").replace(/\(0\)/, "").replaceAll(/\D/g, "");

/**
 * The numbers under which a telephone number is found: with its country's code, and without it, whichever of one to
 * three digits that is. Without a leading zero, with which it is dialled inside of its country.
 */
export function phoneWords(text: string): string[] {
  const digits = phoneDigits(text).replace(/^0+/, "");
  return Array.from({ length: MAX_COUNTRY_DIGITS + 1 }, (_, from) => digits.slice(from)).filter(
    (each) => each.length >= MIN_PHONE_DIGITS,
  );
}
