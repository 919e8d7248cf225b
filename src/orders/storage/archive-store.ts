/** The archive in R2: a compressed document for each order, and manifests of what was archived, by month of closing. */
import { isId, type OrderId } from "../../kernel/ids";
import { parseDocument, type ArchiveDocument } from "../domain/archive-document";

const [PREFIX, ENDING] = ["orders/", ".json.gz"];
const keyOf = (orderId: string): string => `${PREFIX}${orderId}${ENDING}`;

/** What the list of documents says of one, without reading it. */
export type ArchiveTrace = Readonly<{
  id: OrderId;
  version: number;
  channelId: string;
  externalId: string;
  number: string;
}>;

/**
 * Bytes of the stored document. R2 refuses bytes that do not have the hash with which they were sent. Null if the archive has a
 * later version of the order: its database was restored to an earlier time, and the document is the only copy.
 */
export async function putDocument(archive: R2Bucket, document: ArchiveDocument): Promise<number | null> {
  const key = keyOf(document.orderId);
  const there = await archive.head(key);
  if (Number(there?.customMetadata?.["version"] ?? 0) > document.version) return null;
  const bytes = await gzip(JSON.stringify(document));
  const sha256 = await crypto.subtle.digest("SHA-256", bytes);
  const [row] = document.staying["orders"] ?? [];
  const text = (column: string) => encodeURIComponent(String(row?.[column] ?? ""));
  await archive.put(key, bytes, {
    sha256,
    httpMetadata: { contentType: "application/json", contentEncoding: "gzip" },
    customMetadata: {
      version: String(document.version),
      channel: text("channel_id"),
      external: text("external_id"),
      number: text("number"),
    },
  });
  return bytes.byteLength;
}

/** Documents by ascending ids of their orders, after one and before another. Fewer than `limit` does not mean the end. */
export async function documentsAfter(
  archive: R2Bucket,
  { after, before, limit }: Readonly<{ after: string; before: string; limit: number }>,
): Promise<readonly ArchiveTrace[]> {
  const startAfter = after.startsWith("ord_") ? keyOf(after) : `${PREFIX}${after}`;
  const { objects } = await archive.list({ prefix: PREFIX, startAfter, limit, include: ["customMetadata"] });
  return objects.flatMap(({ key, customMetadata = {} }) => {
    const id = key.slice(PREFIX.length, -ENDING.length);
    if (!isId("ord", id) || id >= before) return [];
    const text = (name: string) => decodeURIComponent(customMetadata[name] ?? "");
    const version = Number(customMetadata["version"] ?? 0);
    return [
      { id, version, channelId: text("channel"), externalId: text("external"), number: text("number") },
    ];
  });
}

/** The archive has no document of the order, or none that can be read. */
export class ArchiveUnreadable extends Error {}

/**
 * @param version the order's, in its database.
 * @throws ArchiveUnreadable if there is no document of this version, or if it cannot be read.
 */
export async function getDocument(
  archive: R2Bucket,
  orderId: OrderId,
  version: number,
): Promise<ArchiveDocument> {
  const document = await newestDocument(archive, orderId);
  if (document.version === version) return document;
  throw new ArchiveUnreadable(
    `the archive has version ${document.version} of ${orderId}, the database has ${version}: recover from its restore`,
  );
}

/** @throws ArchiveUnreadable if there is no document, or if it cannot be read. */
export async function newestDocument(archive: R2Bucket, orderId: OrderId): Promise<ArchiveDocument> {
  const object = await archive.get(keyOf(orderId));
  if (object === null) throw new ArchiveUnreadable(`the archive has no document of ${orderId}`);
  const bytes = await object.arrayBuffer();
  const text = await gunzip(bytes).catch(() => null);
  const parsed = text === null ? null : parseDocument(text, orderId);
  if (parsed?.ok) return parsed.value;
  const why = parsed?.rejection.detail ?? "it is not compressed";
  throw new ArchiveUnreadable(`the document of ${orderId} cannot be read: ${why}`);
}

export const hasDocument = async (archive: R2Bucket, orderId: OrderId): Promise<boolean> =>
  (await archive.head(keyOf(orderId))) !== null;

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
