/** Operations and effects by their `ref`, so that each is applied once. */
import type { Stock } from "../domain/sku-stock";
import type { EffectRef } from "../domain/stock-messages";
import { contentOf, type StockOperation } from "../domain/stock-operations";

/** `same`: the operation was applied. `other`: the `ref` was used for another one. Null: for none. */
export function appliedOperation(sql: SqlStorage, operation: StockOperation): "same" | "other" | null {
  const [row] = sql
    .exec<{ content: string | null }>("SELECT content FROM applied WHERE ref = ?", operation.ref)
    .toArray();
  if (row === undefined) return null;
  return row.content === contentOf(operation) ? "same" : "other";
}

export const recordOperation = (sql: SqlStorage, operation: StockOperation, now: number): void =>
  void sql.exec(
    "INSERT INTO applied (ref, content, actor, recorded_at) VALUES (?, ?, ?, ?)",
    operation.ref,
    contentOf(operation),
    operation.by,
    now,
  );

/** @param stock with the holding of the effect's line. */
export const isApplied = (sql: SqlStorage, stock: Stock, { ref, lineId }: EffectRef): boolean =>
  stock.holdings.get(lineId)?.refs.includes(ref) === true ||
  sql.exec("SELECT 1 FROM applied WHERE ref = ?", ref).toArray().length > 0;

/** For an effect on a line without a holding, which would keep its `ref`. */
export const recordEffect = (sql: SqlStorage, { ref }: EffectRef, now: number): void =>
  void sql.exec("INSERT INTO applied (ref, recorded_at) VALUES (?, ?)", ref, now);
