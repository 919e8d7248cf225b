/**
 * Loads what a decision needs: the facts, all levels, and the holdings it concerns. Its cost does not grow with the
 * number of other holdings.
 */
import type { SkuPolicy } from "../../catalog/domain/sku";
import type { Holder } from "../domain/allocation-request";
import type { Level, Stock } from "../domain/sku-stock";
import { loadHoldings } from "./holding-row";

type FactsRow = {
  sku: string;
  policy: SkuPolicy;
  unit_cost_minor: number;
  weight_grams: number;
  volume_mm3: number | null;
  hazardous: number;
  oversize: number;
  cost_changes: number;
  value_minor: number;
  folded_before: number | null;
  generation: number | null;
};

type LevelRow = Omit<Level, "vendorOwned" | "countedAsOf"> & {
  vendorOwned: number;
  countedAsOf: number | null;
};

/** Null until the SKU was upserted. */
export function loadStock(sql: SqlStorage, holders: readonly Holder[]): Stock | null {
  const [facts] = sql
    .exec<FactsRow>("SELECT facts.*, folded_before, generation FROM facts LEFT JOIN checkpoint USING (one)")
    .toArray();
  if (facts === undefined) return null;
  const levels = sql
    .exec<LevelRow>(
      `SELECT location_id AS locationId, on_hand AS onHand, allocated, safety_stock AS safetyStock,
         vendor_owned AS vendorOwned, counted_as_of AS countedAsOf
       FROM levels`,
    )
    .toArray()
    .map(levelOf);
  return {
    facts: {
      sku: facts.sku,
      policy: facts.policy,
      unitCostMinor: facts.unit_cost_minor,
      weightGrams: facts.weight_grams,
      volumeMm3: facts.volume_mm3,
      hazardous: facts.hazardous === 1,
      oversize: facts.oversize === 1,
    },
    costChanges: facts.cost_changes,
    valueMinor: facts.value_minor,
    foldedBefore: facts.folded_before ?? 0,
    generation: facts.generation ?? 0,
    levels: new Map(levels.map((level) => [level.locationId, level])),
    holdings: loadHoldings(sql, holders),
    movements: [],
    events: [],
  };
}

const levelOf = ({ vendorOwned, countedAsOf, ...level }: LevelRow): Level => ({
  ...level,
  ...(vendorOwned === 1 && { vendorOwned: true }),
  ...(countedAsOf !== null && { countedAsOf }),
});
