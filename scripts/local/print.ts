/** Output on the terminal: a heading for each part, and one short line for each fact. */
const isColoured = process.stdout.isTTY && !process.env["NO_COLOR"];
const styled = (code: number, text: string) => (isColoured ? `\u001B[${code}m${text}\u001B[0m` : text);

export const heading = (text: string): void => console.log(`\n${styled(1, text)}`);

export const printLine = (text: string): void => console.log(`  ${text}`);

/** A line with its subject in a column. */
export const printFact = (what: string, text: string): void =>
  console.log(`  ${styled(2, what.padEnd(16))} ${text}`);

export const printError = (text: string): void => console.error(styled(31, text));

/** `3 orders`, `1 order`. */
export const plural = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
