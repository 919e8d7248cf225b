/**
 * What one SKU's object stores, and how a decision is read from it and written to it.
 *
 * A decision reads the facts, every level of the SKU and the holdings that it concerns, so that a allocation costs
 * the same beside ten allocations and beside a hundred thousand. The checks are the last line against overselling.
 */
import type { OrderId } from "../../kernel/ids";
import { isForgotten, type Allocation, type Holding } from "../domain/sku-stock";
import type { HoldingStatus, Level, Stock } from "../domain/sku-stock";
import type { SkuPolicy } from "../../catalog/domain/reference";
import type { Holder } from "../domain/stock";
import { countUnseenChange, versionsOf } from "./versions";

const TABLES = `
  CREATE TABLE IF NOT EXISTS facts (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sku TEXT NOT NULL,
    policy TEXT NOT NULL CHECK (policy IN ('deny', 'backorder', 'preorder')),
    unit_cost_minor INTEGER NOT NULL CHECK (unit_cost_minor >= 0),
    weight_grams INTEGER NOT NULL CHECK (weight_grams >= 0),
    volume_mm3 INTEGER CHECK (volume_mm3 > 0),
    hazardous INTEGER NOT NULL CHECK (hazardous IN (0, 1)),
    oversize INTEGER NOT NULL CHECK (oversize IN (0, 1)),
    cost_changes INTEGER NOT NULL,
    value_minor INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS levels (
    location_id TEXT PRIMARY KEY,
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
    allocated INTEGER NOT NULL CHECK (allocated BETWEEN 0 AND on_hand),
    safety_stock INTEGER NOT NULL CHECK (safety_stock >= 0),
    vendor_owned INTEGER NOT NULL CHECK (vendor_owned IN (0, 1)),
    -- The change of the SKU's stock that last wrote this level.
    version INTEGER NOT NULL,
    -- As of when a vendor's feed last counted it.
    counted_as_of INTEGER
  ) STRICT, WITHOUT ROWID;

  -- How often stock has changed where no level shows it, and up to which change the database was told.
  CREATE TABLE IF NOT EXISTS changes (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL,
    published INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS holdings (
    holder TEXT PRIMARY KEY,
    order_id TEXT,
    status TEXT NOT NULL CHECK (status IN ('pending', 'confirmed', 'voided', 'expired')),
    fill TEXT NOT NULL CHECK (fill IN ('partial', 'whole')),
    placed_at INTEGER NOT NULL,
    locations TEXT NOT NULL CHECK (json_valid(locations)),
    expires_at INTEGER CHECK (expires_at IS NULL OR status = 'pending'),
    due_at INTEGER CHECK (due_at IS NULL OR status = 'pending'),
    backordered INTEGER NOT NULL CHECK (backordered >= 0),
    released INTEGER NOT NULL CHECK (released >= 0),
    event_count INTEGER NOT NULL CHECK (event_count >= 0)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS holdings_due ON holdings (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX IF NOT EXISTS holdings_waiting ON holdings (placed_at, holder, fill, backordered)
    WHERE backordered > 0;

  CREATE TABLE IF NOT EXISTS allocations (
    holder TEXT NOT NULL REFERENCES holdings (holder),
    location_id TEXT NOT NULL REFERENCES levels (location_id),
    placed_at INTEGER NOT NULL,
    live INTEGER NOT NULL CHECK (live >= 0),
    shipped INTEGER NOT NULL CHECK (shipped >= 0),
    unreported INTEGER NOT NULL,
    PRIMARY KEY (holder, location_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS allocations_newest ON allocations (location_id, placed_at, holder) WHERE live > 0;

  CREATE TABLE IF NOT EXISTS movements (
    ref TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('receive', 'adjust', 'count', 'ship', 'restock', 'revalue')),
    location_id TEXT REFERENCES levels (location_id),
    quantity INTEGER NOT NULL,
    value_minor INTEGER NOT NULL,
    reason TEXT,
    at INTEGER NOT NULL,
    CHECK ((kind = 'revalue') = (location_id IS NULL))
  ) STRICT;

  -- What was asked for under each reference, so that it happens once. Says who asked, too.
  CREATE TABLE IF NOT EXISTS applied (
    ref TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('operation', 'effect')),
    content TEXT NOT NULL CHECK (json_valid(content)),
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Rows go when sent.
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL CHECK (json_valid(event)),
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_due ON events (due_at, seq);

  -- What its units are expected to save later, by location.
  CREATE TABLE IF NOT EXISTS stock_prices (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    found_at INTEGER NOT NULL,
    minor_by_location TEXT NOT NULL CHECK (json_valid(minor_by_location))
  ) STRICT;
`;

export const createTables = (sql: SqlStorage): void => void sql.exec(TABLES);

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

/** Null while the SKU has not been described. */
export function loadStock(sql: SqlStorage, holders: readonly Holder[]): Stock | null {
  const [facts] = sql.exec<FactsRow>("SELECT * FROM facts").toArray();
  if (facts === undefined) return null;
  const levels = sql
    .exec<LevelRow>(
      `SELECT location_id AS locationId, on_hand AS onHand, allocated, safety_stock AS safetyStock,
         vendor_owned AS vendorOwned,
         counted_as_of AS countedAsOf
       FROM levels`,
    )
    .toArray()
    .map(levelFrom);
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

const levelFrom = ({ vendorOwned, countedAsOf, ...level }: LevelRow): Level => ({
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
  return new Map(rows.map((row) => [row.holder, holdingFrom(row, allocations.get(row.holder) ?? [])]));
}

function holdingFrom(row: HoldingRow, allocations: readonly Allocation[]): Holding {
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

/** Writes what the decision changed, and nothing else: rows written are most of the bill. */
export function saveStock(sql: SqlStorage, before: Stock | null, after: Stock, now: number): void {
  saveFacts(sql, before, after);
  saveLevels(sql, before, after);
  for (const holding of after.holdings.values()) {
    const old = before?.holdings.get(holding.holder);
    if (old === holding) continue;
    if (isForgotten(holding)) deleteHolding(sql, holding);
    else saveHolding(sql, old, holding);
  }
  for (const { ref, kind, locationId, quantity, valueMinor, reason, at } of after.movements) {
    const row = [ref, kind, locationId, quantity, valueMinor, reason, at];
    sql.exec("INSERT INTO movements VALUES (?, ?, ?, ?, ?, ?, ?)", ...row);
  }
  for (const event of after.events) {
    const row = [event.id, JSON.stringify(event), now];
    sql.exec("INSERT INTO events (id, event, due_at) VALUES (?, ?, ?)", ...row);
  }
}

function saveFacts(sql: SqlStorage, before: Stock | null, after: Stock): void {
  if (before?.facts === after.facts && before.valueMinor === after.valueMinor) return;
  const { sku, policy, unitCostMinor, weightGrams, volumeMm3, hazardous, oversize } = after.facts;
  const flags = [hazardous ? 1 : 0, oversize ? 1 : 0];
  const row = [
    sku,
    policy,
    unitCostMinor,
    weightGrams,
    after.costChanges,
    after.valueMinor,
    volumeMm3,
    ...flags,
  ];
  sql.exec(
    `INSERT OR REPLACE INTO facts (one, sku, policy, unit_cost_minor, weight_grams, cost_changes, value_minor,
       volume_mm3, hazardous, oversize)
     VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...row,
  );
}

/** Counts the change with what it writes. A feed that counts what was known is written, and changes nothing. */
function saveLevels(sql: SqlStorage, before: Stock | null, after: Stock): void {
  const written = [...after.levels.values()].filter(
    (level) => before?.levels.get(level.locationId) !== level,
  );
  const changed = written.filter((level) => !showsTheSame(before?.levels.get(level.locationId), level));
  for (const level of written) if (!changed.includes(level)) saveCountedAsOf(sql, level);
  const unseen = changed.length === 0 && (before === null || owesOtherwise(before, after));
  if (changed.length === 0 && !unseen) return;
  const version = versionsOf(sql).changed + 1;
  for (const level of changed) saveLevel(sql, level, version);
  if (unseen) countUnseenChange(sql, version);
}

const showsTheSame = (before: Level | undefined, after: Level): boolean =>
  before?.onHand === after.onHand &&
  before.allocated === after.allocated &&
  before.safetyStock === after.safetyStock &&
  (before.vendorOwned ?? false) === (after.vendorOwned ?? false);

const saveCountedAsOf = (sql: SqlStorage, { locationId, countedAsOf }: Level): void =>
  void sql.exec("UPDATE levels SET counted_as_of = ? WHERE location_id = ?", countedAsOf ?? null, locationId);

const owesOtherwise = (before: Stock, after: Stock): boolean =>
  [...after.holdings.values()].some(
    ({ holder, backordered }) => (before.holdings.get(holder)?.backordered ?? 0) !== backordered,
  );

function saveLevel(
  sql: SqlStorage,
  { locationId, onHand, allocated, safetyStock, vendorOwned, countedAsOf }: Level,
  version: number,
): void {
  sql.exec(
    `INSERT INTO levels (location_id, on_hand, allocated, safety_stock, vendor_owned, version, counted_as_of)
     VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (location_id) DO UPDATE SET on_hand = excluded.on_hand, allocated = excluded.allocated,
         safety_stock = excluded.safety_stock, vendor_owned = excluded.vendor_owned, version = excluded.version,
         counted_as_of = excluded.counted_as_of`,
    locationId,
    onHand,
    allocated,
    safetyStock,
    vendorOwned ? 1 : 0,
    version,
    countedAsOf ?? null,
  );
}

function deleteHolding(sql: SqlStorage, { holder }: Holding): void {
  sql.exec("DELETE FROM allocations WHERE holder = ?", holder);
  sql.exec("DELETE FROM holdings WHERE holder = ?", holder);
}

function saveHolding(sql: SqlStorage, before: Holding | undefined, holding: Holding): void {
  const { holder, orderId, status, fill, placedAt, expiresAt, dueAt, backordered, released, eventCount } =
    holding;
  const locations = JSON.stringify(holding.locations);
  const row = [
    holder,
    orderId,
    status,
    fill,
    placedAt,
    locations,
    expiresAt,
    dueAt,
    backordered,
    released,
    eventCount,
  ];
  sql.exec(
    `INSERT INTO holdings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (holder) DO UPDATE
        SET order_id = excluded.order_id, status = excluded.status, fill = excluded.fill,
            placed_at = excluded.placed_at, locations = excluded.locations, expires_at = excluded.expires_at,
            due_at = excluded.due_at, backordered = excluded.backordered, released = excluded.released,
            event_count = excluded.event_count`,
    ...row,
  );
  for (const allocation of holding.allocations) {
    if (before?.placedAt === placedAt && before.allocations.includes(allocation)) continue;
    const allocationRow = [
      holder,
      allocation.locationId,
      placedAt,
      allocation.live,
      allocation.shipped,
      allocation.unreported,
    ];
    sql.exec(
      `INSERT INTO allocations VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (holder, location_id) DO UPDATE
          SET placed_at = excluded.placed_at, live = excluded.live, shipped = excluded.shipped,
              unreported = excluded.unreported`,
      ...allocationRow,
    );
  }
}
