/** The table of notifications. A row is written once; then only its status and attempts change. */
import type { NotificationId, OrderId } from "../../kernel/ids";
import type { NotificationKind } from "../domain/notifications";

export type NotificationStatus = "pending" | "sent" | "failed" | "skipped";

export type StoredNotification = Readonly<{
  id: NotificationId;
  orderId: OrderId;
  kind: NotificationKind;
  recipient: string | null;
  subject: string;
  text: string;
  html: string;
  status: NotificationStatus;
  attempts: number;
  /** Why it was not sent, or not yet. */
  problem: string | null;
  provider: string | null;
  providerId: string | null;
  createdAt: number;
  sentAt: number | null;
}>;

export type NewNotification = Omit<StoredNotification, "attempts" | "provider" | "providerId" | "sentAt">;

const COLUMNS = `id, order_id AS orderId, kind, recipient, subject, text, html, status, attempts, problem,
  provider, provider_id AS providerId, created_at AS createdAt, sent_at AS sentAt`;

export const findNotification = (db: D1Database, id: NotificationId): Promise<StoredNotification | null> =>
  db.prepare(`SELECT ${COLUMNS} FROM notifications WHERE id = ?1`).bind(id).first<StoredNotification>();

/** Stores the notification unless its id is stored already. Returns the stored one, which is what is sent. */
export async function storeNotification(
  db: D1Database,
  message: NewNotification,
): Promise<StoredNotification> {
  const { id, orderId, kind, recipient, subject, text, html, status, problem, createdAt } = message;
  const [, kept] = await db.batch<StoredNotification>([
    db
      .prepare(
        `INSERT INTO notifications (id, order_id, kind, recipient, subject, text, html, status, problem, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO NOTHING`,
      )
      .bind(id, orderId, kind, recipient, subject, text, html, status, problem, createdAt),
    db.prepare(`SELECT ${COLUMNS} FROM notifications WHERE id = ?1`).bind(id),
  ]);
  return kept!.results[0]!;
}

export type Attempt = Readonly<
  | { status: "sent"; provider: string; providerId: string | null; at: number }
  | { status: "failed" | "pending"; provider: string; problem: string }
>;

/** Records the outcome of an attempt. A notification that is no longer pending stays as it is. */
export async function recordAttempt(db: D1Database, id: NotificationId, attempt: Attempt): Promise<void> {
  const sent = attempt.status === "sent" ? attempt : null;
  await db
    .prepare(
      `UPDATE notifications SET status = ?2, provider = ?3, provider_id = ?4, sent_at = ?5, problem = ?6,
         attempts = attempts + 1
       WHERE id = ?1 AND status = 'pending'`,
    )
    .bind(
      id,
      attempt.status,
      attempt.provider,
      sent?.providerId ?? null,
      sent?.at ?? null,
      attempt.status === "sent" ? null : attempt.problem,
    )
    .run();
}

/** The notifications of an order, oldest first; null if there is no such order. */
export async function notificationsOfOrder(
  db: D1Database,
  orderId: OrderId,
): Promise<StoredNotification[] | null> {
  const [order, messages] = await db.batch<StoredNotification>([
    db.prepare("SELECT 1 FROM orders WHERE id = ?1").bind(orderId),
    db.prepare(`SELECT ${COLUMNS} FROM notifications WHERE order_id = ?1`).bind(orderId),
  ]);
  if (order!.results.length === 0) return null;
  return messages!.results.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}

/** The last notification of a page: the next page starts after it. */
export type NotificationCursor = Readonly<{ createdAt: number; id: string }>;

/** Notifications after the cursor, newest first. */
export async function latestNotifications(
  db: D1Database,
  after: NotificationCursor | null,
  limit: number,
): Promise<StoredNotification[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM notifications WHERE (created_at, id) < (?1, ?2)
       ORDER BY created_at DESC, id DESC LIMIT ?3`,
    )
    .bind(after?.createdAt ?? Number.MAX_SAFE_INTEGER, after?.id ?? "", limit)
    .all<StoredNotification>();
  return results;
}
