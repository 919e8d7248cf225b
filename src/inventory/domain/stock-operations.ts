/**
 * What staff and feeds do to a SKU's stock: receive, adjust, count, keep safety stock, and change the SKU's facts.
 *
 * Receipts, adjustments and counts are booked as movements at the SKU's standard cost. Stock is never below zero. If
 * fewer units are left than are allocated, the caller cuts allocations: see overallocation.ts.
 */
import { followingKey } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import { accept, reject, type Result } from "../../kernel/result";
import { bookMovement, ownUnits, revalue, valueOf, withOwner } from "./book-movement";
import {
  isBookable,
  isNonNegativeInteger,
  MAX_LOCATIONS_OF_SKU,
  MAX_STOCK_VALUE_MINOR,
  MAX_UNITS,
} from "./quantity";
import type { SkuFacts } from "./sku-facts";
import { levelAt, withLevel, type Stock } from "./sku-stock";

export const ADJUSTMENT_REASONS = [
  "damaged",
  "lost",
  "found",
  "shrinkage",
  "quality_hold",
  "correction",
] as const;
export type AdjustmentReason = (typeof ADJUSTMENT_REASONS)[number];

/** `ref` identifies the operation: see movement-ref.ts. */
export type StockOperation = Readonly<{
  ref: string;
  locationId: string;
  /** Whether the location keeps a vendor's stock; absent: as before. */
  vendorOwned?: boolean;
  at: number;
  by: string;
}> &
  (
    | Readonly<{
        type: "receive";
        quantity: number;
        /** The inbound that the units were expected as. */
        inboundId?: string;
      }>
    | Readonly<{
        type: "adjust";
        /** Signed. */
        quantity: number;
        reason: AdjustmentReason;
      }>
    | Readonly<{
        type: "count";
        counted: number;
        /** Set by a vendor's feed: a count as of an earlier or the same moment as the last one changes nothing. */
        asOf?: number;
      }>
  );

export type StockOperationRejection = Readonly<
  | { code: "unknown_sku"; sku: string }
  | { code: "quantity_invalid"; quantity: number }
  | { code: "below_zero"; locationId: string; onHand: number }
  | { code: "ref_reused"; ref: string }
  | TooManyLocations
  | StockTooDear
>;

/** Our units of the SKU would be worth more than the books take of one SKU. */
export type StockTooDear = Readonly<{ code: "stock_value_too_large"; maxMinor: number }>;

/** The SKU has stock at as many locations as it can, and none at this one. */
export type TooManyLocations = Readonly<{ code: "too_many_locations"; locationId: string; max: number }>;

type ApplyRejection = Extract<
  StockOperationRejection,
  { code: "quantity_invalid" | "below_zero" | "too_many_locations" | "stock_value_too_large" }
>;

/** A count that changes nothing books no movement. */
export function applyOperation(before: Stock, operation: StockOperation): Result<Stock, ApplyRejection> {
  const { ref, locationId, at, vendorOwned } = operation;
  const full = noRoomAt(before, locationId);
  if (full) return reject(full);
  const owned = vendorOwned === undefined ? before : withOwner(before, locationId, vendorOwned);
  const { onHand, countedAsOf } = levelAt(owned, locationId);
  const stated = operation.type === "count" ? operation.counted : operation.quantity;
  if (!isValidQuantity(operation, stated)) return reject({ code: "quantity_invalid", quantity: stated });

  const quantity = operation.type === "count" ? operation.counted - onHand : operation.quantity;
  if (onHand + quantity < 0) return reject({ code: "below_zero", locationId, onHand });
  if (onHand + quantity > MAX_UNITS) return reject({ code: "quantity_invalid", quantity: stated });

  const asOf = operation.type === "count" ? operation.asOf : undefined;
  if (asOf !== undefined && countedAsOf !== undefined && asOf <= countedAsOf) return accept(before);
  const stock = asOf === undefined ? owned : withCountedAsOf(owned, locationId, asOf);
  const { unitCostMinor } = stock.facts;
  const units = ownUnits(stock) + (levelAt(stock, locationId).vendorOwned ? 0 : quantity);
  if (units > ownUnits(before) && !isBookable(units, unitCostMinor)) {
    return reject({ code: "stock_value_too_large", maxMinor: MAX_STOCK_VALUE_MINOR });
  }
  if (quantity === 0) return accept(revalue(stock, followingKey(ref, "revalue"), at));

  const valueMinor = valueOf(quantity, unitCostMinor);
  const reason = operation.type === "adjust" ? operation.reason : null;
  const inbound =
    operation.type === "receive" && operation.inboundId !== undefined
      ? { inboundId: operation.inboundId }
      : {};
  const movement = { ref, kind: operation.type, locationId, quantity, valueMinor, reason, ...inbound, at };
  return accept(revalue(bookMovement(stock, movement), followingKey(ref, "revalue"), at));
}

const withCountedAsOf = (stock: Stock, locationId: string, asOf: number): Stock =>
  withLevel(stock, { ...levelAt(stock, locationId), countedAsOf: asOf });

function isValidQuantity({ type }: StockOperation, quantity: number): boolean {
  if (!Number.isSafeInteger(quantity) || Math.abs(quantity) > MAX_UNITS) return false;
  switch (type) {
    case "receive":
      return quantity > 0;
    case "adjust":
      return quantity !== 0;
    case "count":
      // A count below zero is rejected as `below_zero`, which includes what is on hand.
      return true;
  }
}

/** What two operations under one `ref` have in common if they are the same; their `at` and `by` may differ. */
export function contentOf(operation: StockOperation): string {
  const { type, locationId } = operation;
  switch (operation.type) {
    case "receive":
      return JSON.stringify([type, locationId, operation.quantity, operation.inboundId ?? null]);
    case "adjust":
      return JSON.stringify([type, locationId, operation.quantity, operation.reason]);
    case "count":
      return JSON.stringify([type, locationId, operation.counted, operation.asOf ?? null]);
  }
}

/** Creates the SKU's stock, or replaces its facts. A changed cost revalues what is on hand. */
export function upsertSku(stock: Stock | null, facts: SkuFacts, now: number): Stock {
  invariant(
    isNonNegativeInteger(facts.unitCostMinor),
    "a unit cost is a whole number of minor units, not negative",
  );
  if (stock === null) {
    const empty = { levels: new Map(), holdings: new Map(), movements: [], events: [] };
    return { facts, costChanges: 0, valueMinor: 0, foldedBefore: 0, generation: 0, ...empty };
  }
  if (facts.unitCostMinor === stock.facts.unitCostMinor) return { ...stock, facts };
  const costChanges = stock.costChanges + 1;
  return revalue({ ...stock, facts, costChanges }, followingKey("cost", String(costChanges)), now);
}

/** Keeps `quantity` units at the location from being allocated, in case fewer are there than counted. */
export function keepSafetyStock(stock: Stock, locationId: string, quantity: number): Stock {
  invariant(isNonNegativeInteger(quantity), "safety stock is a whole number of units, not negative");
  return withLevel(stock, { ...levelAt(stock, locationId), safetyStock: quantity });
}

/**
 * Why the SKU cannot have stock at the location; null if it can. What an order ships from a location, or returns to it,
 * is booked there in any case.
 */
export const noRoomAt = ({ levels }: Stock, locationId: string): TooManyLocations | null =>
  levels.has(locationId) || levels.size < MAX_LOCATIONS_OF_SKU
    ? null
    : { code: "too_many_locations", locationId, max: MAX_LOCATIONS_OF_SKU };
