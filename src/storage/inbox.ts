/** Callbacks as they came, each once. A body is kept only where staff must look at it. */
import type { OrderId } from "../domain/ids";

export type InboxRow = Readonly<{
  channelId: string;
  eventId: string;
  topic: string;
  receivedAt: number;
  orderId: OrderId | null;
  outcome: "applied" | "stale" | "ignored" | "rejected";
  problem: string | null;
  body: string | null;
}>;

/** The first copy of an event tells what became of it; later ones change nothing. */
export const inboxStatement = (db: D1Database, row: InboxRow): D1PreparedStatement =>
  db
    .prepare(
      `INSERT INTO inbox (channel_id, event_id, topic, received_at, order_id, outcome, problem, body)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING`,
    )
    .bind(
      row.channelId,
      row.eventId,
      row.topic,
      row.receivedAt,
      row.orderId,
      row.outcome,
      row.problem,
      row.body,
    );

export type InboxPlace = Readonly<{ receivedAt: number; channelId: string; eventId: string }>;

/** Rejected callbacks, the newest first, from after the place on. */
export async function rejectedCallbacks(
  db: D1Database,
  after: InboxPlace | null,
  limit: number,
): Promise<InboxRow[]> {
  const { receivedAt, channelId, eventId } = after ?? {
    receivedAt: Number.MAX_SAFE_INTEGER,
    channelId: "",
    eventId: "",
  };
  const { results } = await db
    .prepare(
      `SELECT channel_id AS channelId, event_id AS eventId, topic, received_at AS receivedAt,
         order_id AS orderId, outcome, problem, body
       FROM inbox WHERE outcome = 'rejected' AND (received_at, channel_id, event_id) < (?1, ?2, ?3)
       ORDER BY received_at DESC, channel_id DESC, event_id DESC LIMIT ?4`,
    )
    .bind(receivedAt, channelId, eventId, limit)
    .all<InboxRow>();
  return results;
}
