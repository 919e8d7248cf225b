/**
 * Every scripted flow with every kind of fault at its calls: at every call with a scale above 1, with pairs of faults
 * too; else at every fourth call, others for each seed and each kind. Afterwards every guarantee must hold.
 */
import fc from "fast-check";
import { afterAll, describe, expect, inject, it } from "vitest";
import { canStrike, FAULT_NAMES, type Call, type Fault, type FaultName } from "./faults";
import { FLOWS, type Flow } from "./flows";
import { onObjectBackedD1 } from "./on-object-backed-d1";
import { platform } from "./platform";
import { settleAndCheck } from "./settle-and-check";
import { World } from "./world";

/** A flow stops after so many violations: more of them would explain nothing. */
const MAX_VIOLATIONS = 5;
const TIMEOUT_MS = 12 * 3_600_000;
const { scale, seed } = inject("simulation");
const shard = inject("shard");

/** Kept, because a world silences the console. */
const log = console.log.bind(console);
let singleFaults = 0;

/** Plays the flow with the faults. Returns its calls, and each violation with the faults that struck. */
const attempt = (flow: Flow, faults: readonly Fault[]): Promise<{ calls: Call[]; violations: string[] }> =>
  onObjectBackedD1(async () => {
    const world = await World.open(flow.stock);
    platform().arm(faults);
    await flow.run(world);
    const calls = [...platform().log];
    const struck = platform().struck.join(", ");
    const violations = [...(await settleAndCheck(world)), ...((await flow.checkEnd?.(world)) ?? [])];
    return { calls, violations: violations.map((what) => `${what} [${struck}]`) };
  });

async function attemptAll(flow: Flow, all: readonly (readonly Fault[])[]): Promise<string[]> {
  const violations: string[] = [];
  for (const faults of all) {
    violations.push(...(await attempt(flow, faults)).violations);
    if (violations.length > MAX_VIOLATIONS) break;
  }
  return violations;
}

const faultsOf = (calls: readonly Call[], names: readonly FaultName[]): Fault[] =>
  calls.flatMap((call, i) =>
    names.filter((fault) => canStrike(fault, call)).map((fault) => ({ call: i + 1, fault })),
  );

/** `npm test` plays one in so many of the faults; with a scale above 1, all are played. */
const ONE_IN = scale > 1 ? 1 : 12;

/** The share of the faults that is played: each call is struck by every twelfth kind of fault. */
const shareOf = (faults: readonly Fault[], fault: FaultName): readonly Fault[] =>
  faults.filter((_, i) => (i + seed + FAULT_NAMES.indexOf(fault)) % ONE_IN === 0);

afterAll(() => log(`${singleFaults} single faults played (shard ${shard.index} of ${shard.of})`));

describe.each(FLOWS.filter((_, i) => i % shard.of === shard.index - 1))("$name", (flow) => {
  let calls: readonly Call[] = [];

  it("keeps every guarantee without faults", async () => {
    const outcome = await attempt(flow, []);
    calls = outcome.calls;
    expect(outcome.violations).toEqual([]);
    expect(calls.length).toBeGreaterThan(10);
  });

  it.each(FAULT_NAMES)("keeps every guarantee with the fault %s at any call", async (fault) => {
    const all = faultsOf(calls, [fault]);
    expect(all.length).toBeGreaterThan(0);
    const singles = shareOf(all, fault).map((each) => [each]);
    const violations = await attemptAll(flow, singles);
    singleFaults += singles.length;
    expect(violations).toEqual([]);
  });

  it.runIf(scale > 1)("keeps every guarantee with two faults", { timeout: TIMEOUT_MS }, async () => {
    const singles = faultsOf(calls, FAULT_NAMES);
    const one = fc.constantFrom(...singles);
    const pairs = fc.sample(fc.tuple(one, one), { numRuns: singles.length * (scale - 1), seed });
    expect(await attemptAll(flow, pairs)).toEqual([]);
  });
});
