/** A random day: which actions happen, in what order, which of them concurrently, and which calls fail. */
import fc from "fast-check";
import type { TrafficOrder } from "../support/storefront-traffic";
import { act, actions, SKUS, type Action } from "./actions";
import { FAULT_NAMES, type Fault } from "./faults";
import { platform } from "./platform";
import { settleAndCheck } from "./settle-and-check";
import { World } from "./world";

export type RandomDay = Readonly<{
  stock: readonly (readonly [number, number])[];
  policy: "deny" | "backorder";
  /** The actions of one step happen concurrently. */
  steps: readonly (readonly Action[])[];
  faults: readonly Fault[];
  /** Seed of the order in which queued messages are delivered. */
  shuffle: number;
}>;

const units = fc.integer({ min: 0, max: 6 });
const fault = fc.record({ call: fc.integer({ min: 1, max: 150 }), fault: fc.constantFrom(...FAULT_NAMES) });

export const randomDays: fc.Arbitrary<RandomDay> = fc.record({
  stock: fc.array(fc.tuple(units, units), { minLength: SKUS, maxLength: SKUS }),
  policy: fc.constantFrom("deny", "backorder"),
  steps: fc.array(fc.array(actions, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 10 }),
  faults: fc.array(fault, { maxLength: 5 }),
  shuffle: fc.nat(),
});

/** Plays the day to its end. Returns every violation of a guarantee. */
export async function play(day: RandomDay): Promise<string[]> {
  const random = randomFrom(day.shuffle);
  const world = await World.open(day.stock, { random, policy: day.policy });
  const orders: TrafficOrder[] = [];
  platform().arm(day.faults);
  for (const step of day.steps) {
    await Promise.all(step.map((each) => act(world, orders, each)));
  }
  return settleAndCheck(world);
}

/** The Mulberry32 generator: small, seeded, and the same on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
