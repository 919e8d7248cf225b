/** A flow with every kind of fault at every one of its calls: afterwards every guarantee holds. */
import { describe, expect, it } from "vitest";
import { FAULT_NAMES, strikes, type Call, type Fault } from "./faults";
import type { Flow } from "./flows";
import { platform } from "./platform";
import { settled } from "./settled";
import { World } from "./world";

/** Runs the flow with the faults, and answers its calls, and what is broken with what was struck. */
async function attempt(flow: Flow, faults: readonly Fault[]): Promise<{ calls: Call[]; broken: string[] }> {
  const world = await World.open(flow.stock);
  platform().arm(faults);
  await flow.run(world);
  const calls = [...platform().log];
  const struck = platform().struck.join(", ");
  const broken = await settled(world);
  return { calls, broken: broken.map((what) => `${what} [${struck}]`) };
}

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
      const broken: string[] = [];
      const struck = calls.flatMap((call, i) => (strikes(fault, call) ? [i + 1] : []));
      expect(struck.length).toBeGreaterThan(0);
      for (const call of struck) {
        broken.push(...(await attempt(flow, [{ call, fault }])).broken);
        if (broken.length > 5) break;
      }
      expect(broken).toEqual([]);
      console.info(`${struck.length} runs`);
    });
  });
}
