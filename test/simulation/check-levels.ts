/** What is told of stock: the database says what the objects say, and the storefront shows what may be sold. */
import { broken, num, sum, type Stored } from "./stored-state";

export function levelsFollow({ objects, skuStock, stockLevels }: Stored): string[] {
  return objects.flatMap(({ sku, levels, holdings }) => {
    const snapshot = levels.flatMap(({ location_id, on_hand, allocated, safety_stock }) => {
      const stored = stockLevels.find((row) => row.sku === sku && row.location_id === location_id);
      const same =
        stored !== undefined &&
        stored.on_hand === on_hand &&
        stored.allocated === allocated &&
        stored.safety_stock === safety_stock;
      return broken(same, `levels ${sku} at ${location_id}: the database has not what the object says`);
    });
    const owed = sum(holdings.map(({ backordered }) => backordered));
    const stored = num(skuStock.find((row) => row.sku === sku)?.backordered);
    return [
      ...snapshot,
      ...broken(stored === owed, `levels ${sku}: the database says ${stored} owed, the object ${owed}`),
    ];
  });
}

/** The storefront shows what may be sold of each SKU: what is available at both locations. */
export const channelsShow = ({ objects, shown }: Stored): string[] =>
  objects.flatMap(({ sku, levels }) => {
    const sellable = sum(
      levels.map((level) => Math.max(0, num(level.on_hand) - num(level.allocated) - num(level.safety_stock))),
    );
    return broken(
      shown.get(sku) === sellable,
      `stock ${sku}: the storefront shows ${shown.get(sku)}, may sell ${sellable}`,
    );
  });
