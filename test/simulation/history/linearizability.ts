/**
 * Whether what concurrent clients saw could have come from one thing that does one operation at a time.
 *
 * A history is linearizable when each operation can be given a moment between its invocation and its reply,
 * so that one after the other they answer what was answered. An operation whose reply was lost may have
 * happened at any time after its invocation, or never. The search is Wing and Gong's, which places one
 * operation after another and takes it back where that leads nowhere, with Lowe's memory of what was tried.
 */

/** What one operation at a time would do. States are values: `step` leaves the one it is given as it was. */
export type Model<State, Operation, Reply> = Readonly<{
  init: State;
  step: (state: State, operation: Operation) => Readonly<{ state: State; reply: Reply }>;
  equal: (expected: Reply, actual: Reply) => boolean;
  /** The same text for the same state. */
  keyOf: (state: State) => string;
}>;

/** Times are of one logical clock, on which no two moments are the same. */
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
      /** The shortest beginning of the history that cannot have happened: up to this call's reply. */
      inexplicable: Call<Operation, Reply>;
      prefix: readonly Call<Operation, Reply>[];
      /** What it would have answered where the others' replies let it be placed. */
      possible: readonly Reply[];
    }>;

export function checkHistory<State, Operation, Reply>(
  model: Model<State, Operation, Reply>,
  history: readonly Call<Operation, Reply>[],
): Verdict<Operation, Reply> {
  const whole = linearize(model, history);
  if (whole.order !== null) return { ok: true, order: whole.order };

  // What holds of a history holds of its beginnings, so the first that fails is found by halving.
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

/** The history as it stood at a moment: what had not been answered by then was pending. */
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
  /** Every answer that did not match, with what the model would have said. */
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

    // Whoever was invoked after this reply came after the operation that it answers.
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
      // What nobody heard of and changed nothing need not have happened.
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

/** The verdict on a history that cannot have happened, as a reader would say it. */
export function explain<Operation, Reply>(verdict: Verdict<Operation, Reply>): string {
  if (verdict.ok) return "linearizable";
  const { inexplicable, prefix, possible } = verdict;
  const say = ({ client, operation, invokedAt, replied }: Call<Operation, Reply>) =>
    `${client} ${invokedAt}..${replied?.at ?? "lost"} ${JSON.stringify(operation)} -> ${
      replied === null ? "?" : JSON.stringify(replied.reply)
    }`;
  return [
    `No order of these operations explains the last reply of ${inexplicable.client}:`,
    ...prefix.map((call) => `  ${say(call)}`),
    "It would have been:",
    ...possible.map((reply) => `  ${JSON.stringify(reply)}`),
  ].join("\n");
}

const distinct = <Reply>(replies: readonly Reply[]): Reply[] => [
  ...new Map(replies.map((reply) => [JSON.stringify(reply), reply])).values(),
];
