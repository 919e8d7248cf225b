/**
 * Text from callers. A line of text may become a header, a mail's subject, a URL or a line of a file, where a control
 * character could begin another one. Staff's own texts are refused with one; a storefront's are cleaned and kept.
 */

/** Has no control characters, no separators of lines or paragraphs, and no halves of surrogate pairs. */
export const isLine = (text: string): boolean => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);

/** As `isLine`, but line breaks and tabs are allowed. */
export const isLines = (text: string): boolean => isLine(text.replaceAll(/[\t\n\r]/g, " "));

/** The text as a trimmed line: each run of line breaks, tabs and other such spaces becomes one space. */
export const asLine = (text: string): string =>
  cleaned(text.replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, " "));

/** The trimmed text with its line breaks, each as `\n`, and its tabs. */
export const asLines = (text: string): string =>
  text
    .replaceAll(/\r\n?|[\v\f\u0085\u2028\u2029]/g, "\n")
    .split(/([\t\n])/)
    .map((part) => (part === "\t" || part === "\n" ? part : withoutControls(part)))
    .join("")
    .trim();

const cleaned = (text: string): string => withoutControls(text).trim();

const withoutControls = (text: string): string => text.toWellFormed().replaceAll(/\p{Cc}/gu, "");
