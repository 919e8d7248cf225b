/** A random day: who does what, in what order and beside whom, and which calls fail. */
import fc from "fast-check";
import type { TrafficOrder } from "../support/storefront-traffic";
import { act, actions, SKUS, type Action } from "./actions";
import { FAULT_NAMES, type Fault } from "./faults";
import { platform } from "./platform";
import { settled } from "./settle-and-check";
import { World } from "./world";

export type Scenario = Readonly<{
  stock: readonly (readonly [number, number])[];
  policy: "deny" | "backorder";
  /** Each step's actions happen side by side. */
  steps: readonly (readonly Action[])[];
  faults: readonly Fault[];
  shuffle: number;
}>;

const units = fc.integer({ min: 0, max: 6 });
const fault = fc.record({ call: fc.integer({ min: 1, max: 150 }), fault: fc.constantFrom(...FAULT_NAMES) });

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  stock: fc.array(fc.tuple(units, units), { minLength: SKUS, maxLength: SKUS }),
  policy: fc.constantFrom("deny", "backorder"),
  steps: fc.array(fc.array(actions, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 10 }),
  faults: fc.array(fault, { maxLength: 5 }),
  shuffle: fc.nat(),
});

/** Plays the scenario to its end and answers every guarantee that does not hold afterwards. */
export async function play(scenario: Scenario): Promise<string[]> {
  const random = randomFrom(scenario.shuffle);
  const world = await World.open(scenario.stock, { random, policy: scenario.policy });
  const orders: TrafficOrder[] = [];
  platform().arm(scenario.faults);
  for (const step of scenario.steps) {
    await Promise.all(step.map((each) => act(world, orders, each)));
  }
  return settled(world);
}

/** Mulberry32: small, seeded, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
