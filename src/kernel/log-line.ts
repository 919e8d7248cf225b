/**
 * One line of the log as JSON. Facts may hold text from callers, so characters that could end the line, control a
 * terminal or change the direction of text are escaped, as `\u001b`.
 */

type Level = "info" | "error";

/** JSON on one line, errors with name, message and stack. Facts must not contain personal data. */
export const logLine = (
  level: Level,
  message: string,
  facts: Readonly<Record<string, unknown>> = {},
): string =>
  JSON.stringify({ level, message, ...facts }, withErrors).replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    escaped,
  );

const withErrors = (_key: string, value: unknown): unknown =>
  value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;

/** By UTF-16 code units: JSON escapes a character beyond U+FFFF as two. */
const escaped = (character: string): string =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
