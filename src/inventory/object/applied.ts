/** What was asked for under each reference, so that an operation or an effect happens once. */
import type { StockEffect, StockOperation } from "../domain/stock";

type Applied =
  | Readonly<{ kind: "operation"; content: StockOperation }>
  | Readonly<{ kind: "effect"; content: StockEffect }>;

/** `derived` is a reference that a movement took without being asked for under it, such as a revaluation. */
export function appliedUnder(sql: SqlStorage, ref: string): Applied | "derived" | null {
  const [row] = sql
    .exec<{ kind: Applied["kind"]; content: string }>("SELECT kind, content FROM applied WHERE ref = ?", ref)
    .toArray();
  if (row !== undefined) return { kind: row.kind, content: JSON.parse(row.content) };
  return sql.exec("SELECT 1 FROM movements WHERE ref = ?", ref).toArray().length > 0 ? "derived" : null;
}

export function recordApplied(sql: SqlStorage, { kind, content }: Applied): void {
  const row = [content.ref, kind, JSON.stringify(content), content.at];
  sql.exec("INSERT INTO applied VALUES (?, ?, ?, ?)", ...row);
}
