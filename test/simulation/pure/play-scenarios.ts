/**
 * How many scenarios of the domain alone are played, and from which seed. `SIMULATION_SCALE` multiplies them;
 * `SIMULATION_SEED`, which a failure prints, plays the same ones again.
 */
import fc from "fast-check";
import { expect, inject, it } from "vitest";

/** At scale 1: two hundred thousand together, which `scenarios.test.ts` holds them to. */
export const SHARES = {
  stock: 76_000,
  longStock: 4_000,
  orders: 40_000,
  resourcing: 20_000,
  apportioned: 20_000,
  unitShares: 20_000,
  lineMoney: 20_000,
} as const;

/** Plays the share: the scenario throws where something does not hold. Counts what was really played. */
export function playAll<Scenario>(
  share: keyof typeof SHARES,
  scenarios: fc.Arbitrary<Scenario>,
  play: (scenario: Scenario) => void,
): void {
  const { scale, seed } = inject("simulation");
  const runs = Math.round(SHARES[share] * scale);
  it(`holds in ${runs} scenarios (${share})`, { timeout: 3_600_000 }, () => {
    let played = 0;
    const counted = fc.property(scenarios, (scenario) => {
      played += 1;
      play(scenario);
    });
    try {
      fc.assert(counted, { numRuns: runs, seed });
    } catch (error) {
      console.error(`To play it again: SIMULATION_SEED=${seed} SIMULATION_SCALE=${scale} npm test`);
      throw error;
    }
    expect(played).toBe(runs);
    console.log(`${played} scenarios of ${share} played, seed ${seed}`);
  });
}
