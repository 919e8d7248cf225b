/** How long the best plan of an order takes to find, how often it is proven, and how often it costs a third round. */
import { shareAmongLines } from "../src/sourcing/domain/share-lines.ts";
import { firstChoices } from "../src/sourcing/domain/first-choice.ts";
import { createSupplyMemory, type SupplyMemory } from "../src/sourcing/domain/known-supply.ts";
import { sourceOrder } from "../src/sourcing/domain/source-order.ts";
import { chosenPlan } from "../src/sourcing/domain/current-plan.ts";
import { place } from "../src/inventory/domain/placement.ts";
import { openWorld, type World } from "./optimum/world.ts";

export type Timing = Readonly<{
  name: string;
  orders: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** Of the orders: proven to be the best, and not within the limit of steps. */
  exact: number;
  bounded: number;
  /** Of those that are not: how much less a plan may cost at most, on average. */
  gap: number;
  parcels: number;
}>;

const WARM_UP = 300;
/** The fastest of so many counts: the work is the same each time, and the rest is the machine's other work. */
const REPEATS = 7;

const SHAPES = [
  { name: "20 locations × 20 lines", locations: 20, lines: 20, prices: false },
  { name: "20 locations × 20 lines, priced stock", locations: 20, lines: 20, prices: true },
  { name: "20 locations × 5 lines, priced stock", locations: 20, lines: 5, prices: true },
  { name: "5 locations × 3 lines, priced stock", locations: 5, lines: 3, prices: true },
];

export function measureOptimum(orders: number, seed: number): Timing[] {
  return SHAPES.map(({ name, locations, lines, prices }) => {
    const world = openWorld({ seed, locations, prices, unitsEach: 30 });
    const times: number[] = [];
    let [exact, gaps, parcels] = [0, 0, 0];
    for (let i = -WARM_UP; i < orders; i += 1) {
      const problem = world.problemOf(world.order(lines));
      const runs = Array.from({ length: REPEATS }, () => {
        const startedAt = performance.now();
        const decision = sourceOrder(problem);
        return { decision, ms: performance.now() - startedAt };
      });
      if (i < 0) continue;
      const { decision } = runs[0]!;
      times.push(Math.min(...runs.map(({ ms }) => ms)));
      if (decision.method === "exact") exact += 1;
      else gaps += 1 - decision.lowerBoundMinor / decision.costMinor;
      parcels += decision.parcels.length;
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!;
    const bounded = orders - exact;
    return {
      name,
      orders,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      max: at(1),
      exact: exact / orders,
      bounded: bounded / orders,
      gap: bounded === 0 ? 0 : gaps / bounded,
      parcels: parcels / orders,
    };
  });
}

export type Rounds = Readonly<{
  name: string;
  split: number;
  /** Of the orders: moved after the answers, by an isolate that knows nothing and by one that has asked before. */
  thirdUnknown: number;
  thirdKnown: number;
  /** What the moves save, an order, in minor units. */
  saved: number;
}>;

const NETWORKS = [
  { name: "3 warehouses", locations: 3 },
  { name: "4 warehouses, 14 stores, 2 vendors", locations: 20 },
];

/** Plays orders of an ordinary day, one to five lines each, on stock that runs down: who is asked twice? */
export function measureRounds(orders: number, seed: number): Rounds[] {
  return NETWORKS.flatMap(({ name, locations }) =>
    [0, 100].map((gainThresholdMinor) => {
      const options = { seed, locations, prices: false, unitsEach: 12, gainThresholdMinor };
      const unknown = playDay(openWorld(options), orders, null);
      const known = playDay(openWorld(options), orders, createSupplyMemory());
      const threshold = gainThresholdMinor === 0 ? "any gain" : "a gain above 1.00";
      return {
        name: `${name}, ${threshold}`,
        split: known.split / orders,
        thirdUnknown: unknown.third / orders,
        thirdKnown: known.third / orders,
        saved: unknown.saved / orders,
      };
    }),
  );
}

function playDay(world: World, orders: number, memory: SupplyMemory | null) {
  let [split, third, saved] = [0, 0, 0];
  for (let i = 0; i < orders; i += 1) {
    const outcome = takeIn(world, memory);
    if (outcome.parcels > 1) split += 1;
    if (outcome.moved) third += 1;
    saved += outcome.savedMinor;
  }
  return { split, third, saved };
}

/** As an order is taken in: allocated line by line where it is expected to be best, then arranged. */
function takeIn(
  world: World,
  memory: SupplyMemory | null,
): { parcels: number; moved: boolean; savedMinor: number } {
  const order = world.order();
  const problem = world.problemOf(order);
  const { network, request, supply } = problem;
  const quantities = new Map(order.lines.map(({ sku, quantity }) => [sku, quantity]));
  const { locations } = firstChoices(network, request, quantities, (sku) => memory?.recall(sku, 0) ?? null);
  const held = order.lines.flatMap(({ lineId, sku, quantity }) =>
    place(quantity, locations.get(sku)!, new Map(Object.entries(supply[sku]!.free))).map((at) => ({
      lineId,
      ...at,
    })),
  );
  const decision = sourceOrder(problem);
  const best = { decision, allocations: shareAmongLines(order.lines, decision.parcels, held) };
  const chosen = chosenPlan(problem, order.lines, held, best);
  const never = { ...problem, request: { ...request, channel: world.neverMoves } };
  const unmoved = chosenPlan(never, order.lines, held, best);
  world.take(order, chosen.allocations);
  for (const { sku } of order.lines) memory?.remember(sku, world.knownOf(sku), 0);
  const savedMinor = unmoved.decision.costMinor - chosen.decision.costMinor;
  return { parcels: chosen.decision.parcels.length, moved: chosen.allocations !== held, savedMinor };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export function optimumTable(timings: readonly Timing[]): string {
  return [
    "| Best plan of an order | p50 ms | p95 ms | p99 ms | max ms | proven | beyond the limit | their gap at most | parcels |",
    "|---|---|---|---|---|---|---|---|---|",
    ...timings.map(
      ({ name, p50, p95, p99, max, exact, bounded, gap, parcels }) =>
        `| ${name} | ${[p50, p95, p99, max].map((ms) => ms.toFixed(2)).join(" | ")} | ${percent(exact)} | ${percent(bounded)} | ${percent(gap)} | ${parcels.toFixed(2)} |`,
    ),
  ].join("\n");
}

export function roundsTable(rounds: readonly Rounds[]): string {
  return [
    "| Orders of 1 to 5 lines | in several parcels | a third round, nothing known | a third round | saved by the first of these, an order |",
    "|---|---|---|---|---|",
    ...rounds.map(
      ({ name, split, thirdUnknown, thirdKnown, saved }) =>
        `| ${name} | ${percent(split)} | ${percent(thirdUnknown)} | ${percent(thirdKnown)} | ${(saved / 100).toFixed(2)} |`,
    ),
  ].join("\n");
}
