/**
 * SKUs whose levels in the database are not their object's: a snapshot that was lost, or a row that somebody wrote.
 * Each is looked at again, database first, and if they still differ the object's snapshot takes the place of what
 * was read. A newer snapshot that comes in between stays.
 */
import type { ReconciliationContext } from "./context";
import { differsFromSnapshot } from "./domain/stock-checks";
import { storedStock } from "../inventory/stock-levels";
import { writeSnapshots } from "../inventory/store-snapshots";

/** Answers the SKUs whose levels were repaired. */
export async function followStock(
  context: ReconciliationContext,
  skus: readonly string[],
): Promise<string[]> {
  const { primary } = context.databases;
  const repaired: string[] = [];
  for (const sku of skus) {
    const stored = (await storedStock(primary, [sku])).get(sku) ?? null;
    const audited = await context.inventory.audit(sku, []);
    if (!audited.ok || !differsFromSnapshot(audited.value, stored)) continue;
    const { version, reading } = audited.value;
    const { levels, backordered } = reading;
    const snapshot = { sku, version, at: context.now(), levels, backordered };
    const seen = stored?.version ?? 0;
    await writeSnapshots(context, [{ snapshot, replaces: [seen, seen] }]);
    repaired.push(sku);
  }
  return repaired;
}
