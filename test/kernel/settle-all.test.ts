import { describe, expect, it } from "vitest";
import { settleAll } from "../../src/kernel/settle-all";

describe("settleAll", () => {
  it("returns the values in the sequence of the promises", async () => {
    expect(await settleAll([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
    expect(await settleAll([])).toEqual([]);
  });

  it("throws the first failure once all have settled", async () => {
    const slow = Promise.withResolvers<number>();
    let isSettled = false;
    const all = settleAll([
      slow.promise,
      Promise.reject(new Error("early")),
      Promise.reject(new Error("late")),
    ]);
    const done = all.catch((error: unknown) => error).finally(() => (isSettled = true));
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(isSettled).toBe(false);
    slow.resolve(1);
    expect(await done).toEqual(new Error("early"));
  });
});
