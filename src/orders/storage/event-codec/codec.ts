/**
 * Codecs: how a value is written as short JSON and read again. A record is written as the list of its fields' values, in
 * the order in which its codec names them; so a codec is part of the stored format. Fields may be added at its end. Any
 * other change needs a new version of the format (stored-events.ts).
 */
import type { LineId } from "../../../kernel/ids";
import type { OrderLine } from "../../domain/order-line";

/** What the values of one commit are written relative to. */
export type Frame = Readonly<{
  /** When it was committed, in epoch milliseconds. */
  at: number;
  channelId: string;
  externalId: string;
  /** The order's lines by position. Lines are never removed, and never change their position. */
  lines: readonly OrderLine[];
  positionOf: ReadonlyMap<LineId, number>;
}>;

export type Codec<Value> = Readonly<{
  encode: (value: Value, frame: Frame) => unknown;
  decode: (stored: unknown, frame: Frame) => Value;
}>;

/** As JSON has it. */
const AS_IT_IS: Codec<unknown> = { encode: (value) => value, decode: (stored) => stored };
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller names the type that was written.
export const plain = <Value>(): Codec<Value> => AS_IT_IS as Codec<Value>;

/** Stands for a field that is absent, if others follow. No stored value looks like it. */
const ABSENT: Readonly<Record<string, number>> = { "": 0 };
const isAbsent = (stored: unknown): boolean =>
  typeof stored === "object" && stored !== null && "" in stored && Object.keys(stored).length === 1;

type Fields<Value> = { readonly [Key in keyof Value]-?: Codec<Exclude<Value[Key], undefined>> };

/** A list of the fields' values. Absent fields at the end are left out. */
export function record<Value extends object>(fields: Fields<Value>): Codec<Value> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each field's codec is that of its value.
  const codecs = Object.entries(fields) as [keyof Value & string, Codec<unknown>][];
  return {
    encode: (value, frame) => {
      const stored: unknown[] = codecs.map(([key, codec]) =>
        value[key] === undefined ? ABSENT : codec.encode(value[key], frame),
      );
      while (stored.at(-1) === ABSENT) stored.pop();
      return stored;
    },
    decode: (stored, frame) => {
      const values = stored as readonly unknown[];
      const decoded = codecs.flatMap(([key, codec], i) =>
        i >= values.length || isAbsent(values[i]) ? [] : [[key, codec.decode(values[i], frame)] as const],
      );
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields that were written.
      return Object.fromEntries(decoded) as Value;
    },
  };
}

export const list = <Item>(item: Codec<Item>): Codec<readonly Item[]> => ({
  encode: (values, frame) => values.map((value) => item.encode(value, frame)),
  decode: (stored, frame) => (stored as readonly unknown[]).map((each) => item.decode(each, frame)),
});

export const nullable = <Value>(codec: Codec<Value>): Codec<Value | null> => ({
  encode: (value, frame) => (value === null ? null : codec.encode(value, frame)),
  decode: (stored, frame) => (stored === null ? null : codec.decode(stored, frame)),
});

/** One of a few texts, as its place in the list, to which texts may be added at the end; others as they are. */
export const oneOf = <Text extends string>(texts: readonly Text[]): Codec<Text> => ({
  encode: (value) => {
    const place = texts.indexOf(value);
    return place < 0 ? value : place;
  },
  decode: (stored) => (typeof stored === "number" ? texts[stored]! : (stored as Text)),
});

/** A line of the order, as its position. */
export const line: Codec<LineId> = {
  encode: (id, { positionOf }) => positionOf.get(id) ?? id,
  decode: (stored, { lines }) => (typeof stored === "number" ? lines[stored]!.id : (stored as LineId)),
};

/** A moment, as the milliseconds since the commit. */
export const moment: Codec<number> = {
  encode: (at, frame) => at - frame.at,
  decode: (stored, frame) => (stored as number) + frame.at,
};

const DAY_MS = 86_400_000;
const LOCAL_DATE = /^\d{4}-\d\d-\d\d$/;
const dayNumber = (at: number): number => Math.floor(at / DAY_MS);

/** A local date, as the days since the commit's day in UTC. */
export const day: Codec<string> = {
  encode: (on, frame) => {
    const parsed = LOCAL_DATE.test(on) ? Date.parse(`${on}T00:00:00Z`) : Number.NaN;
    // A text that is not the only form of its day, such as the 30th of February, stays as it is.
    return Number.isNaN(parsed) || dateOf(dayNumber(parsed)) !== on
      ? on
      : dayNumber(parsed) - dayNumber(frame.at);
  },
  decode: (stored, frame) =>
    typeof stored === "number" ? dateOf(stored + dayNumber(frame.at)) : (stored as string),
};

const dateOf = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10);
