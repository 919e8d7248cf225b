/** The rows that a checker reads: D1's, the objects', and what the outsiders received. */
import type { Posting } from "../../src/ledger/domain/accounts";
import type { OrderEvent } from "../../src/orders/domain/order-events";

export type Row = Record<string, string | number | null>;

export type Stored = Readonly<{
  orders: readonly Row[];
  lines: readonly Row[];
  fulfillments: readonly Row[];
  shipments: readonly Row[];
  commits: readonly Row[];
  entries: readonly Row[];
  stockEntries: readonly Row[];
  notifications: readonly Row[];
  deadLetters: readonly Row[];
  /** Orders that are to be sourced again. */
  replansDue: readonly Row[];
  outbox: readonly Row[];
  inbound: readonly Row[];
  inboundReceipts: readonly Row[];
  objects: readonly SkuObject[];
  nights: readonly Row[];
  /** What the database says of stock: of each SKU, and of each of its levels. */
  skuStock: readonly Row[];
  stockLevels: readonly Row[];
  emails: readonly Email[];
  queued: number;
  promised: readonly string[];
  /** What the connected storefront shows of each SKU. */
  shown: ReadonlyMap<string, number>;
  /** A queue took messages and lost them: what they said is in store after the next night. */
  lost: boolean;
  now: number;
}>;

/** An email that the provider took and sent on. */
export type Email = Readonly<{ key: string; to: string; subject: string; at: number }>;

export type SkuObject = Readonly<{
  sku: string;
  facts: Row;
  levels: readonly Row[];
  holdings: readonly Row[];
  allocations: readonly Row[];
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
  "notifications",
  "dead_letters",
  "outbox",
  "replans",
  "inbound",
  "inbound_receipts",
  "reconciliations",
  "sku_stock",
  "stock_levels",
] as const;

export function storedFrom({
  rows,
  ...known
}: Pick<Stored, "objects" | "emails" | "queued" | "promised" | "shown" | "lost" | "now"> &
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
    notifications: rows("notifications"),
    deadLetters: rows("dead_letters").filter(({ replayed_at }) => replayed_at === null),
    outbox: rows("outbox"),
    replansDue: rows("replans"),
    inbound: rows("inbound"),
    inboundReceipts: rows("inbound_receipts"),
    nights: rows("reconciliations"),
    skuStock: rows("sku_stock"),
    stockLevels: rows("stock_levels"),
  };
}

export const broken = (holds: boolean, what: string): string[] => (holds ? [] : [what]);
export const num = (value: string | number | null | undefined): number => Number(value ?? 0);
export const sum = (values: readonly (string | number | null | undefined)[]): number =>
  values.reduce<number>((total, value) => total + num(value), 0);
export const postingsOf = ({ postings }: Row): Posting[] => JSON.parse(String(postings)) as Posting[];
export const eventsOf = (events: string | number | null | undefined): OrderEvent[] =>
  JSON.parse(String(events)) as OrderEvent[];
