/**
 * The table of notifications. A row is written once; then only its status and attempts change. Its text is not stored: it is
 * made of the facts whenever it is read.
 */
import type { OrderId, ShipmentId } from "../../kernel/ids";
import { lastRestoreStatement, type Restore } from "../../platform/restores/restores";
import type { NotificationKind } from "../domain/notifications";
import type { ComposedNotification } from "../domain/notification-text";
import type { NotificationFacts } from "../domain/notification-facts";

/** `held`: it may have been sent before the database was restored; a person decides. */
export type NotificationStatus = "pending" | "sent" | "failed" | "skipped" | "held";

/** What a notification is about, which is the key of its row. */
export type NotificationKey = Readonly<{
  orderId: OrderId;
  kind: NotificationKind;
  shipmentId: ShipmentId | null;
}>;

type Delivery = Readonly<{
  recipient: string | null;
  status: NotificationStatus;
  attempts: number;
  /** Why it was not sent, or not yet. */
  problem: string | null;
  provider: string | null;
  providerId: string | null;
  createdAt: number;
  sentAt: number | null;
}>;

export type StoredNotification = NotificationKey & ComposedNotification & Delivery;

export type NewNotification = NotificationKey &
  ComposedNotification &
  Pick<Delivery, "recipient" | "status" | "problem" | "createdAt"> &
  /** Whether the mail preview lists it. */
  Readonly<{ isPreviewed: boolean }>;

/** The columns as they are read. */
type Row = NotificationKey & Delivery & Readonly<{ language: string; version: number; facts: string }>;

const COLUMNS = `order_id AS orderId, kind, nullif(shipment_id, '') AS shipmentId, language, template AS version, facts,
  recipient, status, attempts, problem, provider, provider_id AS providerId, created_at AS createdAt, sent_at AS sentAt`;

const THIS = "order_id = ?1 AND kind = ?2 AND shipment_id = ?3";

/** SQL: the row `n` is what `message.value`, a queue message in the outbox, is about. */
export const IS_OF_MESSAGE = `n.order_id = message.value ->> 'orderId' AND n.kind = message.value ->> 'kind'
  AND n.shipment_id = ifnull(message.value ->> 'shipmentId', '')`;

/** SQL: whether `message.value` needs to be sent no more. */
export const IS_DONE = `EXISTS (SELECT 1 FROM notifications AS n WHERE ${IS_OF_MESSAGE} AND n.status <> 'pending')`;

/** The shipment is part of the key, which may not be null. */
const keyOf = ({ orderId, kind, shipmentId }: NotificationKey) => [orderId, kind, shipmentId ?? ""] as const;

function notificationOf({ language, version, facts, ...row }: Row): StoredNotification {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only `storeNotification` writes facts, with their kind.
  const composed = { kind: row.kind, facts: JSON.parse(facts) } as NotificationFacts;
  return { ...row, ...composed, template: { language, version } };
}

export async function findNotification(
  db: D1Database,
  key: NotificationKey,
): Promise<StoredNotification | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM notifications WHERE ${THIS}`)
    .bind(...keyOf(key))
    .first<Row>();
  return row && notificationOf(row);
}

/** The notification, null if it is not stored; and the last restore of the database, null if there was none. */
export async function findWithRestore(
  db: D1Database,
  key: NotificationKey,
): Promise<Readonly<{ stored: StoredNotification | null; restore: Restore | null }>> {
  const [found, restores] = await db.batch([
    db.prepare(`SELECT ${COLUMNS} FROM notifications WHERE ${THIS}`).bind(...keyOf(key)),
    lastRestoreStatement(db),
  ]);
  const row = found?.results[0] as Row | undefined;
  return {
    stored: row ? notificationOf(row) : null,
    restore: (restores?.results[0] as Restore | undefined) ?? null,
  };
}

type Decided = Readonly<{ from: NotificationStatus; to: NotificationStatus; problem: string }>;

/** Changes the status of one that has the status `from`. Returns whether it had it. */
export async function changeStatus(
  db: D1Database,
  key: NotificationKey,
  { from, to, problem }: Decided,
): Promise<boolean> {
  const { meta } = await db
    .prepare(`UPDATE notifications SET status = ?5, problem = ?6 WHERE ${THIS} AND status = ?4`)
    .bind(...keyOf(key), from, to, problem)
    .run();
  return meta.changes > 0;
}

/** Deletes a held one, to be composed anew: its order was not known. */
export async function deleteHeld(db: D1Database, key: NotificationKey): Promise<void> {
  await db
    .prepare(`DELETE FROM notifications WHERE ${THIS} AND status = 'held'`)
    .bind(...keyOf(key))
    .run();
}

/** Held ones of the orders and kinds were sent before: they are skipped. Returns how many. */
export async function skipHeldOf(
  db: D1Database,
  orderIds: readonly OrderId[],
  { kinds, problem }: Readonly<{ kinds: readonly NotificationKind[]; problem: string }>,
): Promise<number> {
  const { meta } = await db
    .prepare(
      `UPDATE notifications SET status = 'skipped', problem = ?3 WHERE status = 'held'
         AND order_id IN (SELECT value FROM json_each(?1)) AND kind IN (SELECT value FROM json_each(?2))`,
    )
    .bind(JSON.stringify(orderIds), JSON.stringify(kinds), problem)
    .run();
  return meta.changes;
}

/** Stores the notification unless it is stored already. Returns the stored one, which is what is sent. */
export async function storeNotification(
  db: D1Database,
  notification: NewNotification,
): Promise<StoredNotification> {
  const { template, facts, recipient, status, problem, createdAt, isPreviewed } = notification;
  const key = keyOf(notification);
  const [, kept] = await db.batch<Row>([
    db
      .prepare(
        `INSERT INTO notifications (order_id, kind, shipment_id, language, template, facts, recipient, status, problem,
           created_at, previewed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING`,
      )
      .bind(
        ...key,
        template.language,
        template.version,
        JSON.stringify(facts),
        recipient,
        status,
        problem,
        createdAt,
        isPreviewed ? 1 : null,
      ),
    db.prepare(`SELECT ${COLUMNS} FROM notifications WHERE ${THIS}`).bind(...key),
  ]);
  return notificationOf(kept!.results[0]!);
}

export type Attempt = Readonly<
  | { status: "sent"; recipient: string; provider: string; providerId: string | null; at: number }
  | { status: "failed" | "pending"; provider: string; problem: string }
>;

/** Records the outcome of an attempt. A notification that is no longer pending stays as it is. */
export async function recordAttempt(db: D1Database, key: NotificationKey, attempt: Attempt): Promise<void> {
  const sent = attempt.status === "sent" ? attempt : null;
  await db
    .prepare(
      `UPDATE notifications SET status = ?4, provider = ?5, provider_id = ?6, sent_at = ?7, problem = ?8,
         recipient = ifnull(?9, recipient), attempts = attempts + 1
       WHERE ${THIS} AND status = 'pending'`,
    )
    .bind(
      ...keyOf(key),
      attempt.status,
      attempt.provider,
      sent?.providerId ?? null,
      sent?.at ?? null,
      attempt.status === "sent" ? null : attempt.problem,
      sent?.recipient ?? null,
    )
    .run();
}

/** The notifications of an order, whether or not there is such an order. */
export async function notificationsOf(db: D1Database, orderId: OrderId): Promise<StoredNotification[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM notifications WHERE order_id = ?1`)
    .bind(orderId)
    .all<Row>();
  return results.map(notificationOf);
}

/** The notifications of an order, oldest first; null if there is no such order. */
export async function notificationsOfOrder(
  db: D1Database,
  orderId: OrderId,
): Promise<StoredNotification[] | null> {
  const [order, notifications] = await db.batch<Row>([
    db.prepare("SELECT 1 FROM orders WHERE id = ?1").bind(orderId),
    db.prepare(`SELECT ${COLUMNS} FROM notifications WHERE order_id = ?1`).bind(orderId),
  ]);
  if (order!.results.length === 0) return null;
  return notifications!.results.map(notificationOf).toSorted((a, b) => a.createdAt - b.createdAt);
}

/** The last notification of a page: the next page starts after it. */
export type NotificationCursor = Readonly<{
  createdAt: number;
  orderId: string;
  kind: string;
  shipmentId: string;
}>;

/** Notifications of the mail preview after the cursor, newest first. None in production. */
export async function latestNotifications(
  db: D1Database,
  after: NotificationCursor | null,
  limit: number,
): Promise<StoredNotification[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM notifications
       WHERE previewed = 1 AND (created_at, order_id, kind, shipment_id) < (?1, ?2, ?3, ?4)
       ORDER BY created_at DESC, order_id DESC, kind DESC, shipment_id DESC LIMIT ?5`,
    )
    .bind(
      after?.createdAt ?? Number.MAX_SAFE_INTEGER,
      after?.orderId ?? "",
      after?.kind ?? "",
      after?.shipmentId ?? "",
      limit,
    )
    .all<Row>();
  return results.map(notificationOf);
}
