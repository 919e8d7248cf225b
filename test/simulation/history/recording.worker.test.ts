/** Clients call the real object concurrently, with lost, late and repeated calls: each history is linearizable. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { createInventoryClient } from "../../../src/inventory/inventory-client";
import { checkHistory, explain, type Model } from "./linearizability";
import { recorderOf, type Mishap, type Recorder, type StockHistory } from "./recorder";
import { EVERYWHERE, UNIT_COST } from "./stock-calls";
import { copyOf, emptyStock, keyOf, perform } from "./stock-model";
import type { StockCall, StockReply } from "./stock-calls";
import type { ModelStock } from "./stock-model";
import { isSameReply } from "./stock-replies";
import { plainFacts } from "../../support/reference-defaults";

const modelOf = (allowsBackorder: boolean): Model<ModelStock, StockCall, StockReply> => ({
  init: emptyStock(allowsBackorder),
  step: (before, call) => {
    const state = copyOf(before);
    return { state, reply: perform(state, call) };
  },
  equal: isSameReply,
  keyOf,
});

const HOLDERS = ["line_a", "line_b", "line_c", "line_d", "res_1"] as const;
const where = fc.constantFrom(...EVERYWHERE.slice(0, 2));
const holder = fc.constantFrom(...HOLDERS);
const line = fc.constantFrom(...HOLDERS.slice(0, 4));
const units = fc.integer({ min: 1, max: 4 });

/** A call of a client, and whether the client repeats it although it got a reply. */
type Step = Readonly<{ call: StockCall; repeats: boolean }>;

const call: fc.Arbitrary<StockCall> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("allocate" as const),
      holder,
      quantity: units,
      locations: fc.constantFrom(["east", "west"] as const, ["west", "east"] as const, ["east"] as const),
      shortage: fc.constantFrom("refuse" as const, "backorder" as const),
      fill: fc.constantFrom("partial" as const, "partial" as const, "whole" as const),
      placedAt: fc.integer({ min: 1, max: 5 }),
      takesOver: fc.constantFrom([], [], ["res_1"]),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("void" as const), holder }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom("ship" as const, "ship" as const, "release" as const),
      ref: fc.constant(""),
      holder: line,
      where,
      quantity: units,
      at: fc.constant(0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("reject" as const),
      ref: fc.constant(""),
      holder: line,
      where,
      quantity: units,
      found: fc.constantFrom(null, "damaged" as const, "out_of_stock" as const),
      // The effect counts as newer than every receipt.
      at: fc.constant(Number.MAX_SAFE_INTEGER),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("replan" as const),
      ref: fc.constant(""),
      holder: line,
      from: where,
      to: fc.constantFrom("east" as const, "west" as const, null),
      quantity: units,
      keep: fc.constantFrom(0, 0, 1),
      locations: fc.constantFrom(["east", "west"] as const, ["west"] as const),
      at: fc.constant(0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("receive" as const),
      ref: fc.constant(""),
      where,
      quantity: units,
    }),
  },
  { weight: 2, arbitrary: fc.constant({ type: "read" as const }) },
);

const step: fc.Arbitrary<Step> = fc.record({
  call,
  repeats: fc.integer({ min: 1, max: 6 }).map((n) => n === 1),
});
const mishap = fc.constantFrom<Mishap>(
  ...Array.from({ length: 16 }, (): Mishap => "none"),
  ...(["lostBefore", "lostAfter", "late", "evicted"] as const),
);

type Script = Readonly<{
  allowsBackorder: boolean;
  clients: readonly (readonly Step[])[];
  mishaps: readonly Mishap[];
  pauses: readonly number[];
}>;

const script: fc.Arbitrary<Script> = fc.record({
  allowsBackorder: fc.boolean(),
  clients: fc.array(fc.array(step, { minLength: 3, maxLength: 7 }), { minLength: 3, maxLength: 5 }),
  mishaps: fc.array(mishap, { minLength: 20, maxLength: 20 }),
  pauses: fc.array(fc.constantFrom(0, 0, 0, 1, 3), { minLength: 17, maxLength: 17 }),
});

/** Cycles through the values. */
function inTurn<Of>(from: readonly Of[]): () => Of {
  let next = 0;
  return () => from[next++ % from.length]!;
}

async function record(
  sku: string,
  { allowsBackorder, clients, mishaps, pauses }: Script,
): Promise<StockHistory> {
  const policy = allowsBackorder ? "backorder" : "deny";
  const facts = { sku, policy, unitCostMinor: UNIT_COST, weightGrams: 300, ...plainFacts } as const;
  await createInventoryClient(env.SKU_INVENTORY).upsertSku(facts, Date.now());
  await markEventsApplied(sku);
  const recorder = recorderOf(sku, inTurn(mishaps), inTurn(pauses));
  await Promise.all(clients.map((steps, i) => play(recorder, `client ${i}`, steps)));
  await recorder.settled();
  return [...recorder.history];
}

async function play({ call }: Recorder, client: string, steps: readonly Step[]): Promise<void> {
  for (const [i, { call: given, repeats }] of steps.entries()) {
    const own = "ref" in given ? { ...given, ref: `${client} ${i}` } : given;
    const timed = "at" in own ? { ...own, at: Date.now() } : own;
    // Only an order's line takes a reservation over.
    const request =
      timed.type === "allocate" && timed.holder === "res_1" ? { ...timed, takesOver: [] } : timed;
    const reply = await call(client, request);
    // A client repeats a call that it gave up, and sometimes one that succeeded.
    if (reply === null || repeats) await call(client, request);
  }
}

const { runs, seed } = inject("simulation");
const HISTORIES = Math.ceil(runs / 5);
const AT_ONCE = 20;

/** There are no orders here, so the object's events are stored as applied: their consumer would look for the orders. */
async function markEventsApplied(sku: string): Promise<void> {
  await env.ORDERS_00.prepare(
    `INSERT INTO applied_stock_events (order_id, line_id, sku, generation, number)
     SELECT 'ord_1', value, ?1, 0, 40 FROM json_each(?2)`,
  )
    .bind(sku, JSON.stringify(HOLDERS))
    .run();
}

async function recordAll(): Promise<{ script: Script; history: StockHistory }[]> {
  const scripts = fc.sample(script, { numRuns: HISTORIES, seed });
  const recorded: { script: Script; history: StockHistory }[] = [];
  for (let from = 0; from < scripts.length; from += AT_ONCE) {
    const some = scripts.slice(from, from + AT_ONCE).map(async (script, i) => {
      const history = await record(`HISTORY-${from + i}`, script);
      return { script, history };
    });
    recorded.push(...(await Promise.all(some)));
  }
  return recorded;
}

it(`records ${HISTORIES} histories of concurrent clients that are all linearizable`, async () => {
  const recorded = await recordAll();
  const counts = { calls: 0, pending: 0, overlapping: 0, refused: 0 };
  const wrong: string[] = [];
  for (const { script, history } of recorded) {
    const verdict = checkHistory(modelOf(script.allowsBackorder), history);
    if (!verdict.ok) wrong.push(explain(verdict));
    counts.calls += history.length;
    counts.pending += history.filter(({ replied }) => replied === null).length;
    counts.overlapping += history.filter((each) => overlapsAny(each, history)).length;
    counts.refused += history.filter(({ replied }) => isRefused(replied?.reply)).length;
  }
  console.log(`${recorded.length} histories recorded, seed ${seed}: ${JSON.stringify(counts)}`);
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(recorded.length).toBe(HISTORIES);
  expect(counts.overlapping).toBeGreaterThan(counts.calls / 2);
  expect(counts.pending).toBeGreaterThan(recorded.length);
  expect(counts.refused).toBeGreaterThan(recorded.length / 10);
}, 600_000);

it("finds a recorded history with a changed reply not linearizable", async () => {
  const recorded = await Promise.all(
    fc.sample(script, { numRuns: 15, seed: seed + 1 }).map(async (script, i) => ({
      script,
      history: await record(`WRONG-${i}`, script),
    })),
  );
  const rejected = recorded.map(({ script, history }) => {
    const changed = history.flatMap((_, at) => withWrongReply(history, at) ?? []).slice(-6);
    return changed.map((wrong) => !checkHistory(modelOf(script.allowsBackorder), wrong).ok);
  });
  expect(rejected.flat().length).toBeGreaterThan(60);
  expect(rejected.flat().filter(Boolean).length).toBeGreaterThan(rejected.flat().length * 0.95);
});

/** The history with one allocated unit more in a reply. */
function withWrongReply(history: StockHistory, at: number): StockHistory[] | null {
  const { replied, ...request } = history[at]!;
  if (replied === null || replied.reply === "done" || "refused" in replied.reply) return null;
  const { reply } = replied;
  const allocated = { ...reply.allocated, east: reply.allocated.east + 1 };
  return [history.with(at, { ...request, replied: { ...replied, reply: { ...reply, allocated } } })];
}

const isRefused = (reply: StockReply | undefined) => typeof reply === "object" && "refused" in reply;

const overlapsAny = (one: StockHistory[number], history: StockHistory): boolean =>
  history.some(
    (other) =>
      other !== one &&
      other.invokedAt < (one.replied?.at ?? Infinity) &&
      one.invokedAt < (other.replied?.at ?? Infinity),
  );
