/** Stores snapshots of stock in the database, where many SKUs are read at once. */
import type { InventoryContext, SnapshotToStore } from "./context";
import type { StockSnapshot } from "./domain/stock-reading";
import { snapshotStatements } from "./storage/stock-levels";

/** Reads the snapshot of a SKU from its object, and stores it. It is as new as the change that was reported, or newer. */
export async function storeLargeSnapshot(context: InventoryContext, sku: string): Promise<void> {
  const read = await context.inventory.readSnapshot(sku);
  if (!read.ok) throw new Error(JSON.stringify(read.rejection));
  await storeSnapshots(context, [read.value]);
}

/** D1 takes parameters of 2 MB. */
const MAX_CHARACTERS = 500_000;

/** Stores the newest snapshot of each SKU, unless a newer one is stored. One batch, unless the snapshots are large. */
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
  let [batch, characters]: [SnapshotToStore[], number] = [[], 0];
  for (const each of replacing) {
    const length = JSON.stringify(each).length;
    if (batch.length > 0 && characters + length > MAX_CHARACTERS) {
      await writeSnapshots(context, batch);
      [batch, characters] = [[], 0];
    }
    batch.push(each);
    characters += length;
  }
  await writeSnapshots(context, batch);
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
