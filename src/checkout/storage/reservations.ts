/** Table reservations: what each checkout reserved. The allocations themselves are in the SKUs' objects. */
import type { ReservationId } from "../../kernel/ids";
import type { LinePromise } from "../../promises/domain/promise";
import type { AllocatedAt } from "../../inventory/domain/allocation-request";
import { anyRowStatement } from "../../platform/d1/any-row-exists";

export type ReservedLine = Readonly<{
  sku: string;
  quantity: number;
  allocated: readonly AllocatedAt[];
  backordered: number;
  /** As the checkout was shown it; null without a destination. */
  promise?: LinePromise | null;
}>;

export type Reservation = Readonly<{
  id: ReservationId;
  channelId: string;
  token: string | null;
  lines: readonly ReservedLine[];
  status: "held" | "voided";
  expiresAt: number;
  createdAt: number;
}>;

type Row = {
  id: ReservationId;
  channel_id: string;
  token: string | null;
  lines: string;
  status: Reservation["status"];
  expires_at: number;
  created_at: number;
};

/** As it was last requested, whether or not it has expired. Null if there is none. */
export async function reservationById(db: D1Database, id: ReservationId): Promise<Reservation | null> {
  const row = await db.prepare("SELECT * FROM reservations WHERE id = ?1").bind(id).first<Row>();
  return row ? fromRow(row) : null;
}

/** Inserts the reservation, or replaces the lines, status and expiry of the one with its id. */
export async function putReservation(db: D1Database, reservation: Reservation): Promise<void> {
  await db
    .prepare(
      `INSERT INTO reservations (id, channel_id, token, lines, status, expires_at, created_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
       ON CONFLICT (id) DO UPDATE SET lines = excluded.lines, status = excluded.status,
         expires_at = excluded.expires_at`,
    )
    .bind(
      reservation.id,
      reservation.channelId,
      reservation.token,
      JSON.stringify(reservation.lines),
      reservation.status,
      reservation.expiresAt,
      reservation.createdAt,
    )
    .run();
}

export async function markReservationVoided(db: D1Database, id: ReservationId): Promise<void> {
  await db.prepare("UPDATE reservations SET status = 'voided' WHERE id = ?1").bind(id).run();
}

const fromRow = (row: Row): Reservation => ({
  id: row.id,
  channelId: row.channel_id,
  token: row.token,
  lines: JSON.parse(row.lines),
  status: row.status,
  expiresAt: row.expires_at,
  createdAt: row.created_at,
});

const EXPIRED = "FROM reservations WHERE expires_at < ?1";

export const anyReservationExpiredStatement = (db: D1Database, before: number): D1PreparedStatement =>
  anyRowStatement(db, EXPIRED, before);

/** Deletes reservations that expired before the time. Their allocations expired by themselves. Returns how many. */
export async function deleteExpiredReservations(db: D1Database, before: number): Promise<number> {
  const { meta } = await db.prepare(`DELETE ${EXPIRED}`).bind(before).run();
  return meta.changes;
}
