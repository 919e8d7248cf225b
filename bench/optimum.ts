/** How long the best plan of an order takes to find, how often it is proven, and how often it costs a third round. */
import { shareAmongLines } from "../src/domain/sourcing/share-lines.ts";
import { firstChoice } from "../src/domain/sourcing/first-choice.ts";
import { sourceOrder } from "../src/domain/sourcing/source-order.ts";
import { chosenPlan } from "../src/domain/sourcing/standing-plan.ts";
import { place } from "../src/domain/stock-placement.ts";
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
const REPEATS = 3;

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

export type Rounds = Readonly<{ name: string; orders: number; split: number; third: number; saved: number }>;

const NETWORKS = [
  { name: "3 warehouses", locations: 3 },
  { name: "4 warehouses, 14 stores, 2 vendors", locations: 20 },
];

/** Plays orders of an ordinary day, one to five lines each, on stock that runs down: who is asked twice? */
export function measureRounds(orders: number, seed: number): Rounds[] {
  return NETWORKS.flatMap(({ name, locations }) =>
    [0, 100].map((gainThresholdMinor) => {
      const world = openWorld({ seed, locations, prices: false, unitsEach: 12, gainThresholdMinor });
      let [split, third, saved] = [0, 0, 0];
      for (let i = 0; i < orders; i += 1) {
        const outcome = takeIn(world);
        if (outcome.parcels > 1) split += 1;
        if (outcome.moved) third += 1;
        saved += outcome.savedMinor;
      }
      const threshold = gainThresholdMinor === 0 ? "any gain" : "a gain above 1.00";
      return {
        name: `${name}, ${threshold}`,
        orders,
        split: split / orders,
        third: third / orders,
        saved: saved / orders,
      };
    }),
  );
}

/** As an order is taken in: claimed line by line where it would be cheapest as one parcel, then arranged. */
function takeIn(world: World): { parcels: number; moved: boolean; savedMinor: number } {
  const order = world.order();
  const problem = world.problemOf(order);
  const units = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const locations = firstChoice(problem.network, problem.request, units);
  const held = order.lines.flatMap(({ lineId, sku, quantity }) =>
    place(quantity, locations, new Map(Object.entries(problem.supply[sku]!.free))).map((at) => ({
      lineId,
      ...at,
    })),
  );
  const decision = sourceOrder(problem);
  const allocations = shareAmongLines(order.lines, decision.parcels, held);
  const chosen = chosenPlan(problem, order.lines, held, { decision, allocations });
  const unmoved = chosenPlan(
    { ...problem, request: { ...problem.request, channel: world.neverMoves } },
    order.lines,
    held,
    { decision, allocations },
  );
  world.take(order, chosen.allocations);
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
    "| Orders of 1 to 5 lines | in several parcels | a third round | saved by it, an order |",
    "|---|---|---|---|",
    ...rounds.map(
      ({ name, split, third, saved }) =>
        `| ${name} | ${percent(split)} | ${percent(third)} | ${(saved / 100).toFixed(2)} |`,
    ),
  ].join("\n");
}
