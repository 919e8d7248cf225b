/**
 * Loads what a decision needs: the facts, all levels, and the holdings it concerns. Its cost does not grow with the
 * number of other holdings.
 */
import type { SkuPolicy } from "../../catalog/domain/sku";
import type { OrderId } from "../../kernel/ids";
import type { Holder } from "../domain/allocation-request";
import type { Allocation, Holding, HoldingStatus } from "../domain/holding";
import type { Level, Stock } from "../domain/sku-stock";

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
};

type HoldingRow = {
  holder: Holder;
  order_id: OrderId | null;
  status: HoldingStatus;
  fill: "partial" | "whole";
  placed_at: number;
  locations: string;
  expires_at: number | null;
  due_at: number | null;
  backordered: number;
  released: number;
  event_count: number;
};

type LevelRow = Omit<Level, "vendorOwned" | "countedAsOf"> & {
  vendorOwned: number;
  countedAsOf: number | null;
};

/** Null until the SKU was upserted. */
export function loadStock(sql: SqlStorage, holders: readonly Holder[]): Stock | null {
  const [facts] = sql.exec<FactsRow>("SELECT * FROM facts").toArray();
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

export function loadHoldings(sql: SqlStorage, holders: readonly Holder[]): Map<Holder, Holding> {
  if (holders.length === 0) return new Map();
  const wanted = JSON.stringify(holders);
  const rows = sql
    .exec<HoldingRow>("SELECT * FROM holdings WHERE holder IN (SELECT value FROM json_each(?))", wanted)
    .toArray();
  if (rows.length === 0) return new Map();
  const allocations = Map.groupBy(
    sql.exec<Allocation & { holder: string }>(
      `SELECT holder, location_id AS locationId, live, shipped, unreported FROM allocations
        WHERE holder IN (SELECT value FROM json_each(?))`,
      wanted,
    ),
    ({ holder }) => holder,
  );
  return new Map(rows.map((row) => [row.holder, holdingOf(row, allocations.get(row.holder) ?? [])]));
}

function holdingOf(row: HoldingRow, allocations: readonly Allocation[]): Holding {
  const locations: string[] = JSON.parse(row.locations);
  return {
    holder: row.holder,
    orderId: row.order_id,
    status: row.status,
    fill: row.fill,
    placedAt: row.placed_at,
    locations,
    expiresAt: row.expires_at,
    dueAt: row.due_at,
    backordered: row.backordered,
    released: row.released,
    eventCount: row.event_count,
    allocations: allocations.map(({ locationId, live, shipped, unreported }) => ({
      locationId,
      live,
      shipped,
      unreported,
    })),
  };
}
