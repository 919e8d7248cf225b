/** Reads stock without deciding anything: levels and totals, events under way, and the nightly audit. */
import { invariant } from "../../kernel/invariant";
import { sumColumns, wholeOfParts, type Whole } from "../../kernel/whole-numbers";
import { available, type Stock } from "../domain/sku-stock";
import { mayBeFolded } from "../domain/checkpoint";
import type { EffectRef } from "../domain/stock-messages";
import type { AuditedHolding, AuditQuery, StockAudit, StockReading } from "../domain/stock-reading";
import { isApplied } from "./applied-refs";
import { readCheckpoint } from "./checkpoint";
import { auditedHoldings, loadHoldings, type ChangedHolding } from "./holding-row";
import { countEvents, readUndelivered } from "./read-events";
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

/** @param query which holdings, and which effects, of which those that were applied are returned. */
export function readAudit(sql: SqlStorage, stock: Stock, query: AuditQuery): StockAudit {
  const { effects, asOf } = query;
  const moved = sql
    .exec<{ locationId: string; quantity: number }>(
      `SELECT location_id AS locationId, sum(quantity) AS quantity FROM (
         SELECT location_id, quantity FROM movements WHERE location_id IS NOT NULL
         UNION ALL SELECT location_id, quantity FROM folded WHERE location_id != '') GROUP BY location_id`,
    )
    .toArray();
  // All movements together, because the sums of single locations may pass 2^53.
  const all = sumOfValues(sql, "SELECT value_minor FROM movements UNION ALL SELECT value_minor FROM folded");
  const after = sumOfValues(sql, "SELECT value_minor FROM movements WHERE at > ?", asOf);
  const held = { ...stock, holdings: loadHoldings(sql, [...new Set(effects.map(({ lineId }) => lineId))]) };
  const isKnown = (effect: EffectRef) => isApplied(sql, held, effect);
  const refsOf = (of: (effect: EffectRef) => boolean) => effects.filter(of).map(({ ref }) => ref);
  return {
    reading: readStock(sql, stock),
    ...auditedPage(sql, query.holdings),
    movedAfterMinor: after,
    movedByLocation: Object.fromEntries(moved.map(({ locationId, quantity }) => [locationId, quantity])),
    movedValueMinor: all,
    appliedRefs: refsOf(isKnown),
    tooOldRefs: refsOf((effect) => !isKnown(effect) && mayBeFolded(held, effect)),
    checkpoint: readCheckpoint(sql, stock),
    openEvents: countEvents(sql),
    undelivered: readUndelivered(sql),
    version: versionOf(sql),
  };
}

function sumOfValues(sql: SqlStorage, select: string, ...bound: number[]): Whole {
  const { valueHigh, valueLow } = sql
    .exec<{ valueHigh: number; valueLow: number }>(
      `SELECT ${sumColumns("value_minor", "value")} FROM (${select})`,
      ...bound,
    )
    .one();
  return wholeOfParts(valueHigh, valueLow);
}

function auditedPage(
  sql: SqlStorage,
  which: AuditQuery["holdings"],
): Pick<StockAudit, "holdings" | "nextAfter"> {
  if ("of" in which) return { holdings: auditedHoldings(sql, which).map(auditedHolding), nextAfter: null };
  const page = auditedHoldings(sql, which);
  const last = page.length === which.limit ? page.at(-1) : undefined;
  return { holdings: page.map(auditedHolding), nextAfter: last?.holding.holder ?? null };
}

function auditedHolding({ holding, changedAt }: ChangedHolding): AuditedHolding {
  const { holder, orderId, status, expiresAt, backordered } = holding;
  const live = holding.allocations.map(({ locationId, live }) => ({ locationId, quantity: live }));
  const allocations = [...live, { locationId: null, quantity: backordered }]
    .filter(({ quantity }) => quantity > 0)
    .map((at) => {
      invariant(status === "pending" || status === "confirmed", "a holding that ended holds nothing");
      return { holder, orderId, status, expiresAt, ...at } as const;
    });
  return { holder, orderId, changedAt, allocations };
}
