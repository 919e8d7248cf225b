/** The archive in R2: a compressed document for each order, and manifests of what was archived, by month of closing. */
import type { OrderId } from "../../kernel/ids";
import { parseDocument, type ArchiveDocument } from "../domain/archive-document";

const keyOf = (orderId: OrderId): string => `orders/${orderId}.json.gz`;

/** Bytes of the stored document. R2 refuses bytes that do not have the hash with which they were sent. */
export async function putDocument(archive: R2Bucket, document: ArchiveDocument): Promise<number> {
  const bytes = await gzip(JSON.stringify(document));
  const sha256 = await crypto.subtle.digest("SHA-256", bytes);
  await archive.put(keyOf(document.orderId), bytes, {
    sha256,
    httpMetadata: { contentType: "application/json", contentEncoding: "gzip" },
  });
  return bytes.byteLength;
}

/** @throws if there is no document, or if it cannot be read. */
export async function getDocument(archive: R2Bucket, orderId: OrderId): Promise<ArchiveDocument> {
  const object = await archive.get(keyOf(orderId));
  if (object === null) throw new Error(`the archive has no document of ${orderId}`);
  const parsed = parseDocument(await gunzip(await object.arrayBuffer()), orderId);
  if (!parsed.ok) throw new Error(`the document of ${orderId} cannot be read: ${parsed.rejection.detail}`);
  return parsed.value;
}

export type ManifestEntry = Readonly<{
  orderId: OrderId;
  closedAt: string;
  currency: string;
  totalMinor: number;
  rows: number;
  bytes: number;
  sha256: string;
}>;

/** A part of the month's manifest. @param part sorts the parts of a month; the same part replaces itself. */
export async function putManifest(
  archive: R2Bucket,
  month: string,
  part: string,
  entries: readonly ManifestEntry[],
): Promise<void> {
  const lines = entries.map((entry) => JSON.stringify(entry)).join("\n");
  await archive.put(`manifests/${month}/${part}.ndjson`, `${lines}\n`, {
    httpMetadata: { contentType: "application/x-ndjson" },
  });
}

async function gzip(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

async function gunzip(bytes: ArrayBuffer): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}
