/** What connected channels may sell of a SKU, stored in the same batch as the SKU's snapshot. */
import type { Reference } from "../catalog/domain/reference";
import type { SnapshotConsequence } from "../inventory/context";
import type { StockSnapshot } from "../inventory/domain/stock-reading";
import { KINDS_OF_GOODS, sellableUnits } from "./domain/channel-stock";
import { sellableStatement, type Sellable } from "./storage/channel-stock";

/** `holds`: valid only while the database has a version of the SKU's stock in this range. */
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
      quantities: KINDS_OF_GOODS.map((goods) => sellableUnits(channel, locations, snapshot.levels, goods)),
      holds,
    }));

export const storeSellable: SnapshotConsequence = async ({ databases, reference, now }, snapshots) => {
  const known = await reference();
  const sellable = snapshots.flatMap(({ snapshot, replaces }) => sellableOf(known, snapshot, replaces));
  return sellable.length > 0 ? [sellableStatement(databases.primary, sellable, now())] : [];
};
