/** Writes what a decision has changed, and no other row: rows written are most of the bill. */
import { mayBeForgotten } from "../domain/holding";
import type { Level, Stock } from "../domain/sku-stock";
import { deleteHolding, saveHolding } from "./holding-row";
import { countChangeWithoutLevel, versionOf } from "./stock-version";

/** Numbers go on after folded movements: SQLite would begin again once all of them are folded. */
const NEXT_SEQ = `1 + max(coalesce((SELECT max(seq) FROM movements), 0),
    coalesce((SELECT last_seq FROM checkpoint), 0))`;

/** @param now the time of the object: when rows are written, and when the decision's events may be sent. */
export function saveStock(sql: SqlStorage, before: Stock | null, after: Stock, now: number): void {
  saveFacts(sql, before, after);
  saveLevels(sql, before, after);
  for (const holding of after.holdings.values()) {
    const stored = before?.holdings.get(holding.holder);
    if (stored === holding) continue;
    if (mayBeForgotten(holding)) deleteHolding(sql, stored, holding);
    else saveHolding(sql, stored, holding, now);
  }
  for (const { ref, kind, locationId, quantity, valueMinor, reason, at } of after.movements) {
    const row = [ref, kind, locationId, quantity, valueMinor, reason, at, now];
    sql.exec(
      `INSERT INTO movements (seq, ref, kind, location_id, quantity, value_minor, reason, at, recorded_at)
         VALUES (${NEXT_SEQ}, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...row,
    );
  }
  for (const event of after.events) {
    const row = [event.id, JSON.stringify(event), now];
    sql.exec("INSERT INTO events (id, event, due_at) VALUES (?, ?, ?)", ...row);
  }
}

function saveFacts(sql: SqlStorage, before: Stock | null, after: Stock): void {
  if (before?.facts === after.facts && before.valueMinor === after.valueMinor) return;
  const { sku, policy, unitCostMinor, weightGrams, volumeMm3, hazardous, oversize } = after.facts;
  sql.exec(
    `INSERT OR REPLACE INTO facts (one, sku, policy, unit_cost_minor, weight_grams, cost_changes, value_minor,
       volume_mm3, hazardous, oversize)
     VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    sku,
    policy,
    unitCostMinor,
    weightGrams,
    after.costChanges,
    after.valueMinor,
    volumeMm3,
    hazardous ? 1 : 0,
    oversize ? 1 : 0,
  );
}

/**
 * Gives the change the next version, stored with the levels that it writes. A feed that only confirms a level writes
 * its `countedAsOf`, and is no change.
 */
function saveLevels(sql: SqlStorage, before: Stock | null, after: Stock): void {
  const written = [...after.levels.values()].filter(
    (level) => before?.levels.get(level.locationId) !== level,
  );
  const changed = written.filter((level) => !isSameLevel(before?.levels.get(level.locationId), level));
  for (const level of written) if (!changed.includes(level)) saveCountedAsOf(sql, level);
  const onlyOther = changed.length === 0 && (before === null || changesBackorders(before, after));
  if (changed.length === 0 && !onlyOther) return;
  const version = versionOf(sql) + 1;
  for (const level of changed) saveLevel(sql, level, version);
  if (onlyOther) countChangeWithoutLevel(sql, version);
}

const isSameLevel = (before: Level | undefined, after: Level): boolean =>
  before?.onHand === after.onHand &&
  before.allocated === after.allocated &&
  before.safetyStock === after.safetyStock &&
  (before.vendorOwned ?? false) === (after.vendorOwned ?? false);

const saveCountedAsOf = (sql: SqlStorage, { locationId, countedAsOf }: Level): void =>
  void sql.exec("UPDATE levels SET counted_as_of = ? WHERE location_id = ?", countedAsOf ?? null, locationId);

const changesBackorders = (before: Stock, after: Stock): boolean =>
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
