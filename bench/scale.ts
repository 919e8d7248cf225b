/**
 * A large retailer in one run: a million orders over four databases, a million open lines, a hundred thousand SKUs. It runs the night,
 * rebuilds the directory, archives orders, moves a bucket, and prints time, steps, the largest step and bytes; then it takes orders as
 * the empty system does: `npm run scale`, or `-- --orders 20000 --skus 2000`. Data is in memory, where there is /dev/shm: some 16 GB.
 */
import { parseArgs } from "node:util";
import { setTimeout as wait } from "node:timers/promises";
import { apiOf, type Api } from "../scripts/local/api.ts";
import type { Counts } from "./counts.ts";
import { newOrders } from "./orders.ts";
import { createFloorTable, startPlatform, type Platform } from "./platform.ts";
import { setUpRetailer, skuOf } from "./retailer.ts";
import { playRounds, type ScenarioFigures } from "./rounds.ts";
import { SCENARIOS } from "./scenarios.ts";
import { fillDatabases, fillObjects, templates, type Size } from "./scale/fill.ts";
import { openFiles, watchHeap, type HeapWatch } from "./scale/heap.ts";
import type { Driven } from "./scale/messages.ts";

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
const DATABASES = 4;
/** The copies were placed in the last 366 days: the orders of about ten days are older. */
const ARCHIVE_AFTER_DAYS = "356";
const INSPECTOR_PORT = 9_351;
/** Objects keep their files open for ten seconds. Beyond so many the next call waits. */
const MAX_OPEN_FILES = 12_000;

const startedAt = Date.now();
const seconds = () => ((Date.now() - startedAt) / 1_000).toFixed(0).padStart(5);
const say = (text: string) => console.log(`${seconds()} s  ${text}`);

say(
  `${size.orders} orders, ${size.openOrders * 3} open lines, ${size.skus} SKUs, ${DATABASES} orders databases`,
);
const empty = await withPlatform(async (platform, token) => accept(platform, token));
const full = await withPlatform(async (platform, token) => {
  await fill(platform, token);
  const api = apiOf(platform.aftercart.url.origin, token);
  const heap = await watchHeap(INSPECTOR_PORT);
  const yesterday = new Date(Date.now() - 24 * 3_600_000).toISOString().slice(0, 10);
  const today = new Date().toISOString().slice(0, 10);
  await play(api, heap, "the night, everything", `/v1/reconciliations/${yesterday}/run`);
  await printReport(api, yesterday);
  const accepted = await accept(platform, token);
  await play(api, heap, "the night, what has changed", `/v1/reconciliations/${today}/run?compared=changed`);
  await printReport(api, today);
  await play(api, heap, "the directory's rebuild", "/v1/directory/rebuilds");
  await play(api, heap, "the archive of the oldest orders", "/v1/order-archives");
  await play(api, heap, "the move of a bucket", "/v1/buckets/0/moves", { to: "ORDERS_03" });
  heap.stop();
  return accepted;
});
printAccepted(empty, full);
say("done");

type Accepted = Readonly<{ figures: readonly ScenarioFigures[]; counts: readonly [string, Counts][] }>;

async function withPlatform<Result>(
  work: (platform: Platform, token: string) => Promise<Result>,
): Promise<Result> {
  const platform = await startPlatform({
    worker: "scale",
    consumers: false,
    onDisk: values.disk,
    ordersDatabases: DATABASES,
    inspectorPort: INSPECTOR_PORT,
    vars: { ARCHIVE_AFTER_DAYS },
  });
  try {
    await createFloorTable(platform.floor);
    return await work(platform, await setUpRetailer(platform.aftercart));
  } finally {
    await platform.stop();
  }
}

async function fill({ aftercart }: Platform, token: string): Promise<void> {
  // Queues are not consumed: what the set-up has sent would be late tonight.
  await request(aftercart.url, "/scale/settle");
  const filled = await templates(aftercart, token, size);
  await fillDatabases(aftercart, filled, size);
  const bytes = await Promise.all(
    aftercart.allOrders.map(async (db) => (await db.prepare("SELECT 1").run()).meta.size_after),
  );
  const total = bytes.reduce((sum, each) => sum + each, 0);
  say(`databases filled: ${(total / size.orders / 1_000).toFixed(1)} KB an order in the orders databases,`);
  say(`  ${bytes.map((each) => `${(each / 1e9).toFixed(2)} GB`).join(", ")}; without texts of notifications`);
  await fillObjects(aftercart, filled, size, untilFewFiles);
  say("objects filled");
}

async function request(url: URL, path: string): Promise<void> {
  const reply = await fetch(new URL(path, url), { method: "POST" });
  if (!reply.ok) throw new Error(await reply.text());
}

async function untilFewFiles(): Promise<void> {
  while (openFiles() > MAX_OPEN_FILES) await wait(200);
}

/** Begins the job by a request, performs it to its end, and prints it. */
async function play(api: Api, heap: HeapWatch, name: string, path: string, body?: unknown): Promise<void> {
  heap.takeMost();
  const begunAt = Date.now();
  const { id } = await api.send<{ id: string }>("POST", path, body);
  let driven: Driven;
  do {
    await untilFewFiles();
    const reply = await fetch(new URL(`/scale/runs/${id}`, api.url), { method: "POST" });
    if (!reply.ok) throw new Error(await reply.text());
    driven = await reply.json();
  } while (driven.status === "running" && driven.problem === null);
  const { status, problem, steps, progress, mostQueries, mostObjectCalls } = driven;
  say(
    `${name}: ${status}${problem === null ? "" : ` (${problem})`} in ${Math.round((Date.now() - begunAt) / 1_000)} s`,
  );
  say(`  ${steps} steps; the largest: ${mostQueries} queries, ${mostObjectCalls} object calls`);
  say(`  at most ${(heap.takeMost() / 1e6).toFixed(0)} MB of heap; ${JSON.stringify(progress)}`);
}

type Report = Readonly<{
  clean: boolean;
  compared: string;
  checks: readonly Readonly<{
    name: string;
    counted: number;
    exceptionCount: number;
    exceptions: readonly Readonly<{ subject: string; detail: string }>[];
  }>[];
}>;

async function printReport(api: Api, on: string): Promise<void> {
  const { clean, compared, checks } = await api.get<Report>(`/v1/reconciliations/${on}`);
  say(`  compared ${compared}, ${clean ? "clean" : "NOT CLEAN"}`);
  for (const { name, counted, exceptionCount, exceptions } of checks) {
    const [first] = exceptions;
    const found = first === undefined ? "" : `: ${first.subject} ${first.detail}`;
    say(`  ${name.padEnd(16)}${String(counted).padStart(9)} compared, ${exceptionCount} exceptions${found}`);
  }
}

/** Orders of one and three lines: at a rate, and one of each counted. */
async function accept(platform: Platform, token: string): Promise<Accepted> {
  const shop = { target: platform.aftercart, token, run: `accept-${Date.now()}` };
  const figures = await playRounds(platform, shop, SCENARIOS.slice(0, 2), rounds);
  const counts: [string, Counts][] = [];
  const api = apiOf(platform.aftercart.url.origin, token);
  for (const lines of [1, 3]) {
    const [body] = newOrders(`${shop.run}-counted`, 1, { lines });
    await fetch(new URL("/counts/reset", api.url));
    await api.send("POST", "/v1/orders", JSON.parse(body!));
    const { answered }: { answered: Counts } = await (await fetch(new URL("/counts", api.url))).json();
    counts.push([`order, ${lines} line${lines === 1 ? "" : "s"}`, answered]);
  }
  say(`orders accepted, such as of ${skuOf(0)}`);
  return { figures, counts };
}

function printAccepted(before: Accepted, after: Accepted): void {
  say("accepting orders: empty, then full");
  for (const [i, { name, cpuMicros, cpuRatio }] of before.figures.entries()) {
    const then = after.figures[i]!;
    const text = (spread: ScenarioFigures["cpuMicros"], digits: number) =>
      spread === null
        ? "?"
        : `${spread.median.toFixed(digits)} (${spread.min.toFixed(digits)}–${spread.max.toFixed(digits)})`;
    say(
      `  ${name}: ${text(cpuMicros, 0)}, ${text(then.cpuMicros, 0)} µs; of the floor ${text(cpuRatio, 2)}, ${text(then.cpuRatio, 2)}`,
    );
  }
  for (const [i, [name, counts]] of before.counts.entries()) {
    const then = after.counts[i]![1];
    const text = ({
      roundTrips,
      databaseRowsRead,
      databaseRowsWritten,
      objectCalls,
      objectRowsWritten,
    }: Counts) =>
      `${roundTrips} round trips, D1 rows ${databaseRowsRead} read ${databaseRowsWritten} written, ${objectCalls} object calls ${objectRowsWritten} rows`;
    say(`  ${name}: ${text(counts)}`);
    say(`  ${" ".repeat(name.length)}  ${text(then)}`);
  }
}
