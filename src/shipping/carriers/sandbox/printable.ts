/**
 * Text as the label's fonts print it: the characters of Windows-1252, which the standard fonts of PDF have. Letters with
 * other marks lose them, so that Łódź is Lódz; other scripts cannot be printed.
 */
import { addressLines } from "../../domain/address-rules";
import type { LabelRequest } from "../../domain/label";

/** Letters that Unicode does not take apart. */
const BASE_LETTERS: Readonly<Record<string, string>> = {
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D",
  ħ: "h",
  Ħ: "H",
  ı: "i",
  ŀ: "l",
  Ŀ: "L",
  ŧ: "t",
  Ŧ: "T",
  ĸ: "k",
  ŋ: "n",
  Ŋ: "N",
};

/** Printable ASCII and Latin-1, and the letters and signs that Windows-1252 has besides. */
const IS_PRINTABLE =
  /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u00ff\u0160\u0161\u017d\u017e\u0152\u0153\u0178\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac]$/u;

/** The text in printable characters; null for a character that has none. */
const printed = (character: string): string | null => {
  if (IS_PRINTABLE.test(character)) return character;
  const replaced = BASE_LETTERS[character] ?? character.normalize("NFD").replaceAll(/\p{M}/gu, "");
  return replaced !== "" && Array.from(replaced).every((each) => IS_PRINTABLE.test(each)) ? replaced : null;
};

/** The text as it is printed. What cannot be printed is a question mark. Line breaks and tabs are spaces. */
export const printable = (text: string): string =>
  charactersOf(text)
    .map((each) => printed(each) ?? "?")
    .join("");

/** One for each code point, composed, with spaces for line breaks and tabs. */
const charactersOf = (text: string): string[] => Array.from(text.normalize("NFC").replaceAll(/\s/g, " "));

/** The lines of the recipient's address that have characters which cannot be printed. */
export const unprintable = ({ from, to }: LabelRequest): string[] =>
  addressLines(to, from.countryCode).filter((line) =>
    charactersOf(line).some((character) => printed(character) === null),
  );
