/** Formats the figures as tables of text. */
import type { Counted } from "./count-requests.ts";
import { totalOf, type Item } from "./dollars.ts";
import { OPERATIONS_A_MESSAGE } from "./prices.ts";
import type { ScenarioFigures, Spread } from "./rounds.ts";
import type { Size } from "./sizes.ts";

/** The first column is aligned to the left, the others to the right. */
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

/** `0.42 (0.39–0.44)`: the median, the lowest and the highest round. */
export const spread = (value: Spread | null, digits: number): string =>
  value === null
    ? "–"
    : `${value.median.toFixed(digits)} (${value.min.toFixed(digits)}–${value.max.toFixed(digits)})`;

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

export const sizeTable = (sizes: readonly Size[]): string =>
  table(
    ["orders stored", "D1 MB", "", "a second", "p50 ms", "CPU µs", "ratio to the floor", "ratio by CPU"],
    sizes.flatMap(({ stored, databaseMegabytes, figures }) =>
      figures
        .filter(({ ratio }) => ratio !== null)
        .map((each) => [
          stored.toLocaleString("en"),
          databaseMegabytes.toFixed(0),
          each.name,
          spread(each.perSecond, 0),
          each.p50Ms.median.toFixed(1),
          each.cpuMicros?.median.toFixed(0) ?? "–",
          spread(each.ratio, 2),
          spread(each.cpuRatio, 2),
        ]),
    ),
  );

export const countTable = (counted: readonly Counted[]): string =>
  table(
    [
      "",
      "round trips",
      "D1 rows read",
      "written",
      "object calls",
      "queue operations",
      "in total: D1 rows read",
      "written",
      "object calls",
      "rows written",
    ],
    counted.map(({ name, answered, all }) => [
      name,
      ...[
        answered.roundTrips,
        answered.databaseRowsRead,
        answered.databaseRowsWritten,
        answered.objectCalls,
        all.queueMessages * OPERATIONS_A_MESSAGE,
        all.databaseRowsRead,
        all.databaseRowsWritten,
        all.objectCalls,
        all.objectRowsWritten,
      ].map(String),
    ]),
  );

/** A column of dollars for each kind of request, with its total. */
export function dollarTable(kinds: readonly Readonly<{ name: string; items: readonly Item[] }>[]): string {
  const items = kinds[0]?.items.map(({ item }) => item) ?? [];
  return table(
    ["dollars a million", ...kinds.map(({ name }) => name)],
    [
      ...items.map((item, i) => [item, ...kinds.map((kind) => (kind.items[i]?.dollars ?? 0).toFixed(2))]),
      ["total", ...kinds.map((kind) => totalOf(kind.items).toFixed(2))],
    ],
  );
}
