/** Reads stock without deciding anything: levels and totals, events under way, and the nightly audit. */
import { compositeKey } from "../../kernel/ids";
import { sumColumns, wholeOfParts } from "../../kernel/whole-numbers";
import type { StockEvent } from "../domain/stock-messages";
import { available, type Stock } from "../domain/sku-stock";
import type { Holder } from "../domain/allocation-request";
import type { OpenAllocation, StockAudit, StockReading } from "../domain/stock-reading";
import { versionsOf } from "./stock-version";

export function readStock(sql: SqlStorage, stock: Stock): StockReading {
  const { backordered } = sql
    .exec<{ backordered: number }>(
      "SELECT coalesce(sum(backordered), 0) AS backordered FROM holdings WHERE backordered > 0",
    )
    .one();
  const levels = [...stock.levels.values()].map(({ countedAsOf: _countedAsOf, ...level }) => ({
    ...level,
    available: available(level),
  }));
  return { facts: stock.facts, levels, backordered, valueMinor: stock.valueMinor };
}

/** The newest movements that `arrivedSince` reads. */
const MAX_MOVEMENTS = 1_000;

/** Units that movements added to the location after the time, as far as the newest movements show. */
export const arrivedSince = (sql: SqlStorage, locationId: string, at: number): number =>
  [
    ...sql.exec<{ locationId: string | null; quantity: number; at: number }>(
      "SELECT location_id AS locationId, quantity, at FROM movements ORDER BY rowid DESC LIMIT ?",
      MAX_MOVEMENTS,
    ),
  ]
    .filter((movement) => movement.locationId === locationId && movement.at > at && movement.quantity > 0)
    .reduce((sum, { quantity }) => sum + quantity, 0);

/** Events of the line that its order has not applied yet. The range covers every id that `stockEventId` makes. */
export function countUndelivered(sql: SqlStorage, sku: string, lineId: Holder): number {
  const ofLine = compositeKey(sku, lineId);
  return sql
    .exec<{ undelivered: number }>(
      "SELECT count(*) AS undelivered FROM events WHERE id > ? AND id < ?",
      `${ofLine}/`,
      `${ofLine}0`,
    )
    .one().undelivered;
}

/** Reads every allocation and movement. @param refs effects, of which those that were applied are returned. */
export function readAudit(sql: SqlStorage, stock: Stock, refs: readonly string[]): StockAudit {
  const moved = sql
    .exec<{ locationId: string | null; quantity: number }>(
      "SELECT location_id AS locationId, sum(quantity) AS quantity FROM movements GROUP BY location_id",
    )
    .toArray();
  // All movements together, because the sums of single locations may pass 2^53.
  const { valueHigh, valueLow } = sql
    .exec<{ valueHigh: number; valueLow: number }>(
      `SELECT ${sumColumns("value_minor", "value")} FROM movements`,
    )
    .one();
  const applied = sql.exec<{ ref: string }>(
    "SELECT ref FROM applied WHERE ref IN (SELECT value FROM json_each(?))",
    JSON.stringify(refs),
  );
  const appliedRefs = [...applied].map(({ ref }) => ref);
  const { openEvents } = sql.exec<{ openEvents: number }>("SELECT count(*) AS openEvents FROM events").one();
  return {
    reading: readStock(sql, stock),
    allocations: readOpenAllocations(sql),
    movedByLocation: Object.fromEntries(
      moved.flatMap(({ locationId, quantity }) => (locationId === null ? [] : [[locationId, quantity]])),
    ),
    movedValueMinor: wholeOfParts(valueHigh, valueLow),
    appliedRefs,
    openEvents,
    undelivered: readUndelivered(sql),
    version: versionsOf(sql).changed,
  };
}

/** The most events that an audit returns. */
const MAX_EVENTS = 1_000;

const readUndelivered = (sql: SqlStorage): StockEvent[] =>
  sql
    .exec<{ event: string }>("SELECT event FROM events ORDER BY seq LIMIT ?", MAX_EVENTS)
    .toArray()
    .map(({ event }): StockEvent => JSON.parse(event));

type OpenAllocationRow = { [Key in keyof OpenAllocation]: OpenAllocation[Key] };

const readOpenAllocations = (sql: SqlStorage): OpenAllocation[] =>
  sql
    .exec<OpenAllocationRow>(
      `SELECT holder, order_id AS orderId, location_id AS locationId, live AS quantity, status,
              expires_at AS expiresAt
         FROM allocations JOIN holdings USING (holder) WHERE live > 0
       UNION ALL
       SELECT holder, order_id, NULL, backordered, status, expires_at FROM holdings WHERE backordered > 0`,
    )
    .toArray();
