/** Promises: every open line has a date or a reason for none, no date has passed, and the history is complete. */
import type { LinePromise, PromiseRecord } from "../../src/promises/domain/promise";
import { unless, eventsOf, num, sum, type Row, type StoredState } from "./stored-state";

/** What must hold right after the hourly job. All locations are in UTC. */
export const checkPromises = (stored: StoredState): string[] => [
  ...datesOrReasons(stored),
  ...historyMatches(stored),
  ...inboundMatches(stored),
];

function datesOrReasons({ lines, orders, fulfillments, now }: StoredState): string[] {
  const today = new Date(now).toISOString().slice(0, 10);
  const open = new Set(
    orders.filter(({ status }) => status === "open" || status === "on_hold").map(({ id }) => id ?? null),
  );
  const late = fulfillments.flatMap(({ id, status, ship_by_on: on }) =>
    unless(
      !["planned", "released"].includes(String(status)) || on === null || String(on) >= today,
      `promise ${id}: should have left on ${on} and has not`,
    ),
  );
  const stuck = lines.flatMap((line) => {
    if (!open.has(line.order_id ?? null) || sum([line.unsourced, line.backordered, line.allocated]) === 0)
      return [];
    const promise = promiseOf(line);
    const hasDateOrReason = promise !== null && (promise.shipByOn ?? promise.noDate) !== null;
    return [
      ...unless(hasDateOrReason, `promise ${line.id}: has neither a date nor a reason for none`),
      ...unless(
        promise?.noDate !== "supply_unknown",
        `promise ${line.id}: inbound stock was never read for it`,
      ),
      ...unless(
        promise?.shipByOn == null || promise.shipByOn >= today,
        `promise ${line.id}: ${promise?.shipByOn} has passed`,
      ),
    ];
  });
  return [...late, ...stuck];
}

/** The promise events of the history lead to the stored promise, without gaps. */
function historyMatches({ lines, commits }: StoredState): string[] {
  const last = new Map<string, LinePromise>();
  const gaps = commits
    .toSorted((a, b) => num(a.version) - num(b.version))
    .flatMap(({ events }) => eventsOf(events))
    .flatMap((event) => {
      if (event.type !== "promise.made" && event.type !== "promise.moved") return [];
      const before = last.get(event.lineId);
      last.set(event.lineId, event.type === "promise.made" ? event.promise : event.after);
      const follows =
        event.type === "promise.made" ? before === undefined : isSame(before ?? null, event.before);
      return unless(follows, `promise ${event.lineId}: a change does not start from the promise before it`);
    });
  const differing = lines.flatMap((line) =>
    unless(
      isSame(last.get(String(line.id)) ?? null, promiseOf(line)),
      `promise ${line.id}: differs from the history`,
    ),
  );
  return [...gaps, ...differing];
}

function inboundMatches({ inbound, inboundReceipts }: StoredState): string[] {
  return inbound.flatMap(({ id, received, promises_updated_at }) => {
    const receipts = inboundReceipts.filter(({ inbound_id }) => inbound_id === id);
    return [
      ...unless(
        num(received) === sum(receipts.map(({ quantity }) => quantity)),
        `G6 inbound ${id}: ${received} received, but its ${receipts.length} receipts add up to something else`,
      ),
      ...unless(promises_updated_at !== null, `G8 inbound ${id}: waiting orders were not updated`),
    ];
  });
}

const promiseOf = ({ promise }: Row): PromiseRecord | null =>
  promise == null ? null : (JSON.parse(String(promise)) as PromiseRecord);

const isSame = (one: LinePromise | null, other: LinePromise | null): boolean =>
  one?.shipByOn === other?.shipByOn &&
  one?.deliverByOn === other?.deliverByOn &&
  one?.noDate === other?.noDate;
