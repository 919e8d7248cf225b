/**
 * Random days with faults. The scenarios are shared out among files, so that each core plays its part; a
 * failure shrinks, and prints how to play it again.
 */
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { play, scenarios } from "./scenario";

const LONGEST_MS = 12 * 3_600_000;

export function playRandomDays(part: number, parts: number): void {
  const { runs, seed } = inject("simulation");
  const share = Math.ceil(runs / parts);
  it(`keeps every guarantee through ${share} random days`, { timeout: LONGEST_MS }, async () => {
    let played = 0;
    const day = fc.asyncProperty(scenarios, async (scenario) => {
      played += 1;
      expect(await play(scenario)).toEqual([]);
    });
    try {
      await fc.assert(day, { numRuns: share, seed: seed + part });
    } catch (error) {
      const again = `To play it again: npm run simulate -- --seed ${seed} --runs ${runs}`;
      throw new Error(`${again}\n${String(error)}`, { cause: error });
    }
    expect(played).toBe(share);
  });
}
