/**
 * What must hold of a world once nothing moves in it, read from stored data alone: D1's rows, the objects'
 * tables, dead letters, and what the outsiders received. Every broken guarantee is named.
 */
import type { OrderEvent } from "../../src/domain/order-events";
import type { Posting } from "../../src/domain/accounts";
import type { Report } from "../../src/domain/reconciliation";

export type Row = Record<string, string | number | null>;

export type Stored = Readonly<{
  orders: readonly Row[];
  lines: readonly Row[];
  fulfillments: readonly Row[];
  shipments: readonly Row[];
  commits: readonly Row[];
  entries: readonly Row[];
  stockEntries: readonly Row[];
  messages: readonly Row[];
  deadLetters: readonly Row[];
  outbox: readonly Row[];
  objects: readonly SkuObject[];
  nights: readonly Row[];
  emails: readonly Email[];
  queued: number;
  promised: readonly string[];
  now: number;
}>;

/** An email that the provider took and sent on. */
export type Email = Readonly<{ key: string; to: string; subject: string; at: number }>;

export type SkuObject = Readonly<{
  sku: string;
  facts: Row;
  levels: readonly Row[];
  holdings: readonly Row[];
  claims: readonly Row[];
  movements: readonly Row[];
  events: readonly Row[];
  alarmAt: number | null;
}>;

export const TABLES = [
  "orders",
  "order_lines",
  "fulfillments",
  "shipments",
  "order_events",
  "journal_entries",
  "messages",
  "dead_letters",
  "outbox",
  "reconciliations",
] as const;

export function storedFrom({
  rows,
  ...known
}: Pick<Stored, "objects" | "emails" | "queued" | "promised" | "now"> &
  Readonly<{ rows: (table: (typeof TABLES)[number]) => readonly Row[] }>): Stored {
  const entries = rows("journal_entries");
  return {
    ...known,
    orders: rows("orders"),
    lines: rows("order_lines"),
    fulfillments: rows("fulfillments"),
    shipments: rows("shipments"),
    commits: rows("order_events"),
    entries: entries.filter(({ order_id }) => order_id !== null),
    stockEntries: entries.filter(({ order_id }) => order_id === null),
    messages: rows("messages"),
    deadLetters: rows("dead_letters").filter(({ replayed_at }) => replayed_at === null),
    outbox: rows("outbox"),
    nights: rows("reconciliations"),
  };
}

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
  ...claimsAgree(stored),
];

/** The nights closed since then: at least one, and clean. */
export function checkNight({ nights }: Stored, since: number): string[] {
  const closed = nights.filter(({ started_at }) => num(started_at) >= since);
  const exceptions = closed.flatMap(({ reconciled_on, report }) =>
    (JSON.parse(String(report)) as Report).checks.flatMap(({ name, exceptions }) =>
      exceptions
        .filter(({ detail }) => !isForPerson(detail))
        .map(({ subject, detail }) => `the night of ${reconciled_on}: ${name}: ${subject}: ${detail}`),
    ),
  );
  return [...broken(closed.length > 0, "no night was closed"), ...exceptions];
}

/** What came of a caller that gave up, and staff has to look at. */
const isForPerson = (detail: string): boolean => detail.startsWith("callback rejected");

function noOversell({ objects }: Stored): string[] {
  return objects.flatMap(({ sku, levels, claims }) =>
    levels.flatMap((level) => {
      const live = sum(
        claims.filter((claim) => claim.location_id === level.location_id).map(({ live }) => live),
      );
      const at = `${sku} at ${level.location_id}`;
      return [
        ...broken(live <= num(level.on_hand), `G1 ${at}: ${live} claimed of ${level.on_hand} on hand`),
        ...broken(
          live === level.claimed,
          `G1 ${at}: ${level.claimed} counted as claimed, claims say ${live}`,
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

function booksBalance({ orders, entries, stockEntries, commits }: Stored): string[] {
  const unbalanced = [...entries, ...stockEntries].flatMap((entry) => {
    const byCurrency = Map.groupBy(postingsOf(entry), ({ currency }) => currency);
    return [...byCurrency].flatMap(([currency, postings]) =>
      broken(
        sum(postings.map(({ amountMinor }) => amountMinor)) === 0,
        `G5 entry ${entry.id} does not balance in ${currency}`,
      ),
    );
  });
  const disagreeing = orders.flatMap((order) => {
    const postings = entries.filter(({ order_id }) => order_id === order.id).flatMap(postingsOf);
    const balance = (account: string) =>
      sum(postings.filter((posting) => posting.account === account).map(({ amountMinor }) => amountMinor));
    return [
      ...broken(
        -balance("liabilities:customer-deposits") === order.deposits_minor,
        `G5 ${order.id}: deposits differ from the journal`,
      ),
      ...broken(
        balance("assets:receivable") === order.receivable_minor,
        `G5 ${order.id}: receivable differs from the journal`,
      ),
      ...broken(
        -balance("liabilities:refund-payable") === order.refund_payable_minor,
        `G5 ${order.id}: refund payable differs from the journal`,
      ),
    ];
  });
  const booked = new Set(entries.map(({ id }) => id));
  const unbooked = commits.flatMap(({ order_id, version, events }) =>
    eventsOf(events).flatMap((event, i) => {
      const id = `${order_id}/${version}/${i}`;
      return broken(!movesMoney(event) || booked.has(id), `G5 ${event.type} of ${id} has no journal entry`);
    }),
  );
  return [...unbalanced, ...disagreeing, ...unbooked];
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
      const told = sum(
        sent.filter((line) => line.sku === sku && line.at === location_id).map(({ quantity }) => quantity),
      );
      return broken(left === told, `G6 ${sku} at ${location_id}: ${told} shipped, ${left} left stock`);
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

/** G6: what the customer is to be told was told, and once; and what is called sent did reach the provider. */
function toldOnce({ messages, emails, shipments, orders, commits }: Stored): string[] {
  const sent = messages.flatMap(({ id, status }) => {
    const times = emails.filter(({ key }) => key === id).length;
    return [
      ...broken(status !== "sent" || times > 0, `G6 message ${id} is called sent and never reached anybody`),
      ...broken(status !== "skipped" || times === 0, `G6 message ${id} was skipped, and sent`),
      ...broken(times <= 1, `G6 message ${id} reached the customer ${times} times`),
    ];
  });
  const known = new Set(messages.map(({ id }) => id));
  const stray = emails.flatMap(({ key, subject }) =>
    broken(known.has(key), `G6 the customer was told "${subject}" by a message ${key} that nobody knows`),
  );
  const parcelsOf = Map.groupBy(shipments, ({ order_id }) => order_id);
  const ofKind = Map.groupBy(messages, ({ order_id, kind }) => `${order_id} ${kind}`);
  const doubled = [...ofKind].flatMap(([what, rows]) => {
    const { kind, order_id } = rows[0]!;
    const ofParcel = kind === "order_shipped" || kind === "order_delivered";
    const most = ofParcel ? (parcelsOf.get(order_id)?.length ?? 0) : 1;
    return broken(rows.length <= most, `G6 ${what}: ${rows.length} messages where ${most} may be`);
  });
  const has = (id: Row[string] | undefined, kind: string): number => ofKind.get(`${id} ${kind}`)?.length ?? 0;
  const untold = orders.flatMap(({ id, status }) => {
    // Of an order that came in cancelled, its customer was told by the storefront.
    const cancelledSince = commits.some(
      ({ order_id, version, events }) =>
        order_id === id &&
        num(version) > 1 &&
        eventsOf(events).some(({ type }) => type === "units.cancelled"),
    );
    if (status === "cancelled" && !cancelledSince) return [];
    const parcels = parcelsOf.get(id) ?? [];
    const delivered = parcels.filter(({ delivered_at }) => delivered_at !== null).length;
    return [
      ...broken(has(id, "order_received") === 1, `G6 ${id}: nobody was told that it was received`),
      ...broken(has(id, "order_shipped") === parcels.length, `G6 ${id}: a parcel that nobody was told of`),
      ...broken(has(id, "order_delivered") === delivered, `G6 ${id}: a delivery that nobody was told of`),
      ...broken(
        status !== "cancelled" || has(id, "order_cancelled") === 1,
        `G6 ${id}: cancelled, and nobody was told`,
      ),
    ];
  });
  return [...sent, ...stray, ...doubled, ...untold];
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

function nothingWaits({
  outbox,
  deadLetters,
  queued,
  objects,
  messages,
  fulfillments,
  now,
}: Stored): string[] {
  const holdings = objects.flatMap(({ sku, holdings, alarmAt }) => {
    const due = holdings.flatMap(({ due_at }) => (due_at === null ? [] : [num(due_at)]));
    const earliest = Math.min(...due);
    return [
      ...broken(
        due.every((at) => at > now),
        `G8 ${sku}: a claim is past its time and nobody settled it`,
      ),
      ...broken(
        due.length === 0 || (alarmAt !== null && alarmAt <= earliest + 60_000),
        `G8 ${sku}: a claim is due and no alarm is set for it`,
      ),
    ];
  });
  return [
    ...outbox.map(({ id }) => `G8 outbox row ${id} was never done`),
    ...deadLetters.map(({ id, message }) => `G8 dead letter ${id}: ${message}`),
    ...broken(queued === 0, `G8 ${queued} messages are still queued`),
    ...objects.flatMap(({ sku, events }) => events.map(({ id }) => `G8 ${sku}: event ${id} was never told`)),
    ...holdings,
    ...messages
      .filter(({ status }) => status === "pending")
      .map(({ id }) => `G8 message ${id} is still pending`),
    ...fulfillments
      .filter(({ due_at }) => due_at !== null && num(due_at) <= now)
      .map(({ id }) => `G8 fulfillment ${id} is due and was not released`),
  ];
}

/** G9: every cent the customer paid is a deposit, earned, owed back, or given back. */
function moneyExact({ orders, entries }: Stored): string[] {
  return orders.flatMap((order) => {
    const postings = entries.filter(({ order_id }) => order_id === order.id).flatMap(postingsOf);
    const cash = sum(
      postings
        .filter(({ account }) => account === "assets:psp-clearing")
        .map(({ amountMinor }) => amountMinor),
    );
    return broken(
      cash === num(order.captured_minor) - num(order.refunded_minor),
      `G9 ${order.id}: the journal holds ${cash} of its money, the order ${num(order.captured_minor) - num(order.refunded_minor)}`,
    );
  });
}

/** What objects hold for orders is what the orders still have open, line by line and place by place. */
function claimsAgree({ objects, lines, fulfillments }: Stored): string[] {
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
  for (const { sku, claims, holdings } of objects) {
    for (const { claimant, location_id, live: units } of claims) {
      if (num(units) > 0) held.set(`${sku} ${claimant} at ${location_id}`, num(units));
    }
    for (const { claimant, backordered } of holdings) {
      if (num(backordered) > 0) held.set(`${sku} ${claimant} backordered`, num(backordered));
    }
  }
  return [...new Set([...wanted.keys(), ...held.keys()])].flatMap((key) =>
    broken(
      wanted.get(key) === held.get(key),
      `claims ${key}: the order has ${wanted.get(key) ?? 0}, stock ${held.get(key) ?? 0}`,
    ),
  );
}

const broken = (holds: boolean, what: string): string[] => (holds ? [] : [what]);
const num = (value: string | number | null | undefined): number => Number(value ?? 0);
const sum = (values: readonly (string | number | null | undefined)[]): number =>
  values.reduce<number>((total, value) => total + num(value), 0);
const postingsOf = ({ postings }: Row): Posting[] => JSON.parse(String(postings)) as Posting[];
const eventsOf = (events: string | number | null | undefined): OrderEvent[] =>
  JSON.parse(String(events)) as OrderEvent[];

function movesMoney(event: OrderEvent): boolean {
  if (event.type === "payment.captured" || event.type === "refund.recorded") return event.amountMinor > 0;
  if (event.type === "units.cancelled") return event.refundDueMinor > 0;
  if (event.type !== "shipment.shipped") return false;
  return event.earned.listMinor + event.earned.shippingMinor + event.earned.costMinor > 0;
}
