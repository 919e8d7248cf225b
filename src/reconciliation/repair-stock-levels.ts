/**
 * Repairs rows of stock levels that are not those of the SKU's object: a snapshot that was lost, or a row that was
 * changed by hand.
 */
import type { ReconciliationContext } from "./context";
import { differsFromSnapshot } from "./domain/stock-checks";
import { STOCK_ONLY } from "../inventory/domain/stock-reading";
import { storedStock } from "../inventory/stock-levels";
import { writeSnapshots } from "../inventory/store-snapshots";

/** SKUs whose levels in the database are not those of their object. */
export type StockLevelsToRepair = readonly string[];

/**
 * Compares each SKU again, database first, and replaces the rows that it read with the object's snapshot. A newer
 * snapshot that is stored in between stays. Returns the SKUs that it repaired.
 */
export async function repairStockLevels(
  context: ReconciliationContext,
  skus: StockLevelsToRepair,
): Promise<string[]> {
  const { primary } = context.databases;
  const repaired: string[] = [];
  for (const sku of skus) {
    const stored = (await storedStock(primary, [sku])).get(sku) ?? null;
    const audited = await context.inventory.audit(sku, STOCK_ONLY);
    if (!audited.ok || !differsFromSnapshot(audited.value, stored)) continue;
    const { version, reading } = audited.value;
    const { levels, backordered } = reading;
    const snapshot = { sku, version, at: context.now(), levels, backordered };
    const readVersion = stored?.version ?? 0;
    await writeSnapshots(context, [{ snapshot, replaces: [readVersion, readVersion] }]);
    repaired.push(sku);
  }
  return repaired;
}
