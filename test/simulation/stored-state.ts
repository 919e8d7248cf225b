/** The data that the checks read: rows of D1 and of the objects, and what storefront and mail provider received. */
import type { Posting } from "../../src/ledger/domain/accounts";
import { orderOfEntry } from "../../src/ledger/domain/journal-entry";
import { postingsOfRow, type StoredPostings } from "../../src/ledger/journal";
import type { OrderEvent } from "../../src/orders/domain/order-events";
import type { LineId, OrderId, ShipmentId } from "../../src/kernel/ids";
import { notificationIdOf, type NotificationKind } from "../../src/notifications/domain/notifications";
import { decodeEvents, frameOf } from "../../src/orders/storage/event-codec/stored-events";
import { aLine } from "../support/an-order";
import type { StorefrontOrder } from "./check-storefront";

export type Row = Record<string, string | number | null>;

export type StoredState = Readonly<{
  orders: readonly Row[];
  /** The rows of the order directory. */
  listed: readonly Row[];
  lines: readonly Row[];
  fulfillments: readonly Row[];
  shipments: readonly Row[];
  commits: readonly Row[];
  entries: readonly Row[];
  stockEntries: readonly Row[];
  notifications: readonly Row[];
  deadLetters: readonly Row[];
  /** Orders that are due to be replanned. */
  replansDue: readonly Row[];
  outbox: readonly Row[];
  jobRuns: readonly Row[];
  inbound: readonly Row[];
  inboundReceipts: readonly Row[];
  objects: readonly SkuObject[];
  nights: readonly Row[];
  /** Stock as published to the database, by SKU and by level. */
  skuStock: readonly Row[];
  stockLevels: readonly Row[];
  labels: readonly Row[];
  /** Labels that the carrier has sold and not taken back. */
  soldLabels: readonly Readonly<{ reference: string; trackingCode: string }>[];
  emails: readonly Email[];
  queued: number;
  /** Ids of orders whose caller got a 2xx. */
  acknowledged: readonly string[];
  /** Orders as the storefront had them last, of those whose last callback got a 2xx. */
  storefront: readonly StorefrontOrder[];
  /** What the connected storefront shows, by SKU. */
  shownStock: ReadonlyMap<string, number>;
  /** A queue lost messages: published stock is right only after the next nightly close. */
  queueLostMessages: boolean;
  /** When the recovery from a restored database began; 0 if none was restored. */
  restoredAt: number;
  now: number;
}>;

/** An email that the provider accepted and sent. `text` is null where nobody receives emails. */
export type Email = Readonly<{
  key: string;
  to: string;
  subject: string;
  text: string | null;
  at: number;
}>;

export type SkuObject = Readonly<{
  sku: string;
  facts: Row;
  levels: readonly Row[];
  holdings: readonly Row[];
  allocations: readonly Row[];
  movements: readonly Row[];
  /** Sums of the movements that were folded, by location and kind. */
  folded: readonly Row[];
  events: readonly Row[];
  alarmAt: number | null;
}>;

/** An object's holdings, without the due time of those that are confirmed, and their allocations a row each. */
export function holdingsFrom(
  rows: readonly Row[],
  pending: readonly Row[],
): Pick<SkuObject, "holdings" | "allocations"> {
  const due = new Set(pending.map(({ due_at, holder }) => `${due_at} ${holder}`));
  return {
    holdings: rows.map((row) => (due.has(`${row.due_at} ${row.holder}`) ? row : { ...row, due_at: null })),
    allocations: rows.flatMap(({ holder, allocations }) =>
      (JSON.parse(String(allocations)) as [string, number, number, number][]).map(
        ([location_id, live, shipped, unreported]) => ({
          holder: holder ?? null,
          location_id,
          live,
          shipped,
          unreported,
        }),
      ),
    ),
  };
}

export const TABLES = {
  primary: [
    "journal_entries",
    "dead_letters",
    "inbound",
    "job_runs",
    "inbound_receipts",
    "reconciliations",
    "sku_stock",
    "stock_levels",
  ],
  orders: [
    "orders",
    "order_lines",
    "fulfillments",
    "shipments",
    "order_events",
    "notifications",
    "labels",
    "outbox",
    "replans",
    "journal_entries",
  ],
  directory: ["listed_orders"],
} as const;
export type TableName = (typeof TABLES)["primary" | "orders" | "directory"][number];

/** Without the key of the directory, which passes what a number can hold. */
export const readingOf = (table: TableName): string =>
  table === "listed_orders"
    ? "SELECT id, version, status, number, email, total_minor, lines, terms FROM listed_orders"
    : `SELECT * FROM ${table}`;

/** A row whose unknown columns throw, so that a check of a renamed column fails instead of passing. */
const strictRow = (row: Row): Row =>
  new Proxy(row, {
    get: (target, name) => {
      if (typeof name === "string" && !(name in target)) throw new Error(`rows have no column ${name}`);
      return Reflect.get(target, name) as unknown;
    },
  });

const strictObject = (object: SkuObject): SkuObject => ({
  ...object,
  facts: strictRow(object.facts),
  levels: object.levels.map(strictRow),
  holdings: object.holdings.map(strictRow),
  allocations: object.allocations.map(strictRow),
  movements: object.movements.map(strictRow),
  folded: object.folded.map(strictRow),
  events: object.events.map(strictRow),
});

export function storedStateFrom({
  rows: readRows,
  objects,
  ...known
}: Pick<
  StoredState,
  | "objects"
  | "emails"
  | "queued"
  | "acknowledged"
  | "storefront"
  | "shownStock"
  | "soldLabels"
  | "queueLostMessages"
  | "restoredAt"
  | "now"
> &
  Readonly<{ rows: (table: TableName) => readonly Row[] }>): StoredState {
  const rows = (table: TableName) => readRows(table).map(strictRow);
  const entries = readRows("journal_entries").map((row) =>
    strictRow({ ...row, order_id: orderOfEntry(String(row.id)) }),
  );
  return {
    ...known,
    objects: objects.map(strictObject),
    orders: rows("orders"),
    listed: rows("listed_orders"),
    lines: rows("order_lines"),
    fulfillments: rows("fulfillments"),
    shipments: rows("shipments"),
    commits: commitsOf(rows("order_events"), rows("order_lines")),
    entries: entries.filter(({ order_id }) => order_id !== null),
    stockEntries: entries.filter(({ order_id }) => order_id === null),
    labels: rows("labels"),
    notifications: notificationsOf(readRows("notifications")),
    deadLetters: rows("dead_letters").filter(({ replayed_at }) => replayed_at === null),
    outbox: rows("outbox"),
    jobRuns: rows("job_runs"),
    replansDue: rows("replans"),
    inbound: rows("inbound"),
    inboundReceipts: rows("inbound_receipts"),
    nights: rows("reconciliations"),
    skuStock: rows("sku_stock"),
    stockLevels: rows("stock_levels"),
  };
}

/** With the id, which is derived from the key and not stored. */
export const notificationsOf = (rows: readonly Row[]): Row[] =>
  rows.map((row) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The columns of the key.
    const key = row as { order_id: OrderId; kind: NotificationKind; shipment_id: ShipmentId };
    return strictRow({ ...row, id: notificationIdOf(key.order_id, key.kind, key.shipment_id) });
  });

/**
 * The commits with their events as JSON. The checks read no placed lines, which stand in their own rows: the ids of the
 * lines are enough.
 */
function commitsOf(commits: readonly Row[], lines: readonly Row[]): Row[] {
  const linesOf = Map.groupBy(lines, ({ order_id }) => order_id);
  return commits.map((commit) => {
    const ids = (linesOf.get(commit.order_id) ?? []).toSorted((a, b) => num(a.position) - num(b.position));
    const order = {
      channelId: "",
      externalId: "",
      lines: ids.map(({ id }) => aLine("", { id: String(id) as LineId })),
    };
    const stored = { events: JSON.parse(String(commit.events)) as unknown[], supply: null };
    const events = decodeEvents(stored, frameOf(order, num(commit.at)));
    return strictRow({ ...commit, events: JSON.stringify(events) });
  });
}

/** The violation, unless the condition holds. */
export const unless = (holds: boolean, violation: string): string[] => (holds ? [] : [violation]);
export const num = (value: string | number | null | undefined): number => Number(value ?? 0);
export const sum = (values: readonly (string | number | null | undefined)[]): number =>
  values.reduce<number>((total, value) => total + num(value), 0);
export const postingsOf = ({ postings }: Row): Posting[] =>
  postingsOfRow(JSON.parse(String(postings)) as StoredPostings);
export const eventsOf = (events: string | number | null | undefined): OrderEvent[] =>
  JSON.parse(String(events)) as OrderEvent[];
