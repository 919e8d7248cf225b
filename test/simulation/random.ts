/**
 * Random days with faults. The scenarios are shared out among files, so that each core plays its part; a
 * failure shrinks, and prints how to play it again.
 */
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { play, scenarios } from "./scenario";

const LONGEST_MS = 12 * 3_600_000;

/** Which of them: none is played twice. `share`: of all that are asked for. */
type Part = Readonly<{ part: number; share: number }>;

/** @param where a day is played; on the local D1 unless something else is said. */
export function playRandomDays(
  { part, share: ofAll }: Part,
  where: <Value>(day: () => Promise<Value>) => Promise<Value> = (day) => day(),
): void {
  const { runs, seed } = inject("simulation");
  const share = Math.ceil(runs * ofAll);
  it(`keeps every guarantee through ${share} random days`, { timeout: LONGEST_MS }, async () => {
    let played = 0;
    const day = fc.asyncProperty(scenarios, async (scenario) => {
      played += 1;
      expect(await where(() => play(scenario))).toEqual([]);
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
