/**
 * What SKUs' objects snapshot of their stock, written where many SKUs are read at once, together with what each
 * connected channel may sell of it.
 */
import type { Context, Reference } from "../platform/context";
import { sellableUnits } from "../channels/domain/channel-stock";
import type { StockSnapshot } from "./domain/stock";
import { sellableStatement, type Sellable } from "../channels/storage/channel-stock";
import { snapshotStatements, type SnapshotToStore } from "./storage/stock-levels";

/** Of each SKU only its newest snapshot, and that only if nothing newer is known: one batch, whatever their number. */
export async function storeSnapshots(context: Context, snapshots: readonly StockSnapshot[]): Promise<void> {
  const newest = new Map<string, StockSnapshot>();
  for (const snapshot of snapshots) {
    if (snapshot.version > (newest.get(snapshot.sku)?.version ?? 0)) newest.set(snapshot.sku, snapshot);
  }
  const replacing = [...newest.values()].map((snapshot): SnapshotToStore => {
    return { snapshot, replaces: [0, snapshot.version - 1] };
  });
  await writeSnapshots(context, replacing);
}

/** One batch: what channels may sell by the snapshots that count, and the snapshots. */
export async function writeSnapshots(context: Context, snapshots: readonly SnapshotToStore[]): Promise<void> {
  if (snapshots.length === 0) return;
  const { primary } = context.databases;
  const reference = await context.reference();
  const sellable = snapshots.flatMap(({ snapshot, replaces }) => sellableOf(reference, snapshot, replaces));
  await primary.batch([
    ...(sellable.length > 0 ? [sellableStatement(primary, sellable, context.now())] : []),
    ...snapshotStatements(primary, snapshots),
  ]);
}

/** What each connected channel may sell of a SKU; `holds`: it counts where the database holds such a version. */
export const sellableOf = (
  { channels, connected, locations }: Reference,
  snapshot: StockSnapshot,
  holds: Sellable["holds"],
): Sellable[] =>
  [...channels.values()]
    .filter(({ id }) => connected.has(id))
    .map((channel) => ({
      channelId: channel.id,
      sku: snapshot.sku,
      quantity: sellableUnits(channel, locations, snapshot.levels),
      holds,
    }));
