/**
 * A flow with every kind of fault at every one of its calls: afterwards every guarantee holds. A longer run
 * adds as many pairs of faults as its scale asks for.
 */
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { FAULT_NAMES, strikes, type Call, type Fault, type FaultName } from "./faults";
import type { Flow } from "./flows";
import { playedNearby } from "./nearby";
import { platform } from "./platform";
import { settled } from "./settled";
import { World } from "./world";

const MAX_PUSHED = 5;
const LONGEST_MS = 12 * 3_600_000;
const { scale, seed } = inject("simulation");

/** Runs the flow with the faults, and answers its calls, and what is broken with what was struck. */
const attempt = (flow: Flow, faults: readonly Fault[]): Promise<{ calls: Call[]; broken: string[] }> =>
  playedNearby(async () => {
    const world = await World.open(flow.stock);
    platform().arm(faults);
    await flow.run(world);
    const calls = [...platform().log];
    const struck = platform().struck.join(", ");
    const broken = [...(await settled(world)), ...((await flow.ends?.(world)) ?? [])];
    return { calls, broken: broken.map((what) => `${what} [${struck}]`) };
  });

async function attemptAll(flow: Flow, all: readonly (readonly Fault[])[]): Promise<string[]> {
  const broken: string[] = [];
  for (const faults of all) {
    broken.push(...(await attempt(flow, faults)).broken);
    if (broken.length > MAX_PUSHED) break;
  }
  return broken;
}

const faultsOf = (calls: readonly Call[], names: readonly FaultName[]): Fault[] =>
  calls.flatMap((call, i) =>
    names.filter((fault) => strikes(fault, call)).map((fault) => ({ call: i + 1, fault })),
  );

export function exhaust(flows: readonly Flow[]): void {
  describe.each(flows)("$name", (flow) => {
    let calls: readonly Call[] = [];

    it("leaves nothing broken when nothing fails", async () => {
      const outcome = await attempt(flow, []);
      calls = outcome.calls;
      expect(outcome.broken).toEqual([]);
      expect(calls.length).toBeGreaterThan(10);
    });

    it.each(FAULT_NAMES)("leaves nothing broken with %s at any call", async (fault) => {
      const singles = faultsOf(calls, [fault]).map((each) => [each]);
      expect(singles.length).toBeGreaterThan(0);
      expect(await attemptAll(flow, singles)).toEqual([]);
    });

    it.runIf(scale > 1)("leaves nothing broken with two faults", { timeout: LONGEST_MS }, async () => {
      const singles = faultsOf(calls, FAULT_NAMES);
      const one = fc.constantFrom(...singles);
      const pairs = fc.sample(fc.tuple(one, one), { numRuns: singles.length * (scale - 1), seed });
      expect(await attemptAll(flow, pairs)).toEqual([]);
    });
  });
}
