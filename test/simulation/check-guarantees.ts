/**
 * What must hold of a world once nothing moves in it, read from stored data alone: D1's rows, the objects'
 * tables, dead letters, and what the outsiders received. Every broken guarantee is named.
 */
import type { Report } from "../../src/reconciliation/domain/checks";
import { channelsShow, levelsFollow } from "./check-levels";
import { toldOnce } from "./check-notifications";
import { booksBalance, moneyExact } from "./check-money";
import { broken, eventsOf, num, postingsOf, sum, type Stored } from "./stored-state";

/** Every guarantee that does not hold, by its name; an empty list is a clean world. */
export const check = (stored: Stored): string[] => [
  ...noOversell(stored),
  ...nothingLost(stored),
  ...linesConserved(stored),
  ...booksBalance(stored),
  ...effectsOnce(stored),
  ...toldOnce(stored),
  ...unitsConserved(stored),
  ...nothingWaits(stored),
  ...moneyExact(stored),
  ...allocationsAgree(stored),
  ...(stored.lost ? [] : [...levelsFollow(stored), ...channelsShow(stored)]),
];

/** The nights closed since then: at least one, and clean. */
export function checkNight(stored: Stored, since: number): string[] {
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
    ...broken(closed.length > 0, "no night was closed"),
    ...exceptions,
    ...levelsFollow(stored),
    ...channelsShow(stored),
  ];
}

/** What came of a caller that gave up, and staff has to look at. */
const isForPerson = (detail: string): boolean => detail.startsWith("callback rejected");

function noOversell({ objects }: Stored): string[] {
  return objects.flatMap(({ sku, levels, allocations }) =>
    levels.flatMap((level) => {
      const live = sum(
        allocations
          .filter((allocation) => allocation.location_id === level.location_id)
          .map(({ live }) => live),
      );
      const at = `${sku} at ${level.location_id}`;
      return [
        ...broken(live <= num(level.on_hand), `G1 ${at}: ${live} allocated of ${level.on_hand} on hand`),
        ...broken(
          live === level.allocated,
          `G1 ${at}: ${level.allocated} counted as allocated, allocations say ${live}`,
        ),
      ];
    }),
  );
}

/** G2 and G3: what was promised is there, and each channel's order is there once. */
function nothingLost({ orders, promised }: Stored): string[] {
  const ids = new Set(orders.map(({ id }) => id));
  const lost = promised.filter((id) => !ids.has(id)).map((id) => `G2 ${id}: promised, and not there`);
  const external = orders.map(({ external_id }) => external_id);
  return [
    ...lost,
    ...broken(new Set(external).size === external.length, "G3 one external id, several orders"),
  ];
}

function linesConserved({ lines }: Stored): string[] {
  return lines.flatMap((line) => [
    ...broken(
      line.ordered === sum([line.unsourced, line.backordered, line.allocated, line.shipped, line.cancelled]),
      `G4 ${line.id}: its quantities do not add up to what was ordered`,
    ),
    ...broken(num(line.returned) <= num(line.shipped), `G4 ${line.id}: more returned than shipped`),
  ]);
}

/** G6: each shipment left stock once, each stock movement was booked once. */
function effectsOnce({ commits, objects, stockEntries }: Stored): string[] {
  const sent = commits.flatMap(({ order_id, events }) =>
    eventsOf(events).flatMap((event) =>
      event.type === "shipment.shipped"
        ? event.lines.map((line) => ({ ...line, order_id, at: event.locationId }))
        : [],
    ),
  );
  const wrongly = objects.flatMap(({ sku, movements, levels }) =>
    levels.flatMap(({ location_id }) => {
      const left = -sum(
        movements
          .filter((move) => move.kind === "ship" && move.location_id === location_id)
          .map(({ quantity }) => quantity),
      );
      const shipped = sum(
        sent.filter((line) => line.sku === sku && line.at === location_id).map(({ quantity }) => quantity),
      );
      return broken(left === shipped, `G6 ${sku} at ${location_id}: ${shipped} shipped, ${left} left stock`);
    }),
  );
  const moves = objects.flatMap(({ sku, movements }) =>
    movements
      .filter(({ kind, value_minor }) => kind !== "ship" && kind !== "restock" && value_minor !== 0)
      .map(({ ref }) => `${sku}/${ref}`),
  );
  const booked = stockEntries.map(({ id }) => String(id));
  const unbooked = moves.filter((id) => !booked.includes(id)).map((id) => `G6 movement ${id} is not booked`);
  return [...wrongly, ...unbooked];
}

function unitsConserved({ objects, stockEntries, entries }: Stored): string[] {
  const perLocation = objects.flatMap(({ sku, levels, movements }) =>
    levels.flatMap(({ location_id, on_hand }) => {
      const moved = sum(
        movements.filter((m) => m.location_id === location_id).map(({ quantity }) => quantity),
      );
      return broken(
        moved === on_hand,
        `G7 ${sku} at ${location_id}: movements say ${moved}, on hand is ${on_hand}`,
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
    ...broken(value === cost, `G7 stock is valued at ${value} and costs ${cost}`),
    ...broken(booked === value, `G7 the inventory account is ${booked}, stock is worth ${value}`),
  ];
}

/** An order that waits for what is under way is looked at some times; one that is never done, without end. */
const MAX_LOOKS = 8;

function nothingWaits({
  outbox,
  deadLetters,
  replansDue,
  queued,
  objects,
  notifications,
  fulfillments,
  now,
}: Stored): string[] {
  const holdings = objects.flatMap(({ sku, holdings, alarmAt }) => {
    const due = holdings.flatMap(({ due_at }) => (due_at === null ? [] : [num(due_at)]));
    const earliest = Math.min(...due);
    return [
      ...broken(
        due.every((at) => at > now),
        `G8 ${sku}: a allocation is past its time and nobody settled it`,
      ),
      ...broken(
        due.length === 0 || (alarmAt !== null && alarmAt <= earliest + 60_000),
        `G8 ${sku}: a allocation is due and no alarm is set for it`,
      ),
    ];
  });
  return [
    ...outbox.map(({ id }) => `G8 outbox row ${id} was never done`),
    ...replansDue
      .filter(({ attempts }) => num(attempts) > MAX_LOOKS)
      .map(({ order_id, reason }) => `G8 ${order_id} is looked at again and again: ${reason}`),
    ...fulfillments
      .filter(({ pendingMoves }) => num(pendingMoves) > 0)
      .map(({ id }) => `G8 fulfillment ${id} waits for stock's answer`),
    ...deadLetters.map(({ id, message }) => `G8 dead letter ${id}: ${message}`),
    ...broken(queued === 0, `G8 ${queued} messages are still queued`),
    ...objects.flatMap(({ sku, events }) => events.map(({ id }) => `G8 ${sku}: event ${id} was never told`)),
    ...holdings,
    ...notifications
      .filter(({ status }) => status === "pending")
      .map(({ id }) => `G8 message ${id} is still pending`),
    ...fulfillments
      .filter(({ due_at }) => due_at !== null && num(due_at) <= now)
      .map(({ id }) => `G8 fulfillment ${id} is due and was not released`),
  ];
}

/** What objects hold for orders is what the orders still have open, line by line and place by place. */
function allocationsAgree({ objects, lines, fulfillments }: Stored): string[] {
  const live = new Set(["planned", "released", "picked", "packed"]);
  const wanted = new Map<string, number>();
  const add = (key: string, units: number) => {
    if (units !== 0) wanted.set(key, (wanted.get(key) ?? 0) + units);
  };
  const skuOf = new Map(lines.map(({ id, sku }) => [id, sku]));
  for (const { location_id, status, lines: parts } of fulfillments) {
    if (!live.has(String(status)) || location_id === null) continue;
    for (const part of JSON.parse(String(parts)) as { lineId: string; quantity: number; shipped: number }[]) {
      add(`${skuOf.get(part.lineId)} ${part.lineId} at ${location_id}`, part.quantity - part.shipped);
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
    broken(
      wanted.get(key) === held.get(key),
      `allocations ${key}: the order has ${wanted.get(key) ?? 0}, stock ${held.get(key) ?? 0}`,
    ),
  );
}
