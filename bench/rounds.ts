/**
 * Plays rounds: the floor, then a scenario, again and again. The result of a scenario is its ratio to the floor just
 * before it, so that other load of the machine slows down both. The spread of the ratios is the noise.
 */
import { setTimeout as pause } from "node:timers/promises";
import { measure, percentile, type Call } from "./load.ts";
import { newOrders, placeOrderCall } from "./orders.ts";
import type { Platform } from "./platform.ts";
import { workerdCpuMs } from "./processor-time.ts";
import type { Scenario, Shop } from "./scenarios.ts";

export type RoundsOptions = Readonly<{
  rounds: number;
  /** Requests in each round, for the floor and for the scenario. */
  requests: number;
  callers: number;
}>;

export type Spread = Readonly<{ median: number; min: number; max: number }>;

export type ScenarioFigures = Readonly<{
  name: string;
  perSecond: Spread;
  p50Ms: Spread;
  p95Ms: Spread;
  p99Ms: Spread;
  /** workerd's processor time for each request, with its work after the answer. Null where it cannot be measured. */
  cpuMicros: Spread | null;
  /** Compared with the floor: its requests a second, and the floor's processor time divided by its own. More is better. */
  ratio: Spread | null;
  cpuRatio: Spread | null;
}>;

type Round = Readonly<{ perSecond: number; p50: number; p95: number; p99: number; cpuMicros: number | null }>;

const FLOOR = "floor";
/** The time for the work after the last answer, which counts too. */
const AFTER_ANSWER_MS = 250;

/** The least number of requests of the first round, in which the isolate warms up. */
const WARM_UP_REQUESTS = 1_500;

/** Plays the rounds, and before them one that is not counted, in which code is compiled and objects are created. */
export async function playRounds(
  { floor, aftercart }: Platform,
  shop: Shop,
  scenarios: readonly Scenario[],
  options: RoundsOptions,
): Promise<ScenarioFigures[]> {
  const { rounds } = options;
  const played = new Map<string, { floor: Round; own: Round }[]>();
  for (let round = 0; round <= rounds; round += 1) {
    const requests = round === 0 ? Math.max(options.requests, WARM_UP_REQUESTS) : options.requests;
    for (const scenario of scenarios) {
      const floorCalls = newOrders(shop.run, requests, { lines: 1 }).map((order) =>
        placeOrderCall(shop.token, order),
      );
      const pair = {
        floor: await playRound(floor.url, floorCalls, [201], options),
        own: await playRound(aftercart.url, await scenario.calls(shop, requests), scenario.statuses, options),
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
  await pause(AFTER_ANSWER_MS);
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
    min: sorted[0]!,
    max: sorted.at(-1)!,
  };
}

const spreadOrNull = (values: readonly (number | null)[]): Spread | null => {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? spreadOf(known) : null;
};

const ratioOrNull = (of: number | null, to: number | null): number | null =>
  of === null || to === null ? null : of / to;
