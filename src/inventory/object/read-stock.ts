/** Reads stock without deciding anything: levels and totals, events under way, and the nightly audit. */
import { compositeKey } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import { sumColumns, wholeOfParts } from "../../kernel/whole-numbers";
import { available, type Stock } from "../domain/sku-stock";
import type { Holder } from "../domain/allocation-request";
import type { Holding } from "../domain/holding";
import type { EffectRef, StockEvent } from "../domain/stock-messages";
import type { OpenAllocation, StockAudit, StockReading } from "../domain/stock-reading";
import { isApplied } from "./applied-refs";
import { loadHoldings, openHoldings } from "./holding-row";
import { versionOf } from "./stock-version";

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
      "SELECT location_id AS locationId, quantity, at FROM movements ORDER BY seq DESC LIMIT ?",
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

/** Reads every holding and movement. @param effects of which those that were applied are returned. */
export function readAudit(sql: SqlStorage, stock: Stock, effects: readonly EffectRef[]): StockAudit {
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
  const held = { ...stock, holdings: loadHoldings(sql, [...new Set(effects.map(({ lineId }) => lineId))]) };
  const appliedRefs = effects.filter((effect) => isApplied(sql, held, effect)).map(({ ref }) => ref);
  const { openEvents } = sql.exec<{ openEvents: number }>("SELECT count(*) AS openEvents FROM events").one();
  return {
    reading: readStock(sql, stock),
    allocations: openHoldings(sql).flatMap(openAllocations),
    movedByLocation: Object.fromEntries(
      moved.flatMap(({ locationId, quantity }) => (locationId === null ? [] : [[locationId, quantity]])),
    ),
    movedValueMinor: wholeOfParts(valueHigh, valueLow),
    appliedRefs,
    openEvents,
    undelivered: readUndelivered(sql),
    version: versionOf(sql),
  };
}

/** The most events that an audit returns. */
const MAX_EVENTS = 1_000;

const readUndelivered = (sql: SqlStorage): StockEvent[] =>
  sql
    .exec<{ event: string }>("SELECT event FROM events ORDER BY seq LIMIT ?", MAX_EVENTS)
    .toArray()
    .map(({ event }): StockEvent => JSON.parse(event));

const openAllocations = (holding: Holding): OpenAllocation[] => {
  const { holder, orderId, status, expiresAt, backordered } = holding;
  const live = holding.allocations.map(({ locationId, live }) => ({ locationId, quantity: live }));
  return [...live, { locationId: null, quantity: backordered }]
    .filter(({ quantity }) => quantity > 0)
    .map((at) => {
      invariant(status === "pending" || status === "confirmed", "a holding that ended holds nothing");
      return { holder, orderId, status, expiresAt, ...at } as const;
    });
};
