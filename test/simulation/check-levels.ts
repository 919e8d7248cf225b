/** What the database says of stock is what the objects say: after a night, whatever became of their words. */
import { broken, num, sum, type Stored } from "./rows";

export function levelsFollow({ objects, skuStock, stockLevels }: Stored): string[] {
  return objects.flatMap(({ sku, levels, holdings }) => {
    const said = levels.flatMap(({ location_id, on_hand, claimed, safety_stock }) => {
      const stored = stockLevels.find((row) => row.sku === sku && row.location_id === location_id);
      const same =
        stored !== undefined &&
        stored.on_hand === on_hand &&
        stored.claimed === claimed &&
        stored.safety_stock === safety_stock;
      return broken(same, `levels ${sku} at ${location_id}: the database has not what the object says`);
    });
    const owed = sum(holdings.map(({ backordered }) => backordered));
    const stored = num(skuStock.find((row) => row.sku === sku)?.backordered);
    return [
      ...said,
      ...broken(stored === owed, `levels ${sku}: the database says ${stored} owed, the object ${owed}`),
    ];
  });
}
