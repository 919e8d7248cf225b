/** What commands of inventory, and of modules above it, receive. */
import type { CatalogContext } from "../catalog/context";
import type { StockSnapshot } from "./domain/stock-reading";
import type { InventoryClient } from "./inventory-client";

/** Returns statements of a module above that belong in the batch that stores the snapshots. */
export type SnapshotConsequence = (
  context: CatalogContext,
  snapshots: readonly SnapshotToStore[],
) => Promise<readonly D1PreparedStatement[]>;

/** `replaces`: the stored versions that the snapshot may replace, both included; version 0: none is stored. */
export type SnapshotToStore = Readonly<{
  snapshot: StockSnapshot;
  replaces: readonly [from: number, to: number];
}>;

export type InventoryContext = CatalogContext &
  Readonly<{
    inventory: InventoryClient;
    /** Called after an inbound of the SKU was written. Its consequences run after the answer. */
    publishInboundChange: (change: Readonly<{ sku: string; updatedAt: number }>) => void;
    snapshotConsequences: readonly SnapshotConsequence[];
  }>;
