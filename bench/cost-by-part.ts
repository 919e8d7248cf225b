/** The processor time of the parts of an order: the same request with one part after the other omitted. */
import { WITHOUT_HEADER, type Part } from "./omitted-parts.ts";
import type { ScenarioFigures } from "./rounds.ts";
import type { Scenario } from "./scenarios.ts";
import { newOrders, placeOrderCall } from "./orders.ts";
import { spread, table } from "./table.ts";

const orderWithout = (name: string, ...parts: readonly Part[]): Scenario => ({
  name,
  statuses: [201],
  calls: async ({ run, token }, count) =>
    newOrders(run, count, { lines: 1 }).map((order) => {
      const call = placeOrderCall(token, order);
      return { ...call, headers: { ...call.headers, [WITHOUT_HEADER]: parts.join() } };
    }),
});

export const PARTS: readonly Scenario[] = [
  orderWithout("order, 1 line"),
  orderWithout("without its queue message", "messages"),
  orderWithout("and without its D1 batch", "messages", "batch"),
  orderWithout("and without its allocation: parsing and deciding only", "messages", "batch", "allocations"),
];

export const partTable = (figures: readonly ScenarioFigures[]): string =>
  table(
    ["", "CPU µs", "ratio by CPU"],
    figures.map(({ name, cpuMicros, cpuRatio }) => [name, spread(cpuMicros, 0), spread(cpuRatio, 2)]),
  );
