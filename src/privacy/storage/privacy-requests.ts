/**
 * Tables privacy_requests and privacy_orders: requests to erase or export a customer's data, and what became of each order.
 * Whose data it is stands sealed in the row, until the request is done.
 */
import type { OrderId, PrivacyRequestId } from "../../kernel/ids";

export const REQUEST_KINDS = ["erase", "export", "erase_channel"] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];
/** `waiting`: something cannot be erased yet, or must be looked at once more a day later. */
export const REQUEST_STATUSES = ["running", "waiting", "done"] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

export type StoredRequest = Readonly<{
  id: PrivacyRequestId;
  kind: RequestKind;
  channelId: string;
  /** Null for a whole channel, and once it is done. */
  sealedSubject: string | null;
  status: RequestStatus;
  requestedBy: string;
  requestedAt: number;
  dueAt: number;
  doneAt: number | null;
  /** Orders that were erased or exported. */
  orders: number;
  /** Orders and texts that wait. */
  waiting: number;
  /** Parts of the exported document; null without one, or once it is deleted. */
  parts: number | null;
  answeredAt: number | null;
  answeredBy: string | null;
}>;

const COLUMNS = `id, kind, channel_id AS channelId, subject AS sealedSubject, status, requested_by AS requestedBy,
  requested_at AS requestedAt, due_at AS dueAt, done_at AS doneAt, orders, waiting, parts,
  answered_at AS answeredAt, answered_by AS answeredBy`;

export type NewRequest = Pick<
  StoredRequest,
  "id" | "kind" | "channelId" | "sealedSubject" | "requestedBy" | "requestedAt" | "dueAt"
>;

/** Idempotent. An export that a storefront has asked for must be answered by staff. */
export async function insertRequest(db: D1Database, request: NewRequest): Promise<void> {
  const { id, kind, channelId, sealedSubject, requestedBy, requestedAt, dueAt } = request;
  await db
    .prepare(
      `INSERT INTO privacy_requests (id, kind, channel_id, subject, status, requested_by, requested_at, due_at)
       VALUES (?1, ?2, ?3, ?4, 'running', ?5, ?6, ?7) ON CONFLICT DO NOTHING`,
    )
    .bind(id, kind, channelId, sealedSubject, requestedBy, requestedAt, dueAt)
    .run();
}

export const requestById = (db: D1Database, id: string): Promise<StoredRequest | null> =>
  db.prepare(`SELECT ${COLUMNS} FROM privacy_requests WHERE id = ?1`).bind(id).first<StoredRequest>();

export type RequestCursor = Readonly<{ requestedAt: number; id: string }>;

/** Requests after the cursor, newest first; `openOnly`: those that are not done, or that staff must still answer. */
export async function requestsBefore(
  db: D1Database,
  { openOnly, after, limit }: Readonly<{ openOnly: boolean; after: RequestCursor | null; limit: number }>,
): Promise<StoredRequest[]> {
  const open = openOnly ? "(status <> 'done' OR (kind = 'export' AND answered_at IS NULL)) AND" : "";
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM privacy_requests WHERE ${open} (requested_at, id) < (?1, ?2)
       ORDER BY requested_at DESC, id DESC LIMIT ?3`,
    )
    .bind(after?.requestedAt ?? Number.MAX_SAFE_INTEGER, after?.id ?? "", limit)
    .all<StoredRequest>();
  return results;
}

export type DueCursor = Readonly<{ dueAt: number; id: string }>;

/** Requests that are not done, after the cursor, the first due first. */
export async function openRequests(
  db: D1Database,
  after: DueCursor | null,
  limit: number,
): Promise<StoredRequest[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM privacy_requests WHERE status <> 'done' AND (due_at, id) > (?1, ?2)
       ORDER BY due_at, id LIMIT ?3`,
    )
    .bind(after?.dueAt ?? 0, after?.id ?? "", limit)
    .all<StoredRequest>();
  return results;
}

export type Outcome = Pick<StoredRequest, "orders" | "waiting" | "parts"> & Readonly<{ isDone: boolean }>;

/** Stores what a pass has done. Once the request is done, whose data it was is forgotten. */
export async function saveOutcome(
  db: D1Database,
  id: PrivacyRequestId,
  { orders, waiting, parts, isDone }: Outcome,
  now: number,
): Promise<void> {
  await db.batch([
    db
      .prepare(
        `UPDATE privacy_requests SET status = ?2, orders = max(orders, ?3), waiting = ?4, parts = ?5,
           done_at = iif(?2 = 'done', ?6, NULL), subject = iif(?2 = 'done', NULL, subject) WHERE id = ?1`,
      )
      .bind(id, isDone ? "done" : "waiting", orders, waiting, parts, now),
    ...(isDone ? [db.prepare("DELETE FROM privacy_orders WHERE request_id = ?1").bind(id)] : []),
  ]);
}

/** Stores that staff have given the customer the answer, unless that is stored already. */
export async function markAnswered(
  db: D1Database,
  id: string,
  { at, by }: Readonly<{ at: number; by: string }>,
): Promise<void> {
  await db
    .prepare(
      `UPDATE privacy_requests SET answered_at = ?2, answered_by = ?3
       WHERE id = ?1 AND kind = 'export' AND status = 'done' AND answered_at IS NULL`,
    )
    .bind(id, at, by)
    .run();
}

export type OrderOutcome = Readonly<{
  orderId: OrderId;
  state: "erased" | "waiting";
  /** Why it waits. */
  detail: string | null;
}>;

export async function putOrderOutcome(
  db: D1Database,
  requestId: PrivacyRequestId,
  { orderId, state, detail }: OrderOutcome,
  now: number,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO privacy_orders (request_id, order_id, state, detail, at) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET state = excluded.state, detail = excluded.detail, at = excluded.at`,
    )
    .bind(requestId, orderId, state, detail, now)
    .run();
}

/** The orders of a request after an id, in ascending order. */
export async function orderOutcomes(
  db: D1Database,
  requestId: string,
  { after, limit, waitingOnly }: Readonly<{ after: string; limit: number; waitingOnly: boolean }>,
): Promise<OrderOutcome[]> {
  const waiting = waitingOnly ? "AND state = 'waiting'" : "";
  const { results } = await db
    .prepare(
      `SELECT order_id AS orderId, state, detail FROM privacy_orders
       WHERE request_id = ?1 AND order_id > ?2 ${waiting} ORDER BY order_id LIMIT ?3`,
    )
    .bind(requestId, after, limit)
    .all<OrderOutcome>();
  return results;
}

export async function countOutcomes(
  db: D1Database,
  requestId: string,
): Promise<Readonly<{ erased: number; waiting: number }>> {
  const counted = await db
    .prepare(
      `SELECT count(*) FILTER (WHERE state = 'erased') AS erased, count(*) FILTER (WHERE state = 'waiting') AS waiting
       FROM privacy_orders WHERE request_id = ?1`,
    )
    .bind(requestId)
    .first<{ erased: number; waiting: number }>();
  return counted ?? { erased: 0, waiting: 0 };
}

/** Exports that were done before the time and whose document is still stored. */
export async function exportsBefore(
  db: D1Database,
  before: number,
  limit: number,
): Promise<Readonly<{ id: PrivacyRequestId; parts: number }>[]> {
  const { results } = await db
    .prepare(
      "SELECT id, parts FROM privacy_requests WHERE parts IS NOT NULL AND done_at < ?1 ORDER BY done_at LIMIT ?2",
    )
    .bind(before, limit)
    .all<{ id: PrivacyRequestId; parts: number }>();
  return results;
}

export const forgetParts = async (db: D1Database, ids: readonly string[]): Promise<void> =>
  void (await db
    .prepare("UPDATE privacy_requests SET parts = NULL WHERE id IN (SELECT value FROM json_each(?1))")
    .bind(JSON.stringify(ids))
    .run());

/** Deletes requests that were done before the time. Returns how many. */
export const deleteRequests = async (db: D1Database, before: number, limit: number): Promise<number> =>
  (
    await db
      .prepare(
        `DELETE FROM privacy_requests WHERE id IN (SELECT id FROM privacy_requests
           WHERE done_at IS NOT NULL AND parts IS NULL AND done_at < ?1 ORDER BY done_at LIMIT ?2)`,
      )
      .bind(before, limit)
      .run()
  ).meta.changes;
