/**
 * Random days with faults. Each shard plays other days; a failure shrinks, and prints the command that repeats it.
 */
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { onObjectBackedD1 } from "./on-object-backed-d1";
import { play, randomDays } from "./random-day";

const TIMEOUT_MS = 12 * 3_600_000;
const { runs, seed } = inject("simulation");
const { index, of } = inject("shard");
/** Kept, because a world silences the console. */
const log = console.log.bind(console);

/** The first shard plays on the local D1, which takes about twice as long, a fifth of all days. */
const SHARE_ON_D1 = 0.2;
const isOnD1 = index === 1;
/** The shards play one, two and four orders databases. */
const ordersDatabases = 2 ** (index - 1);
const days = Math.ceil(runs * (isOnD1 ? SHARE_ON_D1 : (1 - SHARE_ON_D1) / (of - 1)));

it(`keeps every guarantee through ${days} random days`, { timeout: TIMEOUT_MS }, async () => {
  let played = 0;
  const property = fc.asyncProperty(randomDays, async (day) => {
    played += 1;
    const work = () => play(day);
    expect(await (isOnD1 ? work() : onObjectBackedD1(work, ordersDatabases))).toEqual([]);
  });
  try {
    // A seed of its own, so that no shard plays the days of another.
    await fc.assert(property, { numRuns: days, seed: seed + index - 1 });
  } catch (error) {
    const again = `To play it again: npm run simulate -- --seed ${seed} --runs ${runs} random.test.ts`;
    throw new Error(`${again}\n${String(error)}`, { cause: error });
  }
  expect(played).toBe(days);
  log(`${played} random days played, seed ${seed}, on ${isOnD1 ? "the local D1" : "the object-backed D1"}`);
});
