/**
 * Checks whether a history of concurrent calls is linearizable: whether an object that performs one operation at a time
 * could have given these replies.
 *
 * It could if each operation can be placed at a moment between its invocation and its reply, so that the operations, one
 * after the other, give the recorded replies. An operation whose reply was lost may have happened at any time after its
 * invocation, or never. The search is that of Wing and Gong (1993), a depth-first search with backtracking, with Lowe's
 * (2017) cache of configurations already tried.
 */

/** The sequential behaviour. `step` does not change the state that it is given. */
export type Model<State, Operation, Reply> = Readonly<{
  init: State;
  step: (state: State, operation: Operation) => Readonly<{ state: State; reply: Reply }>;
  equal: (expected: Reply, actual: Reply) => boolean;
  /** Equal states have equal keys. */
  keyOf: (state: State) => string;
}>;

/** Times come from one logical clock; no two are equal. */
export type Call<Operation, Reply> = Readonly<{
  client: string;
  operation: Operation;
  invokedAt: number;
  /** Null where the reply was lost. */
  replied: Readonly<{ at: number; reply: Reply }> | null;
}>;

export type Verdict<Operation, Reply> =
  | Readonly<{ ok: true; order: readonly Call<Operation, Reply>[] }>
  | Readonly<{
      ok: false;
      /** The last reply of the shortest prefix that is not linearizable. */
      inexplicable: Call<Operation, Reply>;
      prefix: readonly Call<Operation, Reply>[];
      /** The replies that it could have given. */
      possible: readonly Reply[];
    }>;

export function checkHistory<State, Operation, Reply>(
  model: Model<State, Operation, Reply>,
  history: readonly Call<Operation, Reply>[],
): Verdict<Operation, Reply> {
  const whole = linearize(model, history);
  if (whole.order !== null) return { ok: true, order: whole.order };

  // Every prefix of a linearizable history is linearizable, so a binary search finds the first that is not.
  const replies = history
    .flatMap(({ replied }) => (replied === null ? [] : [replied.at]))
    .toSorted((a, b) => a - b);
  let [holds, fails] = [-1, replies.length - 1];
  while (fails - holds > 1) {
    const middle = Math.floor((holds + fails) / 2);
    const found = linearize(model, upTo(history, replies[middle]!)).order !== null;
    if (found) holds = middle;
    else fails = middle;
  }
  const prefix = upTo(history, replies[fails]!);
  const inexplicable = prefix.find(({ replied }) => replied?.at === replies[fails])!;
  const { refused } = linearize(model, prefix);
  const possible = refused.filter(({ call }) => call === inexplicable).map(({ expected }) => expected);
  return { ok: false, inexplicable, prefix, possible: distinct(possible) };
}

/** The history up to a moment. Calls without a reply by then are pending. */
function upTo<Operation, Reply>(
  history: readonly Call<Operation, Reply>[],
  moment: number,
): Call<Operation, Reply>[] {
  return history
    .filter(({ invokedAt }) => invokedAt < moment)
    .map((call) => (call.replied !== null && call.replied.at > moment ? { ...call, replied: null } : call));
}

type Refused<Operation, Reply> = Readonly<{ call: Call<Operation, Reply>; expected: Reply }>;
type Linearized<Operation, Reply> = Readonly<{
  /** Null where there is none. */
  order: readonly Call<Operation, Reply>[] | null;
  /** Every reply that did not match the model, with the model's reply. */
  refused: readonly Refused<Operation, Reply>[];
}>;

function linearize<State, Operation, Reply>(
  model: Model<State, Operation, Reply>,
  history: readonly Call<Operation, Reply>[],
): Linearized<Operation, Reply> {
  const calls = history.toSorted((a, b) => a.invokedAt - b.invokedAt);
  const placed = calls.map(() => false);
  const order: Call<Operation, Reply>[] = [];
  const refused: Refused<Operation, Reply>[] = [];
  const tried = new Set<string>();

  const extend = (state: State, key: string): boolean => {
    const open = calls.filter((call, i) => !placed[i] && call.replied !== null);
    if (open.length === 0) return true;
    const seen = `${placed.map(Number).join("")} ${key}`;
    if (tried.has(seen)) return false;
    tried.add(seen);

    // A call invoked after the first reply comes after the operation of that reply.
    const firstReply = Math.min(...open.map(({ replied }) => replied!.at));
    for (const [i, call] of calls.entries()) {
      if (call.invokedAt > firstReply) break;
      if (placed[i]) continue;
      const next = model.step(state, call.operation);
      if (call.replied !== null && !model.equal(next.reply, call.replied.reply)) {
        refused.push({ call, expected: next.reply });
        continue;
      }
      const nextKey = model.keyOf(next.state);
      // A lost call that changes nothing need not be placed.
      if (call.replied === null && nextKey === key) continue;
      placed[i] = true;
      order.push(call);
      if (extend(next.state, nextKey)) return true;
      order.pop();
      placed[i] = false;
    }
    return false;
  };
  const found = extend(model.init, model.keyOf(model.init));
  return { order: found ? order : null, refused };
}

/** The verdict as text: the shortest prefix that is not linearizable, and the replies that were possible. */
export function explain<Operation, Reply>(verdict: Verdict<Operation, Reply>): string {
  if (verdict.ok) return "linearizable";
  const { inexplicable, prefix, possible } = verdict;
  const lineOf = ({ client, operation, invokedAt, replied }: Call<Operation, Reply>) =>
    `${client} ${invokedAt}..${replied?.at ?? "lost"} ${JSON.stringify(operation)} -> ${
      replied === null ? "?" : JSON.stringify(replied.reply)
    }`;
  return [
    `No order of these operations explains the last reply of ${inexplicable.client}:`,
    ...prefix.map((call) => `  ${lineOf(call)}`),
    "Possible replies:",
    ...possible.map((reply) => `  ${JSON.stringify(reply)}`),
  ].join("\n");
}

const distinct = <Reply>(replies: readonly Reply[]): Reply[] => [
  ...new Map(replies.map((reply) => [JSON.stringify(reply), reply])).values(),
];
