/** Keeps what a line was placed as, when an event changes it: the event that placed it does not have it again. */
import type { Order } from "../order";
import { PLACED_FACTS, type OrderLine, type PlacedFacts } from "../order-line";

/** `after` with the first values of what has changed of its lines. */
export function withPlacedAs(before: Order, after: Order): Order {
  if (after.lines === before.lines) return after;
  const lines = after.lines.map((line, i) => lineWithPlacedAs(before.lines[i], line));
  return lines.every((line, i) => line === after.lines[i]) ? after : { ...after, lines };
}

function lineWithPlacedAs(before: OrderLine | undefined, after: OrderLine): OrderLine {
  if (before === undefined || before === after || before.id !== after.id) return after;
  const changed = PLACED_FACTS.filter((fact) => before[fact] !== after[fact]);
  const first = changed.filter((fact) => !(fact in (before.placedAs ?? {})));
  if (first.length === 0) return after;
  const placedAs: Partial<PlacedFacts> = Object.fromEntries(first.map((fact) => [fact, before[fact]]));
  return { ...after, placedAs: { ...before.placedAs, ...placedAs } };
}
