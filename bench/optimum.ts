/** Times the search for the best plan, and counts how often it is proven and how often it costs a third round trip. */
import { shareAmongLines } from "../src/sourcing/domain/share-lines.ts";
import { firstChoices } from "../src/sourcing/domain/first-choice.ts";
import { createSupplyMemory, type SupplyMemory } from "../src/sourcing/domain/known-supply.ts";
import { sourceOrder } from "../src/sourcing/domain/source-order.ts";
import { chosenPlan } from "../src/sourcing/domain/current-plan.ts";
import { place } from "../src/inventory/domain/placement.ts";
import { createRandomRetailer, type RandomRetailer } from "./optimum/random-retailer.ts";

export type Timing = Readonly<{
  name: string;
  orders: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** Shares of the orders: with a plan proven to be the best, and with the limit of steps reached. */
  exact: number;
  bounded: number;
  /** Of plans that are not proven: the mean of how much cheaper a plan could be at most. */
  gap: number;
  parcels: number;
}>;

const WARM_UP = 300;
/** The fastest of so many runs counts: the work is the same, and the rest is other load of the machine. */
const REPEATS = 7;

const SHAPES = [
  { name: "20 locations × 20 lines", locations: 20, lines: 20, prices: false },
  { name: "20 locations × 20 lines, priced stock", locations: 20, lines: 20, prices: true },
  { name: "20 locations × 5 lines, priced stock", locations: 20, lines: 5, prices: true },
  { name: "5 locations × 3 lines, priced stock", locations: 5, lines: 3, prices: true },
];

export function measureOptimum(orders: number, seed: number): Timing[] {
  return SHAPES.map(({ name, locations, lines, prices }) => {
    const retailer = createRandomRetailer({ seed, locations, prices, unitsEach: 30 });
    const times: number[] = [];
    let [exact, gaps, parcels] = [0, 0, 0];
    for (let i = -WARM_UP; i < orders; i += 1) {
      const problem = retailer.problemOf(retailer.order(lines));
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
  /** Shares of the orders with a third round trip: without known stock, and in an isolate that has seen the SKUs. */
  thirdUnknown: number;
  thirdKnown: number;
  /** What the moves save for an order on average, in minor units. */
  saved: number;
}>;

const NETWORKS = [
  { name: "3 warehouses", locations: 3 },
  { name: "4 warehouses, 14 stores, 2 vendors", locations: 20 },
];

/** Plays orders of one to five lines on decreasing stock, and counts allocations that move after the answers. */
export function measureRounds(orders: number, seed: number): Rounds[] {
  return NETWORKS.flatMap(({ name, locations }) =>
    [0, 100].map((gainThresholdMinor) => {
      const options = { seed, locations, prices: false, unitsEach: 12, gainThresholdMinor };
      const unknown = playDay(createRandomRetailer(options), orders, null);
      const known = playDay(createRandomRetailer(options), orders, createSupplyMemory());
      const threshold = gainThresholdMinor === 0 ? "any gain" : "gains above 1.00";
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

function playDay(retailer: RandomRetailer, orders: number, memory: SupplyMemory | null) {
  let [split, third, saved] = [0, 0, 0];
  for (let i = 0; i < orders; i += 1) {
    const outcome = sourceNewOrder(retailer, memory);
    if (outcome.parcels > 1) split += 1;
    if (outcome.moved) third += 1;
    saved += outcome.savedMinor;
  }
  return { split, third, saved };
}

/** Sources an order as create-order does: allocates each line where it is expected to be best, then moves to the plan. */
function sourceNewOrder(
  retailer: RandomRetailer,
  memory: SupplyMemory | null,
): { parcels: number; moved: boolean; savedMinor: number } {
  const order = retailer.order();
  const problem = retailer.problemOf(order);
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
  const never = { ...problem, request: { ...request, channel: retailer.neverMoves } };
  const unmoved = chosenPlan(never, order.lines, held, best);
  retailer.take(order, chosen.allocations);
  for (const { sku } of order.lines) memory?.remember(sku, retailer.knownOf(sku), 0);
  const savedMinor = unmoved.decision.costMinor - chosen.decision.costMinor;
  return { parcels: chosen.decision.parcels.length, moved: chosen.allocations !== held, savedMinor };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export function optimumTable(timings: readonly Timing[]): string {
  return [
    "| best plan of an order | p50 ms | p95 ms | p99 ms | max ms | proven | limit reached | their gap at most | parcels |",
    "|---|---|---|---|---|---|---|---|---|",
    ...timings.map(
      ({ name, p50, p95, p99, max, exact, bounded, gap, parcels }) =>
        `| ${name} | ${[p50, p95, p99, max].map((ms) => ms.toFixed(2)).join(" | ")} | ${percent(exact)} | ${percent(bounded)} | ${percent(gap)} | ${parcels.toFixed(2)} |`,
    ),
  ].join("\n");
}

export function roundsTable(rounds: readonly Rounds[]): string {
  return [
    "| orders of 1 to 5 lines | several parcels | third round trip, no known stock | third round trip | saved by the former, an order |",
    "|---|---|---|---|---|",
    ...rounds.map(
      ({ name, split, thirdUnknown, thirdKnown, saved }) =>
        `| ${name} | ${percent(split)} | ${percent(thirdUnknown)} | ${percent(thirdKnown)} | ${(saved / 100).toFixed(2)} |`,
    ),
  ].join("\n");
}
