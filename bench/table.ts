/** The figures as lines of text, columns under their headings. */
import type { ScenarioFigures, Spread } from "./rounds.ts";

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  return [headings, ...rows]
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
    )
    .join("\n");
}

/** `0.42 (0.39–0.44)`: the median, and between which values all rounds lay. */
export const spread = (value: Spread | null, digits: number): string =>
  value === null
    ? "–"
    : `${value.median.toFixed(digits)} (${value.least.toFixed(digits)}–${value.most.toFixed(digits)})`;

export const speedTable = (figures: readonly ScenarioFigures[]): string =>
  table(
    ["", "a second", "p50 ms", "p95 ms", "p99 ms", "CPU µs", "ratio to the floor", "ratio by CPU"],
    figures.map((each) => [
      each.name,
      spread(each.perSecond, 0),
      each.p50Ms.median.toFixed(1),
      each.p95Ms.median.toFixed(1),
      each.p99Ms.median.toFixed(1),
      each.cpuMicros?.median.toFixed(0) ?? "–",
      spread(each.ratio, 2),
      spread(each.cpuRatio, 2),
    ]),
  );
