/** Where the time of an order goes: the same request with one part after the other left out. */
import { WITHOUT_HEADER, type Part } from "./left-out.ts";
import type { ScenarioFigures } from "./rounds.ts";
import type { Scenario } from "./scenarios.ts";
import { newOrders, placing } from "./orders.ts";
import { spread, table } from "./table.ts";

const orderWithout = (name: string, ...parts: readonly Part[]): Scenario => ({
  name,
  statuses: [201],
  calls: async ({ run, token }, count) =>
    newOrders(run, count, { lines: 1 }).map((order) => {
      const call = placing(token, order);
      return { ...call, headers: { ...call.headers, [WITHOUT_HEADER]: parts.join() } };
    }),
});

export const PARTS: readonly Scenario[] = [
  orderWithout("order, 1 line"),
  orderWithout("without its message to a queue", "messages"),
  orderWithout("and without its D1 batch", "messages", "batch"),
  orderWithout("and without its allocation: reading it and deciding", "messages", "batch", "allocations"),
];

export const partTable = (figures: readonly ScenarioFigures[]): string =>
  table(
    ["", "CPU µs", "ratio by CPU"],
    figures.map(({ name, cpuMicros, cpuRatio }) => [name, spread(cpuMicros, 0), spread(cpuRatio, 2)]),
  );
