/**
 * Measures a large retailer: takes orders at an empty one, fills another, performs its jobs to their end, and takes orders
 * there. It yields each figure as soon as it is measured.
 */
import { setTimeout as wait } from "node:timers/promises";
import { apiOf, type Api } from "../../scripts/local/api.ts";
import { countOrders, type OrderCounts } from "../count-orders.ts";
import { createFloorTable, startPlatform, type Platform } from "../platform.ts";
import { setUpRetailer } from "../retailer.ts";
import { playRounds, type RoundsOptions, type ScenarioFigures } from "../rounds.ts";
import { SCENARIOS } from "../scenarios.ts";
import { fillDatabases, fillObjects, templates, type Size } from "./fill.ts";
import { openFiles, watchHeap, type HeapWatch } from "./heap.ts";
import type { Driven } from "./messages.ts";

export const DATABASES = 4;
/** The copies were placed in the last 366 days: the orders of about ten days are older. */
const ARCHIVE_AFTER_DAYS = "356";
/** Objects keep their files open for ten seconds. Beyond so many the next call waits. */
const MAX_OPEN_FILES = 12_000;
const DAY_MS = 24 * 3_600_000;

export type ScaleOptions = Readonly<{
  size: Size;
  /** Null: orders are counted, but not taken at a rate. */
  rounds: RoundsOptions | null;
  onDisk: boolean;
  /** The port by which the heap is watched; not watched unless given. */
  inspectorPort?: number;
}>;

/** What was measured of orders that were accepted: at a rate, and one of each counted. */
export type Accepted = Readonly<{
  kind: "accepted";
  when: "empty" | "full" | "after the jobs";
  speed: readonly ScenarioFigures[];
  counts: readonly OrderCounts[];
}>;

export type PlayedJob = Readonly<{
  kind: "job";
  name: string;
  ms: number;
  /** The most that the isolate used, in bytes; null if it was not watched. */
  heapBytes: number | null;
  driven: Driven;
}>;

/** A stored reconciliation, as the API answers it. */
export type Report = Readonly<{
  clean: boolean;
  compared: string;
  checks: readonly Readonly<{
    name: string;
    counted: number;
    exceptionCount: number;
    exceptions: readonly Readonly<{ subject: string; detail: string }>[];
  }>[];
}>;

export type ScaleFigure =
  | Accepted
  | PlayedJob
  | Readonly<{ kind: "report"; report: Report }>
  | Readonly<{ kind: "databases filled"; bytes: readonly number[] }>
  | Readonly<{ kind: "objects filled" }>;

type Measuring = Readonly<{ platform: Platform; api: Api; token: string; options: ScaleOptions }>;

/** @throws if workerd cannot be started, or a request or a driven step fails. */
export async function* measureScale(options: ScaleOptions): AsyncGenerator<ScaleFigure, void, undefined> {
  yield* withPlatform(options, async function* (measuring) {
    yield await accept(measuring, "empty");
  });
  yield* withPlatform(options, async function* (measuring) {
    yield* fill(measuring);
    const heap = options.inspectorPort === undefined ? null : await watchHeap(options.inspectorPort);
    try {
      yield* playJobs(measuring, heap);
    } finally {
      heap?.stop();
    }
    yield await accept({ ...measuring, options: { ...options, rounds: null } }, "after the jobs");
  });
}

async function* playJobs(measuring: Measuring, heap: HeapWatch | null): AsyncGenerator<ScaleFigure> {
  const { api } = measuring;
  const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
  const today = new Date().toISOString().slice(0, 10);
  yield await play(api, heap, "the night, everything", `/v1/reconciliations/${yesterday}/run`);
  yield await reportOf(api, yesterday);
  yield await accept(measuring, "full");
  yield await play(
    api,
    heap,
    "the night, what has changed",
    `/v1/reconciliations/${today}/run?compared=changed`,
  );
  yield await reportOf(api, today);
  yield await play(api, heap, "the directory's rebuild", "/v1/directory/rebuilds");
  yield await play(api, heap, "the archive of the oldest orders", "/v1/order-archives");
  yield await play(api, heap, "the move of a bucket", "/v1/buckets/0/moves", { to: "ORDERS_03" });
}

async function* withPlatform(
  { onDisk, inspectorPort, ...rest }: ScaleOptions,
  work: (measuring: Measuring) => AsyncGenerator<ScaleFigure>,
): AsyncGenerator<ScaleFigure> {
  const inspector = inspectorPort === undefined ? {} : { inspectorPort };
  const platform = await startPlatform({
    worker: "scale",
    consumers: false,
    onDisk,
    ordersDatabases: DATABASES,
    vars: { ARCHIVE_AFTER_DAYS },
    ...inspector,
  });
  try {
    await createFloorTable(platform.floor);
    const token = await setUpRetailer(platform.aftercart);
    const api = apiOf(platform.aftercart.url.origin, token);
    yield* work({ platform, api, token, options: { ...rest, onDisk, ...inspector } });
  } finally {
    await platform.stop();
  }
}

async function* fill({
  platform: { aftercart },
  token,
  options: { size },
}: Measuring): AsyncGenerator<ScaleFigure> {
  // Queues are not consumed: what the set-up has sent would be late tonight.
  await post(aftercart.url, "/scale/settle");
  const filled = await templates(aftercart, token, size);
  await fillDatabases(aftercart, filled, size);
  const bytes = await Promise.all(
    aftercart.allOrders.map(async (db) => (await db.prepare("SELECT 1").run()).meta.size_after),
  );
  yield { kind: "databases filled", bytes };
  await fillObjects(aftercart, filled, size, untilFewFiles);
  yield { kind: "objects filled" };
}

async function post(url: URL, path: string): Promise<Response> {
  const reply = await fetch(new URL(path, url), { method: "POST" });
  if (!reply.ok) throw new Error(await reply.text());
  return reply;
}

async function untilFewFiles(): Promise<void> {
  while (openFiles() > MAX_OPEN_FILES) await wait(200);
}

/** Begins the job by a request, and performs it to its end, or until it has a problem. */
async function play(
  api: Api,
  heap: HeapWatch | null,
  name: string,
  path: string,
  body?: unknown,
): Promise<PlayedJob> {
  heap?.takeMost();
  const begunAt = Date.now();
  const { id } = await api.send<{ id: string }>("POST", path, body);
  let driven: Driven;
  do {
    await untilFewFiles();
    driven = await (await post(new URL(api.url), `/scale/runs/${id}`)).json();
  } while (driven.status === "running" && driven.problem === null);
  return { kind: "job", name, ms: Date.now() - begunAt, heapBytes: heap?.takeMost() ?? null, driven };
}

const reportOf = async (api: Api, on: string): Promise<ScaleFigure> => ({
  kind: "report",
  report: await api.get<Report>(`/v1/reconciliations/${on}`),
});

/** Orders of one and three lines: at a rate, and one of each counted. */
async function accept(
  { platform, token, options: { rounds } }: Measuring,
  when: Accepted["when"],
): Promise<Accepted> {
  const shop = { target: platform.aftercart, token, run: `accept-${Date.now()}` };
  const speed = rounds === null ? [] : await playRounds(platform, shop, SCENARIOS.slice(0, 2), rounds);
  return { kind: "accepted", when, speed, counts: await countOrders(shop, [1, 3]) };
}
