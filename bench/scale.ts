/**
 * A large retailer in one run: a million orders over four databases, a million open lines, a hundred thousand SKUs. It runs the night,
 * rebuilds the directory, archives orders, moves a bucket, and prints time, steps, the largest step and bytes; then it takes orders as
 * the empty system does: `npm run scale`, or `-- --orders 20000 --skus 2000`. Data is in memory, where there is /dev/shm: some 16 GB.
 */
import { parseArgs } from "node:util";
import type { Counts } from "./counts.ts";
import { spread } from "./table.ts";
import type { Size } from "./scale/fill.ts";
import {
  DATABASES,
  measureScale,
  type Accepted,
  type PlayedJob,
  type Report,
  type ScaleFigure,
} from "./scale/measure.ts";

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "1000000" },
    skus: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    requests: { type: "string", default: "300" },
    disk: { type: "boolean", default: false },
  },
});
const orders = Number(values.orders);
const size: Size = { orders, openOrders: Math.floor(orders / 3), skus: Number(values.skus) };
const rounds = { rounds: Number(values.rounds), requests: Number(values.requests), callers: 16 };
const INSPECTOR_PORT = 9_351;

const startedAt = Date.now();
const seconds = () => ((Date.now() - startedAt) / 1_000).toFixed(0).padStart(5);
const say = (text: string) => console.log(`${seconds()} s  ${text}`);

say(
  `${size.orders} orders, ${size.openOrders * 3} open lines, ${size.skus} SKUs, ${DATABASES} orders databases`,
);
const accepted: Accepted[] = [];
const options = { size, rounds, onDisk: values.disk, inspectorPort: INSPECTOR_PORT };
for await (const figure of measureScale(options)) {
  if (figure.kind === "accepted") accepted.push(figure);
  print(figure);
}
printAccepted(accepted);
say("done");

function print(figure: ScaleFigure): void {
  switch (figure.kind) {
    case "accepted":
      say(`orders accepted: ${figure.when}`);
      return;
    case "job":
      printJob(figure);
      return;
    case "report":
      printReport(figure.report);
      return;
    case "databases filled":
      printBytes(figure.bytes);
      return;
    case "objects filled":
      say("objects filled");
  }
}

function printBytes(bytes: readonly number[]): void {
  const total = bytes.reduce((sum, each) => sum + each, 0);
  say(`databases filled: ${(total / size.orders / 1_000).toFixed(1)} KB an order in the orders databases,`);
  say(`  ${bytes.map((each) => `${(each / 1e9).toFixed(2)} GB`).join(", ")}; without texts of notifications`);
}

function printJob({ name, ms, heapBytes, driven }: PlayedJob): void {
  const { status, problem, steps, progress, mostQueries, mostObjectCalls } = driven;
  say(`${name}: ${status}${problem === null ? "" : ` (${problem})`} in ${Math.round(ms / 1_000)} s`);
  say(`  ${steps} steps; the largest: ${mostQueries} queries, ${mostObjectCalls} object calls`);
  say(`  at most ${((heapBytes ?? 0) / 1e6).toFixed(0)} MB of heap; ${JSON.stringify(progress)}`);
}

function printReport({ clean, compared, checks }: Report): void {
  say(`  compared ${compared}, ${clean ? "clean" : "NOT CLEAN"}`);
  for (const { name, counted, exceptionCount, exceptions } of checks) {
    const [first] = exceptions;
    const found = first === undefined ? "" : `: ${first.subject} ${first.detail}`;
    say(`  ${name.padEnd(16)}${String(counted).padStart(9)} compared, ${exceptionCount} exceptions${found}`);
  }
}

function printAccepted(all: readonly Accepted[]): void {
  say(`accepting orders: ${all.map(({ when }) => when).join(", then ")}`);
  for (const { when, speed, counts } of all) {
    for (const { name, cpuMicros, cpuRatio } of speed) {
      say(`  ${when}: ${name}: ${spread(cpuMicros, 0)} µs; of the floor ${spread(cpuRatio, 2)}`);
    }
    for (const { lines, answered } of counts) {
      say(`  ${when}: ${lines} line${lines === 1 ? "" : "s"}: ${countsText(answered)}`);
    }
  }
}

function countsText(counts: Counts): string {
  return [
    `${counts.roundTrips} round trips`,
    `D1 rows ${counts.databaseRowsRead} read ${counts.databaseRowsWritten} written`,
    `${counts.objectCalls} object calls ${counts.objectRowsWritten} rows`,
  ].join(", ");
}
