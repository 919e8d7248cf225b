/** What is said on the terminal: a heading when something new begins, and one short line for each thing done. */
const isColoured = process.stdout.isTTY && !process.env["NO_COLOR"];
const styled = (code: number, text: string) => (isColoured ? `\u001B[${code}m${text}\u001B[0m` : text);

export const heading = (text: string): void => console.log(`\n${styled(1, text)}`);

export const say = (text: string): void => console.log(`  ${text}`);

/** A line that begins with what it is about, in a column of its own. */
export const sayOf = (what: string, text: string): void =>
  console.log(`  ${styled(2, what.padEnd(16))} ${text}`);

export const sayProblem = (text: string): void => console.error(styled(31, text));

/** `3 orders`, `1 order`. */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
