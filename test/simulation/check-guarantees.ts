/**
 * The guarantees that must hold once a world is at rest. They are read from stored data alone: D1's rows, the objects'
 * tables, dead letters, and what storefront and mail provider received. docs/guarantees.md explains G1 to G11.
 */
import type { Report } from "../../src/reconciliation/domain/report";
import { directoryEqual } from "./check-directory";
import { channelsShowSellable, storedLevelsMatch } from "./check-levels";
import { labelsOnce } from "./check-labels";
import { notifiedOnce } from "./check-notifications";
import { booksBalance, moneyExact } from "./check-money";
import { agreesWithStorefront } from "./check-storefront";
import { unless, eventsOf, num, postingsOf, sum, type StoredState } from "./stored-state";

/** Every violation, with the name of the guarantee; empty if all hold. */
export const check = (stored: StoredState): string[] => [
  ...noOversell(stored),
  ...nothingLost(stored),
  ...linesConserved(stored),
  ...booksBalance(stored),
  ...effectsOnce(stored),
  ...notifiedOnce(stored),
  ...unitsConserved(stored),
  ...nothingWaits(stored),
  ...moneyExact(stored),
  ...allocationsAgree(stored),
  ...agreesWithStorefront(stored),
  ...directoryEqual(stored),
  ...labelsOnce(stored),
  ...(stored.queueLostMessages ? [] : [...storedLevelsMatch(stored), ...channelsShowSellable(stored)]),
];

/** At least one night was closed since then, and without exceptions. */
export function checkNight(stored: StoredState, since: number): string[] {
  const { nights } = stored;
  const closed = nights.filter(({ started_at }) => num(started_at) >= since);
  const exceptions = closed.flatMap(({ reconciled_on, report }) =>
    (JSON.parse(String(report)) as Report).checks.flatMap(({ name, exceptions }) =>
      exceptions
        .filter(({ detail }) => !isForPerson(detail))
        .map(({ subject, detail }) => `the night of ${reconciled_on}: ${name}: ${subject}: ${detail}`),
    ),
  );
  return [
    ...unless(closed.length > 0, "no night was closed"),
    ...exceptions,
    ...storedLevelsMatch(stored),
    ...channelsShowSellable(stored),
  ];
}

/** A callback whose sender gave up, and a label that contradicts its parcel: staff have to handle them. */
const isForPerson = (detail: string): boolean =>
  detail.startsWith("callback rejected") || detail.startsWith("label held");

function noOversell({ objects }: StoredState): string[] {
  return objects.flatMap(({ sku, levels, allocations }) =>
    levels.flatMap((level) => {
      const live = sum(
        allocations
          .filter((allocation) => allocation.location_id === level.location_id)
          .map(({ live }) => live),
      );
      const at = `${sku} at ${level.location_id}`;
      return [
        ...unless(live <= num(level.on_hand), `G1 ${at}: ${live} allocated of ${level.on_hand} on hand`),
        ...unless(
          live === level.allocated,
          `G1 ${at}: the level has ${level.allocated} allocated, the allocations add up to ${live}`,
        ),
      ];
    }),
  );
}

/** G2 and G3: every acknowledged order is stored, and each storefront's order is stored once. */
function nothingLost({ orders, acknowledged }: StoredState): string[] {
  const ids = new Set(orders.map(({ id }) => id));
  const lost = acknowledged.filter((id) => !ids.has(id)).map((id) => `G2 ${id}: acknowledged but not stored`);
  const external = orders.map(({ external_id }) => external_id);
  return [
    ...lost,
    ...unless(new Set(external).size === external.length, "G3 several orders have one external id"),
  ];
}

function linesConserved({ lines }: StoredState): string[] {
  return lines.flatMap((line) => [
    ...unless(
      line.ordered === sum([line.unsourced, line.backordered, line.allocated, line.shipped, line.cancelled]),
      `G4 ${line.id}: its quantities do not add up to the ordered quantity`,
    ),
    ...unless(num(line.returned) <= num(line.shipped), `G4 ${line.id}: more returned than shipped`),
  ]);
}

/** G6: each shipment left stock once, and each stock movement was booked once. */
function effectsOnce({ commits, objects, stockEntries }: StoredState): string[] {
  const sent = commits.flatMap(({ order_id, events }) =>
    eventsOf(events).flatMap((event) =>
      event.type === "shipment.shipped"
        ? event.lines.map((line) => ({ ...line, order_id, at: event.locationId }))
        : [],
    ),
  );
  const wrongUnits = objects.flatMap(({ sku, movements, folded, levels }) =>
    levels.flatMap(({ location_id }) => {
      const left = -sum(
        [...movements, ...folded]
          .filter((move) => move.kind === "ship" && move.location_id === location_id)
          .map(({ quantity }) => quantity),
      );
      const shipped = sum(
        sent.filter((line) => line.sku === sku && line.at === location_id).map(({ quantity }) => quantity),
      );
      return unless(left === shipped, `G6 ${sku} at ${location_id}: ${shipped} shipped, ${left} left stock`);
    }),
  );
  const moves = objects.flatMap(({ sku, movements }) =>
    movements
      .filter(({ kind, value_minor }) => kind !== "ship" && kind !== "restock" && value_minor !== 0)
      .map(({ ref }) => `${sku}/${ref}`),
  );
  const booked = stockEntries.map(({ id }) => String(id));
  const unbooked = moves
    .filter((id) => !booked.includes(id))
    .map((id) => `G6 movement ${id} has no journal entry`);
  const expected = moves.length + sum(objects.flatMap(({ folded }) => folded.map(({ posted }) => posted)));
  const count = `G6 ${booked.length} entries of movements, ${expected} expected with those that were folded`;
  return [...wrongUnits, ...unbooked, ...unless(booked.length === expected, count)];
}

function unitsConserved({ objects, stockEntries, entries }: StoredState): string[] {
  const perLocation = objects.flatMap(({ sku, levels, movements, folded }) =>
    levels.flatMap(({ location_id, on_hand }) => {
      const moved = sum(
        [...movements, ...folded]
          .filter((m) => m.location_id === location_id)
          .map(({ quantity }) => quantity),
      );
      return unless(
        moved === on_hand,
        `G7 ${sku} at ${location_id}: movements add up to ${moved}, on hand is ${on_hand}`,
      );
    }),
  );
  const value = sum(objects.map(({ facts }) => facts.value_minor));
  const cost = sum(
    objects.map(
      ({ facts, levels }) => num(facts.unit_cost_minor) * sum(levels.map(({ on_hand }) => on_hand)),
    ),
  );
  const booked = sum(
    [...stockEntries, ...entries]
      .flatMap(postingsOf)
      .filter(({ account }) => account === "assets:inventory")
      .map(({ amountMinor }) => amountMinor),
  );
  return [
    ...perLocation,
    ...unless(value === cost, `G7 the objects value their stock at ${value}, units times cost is ${cost}`),
    ...unless(
      booked === value,
      `G7 the inventory account has ${booked}, the objects' stock is worth ${value}`,
    ),
  ];
}

/** An order that waits for messages is replanned a few times. More attempts mean that it never ends. */
const MAX_REPLAN_ATTEMPTS = 8;

function nothingWaits({
  outbox,
  jobRuns,
  deadLetters,
  replansDue,
  queued,
  objects,
  notifications,
  fulfillments,
  now,
}: StoredState): string[] {
  const holdings = objects.flatMap(({ sku, holdings, alarmAt }) => {
    const due = holdings.flatMap(({ due_at }) => (due_at === null ? [] : [num(due_at)]));
    const earliest = Math.min(...due);
    return [
      ...unless(
        due.every((at) => at > now),
        `G8 ${sku}: an allocation has expired and was not settled`,
      ),
      ...unless(
        due.length === 0 || (alarmAt !== null && alarmAt <= earliest + 60_000),
        `G8 ${sku}: an allocation is due and no alarm is set for it`,
      ),
    ];
  });
  return [
    ...outbox.map(({ id }) => `G8 outbox row ${id} was not handled`),
    ...jobRuns
      // A move of a bucket that was undone is cancelled.
      .filter(({ status }) => status !== "done" && status !== "cancelled")
      .map(({ id, job, status, problem }) => `G8 run ${id} of ${job} is ${status}: ${problem}`),
    ...replansDue
      .filter(({ attempts }) => num(attempts) > MAX_REPLAN_ATTEMPTS)
      .map(({ order_id, reason }) => `G8 order ${order_id} is replanned again and again: ${reason}`),
    ...fulfillments
      .filter(({ pending_moves }) => num(pending_moves) > 0)
      .map(({ id }) => `G8 fulfillment ${id} still waits for a move of stock`),
    ...deadLetters.map(({ id, message }) => `G8 dead letter ${id}: ${message}`),
    ...unless(queued === 0, `G8 ${queued} messages are still queued`),
    ...objects.flatMap(({ sku, events }) =>
      events.map(({ id }) => `G8 ${sku}: event ${id} was not delivered`),
    ),
    ...holdings,
    ...notifications
      .filter(({ status }) => status === "pending")
      .map(({ id }) => `G8 notification ${id} is still pending`),
    ...fulfillments
      .filter(({ due_at }) => due_at !== null && num(due_at) <= now)
      .map(({ id }) => `G8 fulfillment ${id} is due but not released`),
  ];
}

/** The objects hold exactly the units that the orders have open, for each line and location. */
function allocationsAgree({ objects, lines, fulfillments }: StoredState): string[] {
  const live = new Set(["planned", "released", "picked", "packed"]);
  const wanted = new Map<string, number>();
  const add = (key: string, units: number) => {
    if (units !== 0) wanted.set(key, (wanted.get(key) ?? 0) + units);
  };
  const skuOf = new Map(lines.map(({ id, sku }) => [id, sku]));
  for (const { location_id, status, lines: stored } of fulfillments) {
    if (!live.has(String(status)) || location_id === null) continue;
    for (const line of JSON.parse(String(stored)) as {
      lineId: string;
      quantity: number;
      shipped: number;
    }[]) {
      add(`${skuOf.get(line.lineId)} ${line.lineId} at ${location_id}`, line.quantity - line.shipped);
    }
  }
  for (const { id, sku, backordered } of lines)
    if (sku !== null) add(`${sku} ${id} backordered`, num(backordered));
  const held = new Map<string, number>();
  for (const { sku, allocations, holdings } of objects) {
    for (const { holder, location_id, live: units } of allocations) {
      if (num(units) > 0) held.set(`${sku} ${holder} at ${location_id}`, num(units));
    }
    for (const { holder, backordered } of holdings) {
      if (num(backordered) > 0) held.set(`${sku} ${holder} backordered`, num(backordered));
    }
  }
  return [...new Set([...wanted.keys(), ...held.keys()])].flatMap((key) =>
    unless(
      wanted.get(key) === held.get(key),
      `allocations ${key}: the order has ${wanted.get(key) ?? 0} open, stock holds ${held.get(key) ?? 0}`,
    ),
  );
}
