/**
 * The tables `inbound` and `inbound_receipts`. `promises_updated_at` is null from a change of the row until the promises
 * of the SKU's backorders were updated.
 */
import type { Inbound, InboundKind, InboundStatus } from "../domain/inbound";

export type StoredInbound = Inbound & Readonly<{ updatedAt: number }>;

export type InboundRow = {
  id: string;
  sku: string;
  location_id: string;
  kind: InboundKind;
  quantity: number;
  received: number;
  expected_on: string;
  status: InboundStatus;
  updated_at: number;
};

export type InboundToWrite = Pick<Inbound, "id" | "sku" | "locationId" | "kind" | "quantity" | "expectedOn">;

/** Creates or replaces an inbound. Received units stay counted. A cancelled inbound is expected again. */
export async function putInbound(
  db: D1Database,
  { id, sku, locationId, kind, quantity, expectedOn }: InboundToWrite,
  now: number,
): Promise<Readonly<{ inbound: StoredInbound; created: boolean }>> {
  const row = await db
    .prepare(
      `INSERT INTO inbound (id, sku, location_id, kind, quantity, expected_on, status, created_at, updated_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'expected', ?7, ?7)
       ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, quantity = excluded.quantity,
         expected_on = excluded.expected_on, overdue = 0, promises_updated_at = NULL,
         status = CASE WHEN inbound.received >= excluded.quantity THEN 'received' ELSE 'expected' END,
         updated_at = max(excluded.updated_at, inbound.updated_at + 1)
       RETURNING *, created_at = updated_at AS created`,
    )
    .bind(id, sku, locationId, kind, quantity, expectedOn, now)
    .first<InboundRow & { created: number }>();
  return { inbound: inboundOf(row!), created: row!.created === 1 };
}

/** Null if there is no such inbound. */
export async function cancelInbound(db: D1Database, id: string, now: number): Promise<StoredInbound | null> {
  const row = await db
    .prepare(
      `UPDATE inbound SET status = 'cancelled', promises_updated_at = CASE status WHEN 'expected' THEN NULL ELSE promises_updated_at END,
         updated_at = max(?2, updated_at + 1)
       WHERE id = ?1 RETURNING *`,
    )
    .bind(id, now)
    .first<InboundRow>();
  return row && inboundOf(row);
}

export async function inboundById(db: D1Database, id: string): Promise<StoredInbound | null> {
  const row = await db.prepare("SELECT * FROM inbound WHERE id = ?1").bind(id).first<InboundRow>();
  return row && inboundOf(row);
}

export type InboundCursor = Readonly<{ expectedOn: string; id: string }>;
export type InboundQuery = Readonly<
  ({ by: "sku"; sku: string } | { by: "location"; locationId: string }) & { status: InboundStatus }
>;

/** A page after the cursor, the earliest day first. */
export async function listInbound(
  db: D1Database,
  query: InboundQuery,
  after: InboundCursor | null,
  limit: number,
): Promise<StoredInbound[]> {
  const column = query.by === "sku" ? "sku" : "location_id";
  const { results } = await db
    .prepare(
      `SELECT * FROM inbound WHERE ${column} = ?1 AND status = ?2 AND (expected_on, id) > (?3, ?4)
       ORDER BY expected_on, id LIMIT ?5`,
    )
    .bind(
      query.by === "sku" ? query.sku : query.locationId,
      query.status,
      after?.expectedOn ?? "",
      after?.id ?? "",
      limit,
    )
    .all<InboundRow>();
  return results.map(inboundOf);
}

/** Inbound of the SKUs that is still expected. */
export async function expectedInbound(db: D1Database, skus: readonly string[]): Promise<StoredInbound[]> {
  const { results } = await expectedInboundStatement(db, skus).all<InboundRow>();
  return results.map(inboundOf);
}

/** The statement of `expectedInbound`, for a batch with other reads. */
export const expectedInboundStatement = (db: D1Database, skus: readonly string[]): D1PreparedStatement =>
  db
    .prepare(
      `SELECT inbound.* FROM json_each(?1) AS wanted
       CROSS JOIN inbound ON inbound.sku = wanted.value AND inbound.status = 'expected'`,
    )
    .bind(JSON.stringify([...new Set(skus)]));

/** Counts a receipt once for each `ref`. Returns the inbound afterwards; null if there is none. */
export async function countReceipt(
  db: D1Database,
  receipt: Readonly<{ inboundId: string; ref: string; quantity: number; at: number }>,
): Promise<StoredInbound | null> {
  const { inboundId, ref, quantity, at } = receipt;
  const [, , read] = await db.batch<InboundRow>([
    db
      .prepare(
        `UPDATE inbound SET received = received + ?3, promises_updated_at = NULL, updated_at = max(?4, updated_at + 1),
           status = CASE WHEN status = 'expected' AND received + ?3 >= quantity THEN 'received' ELSE status END
         WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM inbound_receipts WHERE inbound_id = ?1 AND ref = ?2)`,
      )
      .bind(inboundId, ref, quantity, at),
    db
      .prepare(
        `INSERT INTO inbound_receipts (inbound_id, ref, quantity, received_at)
         SELECT ?1, ?2, ?3, ?4 FROM inbound WHERE id = ?1 ON CONFLICT DO NOTHING`,
      )
      .bind(inboundId, ref, quantity, at),
    db.prepare("SELECT * FROM inbound WHERE id = ?1").bind(inboundId),
  ]);
  const row = read?.results[0];
  return row ? inboundOf(row) : null;
}

/** Inbound that was expected before the day and is not marked overdue. */
export async function dueInbound(db: D1Database, before: string, limit: number): Promise<StoredInbound[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM inbound WHERE status = 'expected' AND overdue = 0 AND expected_on < ?1
       ORDER BY expected_on LIMIT ?2`,
    )
    .bind(before, limit)
    .all<InboundRow>();
  return results.map(inboundOf);
}

export async function markOverdue(db: D1Database, ids: readonly string[], now: number): Promise<void> {
  await db
    .prepare(
      `UPDATE inbound SET overdue = 1, promises_updated_at = NULL, updated_at = max(?2, updated_at + 1)
       WHERE id IN (SELECT value FROM json_each(?1)) AND status = 'expected' AND overdue = 0`,
    )
    .bind(JSON.stringify(ids), now)
    .run();
}

/**
 * The next SKU, in the order of SKUs, whose inbound changed after the promises of its backorders were updated. Null if
 * there is none.
 */
export const nextSkuWithChangedInbound = (
  db: D1Database,
  after: string,
): Promise<Readonly<{ sku: string; updatedAt: number }> | null> =>
  db
    .prepare(
      `SELECT sku, max(updated_at) AS updatedAt FROM inbound
       WHERE promises_updated_at IS NULL AND sku > ?1 GROUP BY sku ORDER BY sku LIMIT 1`,
    )
    .bind(after)
    .first<{ sku: string; updatedAt: number }>();

/** Records that the SKU's promises were updated from its inbound as of `updatedAt`. Later changes stay marked. */
export async function markPromisesUpdated(
  db: D1Database,
  { sku, updatedAt }: Readonly<{ sku: string; updatedAt: number }>,
  now: number,
): Promise<void> {
  await db
    .prepare(
      "UPDATE inbound SET promises_updated_at = ?3 WHERE promises_updated_at IS NULL AND updated_at <= ?2 AND sku = ?1",
    )
    .bind(sku, updatedAt, now)
    .run();
}

export const inboundOf = (row: InboundRow): StoredInbound => ({
  id: row.id,
  sku: row.sku,
  locationId: row.location_id,
  kind: row.kind,
  quantity: row.quantity,
  received: row.received,
  expectedOn: row.expected_on,
  status: row.status,
  updatedAt: row.updated_at,
});

/** Units that were received at a location. */
type Receipt = Readonly<{ ref: string; locationId: string; quantity: number }>;

/** Those of the receipts that no inbound counts, although some is expected there. One query. */
export async function uncountedReceipts(
  db: D1Database,
  sku: string,
  receipts: readonly Receipt[],
): Promise<(Receipt & Readonly<{ inboundIds: readonly string[] }>)[]> {
  if (receipts.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT receipt.value ->> 'ref' AS ref, receipt.value ->> 'locationId' AS locationId,
         receipt.value ->> 'quantity' AS quantity, json_group_array(inbound.id) AS inboundIds
       FROM json_each(?1) AS receipt CROSS JOIN inbound
         ON inbound.sku = ?2 AND inbound.status = 'expected' AND inbound.location_id = receipt.value ->> 'locationId'
       WHERE NOT EXISTS (SELECT 1 FROM inbound AS counted CROSS JOIN inbound_receipts AS had
         ON had.inbound_id = counted.id AND had.ref = receipt.value ->> 'ref' WHERE counted.sku = ?2)
       GROUP BY receipt.key`,
    )
    .bind(JSON.stringify(receipts), sku)
    .all<Receipt & { inboundIds: string }>();
  return results.map((row) => ({ ...row, inboundIds: JSON.parse(row.inboundIds) as string[] }));
}
