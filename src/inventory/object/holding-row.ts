/** A holding as it is stored: one row with its allocations and the references of its effects, and its due time. */
import type { OrderId } from "../../kernel/ids";
import type { Holder } from "../domain/allocation-request";
import type { AuditQuery } from "../domain/stock-reading";
import { isFinished, liveUnits, type Allocation, type Holding, type HoldingStatus } from "../domain/holding";

type Row = {
  holder: Holder;
  order_id: OrderId | null;
  status: HoldingStatus;
  fill: "partial" | "whole";
  placed_at: number;
  locations: string;
  allocations: string;
  backordered: number;
  released: number;
  event_count: number;
  expires_at: number | null;
  due_at: number | null;
  refs: string;
  is_pending: number;
  changed_at: number;
};

type StoredAllocation = [locationId: string, live: number, shipped: number, unreported: number];

const SELECT_HOLDINGS = `SELECT *, EXISTS (SELECT 1 FROM pending
    WHERE pending.due_at = holdings.due_at AND pending.holder = holdings.holder) AS is_pending FROM holdings`;

export function loadHoldings(sql: SqlStorage, holders: readonly Holder[]): Map<Holder, Holding> {
  if (holders.length === 0) return new Map();
  const where = "WHERE holder IN (SELECT value FROM json_each(?))";
  const rows = [...sql.exec<Row>(`${SELECT_HOLDINGS} ${where}`, JSON.stringify(holders))];
  return new Map(rows.map((row) => [row.holder, holdingOf(row)]));
}

/** `changedAt`: when its row was last written, in epoch milliseconds. */
export type ChangedHolding = Readonly<{ holding: Holding; changedAt: number }>;

/** A page of the holdings that have units, or changed since a time; or one holding, whatever it has. */
export const auditedHoldings = (sql: SqlStorage, which: AuditQuery["holdings"]): ChangedHolding[] =>
  ("of" in which
    ? sql.exec<Row>(`${SELECT_HOLDINGS} WHERE holder = ?`, which.of)
    : sql.exec<Row>(
        `${SELECT_HOLDINGS} WHERE holder > ? AND (live > 0 OR backordered > 0 OR changed_at >= ?)
         ORDER BY holder LIMIT ?`,
        which.after,
        which.orChangedSince,
        which.limit,
      )
  )
    .toArray()
    .map((row) => ({ holding: holdingOf(row), changedAt: row.changed_at }));

function holdingOf(row: Row): Holding {
  const isConfirmed = row.due_at !== null && row.is_pending === 0;
  const locations: string[] = JSON.parse(row.locations);
  const allocations: StoredAllocation[] = JSON.parse(row.allocations);
  const refs: string[] = JSON.parse(row.refs);
  return {
    holder: row.holder,
    orderId: row.order_id,
    status: isConfirmed ? "confirmed" : row.status,
    fill: row.fill,
    placedAt: row.placed_at,
    locations,
    expiresAt: isConfirmed ? null : row.expires_at,
    dueAt: isConfirmed ? null : row.due_at,
    backordered: row.backordered,
    released: row.released,
    eventCount: row.event_count,
    allocations: allocations.map(([locationId, live, shipped, unreported]): Allocation => ({
      locationId,
      live,
      shipped,
      unreported,
    })),
    refs: refs.map((ref) => fullRef(row.order_id, ref)),
  };
}

/** @param stored as it was loaded; undefined if it is new. */
export function saveHolding(
  sql: SqlStorage,
  stored: Holding | undefined,
  holding: Holding,
  now: number,
): void {
  moveDueTime(sql, stored, holding);
  if (stored !== undefined && keepsRow(stored, holding)) return;
  const { holder, status, expiresAt, dueAt } = holding;
  sql.exec(
    `INSERT INTO holdings (holder, order_id, fill, placed_at, locations, allocations, live, backordered, released,
       event_count, refs, status, expires_at, due_at, changed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (holder) DO UPDATE SET order_id = excluded.order_id, fill = excluded.fill,
       placed_at = excluded.placed_at, locations = excluded.locations, allocations = excluded.allocations,
       live = excluded.live, backordered = excluded.backordered, released = excluded.released,
       event_count = excluded.event_count, refs = excluded.refs, status = excluded.status,
       expires_at = excluded.expires_at, due_at = excluded.due_at, changed_at = excluded.changed_at`,
    holder,
    ...contentOf(holding),
    status,
    expiresAt,
    dueAt,
    now,
  );
}

export function deleteHolding(sql: SqlStorage, stored: Holding | undefined, { holder }: Holding): void {
  if (stored !== undefined) deleteDueTime(sql, stored);
  sql.exec("DELETE FROM holdings WHERE holder = ?", holder);
}

function moveDueTime(sql: SqlStorage, stored: Holding | undefined, holding: Holding): void {
  if (stored?.dueAt === holding.dueAt) return;
  if (stored !== undefined) deleteDueTime(sql, stored);
  if (holding.dueAt !== null) {
    sql.exec("INSERT INTO pending (due_at, holder) VALUES (?, ?)", holding.dueAt, holding.holder);
  }
}

function deleteDueTime(sql: SqlStorage, { holder, dueAt }: Holding): void {
  if (dueAt !== null) sql.exec("DELETE FROM pending WHERE due_at = ? AND holder = ?", dueAt, holder);
}

/** Whether the holding's row stays as it is. Without its row in `pending`, it reads as confirmed. */
function keepsRow(stored: Holding, holding: Holding): boolean {
  const isSame =
    stored.status === holding.status &&
    stored.expiresAt === holding.expiresAt &&
    stored.dueAt === holding.dueAt;
  const isConfirmed = stored.dueAt !== null && holding.status === "confirmed";
  return (isSame || isConfirmed) && JSON.stringify(contentOf(stored)) === JSON.stringify(contentOf(holding));
}

/** The columns that a confirmation does not change. */
const contentOf = (holding: Holding): (string | number | null)[] => [
  holding.orderId,
  holding.fill,
  holding.placedAt,
  JSON.stringify(isFinished(holding) ? [] : holding.locations),
  JSON.stringify(holding.allocations.map(storedAllocation)),
  liveUnits(holding),
  holding.backordered,
  holding.released,
  holding.eventCount,
  JSON.stringify(holding.refs.map((ref) => shortRef(holding.orderId, ref))),
];

const storedAllocation = ({ locationId, live, shipped, unreported }: Allocation): StoredAllocation => [
  locationId,
  live,
  shipped,
  unreported,
];

/** Most references begin with the order's id, which the row has already: `/3/0` instead of `ord_…/3/0`. */
const shortRef = (orderId: OrderId | null, ref: string): string =>
  orderId !== null && ref.startsWith(`${orderId}/`) ? ref.slice(orderId.length) : ref;

const fullRef = (orderId: OrderId | null, ref: string): string =>
  orderId !== null && ref.startsWith("/") ? `${orderId}${ref}` : ref;
