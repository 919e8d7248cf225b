import { describe, expect, it } from "vitest";
import { createBatches, type Outcome } from "../../src/inventory/object/batches";

/** Batches of numbers, which are doubled; a negative one fails. `turn` ends the pause. */
function doubling() {
  const worked: number[][] = [];
  let turns: (() => void)[] = [];
  const work = (items: readonly number[]): Outcome<number>[] => {
    worked.push([...items]);
    return items.map((item) => (item < 0 ? { error: new Error(`${item}`) } : { value: item * 2 }));
  };
  const pause = () => new Promise<void>((done) => void turns.push(done));
  const turn = () => {
    const waiting = turns;
    turns = [];
    for (const done of waiting) done();
  };
  return { batches: createBatches(work, pause), worked, turn };
}

describe("batches", () => {
  it("do a lone call at once", async () => {
    const { batches, worked } = doubling();
    const calls = [batches.add(1, 0), batches.add(2, 1_000)];
    expect(worked).toEqual([[1], [2]]);
    expect(await Promise.all(calls)).toEqual([2, 4]);
  });

  it("collect the calls of a burst, in their order", async () => {
    const { batches, worked, turn } = doubling();
    await batches.add(1, 0);
    const calls = [batches.add(2, 10), batches.add(3, 20), batches.add(4, 500)];
    expect(worked).toEqual([[1]]);
    turn();
    expect(await Promise.all(calls)).toEqual([4, 6, 8]);
    expect(worked).toEqual([[1], [2, 3, 4]]);
    expect(await batches.add(5, 2_000)).toBe(10);
  });

  it("give each call its own error", async () => {
    const { batches, turn } = doubling();
    await expect(batches.add(-1, 0)).rejects.toThrow("-1");
    const calls = [batches.add(1, 1), batches.add(-2, 1)];
    turn();
    const results = await Promise.allSettled(calls);
    expect(results).toMatchObject([{ value: 2 }, { reason: { message: "-2" } }]);
  });

  it("begin another one after a hundred calls", async () => {
    const { batches, worked, turn } = doubling();
    await batches.add(0, 0);
    const calls = Array.from({ length: 150 }, (_, i) => batches.add(i, 1));
    turn();
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 150 }, (_, i) => i * 2));
    expect(worked.map(({ length }) => length)).toEqual([1, 100, 50]);
  });

  it("take a clock that goes back as another call, not as a burst that never ends", async () => {
    const { batches } = doubling();
    await batches.add(1, 10_000);
    expect(await batches.add(2, 0)).toBe(4);
  });
});
