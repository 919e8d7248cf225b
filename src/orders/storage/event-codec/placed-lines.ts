/**
 * The lines of an event that adds them to the order: they stand in order_lines and not again in the event. The event
 * has their positions, and what differs from a line whose units are all allocated, such as backordered ones. What
 * has changed of a line since it was placed is kept with the line (`placedAs`).
 */
import type { LineId } from "../../../kernel/ids";
import type { OrderLine } from "../../domain/order-line";
import type { Codec } from "./codec";

/** The line as it was placed, if all its units were allocated. */
export function asPlaced({ placedAs = {}, ...line }: OrderLine): OrderLine {
  const placed = { ...line, ...placedAs };
  return {
    ...placed,
    unsourced: 0,
    backordered: 0,
    allocated: placed.ordered,
    shipped: 0,
    cancelled: 0,
    removed: 0,
    returned: 0,
    promise: null,
  };
}

type Stored = readonly [
  first: number,
  count: number,
  differing?: Readonly<Record<string, Partial<OrderLine>>>,
];

export const placedLines: Codec<readonly OrderLine[]> = {
  encode: (placed, { lines, positionOf }) => {
    const first = positionOf.get(placed[0]?.id ?? ("" as LineId)) ?? 0;
    if (!placed.every(({ id }, i) => lines[first + i]?.id === id)) return { lines: placed };
    const differing = placed.flatMap((line, i) => {
      const differs = differenceOf(asPlaced(lines[first + i]!), line);
      return differs === null ? [] : [[String(i), differs] as const];
    });
    return differing.length === 0
      ? [first, placed.length]
      : [first, placed.length, Object.fromEntries(differing)];
  },
  decode: (stored, { lines }) => {
    if (!Array.isArray(stored)) return (stored as { lines: readonly OrderLine[] }).lines;
    const [first, count, differing = {}] = stored as unknown as Stored;
    return lines
      .slice(first, first + count)
      .map((line, i) => ({ ...asPlaced(line), ...differing[String(i)] }));
  },
};

/** The fields of the line that are not those of the base; null if all are. */
function differenceOf(base: OrderLine, line: OrderLine): Partial<OrderLine> | null {
  const differing = Object.entries(line).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(base[key as keyof OrderLine]),
  );
  return differing.length === 0 ? null : Object.fromEntries(differing);
}
