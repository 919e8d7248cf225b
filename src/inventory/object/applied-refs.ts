/** Operations and effects by their `ref`, so that each is applied once. */
import type { StockEffect } from "../domain/stock-messages";
import type { StockOperation } from "../domain/stock-operations";

type Applied =
  | Readonly<{ kind: "operation"; content: StockOperation }>
  | Readonly<{ kind: "effect"; content: StockEffect }>;

/** What was applied under the `ref`. `derived`: a movement that followed from another one. Null: nothing was. */
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
