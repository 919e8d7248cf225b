/**
 * The document of an archived order: all its rows, as they were in the database, with a hash. Copies of the rows that stay
 * there are among them: a database that was restored to an earlier time may have lost them. Pure.
 *
 * A format that was written once stays readable; a new one is written beside it.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { OrderId } from "../../kernel/ids";
import { accept, reject, type Result } from "../../kernel/result";

export type ArchivedRow = Readonly<Record<string, string | number | null>>;

/** Rows by table. */
export type ArchivedRows = Readonly<Record<string, readonly ArchivedRow[]>>;

export type ArchiveDocument = Readonly<{
  format: 1;
  orderId: OrderId;
  /** The order's version. */
  version: number;
  /** In hexadecimal, of the rows and the copies as JSON. */
  sha256: string;
  /** The rows that the database has no more. */
  rows: ArchivedRows;
  /** Copies of rows that stay in the database: the order's own, and its journal entries. */
  staying: ArchivedRows;
}>;

type OrderRows = Pick<ArchiveDocument, "rows" | "staying">;

export const archiveDocument = (
  orderId: OrderId,
  version: number,
  { rows, staying }: OrderRows,
): ArchiveDocument => ({
  format: 1,
  orderId,
  version,
  sha256: hashOf({ rows, staying }),
  rows,
  staying,
});

export const rowsIn = (rows: ArchivedRows): number =>
  Object.values(rows).reduce((sum, ofTable) => sum + ofTable.length, 0);

/** The commits of an archived order. `at`: epoch milliseconds. */
export const commitsIn = (rows: ArchivedRows): Readonly<{ version: number; at: number }>[] =>
  (rows["order_events"] ?? []).map(({ version, at }) => ({ version: Number(version), at: Number(at) }));

const hashOf = ({ rows, staying }: OrderRows): string =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify([rows, staying]))));

export type UnreadableDocument = Readonly<{ code: "archive_unreadable"; detail: string }>;

/** @param text as JSON. */
export function parseDocument(text: string, orderId: OrderId): Result<ArchiveDocument, UnreadableDocument> {
  const unreadable = (detail: string) => reject({ code: "archive_unreadable" as const, detail });
  let document: ArchiveDocument;
  try {
    document = JSON.parse(text) as ArchiveDocument;
  } catch {
    return unreadable("it is no JSON");
  }
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- a later release may have written it.
  if (document.format !== 1) return unreadable(`its format ${String(document.format)} is not known`);
  if (document.orderId !== orderId) return unreadable(`it is of ${document.orderId}`);
  if (document.sha256 !== hashOf(document)) return unreadable("its hash is not that of its rows");
  return accept(document);
}
