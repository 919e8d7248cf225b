/** Stores an exported document, as the job of an export does. */
import { env } from "cloudflare:workers";
import { idFromBytes } from "../../src/kernel/ids";
import { putPart } from "../../src/privacy/storage/export-documents";

/** An export that is done, with its document. */
export async function insertExport(channelId: string, orders: readonly unknown[]): Promise<string> {
  const id = idFromBytes("prq", crypto.getRandomValues(new Uint8Array(17)));
  await putPart(env.ARCHIVE, id, 0, orders);
  await env.DB.prepare(
    `INSERT INTO privacy_requests (id, kind, channel_id, status, requested_by, requested_at, due_at, done_at, orders, parts)
     VALUES (?1, 'export', ?2, 'done', 'staff', ?4, ?4, ?4, ?3, 1)`,
  )
    .bind(id, channelId, orders.length, Date.now())
    .run();
  return id;
}
