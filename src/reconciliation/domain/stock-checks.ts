/**
 * Compares what a SKU's object holds with its movements, its allocations with its stock, and its stock with the rows
 * in the database. A `StockAudit` is a consistent snapshot of one object.
 */
import type {
  OpenAllocation,
  StockAudit,
  StockLevel,
  StockSnapshot,
} from "../../inventory/domain/stock-reading";
import type { Whole } from "../../kernel/whole-numbers";
import type { EffectOnSku } from "../../orders/domain/stock-effects";
import type { Exception } from "./report";

/** An allocation is confirmed or expired by the object's alarm within minutes. */
const EXPIRY_GRACE_MS = 15 * 60_000;

/** Pending allocations that neither were confirmed nor expired, a quarter of an hour after their expiry. */
export const expiredAllocations = (
  sku: string,
  allocations: readonly OpenAllocation[],
  now: number,
): Exception[] =>
  allocations
    .filter(
      ({ status, expiresAt }) =>
        status === "pending" && expiresAt !== null && expiresAt + EXPIRY_GRACE_MS < now,
    )
    .map(({ holder, quantity }) => ({
      subject: `${sku} ${holder}`,
      expected: 0,
      actual: quantity,
      detail: "an allocation is held past its expiry",
    }));

/** Units on hand are the sum of the movements at each location, and the value of stock is the sum of their values. */
export function movementExceptions({ reading, movedByLocation, movedValueMinor }: StockAudit): Exception[] {
  const { sku, unitCostMinor } = reading.facts;
  const exceptions: Exception[] = [];
  const compare = (subject: string, expected: Whole, actual: Whole, detail: string) => {
    if (expected !== actual) exceptions.push({ subject, expected, actual, detail });
  };
  const onHand = new Map(reading.levels.map((level) => [level.locationId, level.onHand]));
  for (const locationId of new Set([...onHand.keys(), ...Object.keys(movedByLocation)])) {
    const moved = movedByLocation[locationId] ?? 0;
    compare(`${sku} at ${locationId}`, moved, onHand.get(locationId) ?? 0, "movements and on hand differ");
  }
  compare(sku, movedValueMinor, reading.valueMinor, "movements and the value of stock differ");
  const owned = unitsOnHand({ levels: reading.levels.filter(({ vendorOwned }) => !vendorOwned) });
  compare(sku, owned * unitCostMinor, reading.valueMinor, "the value of stock is not on hand × cost");
  return exceptions;
}

/** Waiting effects that are older than the history of stock: nobody knows whether they were applied. */
export const tooOldEffects = (sku: string, refs: readonly string[]): Exception[] =>
  refs.map((ref) => ({
    subject: `${sku} ${ref}`,
    expected: null,
    actual: null,
    detail: "an effect is older than the history of its stock: compare the order with its stock by hand",
  }));

export const unitsOnHand = ({ levels }: Pick<StockAudit["reading"], "levels">): number =>
  levels.reduce((sum, { onHand }) => sum + onHand, 0);

/** Locations that have more units allocated than on hand. */
export const oversold = ({ reading }: StockAudit): Exception[] =>
  reading.levels
    .filter(({ onHand, allocated }) => allocated > onHand)
    .map(({ locationId, onHand, allocated }) => ({
      subject: `${reading.facts.sku} at ${locationId}`,
      expected: onHand,
      actual: allocated,
      detail: "more is allocated than is on hand",
    }));

/** Whether the object's stock is not the snapshot in the database; `snapshot` is null if there is none. */
export function differsFromSnapshot(
  { version, reading }: StockAudit,
  snapshot: StockSnapshot | null,
): boolean {
  if (snapshot === null) return version > 0;
  return (
    version !== snapshot.version ||
    reading.backordered !== snapshot.backordered ||
    asText(reading.levels) !== asText(snapshot.levels)
  );
}

/** Equal for equal levels in any order. */
const asText = (levels: readonly StockLevel[]): string =>
  levels
    .map(({ locationId, onHand, allocated, safetyStock }) =>
      JSON.stringify([locationId, onHand, allocated, safetyStock]),
    )
    .toSorted()
    .join();

/** By how much an effect changes the value of stock, in minor units of the books' currency. */
export function effectValue({ effect }: EffectOnSku): number {
  switch (effect.type) {
    case "ship":
    case "unrestock":
      return "vendorOwned" in effect && effect.vendorOwned ? 0 : -effect.quantity * effect.unitCostMinor;
    case "restock":
    case "unship":
      return effect.quantity * effect.unitCostMinor;
    case "release":
    case "reject":
    case "move":
    case "serve":
      return 0;
  }
}
