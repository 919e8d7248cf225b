/** Every flow with every kind of fault at every one of its calls: afterwards every guarantee holds. */
import { describe, expect, it } from "vitest";
import { check, read } from "./checker";
import { drain } from "./drain";
import { FLOWS, type Flow } from "./flows";
import { FAULTS, platform, strikes, type CallKind, type Fault, type FaultName } from "./platform";
import { World } from "./world";

const NAMES = Object.keys(FAULTS) as FaultName[];

/** Runs the flow with the faults, drains it, and answers what is broken, with what was struck. */
async function attempt(
  flow: Flow,
  faults: readonly Fault[],
): Promise<{ calls: CallKind[]; broken: string[] }> {
  const world = await World.open(flow.stock);
  platform().arm(faults);
  await flow.run(world);
  const calls = platform().log.map(({ kind }) => kind);
  const told = [...platform().struck];
  await drain(world);
  const broken = check(await read(world));
  return { calls, broken: broken.map((what) => `${what} [${told.join(", ")}]`) };
}

describe.each(FLOWS)("$name", (flow) => {
  let calls: readonly CallKind[] = [];

  it("leaves nothing broken when nothing fails", async () => {
    const outcome = await attempt(flow, []);
    calls = outcome.calls;
    expect(outcome.broken).toEqual([]);
    expect(calls.length).toBeGreaterThan(10);
  });

  it.each(NAMES)("leaves nothing broken with %s at any call", async (fault) => {
    const broken: string[] = [];
    const struck = calls.flatMap((kind, i) => (strikes(fault, kind) ? [i + 1] : []));
    expect(struck.length).toBeGreaterThan(0);
    for (const call of struck) {
      broken.push(...(await attempt(flow, [{ call, fault }])).broken);
      if (broken.length > 5) break;
    }
    expect(broken).toEqual([]);
  });
});
