/**
 * Random days with faults. The scenarios are shared out among files, so that each core plays its part; a
 * failure prints its seed and shrinks, and `npm run simulate -- --seed N` plays it again.
 */
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { play, scenarios } from "./scenario";

export function playRandomDays(part: number, parts: number): void {
  const { runs, seed } = inject("simulation");
  const share = Math.ceil(runs / parts);
  it(`keeps every guarantee through ${share} random days`, async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        expect(await play(scenario)).toEqual([]);
      }),
      { numRuns: share, seed: seed + part, interruptAfterTimeLimit: 3_600_000, markInterruptAsFailure: true },
    );
  }, 3_600_000);
}
