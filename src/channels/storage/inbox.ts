/** The callbacks received, each event once. A body is stored only if staff must look at it. */
import type { FieldError } from "../../kernel/field-errors";
import type { OrderId } from "../../kernel/ids";

export type CallbackOrigin = Readonly<{
  channelId: string;
  eventId: string;
  topic: string;
  receivedAt: number;
}>;

export type InboxRow = CallbackOrigin &
  Readonly<{ outcome: "ignored" | "rejected"; problem: string | null; body: string | null }>;

/** What became of a callback that changed no stored order. */
export type InboxOutcome = Pick<InboxRow, "outcome"> & Partial<Pick<InboxRow, "problem" | "body">>;

/** What became of a callback that names a stored order. */
export type AppliedOutcome = Readonly<{ outcome: "applied" | "stale"; problem?: string | null }>;

/** A row of the database has at most 2,000,000 bytes. */
const MAX_BODY_BYTES = 1_900_000;

/** A body that is too large for a row is left out, which the problem then contains. */
export function inboxRow(
  { channelId, eventId, topic, receivedAt }: CallbackOrigin,
  { outcome, problem = null, body = null }: InboxOutcome,
): InboxRow {
  const row = { channelId, eventId, topic, receivedAt, outcome };
  const bytes = body === null ? 0 : new TextEncoder().encode(body).byteLength;
  if (bytes <= MAX_BODY_BYTES) return { ...row, problem, body };
  const leftOut = `the body of ${bytes} bytes is too large to be stored`;
  return { ...row, problem: problem === null ? leftOut : `${problem}; ${leftOut}`, body: null };
}

/** Field errors as the text of `problem`. */
export const problemText = (errors: readonly FieldError[]): string =>
  errors.map(({ path, message }) => `${path} ${message}`).join("; ");

/**
 * For the batch of an order's change: records the event in the order's database. Later copies of the event change
 * nothing.
 */
export const appliedStatement = (
  db: D1Database,
  orderId: OrderId,
  { channelId, eventId, topic, receivedAt }: CallbackOrigin,
  { outcome, problem = null }: AppliedOutcome,
): D1PreparedStatement =>
  db
    .prepare(
      `INSERT INTO inbox (order_id, event_id, channel_id, topic, received_at, outcome, problem)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING`,
    )
    .bind(orderId, eventId, channelId, topic, receivedAt, outcome, problem);

/** Records the outcome of the first copy of an event that changed no order; later copies change nothing. */
export const inboxStatement = (db: D1Database, row: InboxRow): D1PreparedStatement =>
  db
    .prepare(
      `INSERT INTO inbox (channel_id, event_id, topic, received_at, outcome, problem, body)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING`,
    )
    .bind(row.channelId, row.eventId, row.topic, row.receivedAt, row.outcome, row.problem, row.body);

export type InboxCursor = Readonly<{ receivedAt: number; channelId: string; eventId: string }>;

export type RejectedCallback = CallbackOrigin &
  Pick<InboxRow, "problem" | "body"> &
  Readonly<{ resolvedAt: number | null; resolvedBy: string | null; resolution: string | null }>;

const COLUMNS = `channel_id AS channelId, event_id AS eventId, topic, received_at AS receivedAt, problem, body,
  resolved_at AS resolvedAt, resolved_by AS resolvedBy, resolution`;

/** Rejected callbacks after the cursor, newest first; `openOnly`: only those that are not resolved. */
export async function rejectedCallbacks(
  db: D1Database,
  { openOnly, after, limit }: Readonly<{ openOnly: boolean; after: InboxCursor | null; limit: number }>,
): Promise<RejectedCallback[]> {
  const { receivedAt, channelId, eventId } = after ?? {
    receivedAt: Number.MAX_SAFE_INTEGER,
    channelId: "",
    eventId: "",
  };
  const open = openOnly ? "resolved_at IS NULL AND" : "";
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM inbox
       WHERE outcome = 'rejected' AND ${open} (received_at, channel_id, event_id) < (?1, ?2, ?3)
       ORDER BY received_at DESC, channel_id DESC, event_id DESC LIMIT ?4`,
    )
    .bind(receivedAt, channelId, eventId, limit)
    .all<RejectedCallback>();
  return results;
}

export type Resolution = Readonly<{ at: number; by: string; note: string }>;

/** Stores the resolution, unless there is one already. Null if no such callback was rejected. */
export async function resolveCallback(
  db: D1Database,
  { channelId, eventId }: Pick<InboxRow, "channelId" | "eventId">,
  { at, by, note }: Resolution,
): Promise<RejectedCallback | null> {
  const found = "channel_id = ?1 AND event_id = ?2 AND outcome = 'rejected'";
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- D1 gives all results of a batch one type.
  const [, read] = (await db.batch([
    db
      .prepare(
        `UPDATE inbox SET resolved_at = ?3, resolved_by = ?4, resolution = ?5
         WHERE ${found} AND resolved_at IS NULL`,
      )
      .bind(channelId, eventId, at, by, note),
    db.prepare(`SELECT ${COLUMNS} FROM inbox WHERE ${found}`).bind(channelId, eventId),
  ])) as [D1Result, D1Result<RejectedCallback>];
  return read.results[0] ?? null;
}

/** Deletes the bodies, which hold customers' data, of callbacks resolved before that time. Returns how many. */
export const deleteResolvedBodies = async (db: D1Database, before: number, limit: number): Promise<number> =>
  (
    await db
      .prepare(
        `UPDATE inbox SET body = NULL WHERE (channel_id, event_id) IN (
           SELECT channel_id, event_id FROM inbox
           WHERE resolved_at IS NOT NULL AND body IS NOT NULL AND resolved_at < ?1
           ORDER BY resolved_at LIMIT ?2)`,
      )
      .bind(before, limit)
      .run()
  ).meta.changes;

/** Deletes callbacks that were received before the time, but those that staff have still to resolve. Returns how many. */
export const deleteOldCallbacks = async (db: D1Database, before: number, limit: number): Promise<number> =>
  (
    await db
      .prepare(
        `DELETE FROM inbox WHERE (channel_id, event_id) IN (
           SELECT channel_id, event_id FROM inbox
           WHERE (outcome = 'ignored' OR resolved_at IS NOT NULL) AND received_at < ?1
           ORDER BY received_at LIMIT ?2)`,
      )
      .bind(before, limit)
      .run()
  ).meta.changes;
