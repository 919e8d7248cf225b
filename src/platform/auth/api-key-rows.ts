/**
 * The table of API keys. Keys are cached in the isolate for five seconds, so that they are not read for each request. A
 * revocation takes effect within that time.
 */
import type { ApiKey } from "./api-keys";
import type { ApiKeyId } from "../../kernel/ids";
import { createIsolateCache } from "../d1/isolate-cache";

type Row = {
  id: ApiKeyId;
  hash: string;
  name: string;
  scopes: string;
  created_at: number;
  revoked_at: number | null;
};

const cache = createIsolateCache<ApiKey | null>();

/** The key as of at most five seconds ago, or as last read while the database is unavailable. */
export const cachedApiKey = (db: D1Database, id: ApiKeyId, now: number): Promise<ApiKey | null> =>
  cache.read(id, now, () => apiKey(db, id));

/** The key if it is in the cache, without a query. */
export const freshApiKey = (id: ApiKeyId, now: number): ApiKey | null => cache.fresh(id, now) ?? null;

export async function apiKey(db: D1Database, id: ApiKeyId): Promise<ApiKey | null> {
  const row = await db.prepare("SELECT * FROM api_keys WHERE id = ?1").bind(id).first<Row>();
  return row ? fromRow(row) : null;
}

/** Keys after the id, ordered by id. */
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
  cache.forget(key.id);
}

/** Marks the key as revoked; the time of a first revocation stays. Returns false if there is no such key. */
export async function revokeApiKey(db: D1Database, id: ApiKeyId, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1")
    .bind(id, now)
    .run();
  cache.forget(id);
  return meta.changes > 0;
}

const fromRow = (row: Row): ApiKey => ({
  id: row.id,
  hash: row.hash,
  name: row.name,
  scopes: JSON.parse(row.scopes),
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
});
