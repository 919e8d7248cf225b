/** Histories known to be linearizable or not, and random ones made from a real sequence. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkHistory, explain, type Call, type Model } from "./linearizability";

/** A register of one number that is read, written, increased and decreased. */
type Operation = Readonly<{ read: true } | { write: number } | { add: number } | { takeAtMost: number }>;

const register: Model<number, Operation, number> = {
  init: 0,
  step: (state, operation) => {
    if ("read" in operation) return { state, reply: state };
    if ("write" in operation) return { state: operation.write, reply: 0 };
    if ("add" in operation) return { state: state + operation.add, reply: state + operation.add };
    const taken = Math.min(state, operation.takeAtMost);
    return { state: state - taken, reply: taken };
  },
  equal: (expected, actual) => expected === actual,
  keyOf: String,
};

const read: Operation = { read: true };
const write = (value: number): Operation => ({ write: value });
const add = (value: number): Operation => ({ add: value });
const take = (units: number): Operation => ({ takeAtMost: units });

/** `call("a", 1, 4, read, 7)`: client a reads 7, invoked at 1 and replied at 4. Null instead of 4: the reply was lost. */
const call = (
  client: string,
  invokedAt: number,
  at: number | null,
  operation: Operation,
  reply = 0,
): Call<Operation, number> => ({
  client,
  operation,
  invokedAt,
  replied: at === null ? null : { at, reply },
});

describe("a history is linearizable", () => {
  it.each([
    ["without calls", []],
    ["with calls one after the other", [call("a", 1, 2, write(5)), call("b", 3, 4, read, 5)]],
    ["if a read overlaps a write and sees it", [call("a", 1, 4, write(5)), call("b", 2, 3, read, 5)]],
    ["if a read overlaps a write and does not see it", [call("a", 1, 4, write(5)), call("b", 2, 3, read, 0)]],
    [
      "if the operation with the later reply happened first",
      [call("a", 1, 6, add(1), 3), call("b", 2, 5, add(2), 2), call("c", 7, 8, read, 3)],
    ],
    [
      "if the search has to backtrack",
      [
        call("a", 1, 8, write(1)),
        call("b", 2, 9, write(2)),
        call("c", 3, 4, read, 2),
        call("c", 5, 6, read, 1),
      ],
    ],
    ["if a lost write was done", [call("a", 1, null, write(5)), call("b", 2, 3, read, 5)]],
    ["if a lost write was not done", [call("a", 1, null, write(5)), call("b", 2, 3, read, 0)]],
    [
      "if a lost write was done late",
      [call("a", 1, null, write(5)), call("b", 2, 3, read, 0), call("b", 4, 5, read, 5)],
    ],
    [
      "if a lost call and its retry were both done",
      [call("a", 1, null, add(2)), call("a", 2, 3, add(2), 4), call("b", 4, 5, read, 4)],
    ],
    [
      "if two of three lost calls explain a read",
      [
        call("a", 1, null, add(1)),
        call("b", 2, null, add(2)),
        call("c", 3, null, add(4)),
        call("d", 5, 6, read, 5),
      ],
    ],
  ])("%s", (_what, history) => {
    expect(explain(checkHistory(register, history))).toBe("linearizable");
  });

  it("with an order of its operations as proof", () => {
    const history = [call("a", 1, 6, add(1), 3), call("b", 2, 5, add(2), 2)];
    const verdict = checkHistory(register, history);
    expect(verdict.ok && verdict.order.map(({ client }) => client)).toEqual(["b", "a"]);
  });
});

describe("a history is not linearizable", () => {
  it.each([
    [
      "after a stale read",
      [call("a", 1, 2, write(5)), call("b", 3, 4, read, 0), call("b", 5, 6, read, 5)],
      { client: "b", at: 4, possible: [5] },
    ],
    [
      "after a read that goes back in time",
      [call("a", 1, 9, write(5)), call("b", 2, 3, read, 5), call("c", 4, 5, read, 0)],
      { client: "c", at: 5, possible: [5] },
    ],
    [
      "if two clients get the last unit",
      [call("s", 1, 2, write(1)), call("a", 3, 6, take(1), 1), call("b", 4, 5, take(1), 1)],
      { client: "a", at: 6, possible: [0] },
    ],
    [
      "after a lost update",
      [call("a", 1, 4, add(1), 1), call("b", 2, 3, add(1), 1), call("c", 5, 6, read, 1)],
      { client: "a", at: 4, possible: [2] },
    ],
    [
      "if a client gets a unit that never existed",
      [call("a", 1, 4, take(2), 2)],
      { client: "a", at: 4, possible: [0] },
    ],
    [
      "if no lost write explains a read",
      [call("a", 1, null, write(5)), call("b", 2, 3, read, 7)],
      { client: "b", at: 3, possible: [0, 5] },
    ],
    [
      "if a lost write is seen before its invocation",
      [call("b", 1, 2, read, 5), call("a", 3, null, write(5))],
      { client: "b", at: 2, possible: [0] },
    ],
    [
      "if a lost write is seen and then not seen",
      [call("a", 1, null, add(5)), call("b", 2, 3, read, 5), call("b", 4, 5, read, 0)],
      { client: "b", at: 5, possible: [5] },
    ],
    [
      "if a lost call is done twice",
      [call("a", 1, null, add(5)), call("b", 2, 3, read, 5), call("b", 4, 5, read, 10)],
      { client: "b", at: 5, possible: [5] },
    ],
  ])("%s", (_what, history, expected) => {
    const verdict = checkHistory(register, history);
    if (verdict.ok) throw new Error("the history was found linearizable");
    const { inexplicable, possible } = verdict;
    expect({ client: inexplicable.client, at: inexplicable.replied?.at }).toEqual({
      client: expected.client,
      at: expected.at,
    });
    expect(possible.toSorted()).toEqual(expected.possible.toSorted());
  });

  it("and the report has the shortest prefix that shows it", () => {
    const history = [
      call("a", 1, 2, write(5)),
      call("b", 3, 6, read, 0),
      call("a", 4, 9, write(6)),
      call("c", 7, 8, read, 1),
    ];
    expect(explain(checkHistory(register, history))).toBe(
      [
        "No order of these operations explains the last reply of b:",
        '  a 1..2 {"write":5} -> 0',
        '  b 3..6 {"read":true} -> 0',
        '  a 4..lost {"write":6} -> ?',
        "Possible replies:",
        "  5",
        "  6",
      ].join("\n"),
    );
  });
});

type Random = Readonly<{ operation: Operation; before: number; after: number; lost: boolean }>;

const value = fc.integer({ min: 1, max: 9 });
const random: fc.Arbitrary<Random> = fc.record({
  operation: fc.oneof(fc.constant(read), value.map(write), value.map(add), value.map(take)),
  before: fc.nat(30),
  after: fc.nat(30),
  lost: fc.boolean(),
});
const randoms = fc.array(random, { minLength: 1, maxLength: 14 });

/** A history of operations done one after the other, each with an interval around its moment. */
function historyOf(operations: readonly Random[], mayLose: boolean): Call<Operation, number>[] {
  let state = register.init;
  const moments: { at: number; set: (tick: number) => void }[] = [];
  const calls = operations.map(({ operation, before, after, lost }, i) => {
    const done = register.step(state, operation);
    state = done.state;
    const times = { invokedAt: 0, repliedAt: 0 };
    moments.push({ at: i * 10 - before, set: (tick) => (times.invokedAt = tick) });
    moments.push({ at: i * 10 + 1 + after, set: (tick) => (times.repliedAt = tick) });
    return { client: `c${i}`, operation, reply: done.reply, times, lost: lost && mayLose };
  });
  for (const [tick, { set }] of moments.toSorted((a, b) => a.at - b.at).entries()) set(tick);
  return calls.map(({ client, operation, reply, times, lost }) =>
    call(client, times.invokedAt, lost ? null : times.repliedAt, operation, reply),
  );
}

/** Tries every order: a slow reference for the search. */
function isLinearizable(history: readonly Call<Operation, number>[], state: number): boolean {
  if (history.every(({ replied }) => replied === null)) return true;
  const firstReply = Math.min(...history.map(({ replied }) => replied?.at ?? Infinity));
  return history.some((each) => {
    if (each.invokedAt > firstReply) return false;
    const next = register.step(state, each.operation);
    if (each.replied !== null && each.replied.reply !== next.reply) return false;
    return isLinearizable(
      history.filter((other) => other !== each),
      next.state,
    );
  });
}

describe("random histories", () => {
  it("are linearizable when made from a sequence, with any overlaps and lost replies", () => {
    fc.assert(
      fc.property(randoms, (operations) => {
        expect(explain(checkHistory(register, historyOf(operations, true)))).toBe("linearizable");
      }),
      { numRuns: 1_000 },
    );
  });

  it("get the same verdict from the search and from trying every order", () => {
    const answers = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 6, maxLength: 6 });
    const verdicts = { good: 0, bad: 0 };
    fc.assert(
      fc.property(fc.array(random, { minLength: 1, maxLength: 6 }), answers, (operations, wrong) => {
        const history = historyOf(operations, true).map((each, i) => {
          const { replied } = each;
          return replied ? { ...each, replied: { ...replied, reply: replied.reply + wrong[i]! } } : each;
        });
        const expected = isLinearizable(history, register.init);
        verdicts[expected ? "good" : "bad"] += 1;
        expect(checkHistory(register, history).ok).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(verdicts.good, verdicts.bad)).toBeGreaterThan(100);
  });

  it("are nearly always rejected when one reply is changed", () => {
    let found = 0;
    const runs = 500;
    fc.assert(
      fc.property(randoms, fc.nat(), (operations, which) => {
        const history = historyOf(operations, false);
        const { replied, ...rest } = history[which % history.length]!;
        const changed = { ...rest, replied: { at: replied!.at, reply: replied!.reply + 1 } };
        found += checkHistory(register, history.with(which % history.length, changed)).ok ? 0 : 1;
      }),
      { numRuns: runs },
    );
    expect(found).toBeGreaterThan(runs * 0.8);
  });

  it("of forty operations are checked within two seconds, with a third of the replies lost", () => {
    const fortyOperations = fc.array(random, { minLength: 40, maxLength: 40 });
    const [operations] = fc.sample(fortyOperations, { numRuns: 1, seed: 7 });
    const some = operations!.map((each, i) => ({ ...each, lost: i % 3 === 0 }));
    const history = historyOf(some, true);
    const impossible = history.with(38, { ...history[38]!, replied: { at: 1_000, reply: -1 } });
    const started = performance.now();
    expect(checkHistory(register, history).ok).toBe(true);
    expect(checkHistory(register, impossible).ok).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
