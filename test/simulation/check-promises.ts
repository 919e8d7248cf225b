/** Promises: what is open has a date or the reason for none, none has passed, and each move begins where the last ended. */
import type { LinePromise, StandingPromise } from "../../src/promises/domain/promise";
import { broken, eventsOf, num, sum, type Row, type Stored } from "./stored-state";

/** What must hold right after the hourly look; all locations' clocks show UTC. */
export const checkPromises = (stored: Stored): string[] => [
  ...datesOrReasons(stored),
  ...historyTold(stored),
  ...inboundCounted(stored),
];

function datesOrReasons({ lines, orders, fulfillments, now }: Stored): string[] {
  const today = new Date(now).toISOString().slice(0, 10);
  const open = new Set(
    orders.filter(({ status }) => status === "open" || status === "on_hold").map(({ id }) => id ?? null),
  );
  const late = fulfillments.flatMap(({ id, status, ship_by_on: on }) =>
    broken(
      !["planned", "released"].includes(String(status)) || on === null || String(on) >= today,
      `promise ${id}: was to leave on ${on}, and is still there`,
    ),
  );
  const stuck = lines.flatMap((line) => {
    if (!open.has(line.order_id ?? null) || sum([line.unsourced, line.backordered, line.allocated]) === 0)
      return [];
    const promise = promiseOf(line);
    const isTold = promise !== null && (promise.shipByOn ?? promise.noDate) !== null;
    return [
      ...broken(isTold, `promise ${line.id}: neither a date nor a reason for none`),
      ...broken(promise?.noDate !== "supply_unknown", `promise ${line.id}: what is expected was never asked`),
      ...broken(
        promise?.shipByOn == null || promise.shipByOn >= today,
        `promise ${line.id}: ${promise?.shipByOn} has passed`,
      ),
    ];
  });
  return [...late, ...stuck];
}

/** The history says what stands, move by move. */
function historyTold({ lines, commits }: Stored): string[] {
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
      return broken(follows, `promise ${event.lineId}: a move does not begin where the last ended`);
    });
  const unreported = lines.flatMap((line) =>
    broken(
      isSame(last.get(String(line.id)) ?? null, promiseOf(line)),
      `promise ${line.id}: the history says otherwise`,
    ),
  );
  return [...gaps, ...unreported];
}

function inboundCounted({ inbound, inboundReceipts }: Stored): string[] {
  return inbound.flatMap(({ id, received, told_at }) => {
    const receipts = inboundReceipts.filter(({ inbound_id }) => inbound_id === id);
    return [
      ...broken(
        num(received) === sum(receipts.map(({ quantity }) => quantity)),
        `G6 inbound ${id}: ${received} counted, ${receipts.length} receipts say otherwise`,
      ),
      ...broken(told_at !== null, `G8 inbound ${id}: those who wait were never told`),
    ];
  });
}

const promiseOf = ({ promise }: Row): StandingPromise | null =>
  promise == null ? null : (JSON.parse(String(promise)) as StandingPromise);

const isSame = (one: LinePromise | null, other: LinePromise | null): boolean =>
  one?.shipByOn === other?.shipByOn &&
  one?.deliverByOn === other?.deliverByOn &&
  one?.noDate === other?.noDate;
