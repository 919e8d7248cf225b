/**
 * API keys, by hash. A key is read at its first use and kept in the isolate for some seconds, so that it is
 * not read for each request; revoking takes effect within that time.
 */
import type { ApiKey, Scope } from "../domain/api-keys";
import type { ApiKeyId } from "../domain/ids";

type Row = {
  id: ApiKeyId;
  hash: string;
  name: string;
  scopes: string;
  created_at: number;
  revoked_at: number | null;
};

const KEPT_FOR_MS = 5_000;
/** Ids that no key has are kept too, so that guessing does not cost a read each; this bounds them. */
const MOST_KEPT = 1_000;

const kept = new Map<ApiKeyId, { key: ApiKey | null; until: number }>();

/** The key, as of at most five seconds ago. */
export async function cachedApiKey(db: D1Database, id: ApiKeyId, now: number): Promise<ApiKey | null> {
  const known = kept.get(id);
  if (known && known.until > now && known.until <= now + KEPT_FOR_MS) return known.key;
  const key = await apiKey(db, id);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(id, { key, until: now + KEPT_FOR_MS });
  return key;
}

export async function apiKey(db: D1Database, id: ApiKeyId): Promise<ApiKey | null> {
  const row = await db.prepare("SELECT * FROM api_keys WHERE id = ?1").bind(id).first<Row>();
  return row ? fromRow(row) : null;
}

/** Keys by id, after the given one. */
export async function apiKeysAfter(db: D1Database, after: string, limit: number): Promise<ApiKey[]> {
  const sql = "SELECT * FROM api_keys WHERE id > ?1 ORDER BY id LIMIT ?2";
  const { results } = await db.prepare(sql).bind(after, limit).all<Row>();
  return results.map(fromRow);
}

export async function insertApiKey(db: D1Database, key: ApiKey): Promise<void> {
  await db
    .prepare("INSERT INTO api_keys (id, hash, name, scopes, created_at) VALUES (?1, ?2, ?3, ?4, ?5)")
    .bind(key.id, key.hash, key.name, JSON.stringify(key.scopes), key.createdAt)
    .run();
  kept.delete(key.id);
}

/** Marks the key revoked, keeping the time of the first revocation. False where there is no such key. */
export async function revokeApiKey(db: D1Database, id: ApiKeyId, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1")
    .bind(id, now)
    .run();
  kept.delete(id);
  return meta.changes > 0;
}

const fromRow = (row: Row): ApiKey => ({
  id: row.id,
  hash: row.hash,
  name: row.name,
  scopes: JSON.parse(row.scopes) as Scope[],
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
});
