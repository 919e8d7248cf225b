/** Clients who ask the real object at once, with lost, late and repeated calls: each history can have happened. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { createInventoryClient } from "../../../src/inventory/inventory-client";
import { checkHistory, explain, type Model } from "./linearizability";
import { recorderOf, type Mishap, type Recorder, type StockHistory } from "./recorder";
import { copyOf, emptyStock, EVERYWHERE, keyOf, perform, UNIT_COST } from "./stock-model";
import type { ModelStock, StockCall, StockReply } from "./stock-model";
import { isSameReply } from "./stock-replies";
import { plainFacts } from "../../support/reference-defaults";

const modelOf = (sellsShort: boolean): Model<ModelStock, StockCall, StockReply> => ({
  init: emptyStock(sellsShort),
  step: (before, call) => {
    const state = copyOf(before);
    return { state, reply: perform(state, call) };
  },
  equal: isSameReply,
  keyOf,
});

const CLAIMANTS = ["line_a", "line_b", "line_c", "line_d", "res_1"] as const;
const where = fc.constantFrom(...EVERYWHERE.slice(0, 2));
const who = fc.constantFrom(...CLAIMANTS);
const line = fc.constantFrom(...CLAIMANTS.slice(0, 4));
const units = fc.integer({ min: 1, max: 4 });

/** What a client does next, and whether it asks twice although it was answered. */
type Step = Readonly<{ call: StockCall; repeats: boolean }>;

const call: fc.Arbitrary<StockCall> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("allocate" as const),
      who,
      quantity: units,
      locations: fc.constantFrom(["east", "west"] as const, ["west", "east"] as const, ["east"] as const),
      shortage: fc.constantFrom("refuse" as const, "backorder" as const),
      fill: fc.constantFrom("partial" as const, "partial" as const, "whole" as const),
      placedAt: fc.integer({ min: 1, max: 5 }),
      takesOver: fc.constantFrom([], [], ["res_1"]),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("void" as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom("ship" as const, "ship" as const, "release" as const),
      ref: fc.constant(""),
      who: line,
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
      who: line,
      where,
      quantity: units,
      found: fc.constantFrom(null, "damaged" as const, "out_of_stock" as const),
      // Nothing arrives after it was said.
      at: fc.constant(Number.MAX_SAFE_INTEGER),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("replan" as const),
      ref: fc.constant(""),
      who: line,
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
  { weight: 2, arbitrary: fc.constant({ type: "look" as const }) },
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
  sellsShort: boolean;
  clients: readonly (readonly Step[])[];
  mishaps: readonly Mishap[];
  pauses: readonly number[];
}>;

const script: fc.Arbitrary<Script> = fc.record({
  sellsShort: fc.boolean(),
  clients: fc.array(fc.array(step, { minLength: 3, maxLength: 7 }), { minLength: 3, maxLength: 5 }),
  mishaps: fc.array(mishap, { minLength: 20, maxLength: 20 }),
  pauses: fc.array(fc.constantFrom(0, 0, 0, 1, 3), { minLength: 17, maxLength: 17 }),
});

/** The same ones again and again, from the first. */
function inTurn<Of>(from: readonly Of[]): () => Of {
  let next = 0;
  return () => from[next++ % from.length]!;
}

async function record(sku: string, { sellsShort, clients, mishaps, pauses }: Script): Promise<StockHistory> {
  const policy = sellsShort ? "backorder" : "deny";
  const facts = { sku, policy, unitCostMinor: UNIT_COST, weightGrams: 300, ...plainFacts } as const;
  await createInventoryClient(env.SKU_INVENTORY).upsertSku(facts, Date.now());
  await takeAsTold(sku);
  const recorder = recorderOf(sku, inTurn(mishaps), inTurn(pauses));
  await Promise.all(clients.map((steps, i) => play(recorder, `client ${i}`, steps)));
  await recorder.settled();
  return [...recorder.history];
}

async function play({ ask }: Recorder, client: string, steps: readonly Step[]): Promise<void> {
  for (const [i, { call, repeats }] of steps.entries()) {
    const own = "ref" in call ? { ...call, ref: `${client} ${i}` } : call;
    const timed = "at" in own ? { ...own, at: Date.now() } : own;
    // Only an order's line takes a reservation over.
    const asked = timed.type === "allocate" && timed.who === "res_1" ? { ...timed, takesOver: [] } : timed;
    const reply = await ask(client, asked);
    // Whoever does not know whether it was done asks again, and some do so anyway.
    if (reply === null || repeats) await ask(client, asked);
  }
}

const { runs, seed } = inject("simulation");
const HISTORIES = Math.ceil(runs / 5);
const AT_ONCE = 20;

/** There are no orders here: what stock tells them is taken as handled, so that nobody asks for them in vain. */
async function takeAsTold(sku: string): Promise<void> {
  const ids = CLAIMANTS.flatMap((who) => Array.from({ length: 40 }, (_, i) => `${sku}/${who}/${i + 1}`));
  await env.DB.prepare(
    `INSERT INTO applied_stock_events (id, order_id, applied_at) SELECT value, 'ord_1', 0 FROM json_each(?1)`,
  )
    .bind(JSON.stringify(ids))
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

it(`records ${HISTORIES} histories of concurrent clients, and each can have happened`, async () => {
  const recorded = await recordAll();
  const counts = { calls: 0, pending: 0, overlapping: 0, refused: 0 };
  const wrong: string[] = [];
  for (const { script, history } of recorded) {
    const verdict = checkHistory(modelOf(script.sellsShort), history);
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

it("finds a wrong answer among what was recorded", async () => {
  const recorded = await Promise.all(
    fc.sample(script, { numRuns: 15, seed: seed + 1 }).map(async (script, i) => ({
      script,
      history: await record(`WRONG-${i}`, script),
    })),
  );
  const found = recorded.map(({ script, history }) => {
    const planted = history.flatMap((_, at) => withWrongAnswer(history, at) ?? []).slice(-6);
    return planted.map((wrong) => !checkHistory(modelOf(script.sellsShort), wrong).ok);
  });
  expect(found.flat().length).toBeGreaterThan(60);
  expect(found.flat().filter(Boolean).length).toBeGreaterThan(found.flat().length * 0.95);
});

/** One unit more than was given, or one unit too many that was seen. */
function withWrongAnswer(history: StockHistory, at: number): StockHistory[] | null {
  const { replied, ...asked } = history[at]!;
  if (replied === null || replied.reply === "done" || "refused" in replied.reply) return null;
  const { reply } = replied;
  const allocated = { ...reply.allocated, east: reply.allocated.east + 1 };
  return [history.with(at, { ...asked, replied: { ...replied, reply: { ...reply, allocated } } })];
}

const isRefused = (reply: StockReply | undefined) => typeof reply === "object" && "refused" in reply;

const overlapsAny = (one: StockHistory[number], history: StockHistory): boolean =>
  history.some(
    (other) =>
      other !== one &&
      other.invokedAt < (one.replied?.at ?? Infinity) &&
      one.invokedAt < (other.replied?.at ?? Infinity),
  );
