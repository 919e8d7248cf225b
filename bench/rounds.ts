/**
 * Rounds: the floor and then a scenario, again and again. Each scenario is told as a ratio to the floor just
 * before it, so that what slows the machine down slows down both; the spread of the ratios is the noise.
 */
import { setTimeout as pause } from "node:timers/promises";
import { measure, percentile, type Call } from "./load.ts";
import { newOrders, placing } from "./orders.ts";
import type { Platform } from "./platform.ts";
import { workerdCpuMs } from "./processor-time.ts";
import type { Scenario, Shop } from "./scenarios.ts";

export type RoundsOptions = Readonly<{
  rounds: number;
  /** Requests of each round, of the floor as of a scenario. */
  requests: number;
  callers: number;
}>;

export type Spread = Readonly<{ median: number; least: number; most: number }>;

export type ScenarioFigures = Readonly<{
  name: string;
  perSecond: Spread;
  p50Ms: Spread;
  p95Ms: Spread;
  p99Ms: Spread;
  /** Of workerd, for each request, what it does after the answer included. Null where nobody tells. */
  cpuMicros: Spread | null;
  /** To the floor: requests a second, and the floor's processor time over this one's. More is better. */
  ratio: Spread | null;
  cpuRatio: Spread | null;
}>;

type Round = Readonly<{ perSecond: number; p50: number; p95: number; p99: number; cpuMicros: number | null }>;

const FLOOR = "floor";
/** What follows an answer belongs to its request: it gets this long to be done. */
const AFTERMATH_MS = 250;

/** Before the first round that counts, so that what is measured is an isolate that has worked for a while. */
const WARM_UP_REQUESTS = 1_500;

/** One round more than asked for is played first, and not counted: code is compiled and objects are made in it. */
export async function playRounds(
  { floor, ours }: Platform,
  shop: Shop,
  scenarios: readonly Scenario[],
  options: RoundsOptions,
): Promise<ScenarioFigures[]> {
  const { rounds } = options;
  const played = new Map<string, { floor: Round; own: Round }[]>();
  for (let round = 0; round <= rounds; round += 1) {
    const requests = round === 0 ? Math.max(options.requests, WARM_UP_REQUESTS) : options.requests;
    for (const scenario of scenarios) {
      const bare = newOrders(shop.run, requests, { lines: 1 }).map((order) => placing(shop.token, order));
      const pair = {
        floor: await playRound(floor.url, bare, [201], options),
        own: await playRound(ours.url, await scenario.calls(shop, requests), scenario.statuses, options),
      };
      if (round > 0) played.set(scenario.name, [...(played.get(scenario.name) ?? []), pair]);
    }
  }
  const floors = [...played.values()].flat().map((pair) => pair.floor);
  return [
    { name: FLOOR, ...figuresOf(floors), ratio: null, cpuRatio: null },
    ...[...played].map(([name, pairs]) => ({
      name,
      ...figuresOf(pairs.map(({ own }) => own)),
      ratio: spreadOf(pairs.map((pair) => pair.own.perSecond / pair.floor.perSecond)),
      cpuRatio: spreadOrNull(pairs.map((pair) => ratioOrNull(pair.floor.cpuMicros, pair.own.cpuMicros))),
    })),
  ];
}

async function playRound(
  url: URL,
  calls: readonly Call[],
  statuses: readonly number[],
  { callers }: RoundsOptions,
): Promise<Round> {
  const cpuBefore = workerdCpuMs();
  const { perSecond, latencies } = await measure({ url, calls, callers, statuses });
  await pause(AFTERMATH_MS);
  const cpuAfter = workerdCpuMs();
  return {
    perSecond,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    cpuMicros:
      cpuBefore === null || cpuAfter === null ? null : ((cpuAfter - cpuBefore) * 1_000) / calls.length,
  };
}

const figuresOf = (rounds: readonly Round[]) => ({
  perSecond: spreadOf(rounds.map(({ perSecond }) => perSecond)),
  p50Ms: spreadOf(rounds.map(({ p50 }) => p50)),
  p95Ms: spreadOf(rounds.map(({ p95 }) => p95)),
  p99Ms: spreadOf(rounds.map(({ p99 }) => p99)),
  cpuMicros: spreadOrNull(rounds.map(({ cpuMicros }) => cpuMicros)),
});

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return {
    median: (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2,
    least: sorted[0]!,
    most: sorted.at(-1)!,
  };
}

const spreadOrNull = (values: readonly (number | null)[]): Spread | null => {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? spreadOf(known) : null;
};

const ratioOrNull = (of: number | null, to: number | null): number | null =>
  of === null || to === null ? null : of / to;
