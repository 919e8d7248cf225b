/**
 * Plays random scenarios on the pure domain, without database, objects or queues. `SIMULATION_SCALE` multiplies their
 * number, `SIMULATION_SEED` chooses them.
 */
import fc from "fast-check";
import { expect, inject, it } from "vitest";

/** Scenarios of each kind at scale 1: 200,000 together. */
export const COUNTS = {
  stock: 102_000,
  foldedStock: 4_000,
  longStock: 4_000,
  orders: 20_000,
  replanning: 10_000,
  apportioned: 20_000,
  unitShares: 20_000,
  lineMoney: 20_000,
} as const;

/** Declares a test that plays the scenarios of a kind; `play` throws when something does not hold. */
export function playAll<Scenario>(
  kind: keyof typeof COUNTS,
  scenarios: fc.Arbitrary<Scenario>,
  play: (scenario: Scenario) => void,
): void {
  const { scale, seed } = inject("simulation");
  const runs = Math.round(COUNTS[kind] * scale);
  it(`holds in ${runs} scenarios (${kind})`, { timeout: 3_600_000 }, () => {
    let played = 0;
    const counted = fc.property(scenarios, (scenario) => {
      played += 1;
      play(scenario);
    });
    try {
      fc.assert(counted, { numRuns: runs, seed });
    } catch (error) {
      const nightly = scale > 1 ? " --nightly" : "";
      console.error(`To play it again: npm run simulate -- --seed ${seed}${nightly} simulation/pure`);
      throw error;
    }
    expect(played).toBe(runs);
    console.log(`${played} scenarios (${kind}) played, seed ${seed}`);
  });
}

/** A cheap comparison for millions of checks. @throws if the values differ. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, expected ${String(expected)}`);
}
