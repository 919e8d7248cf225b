/** Stores snapshots of stock in the database, where many SKUs are read at once. */
import type { InventoryContext, SnapshotToStore } from "./context";
import type { StockSnapshot } from "./domain/stock-reading";
import { snapshotStatements } from "./storage/stock-levels";

/** Stores the newest snapshot of each SKU, unless a newer one is stored. One batch, however many there are. */
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

/** Writes in one batch: first the statements that other modules derive from the snapshots, then the snapshots. */
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
