/** Table recovery_findings: one row for each thing that a person must decide after a restore. */
import type { OrderId } from "../../kernel/ids";
import type { Decision, Finding, FindingKind } from "../domain/findings";

export type StoredFinding = Finding &
  Readonly<{
    foundAt: number;
    decidedAt: number | null;
    decidedBy: string | null;
    decision: Decision | "gone" | null;
    note: string | null;
  }>;

const COLUMNS = `id, kind, subject, order_id AS orderId, detail, facts, found_at AS foundAt, decided_at AS decidedAt,
  decided_by AS decidedBy, decision, note`;

type Row = Omit<StoredFinding, "facts"> & { facts: string };
const findingOf = (row: Row): StoredFinding => ({
  ...row,
  facts: JSON.parse(row.facts) as StoredFinding["facts"],
});

/** Findings that are known stay as they are, with their decision; those that were gone are open again. */
export async function storeFindings(
  db: D1Database,
  findings: readonly Finding[],
  now: number,
): Promise<void> {
  if (findings.length === 0) return;
  await db
    .prepare(
      `INSERT INTO recovery_findings (id, kind, subject, order_id, detail, facts, found_at)
       SELECT value ->> 'id', value ->> 'kind', value ->> 'subject', value ->> 'orderId', value ->> 'detail',
         value -> 'facts', ?2 FROM json_each(?1) WHERE true
       ON CONFLICT (id) DO UPDATE SET detail = excluded.detail, facts = excluded.facts, decided_at = NULL,
         decided_by = NULL, decision = NULL, note = NULL
       WHERE recovery_findings.decision IS NULL OR recovery_findings.decision = 'gone'`,
    )
    .bind(JSON.stringify(findings), now)
    .run();
}

export async function findingById(db: D1Database, id: string): Promise<StoredFinding | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM recovery_findings WHERE id = ?1`)
    .bind(id)
    .first<Row>();
  return row && findingOf(row);
}

/** The kind and id of the last finding of a page. */
export type FindingCursor = Readonly<{ kind: string; id: string }>;

/** Open findings after the cursor, by kind and id. @param kind of one kind only. */
export async function openFindings(
  db: D1Database,
  { after, kind, limit }: Readonly<{ after: FindingCursor; kind: FindingKind | null; limit: number }>,
): Promise<StoredFinding[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM recovery_findings
       WHERE decided_at IS NULL AND (kind, id) > (?1, ?2) AND (?3 IS NULL OR kind = ?3) ORDER BY kind, id LIMIT ?4`,
    )
    .bind(after.kind, after.id, kind, limit)
    .all<Row>();
  return results.map(findingOf);
}

/** Open findings about the order. */
export async function openFindingsOf(db: D1Database, orderIds: readonly OrderId[]): Promise<StoredFinding[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM recovery_findings INDEXED BY recovery_findings_open
       WHERE decided_at IS NULL AND order_id IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(orderIds))
    .all<Row>();
  return results.map(findingOf);
}

type Decided = Readonly<{
  ids: readonly string[];
  decision: Decision | "gone";
  by: string;
  note: string | null;
}>;

/** Findings that were decided before stay as they are. */
export async function decideFindings(
  db: D1Database,
  { ids, decision, by, note }: Decided,
  now: number,
): Promise<void> {
  if (ids.length === 0) return;
  await db
    .prepare(
      `UPDATE recovery_findings SET decided_at = ?2, decided_by = ?3, decision = ?4, note = ?5
       WHERE decided_at IS NULL AND id IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(ids), now, by, decision, note)
    .run();
}

/** Deletes findings that were decided before the time. Returns how many. */
export async function deleteDecidedFindings(db: D1Database, before: number, limit: number): Promise<number> {
  const { meta } = await db
    .prepare(
      `DELETE FROM recovery_findings WHERE id IN
         (SELECT id FROM recovery_findings WHERE decided_at < ?1 ORDER BY decided_at LIMIT ?2)`,
    )
    .bind(before, limit)
    .run();
  return meta.changes;
}
