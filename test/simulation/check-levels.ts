/** Published stock: the database has the objects' levels, and the storefront shows the sellable quantity. */
import { unless, num, sum, type StoredState } from "./stored-state";

export function storedLevelsMatch({ objects, skuStock, stockLevels }: StoredState): string[] {
  return objects.flatMap(({ sku, levels, holdings }) => {
    const differingLevels = levels.flatMap(({ location_id, on_hand, allocated, safety_stock }) => {
      const stored = stockLevels.find((row) => row.sku === sku && row.location_id === location_id);
      const same =
        stored !== undefined &&
        stored.on_hand === on_hand &&
        stored.allocated === allocated &&
        stored.safety_stock === safety_stock;
      return unless(same, `levels ${sku} at ${location_id}: the database differs from the object`);
    });
    const backordered = sum(holdings.map(({ backordered }) => backordered));
    const stored = num(skuStock.find((row) => row.sku === sku)?.backordered);
    return [
      ...differingLevels,
      ...unless(
        stored === backordered,
        `levels ${sku}: the database has ${stored} backordered, the object ${backordered}`,
      ),
    ];
  });
}

/** The storefront shows what is available of each SKU at both locations. */
export const channelsShowSellable = ({ objects, shownStock }: StoredState): string[] =>
  objects.flatMap(({ sku, levels }) => {
    const sellable = sum(
      levels.map((level) => Math.max(0, num(level.on_hand) - num(level.allocated) - num(level.safety_stock))),
    );
    return unless(
      shownStock.get(sku) === sellable,
      `stock ${sku}: the storefront shows ${shownStock.get(sku)}, ${sellable} can be sold`,
    );
  });
