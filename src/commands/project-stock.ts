/** What SKUs' objects said of their stock, written where many SKUs are read at once. */
import type { Context } from "../context";
import type { StockSaid } from "../domain/stock";
import { stockWordStatements } from "../storage/stock-levels";

/** Of each SKU only its newest word, and that only if nothing newer is known: one batch, whatever their number. */
export async function projectStock({ databases }: Context, words: readonly StockSaid[]): Promise<void> {
  const newest = new Map<string, StockSaid>();
  for (const said of words) {
    if (said.version > (newest.get(said.sku)?.version ?? 0)) newest.set(said.sku, said);
  }
  const { primary } = databases;
  const replacing = [...newest.values()].map((said) => {
    return { said, replaces: [0, said.version - 1] } as const;
  });
  if (replacing.length > 0) await primary.batch(stockWordStatements(primary, replacing));
}
