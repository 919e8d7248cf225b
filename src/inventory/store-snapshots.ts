/** Stores the snapshots that SKUs' objects publish where many SKUs are read at once. */
import type { InventoryContext, SnapshotToStore } from "./context";
import type { StockSnapshot } from "./domain/stock";
import { snapshotStatements } from "./storage/stock-levels";

/** Of each SKU only its newest snapshot, and only if nothing newer is stored: one batch, whatever their number. */
export async function storeSnapshots(
  context: InventoryContext,
  snapshots: readonly StockSnapshot[],
): Promise<void> {
  const newest = new Map<string, StockSnapshot>();
  for (const snapshot of snapshots) {
    if (snapshot.version > (newest.get(snapshot.sku)?.version ?? 0)) newest.set(snapshot.sku, snapshot);
  }
  const replacing = [...newest.values()].map((snapshot): SnapshotToStore => {
    return { snapshot, replaces: [0, snapshot.version - 1] };
  });
  await writeSnapshots(context, replacing);
}

/** One batch: what modules above derive from the snapshots that count, then the snapshots. */
export async function writeSnapshots(
  context: InventoryContext,
  snapshots: readonly SnapshotToStore[],
): Promise<void> {
  if (snapshots.length === 0) return;
  const derived = await Promise.all(
    context.snapshotConsequences.map((consequence) => consequence(context, snapshots)),
  );
  const { primary } = context.databases;
  await primary.batch([...derived.flat(), ...snapshotStatements(primary, snapshots)]);
}
