/**
 * A line of the log. Facts may hold what callers wrote: whatever could end the line, drive the terminal that
 * shows it, or turn its letters around is written out as `\u001b`, so that a line is one thing that happened.
 */

type Level = "info" | "error";

/** JSON on one line. An error tells its name, message and stack. Facts must hold nothing of a customer. */
export const logLine = (
  level: Level,
  message: string,
  facts: Readonly<Record<string, unknown>> = {},
): string =>
  JSON.stringify({ level, message, ...facts }, withErrors).replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    writtenOut,
  );

const withErrors = (_key: string, value: unknown): unknown =>
  value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;

/** By UTF-16 units, which is how JSON writes a character beyond the first plane. */
const writtenOut = (character: string): string =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
