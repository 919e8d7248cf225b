/**
 * The object's event outbox. Events are written with the decision that caused them, and sent by the alarm. Each is sent
 * again, with backoff, until its consumer is done (at least once); its id identifies copies.
 */
import { logLine } from "../../kernel/log-line";
import { MAX_MESSAGE_BYTES } from "../../platform/queues/queue-message";
import type { StockEvent } from "../domain/stock-messages";

const MAX_MESSAGES = 100;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 5 * 60_000;
const FIRST_RESEND_MS = 60_000;
const LAST_RESEND_MS = 60 * 60_000;

/** The part of a queue that is needed. */
export type Outlet = Readonly<{ sendBatch: (messages: MessageSendRequest[]) => Promise<unknown> }>;

type Row = { seq: number; event: string; attempts: number };

/** Sends the oldest due events in one batch. Returns true if there may be more. */
export async function sendDueEvents(sql: SqlStorage, queue: Outlet, now: number): Promise<boolean> {
  const rows = nextBatch(sql, now);
  const sku = sql.exec<{ sku: string }>("SELECT sku FROM facts").toArray()[0]?.sku;
  if (rows.length === 0 || sku === undefined) return false;
  const pauseMs = await sendBatch(queue, sku, rows);
  sql.exec(
    "UPDATE events SET due_at = ?, attempts = attempts + 1 WHERE seq IN (SELECT value FROM json_each(?))",
    now + pauseMs,
    JSON.stringify(rows.map(({ seq }) => seq)),
  );
  return true;
}

/** Returns after how many milliseconds the events are due again: longer if the queue accepted them. */
async function sendBatch(queue: Outlet, sku: string, rows: readonly Row[]): Promise<number> {
  const attempts = Math.max(...rows.map((row) => row.attempts));
  try {
    await queue.sendBatch(
      rows.map(({ event: json }) => {
        const event: StockEvent = JSON.parse(json);
        return { body: { type: "stock.event.v1", sku, event }, contentType: "json" };
      }),
    );
    return Math.min(FIRST_RESEND_MS * 2 ** attempts, LAST_RESEND_MS);
  } catch (error) {
    console.error(logLine("error", "stock events could not be sent and will be retried", { error }));
    return Math.min(FIRST_RETRY_MS * 2 ** attempts, LAST_RETRY_MS);
  }
}

export const forgetEvents = (sql: SqlStorage, ids: readonly string[]): void =>
  void sql.exec("DELETE FROM events WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids));

/** The oldest due events that fit into a batch; always at least one, if any is due. */
function nextBatch(sql: SqlStorage, now: number): Row[] {
  const rows = sql.exec<Row>(
    "SELECT seq, event, attempts FROM events WHERE due_at <= ? ORDER BY due_at, seq LIMIT ?",
    now,
    MAX_MESSAGES,
  );
  let bytes = 0;
  return [...rows].filter(({ event }, index) => {
    bytes += new TextEncoder().encode(event).byteLength + MAX_MESSAGE_BYTES / 1_000;
    return index === 0 || bytes <= MAX_MESSAGE_BYTES;
  });
}
