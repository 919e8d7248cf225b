/**
 * The table of callers' idempotency keys. A key's row is written before the request runs, so that only one of two
 * concurrent requests with the key runs. It stores the answer for later requests.
 */
import { compositeKey, type OrderId } from "../../kernel/ids";

/** `key` is the API key's id and the caller's Idempotency-Key; `requestHash` is over method, path, query and body. */
export type IdempotentRequest = Readonly<{ key: string; requestHash: string }>;

/** The answer to a request. `response`: its body; null if it is empty. */
export type Answer = Readonly<{ status: number; response: string | null }>;

export type Begun =
  | Readonly<{ state: "first" }>
  | Readonly<{ state: "in_progress" }>
  | Readonly<{ state: "reused" }>
  | Readonly<{ state: "finished" } & Answer>;

/** A request that has not ended within this time died with its isolate, and a request with its key may run again. */
const ABANDONED_AFTER_MS = 60_000;

type Row = { request_hash: string; status: number | null; response: string | null };

/** Takes the key for this request, or returns the state of the request that has it. One round trip. */
export async function beginIdempotent(
  db: D1Database,
  { key, requestHash }: IdempotentRequest,
  now: number,
): Promise<Begun> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- D1 types the answers of a batch all alike.
  const [taken, held] = (await db.batch([
    db
      .prepare(
        `INSERT INTO idempotency_keys (key, request_hash, created_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET created_at = excluded.created_at
         WHERE status IS NULL AND request_hash = excluded.request_hash AND created_at <= ?4`,
      )
      .bind(key, requestHash, now, now - ABANDONED_AFTER_MS),
    db.prepare("SELECT request_hash, status, response FROM idempotency_keys WHERE key = ?1").bind(key),
  ])) as [D1Result, D1Result<Row>];
  if (taken.meta.changes > 0) return { state: "first" };
  const row = held.results[0];
  if (row && row.request_hash !== requestHash) return { state: "reused" };
  if (!row || row.status === null) return { state: "in_progress" };
  return { state: "finished", status: row.status, response: row.response };
}

/** Stores the answer for later requests with the key. */
export async function finishIdempotent(
  db: D1Database,
  { key, requestHash }: IdempotentRequest,
  { status, response }: Answer,
): Promise<void> {
  await db
    .prepare("UPDATE idempotency_keys SET status = ?3, response = ?4 WHERE key = ?1 AND request_hash = ?2")
    .bind(key, requestHash, status, response)
    .run();
}

/** Releases a key whose request changed nothing, so that it can be used again. */
export async function releaseIdempotent(
  db: D1Database,
  { key, requestHash }: IdempotentRequest,
): Promise<void> {
  await db
    .prepare("DELETE FROM idempotency_keys WHERE key = ?1 AND request_hash = ?2 AND status IS NULL")
    .bind(key, requestHash)
    .run();
}

/**
 * For the batch of a change under the key: aborts the batch if a change under the key was committed before. That is
 * possible when a batch was committed and its answer was lost, so that the key was released.
 */
export const commitMarkerStatement = (
  db: D1Database,
  orderId: OrderId,
  { key, requestHash }: IdempotentRequest,
  now: number,
): D1PreparedStatement =>
  answerStatement(db, orderId, { request: { key: markerKey(key), requestHash }, answer: DONE, now });

/** A marker has no answer of its own. */
const DONE: Answer = { status: 200, response: null };

/** Whether a change under the key was committed. */
export const isCommittedUnderKey = async (db: D1Database, { key }: IdempotentRequest): Promise<boolean> =>
  (await storedAnswer(db, markerKey(key))) !== null;

/** A stored key begins with the id of an API key: no caller can choose one that is a mark. */
const markerKey = (key: string) => compositeKey("done", key);

/**
 * For the batch that changes the order as requested: the key with the answer, in the order's database. It aborts the
 * batch if the key exists there.
 */
export const answerStatement = (
  db: D1Database,
  orderId: OrderId,
  { request, answer, now }: Readonly<{ request: IdempotentRequest; answer: Answer; now: number }>,
): D1PreparedStatement =>
  db
    .prepare(
      `INSERT INTO idempotency_keys (key, order_id, request_hash, status, response, created_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
    )
    .bind(request.key, orderId, request.requestHash, answer.status, answer.response, now);

/** Stores the answer of a request that has changed nothing, unless the key has one already. */
export async function storeAnswer(
  db: D1Database,
  { key, requestHash }: IdempotentRequest,
  { status, response }: Answer,
  now: number,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO idempotency_keys (key, request_hash, status, response, created_at)
       VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO NOTHING`,
    )
    .bind(key, requestHash, status, response, now)
    .run();
}

/** What is stored under the key; null if it is new. `status` is null while its first request is in progress. */
export async function storedAnswer(
  db: D1Database,
  key: string,
): Promise<Readonly<{ requestHash: string; status: number | null; response: string | null }> | null> {
  const row = await db
    .prepare("SELECT request_hash, status, response FROM idempotency_keys WHERE key = ?1")
    .bind(key)
    .first<Row>();
  return row && { requestHash: row.request_hash, status: row.status, response: row.response };
}

/** Deletes the oldest keys created before the time. Returns how many. */
export const deleteIdempotencyKeys = async (db: D1Database, before: number, limit: number): Promise<number> =>
  (
    await db
      .prepare(
        `DELETE FROM idempotency_keys WHERE key IN (
           SELECT key FROM idempotency_keys WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)`,
      )
      .bind(before, limit)
      .run()
  ).meta.changes;
