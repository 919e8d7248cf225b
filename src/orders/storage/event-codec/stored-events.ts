/**
 * The events of a commit as order_events stores them: `[version of the format, event, …]`. Events that follow each other
 * and differ only in their line are one, with the list of the lines.
 *
 * A version that was written once stays readable: a test has its texts. A new one is written beside it.
 */
import type { LineId } from "../../../kernel/ids";
import type { SourcingDecision } from "../../../sourcing/domain/decision";
import type { Supply } from "../../../sourcing/domain/problem";
import type { Order } from "../../domain/order";
import type { OrderEvent } from "../../domain/order-events";
import type { Frame } from "./codec";
import { supply as supplyCodec } from "./decision";
import { eventCodec, EVENTS } from "./order-events";

const FORMAT = 1;

/** @param at when the events were committed, in epoch milliseconds. */
export const frameOf = (
  { channelId, externalId, lines }: Pick<Order, "channelId" | "externalId" | "lines">,
  at: number,
): Frame => ({
  at,
  channelId,
  externalId,
  lines,
  positionOf: new Map(lines.map(({ id }, i): [LineId, number] => [id, i])),
});

/** @param frame of the order after the commit. */
export const encodeEvents = (events: readonly OrderEvent[], frame: Frame): unknown[] => {
  const stored = events.map((event) => eventCodec.encode(event, frame) as Stored);
  return [FORMAT, ...together(stored)];
};

export type StoredEvents = Readonly<{
  events: readonly unknown[];
  /** Of the commit's sourcing decisions, as `encodeSupplies` has written them; null once they are deleted. */
  supply: readonly unknown[] | null;
}>;

/**
 * The events as they were committed.
 * @param frame of the order with the lines that it had after the commit, and perhaps later ones.
 * @throws for a format that is not known, such as one that a newer release has written.
 */
export function decodeEvents({ events, supply }: StoredEvents, frame: Frame): OrderEvent[] {
  const decoded = storedEventsOf(events)
    .flatMap(apart)
    .map((event) => eventCodec.decode(event, frame));
  return supply === null ? decoded : withSupplies(decoded, supply, frame);
}

/** The sourcing decisions among the events, which can be read without the order's lines. */
export function decodeDecisions({ events, supply }: StoredEvents): SourcingDecision[] {
  const [code] = EVENTS["order.sourced"];
  const sourced = storedEventsOf(events).filter(([each]) => each === code);
  return decodeEvents({ events: [FORMAT, ...sourced], supply }, NO_ORDER).flatMap((event) =>
    event.type === "order.sourced" ? [event.decision] : [],
  );
}

const NO_ORDER = { at: 0, channelId: "", externalId: "", lines: [], positionOf: new Map<LineId, number>() };

function storedEventsOf([format, ...events]: readonly unknown[]): readonly Stored[] {
  if (format !== FORMAT) throw new Error(`an order's history has the unknown format ${String(format)}`);
  return events as readonly Stored[];
}

/** What the decisions among the events were made from, in their sequence; null if they have none. */
export function encodeSupplies(events: readonly OrderEvent[], frame: Frame): unknown[] | null {
  const supplies = events.flatMap((event) => (event.type === "order.sourced" ? [event.decision.supply] : []));
  const isEmpty = supplies.every((each) => Object.keys(each).length === 0);
  return isEmpty ? null : supplies.map((each) => supplyCodec.encode(each, frame));
}

function withSupplies(
  events: readonly OrderEvent[],
  supplies: readonly unknown[],
  frame: Frame,
): OrderEvent[] {
  const decoded: Supply[] = supplies.map((each) => supplyCodec.decode(each, frame));
  return events.map((event) =>
    event.type === "order.sourced"
      ? { ...event, decision: { ...event.decision, supply: decoded.shift() ?? {} } }
      : event,
  );
}

type Stored = readonly [number: number, ...fields: unknown[]];

/** Events of one line that a commit has for many lines at once. Their first field is the line's position. */
const REPEATED = new Set(
  (["promise.made", "promise.moved", "promise.settled"] as const).map((type) => EVENTS[type][0]),
);

/** Joins each repeated event with the one before it, if they differ only in their line. */
function together(events: readonly Stored[]): Stored[] {
  const joined: Stored[] = [];
  let before: string | null = null;
  for (const event of events) {
    const [code, position, ...rest] = event;
    const same = REPEATED.has(code) && typeof position === "number" ? JSON.stringify([code, rest]) : null;
    const last = joined.at(-1);
    if (last !== undefined && same !== null && same === before) {
      joined[joined.length - 1] = [code, [last[1], position].flat(), ...rest];
    } else joined.push(event);
    before = same;
  }
  return joined;
}

const apart = ([code, positions, ...rest]: Stored): Stored[] =>
  REPEATED.has(code) && Array.isArray(positions)
    ? positions.map((position: unknown) => [code, position, ...rest])
    : [[code, positions, ...rest]];
