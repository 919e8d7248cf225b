/**
 * The processor time of sourcing one order, by its lines and the retailer's locations, of a random retailer; and of accepting
 * one, by its lines: `npm run bench:large-orders`. Each figure is the median (lowest–highest) of several orders.
 */
import { parseArgs } from "node:util";
import { sourceOrder } from "../src/sourcing/domain/source-order.ts";
import { createRandomRetailer } from "./optimum/random-retailer.ts";
import { setTimeout as pause } from "node:timers/promises";
import { newOrders, placeOrderCall } from "./orders.ts";
import { startPlatform } from "./platform.ts";
import { workerdCpuMs } from "./processor-time.ts";
import { setUpRetailer } from "./retailer.ts";
import { spreadOf } from "./rounds.ts";

const { values } = parseArgs({ options: { orders: { type: "string", default: "9" } } });
const ORDERS = Number(values.orders);
/** The work after the answer, which counts too. */
const AFTER_ANSWER_MS = 500;
const SHAPES = [
  { lines: 3, locations: 20 },
  { lines: 20, locations: 50 },
  { lines: 50, locations: 200 },
  { lines: 200, locations: 50 },
  { lines: 200, locations: 200 },
  { lines: 500, locations: 20 },
  { lines: 500, locations: 200 },
  { lines: 500, locations: 500 },
];

console.log(
  "lines  locations  units     ms: median (lowest–highest)   parcels   exact   cost over the bound, %",
);
for (const shape of SHAPES) {
  for (const unitsEach of [2, 50]) console.log(lineOf(shape, unitsEach));
}

console.log("\nlines    a request of KB    processor ms: median (lowest–highest)   until its answer, ms");
const platform = await startPlatform({ consumers: false });
try {
  const token = await setUpRetailer(platform.aftercart);
  for (const lines of [1, 20, 100, 500]) console.log(await acceptedLine(token, lines));
} finally {
  await platform.stop();
}

async function acceptedLine(token: string, lines: number): Promise<string> {
  const bodies = newOrders("large", ORDERS + 3, { lines });
  const measured = [];
  for (const [i, body] of bodies.entries()) {
    const { path, ...init } = placeOrderCall(token, body);
    const cpuBefore = workerdCpuMs() ?? 0;
    const startedAt = performance.now();
    const answer = await fetch(new URL(path, platform.aftercart.url), init);
    const text = await answer.text();
    const ms = performance.now() - startedAt;
    if (answer.status !== 201) throw new Error(`${answer.status} ${text}`);
    await pause(AFTER_ANSWER_MS);
    // The first orders compile code and create objects.
    if (i >= 3) measured.push({ ms, cpuMs: (workerdCpuMs() ?? 0) - cpuBefore });
  }
  const text = (values: readonly number[]) => {
    const { median, min, max } = spreadOf(values);
    return `${median.toFixed(0)} (${min.toFixed(0)}–${max.toFixed(0)})`;
  };
  return [
    String(lines).padStart(5),
    (bodies[0]!.length / 1_000).toFixed(0).padStart(19),
    text(measured.map(({ cpuMs }) => cpuMs)).padStart(42),
    text(measured.map(({ ms }) => ms)).padStart(23),
  ].join("");
}

function lineOf({ lines, locations }: (typeof SHAPES)[number], unitsEach: number): string {
  const retailer = createRandomRetailer({ seed: 2026, locations, prices: true, unitsEach });
  const warm = retailer.problemOf(retailer.order(3));
  for (let i = 0; i < 50; i += 1) sourceOrder(warm);
  const measured = Array.from({ length: ORDERS }, () => {
    const problem = retailer.problemOf(retailer.order(lines));
    const startedAt = performance.now();
    const { method, parcels, costMinor, lowerBoundMinor } = sourceOrder(problem);
    const ms = performance.now() - startedAt;
    const gap = lowerBoundMinor === 0 ? 0 : (100 * (costMinor - lowerBoundMinor)) / lowerBoundMinor;
    return { ms, isExact: method === "exact", parcels: parcels.length, gap };
  });
  const ms = spreadOf(measured.map((each) => each.ms));
  const exact = measured.filter(({ isExact }) => isExact).length;
  const parcels = spreadOf(measured.map((each) => each.parcels)).median;
  const gap = spreadOf(measured.map((each) => each.gap));
  const time = `${ms.median.toFixed(1)} (${ms.min.toFixed(1)}–${ms.max.toFixed(1)})`;
  return [
    String(lines).padStart(5),
    String(locations).padStart(11),
    (unitsEach === 2 ? "scarce" : "many").padStart(8),
    time.padStart(30),
    String(parcels).padStart(10),
    `${exact} of ${ORDERS}`.padStart(9),
    `${gap.median.toFixed(1)} (${gap.max.toFixed(1)})`.padStart(16),
  ].join("");
}
