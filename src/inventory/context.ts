/** What commands receive from inventory on: the SKUs' objects, and a way to publish changes of what is expected. */
import type { CatalogContext } from "../catalog/context";
import type { StockSnapshot } from "./domain/stock";
import type { InventoryClient } from "./inventory-client";

/** Snapshots about to be stored: statements of a module above that belong in the same batch. */
export type SnapshotConsequence = (
  context: CatalogContext,
  snapshots: readonly SnapshotToStore[],
) => Promise<readonly D1PreparedStatement[]>;

/** `replaces`: the stored versions that the snapshot may replace; a SKU without a stored snapshot has version 0. */
export type SnapshotToStore = Readonly<{
  snapshot: StockSnapshot;
  replaces: readonly [from: number, to: number];
}>;

export type InventoryContext = CatalogContext &
  Readonly<{
    inventory: InventoryClient;
    /** Called after the inbound of a SKU was written, to run after the answer. */
    publishInboundChange: (change: Readonly<{ sku: string; updatedAt: number }>) => void;
    snapshotConsequences: readonly SnapshotConsequence[];
  }>;
