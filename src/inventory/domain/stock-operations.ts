/**
 * What staff does to a SKU's stock: describe it, receive, adjust, count, keep some back.
 *
 * Each of them is booked as a movement at the SKU's standard cost. Stock never goes under zero; allocations may
 * lose their units by it, which `stock-settling.ts` sees to.
 */
import { invariant } from "../../kernel/invariant";
import { accept, reject, type Result } from "../../kernel/result";
import { asOwned, levelAt, revalued, valueOf, withLevel, withMovement, type Stock } from "./sku-stock";
import type { SkuFacts, StockOperation, StockOperationRejection } from "./stock";

/** More of one SKU at one location is a typing mistake, and sums of values stay exact. */
export const MAX_UNITS = 1_000_000_000;

type Refusal = Extract<StockOperationRejection, { code: "quantity_invalid" | "below_zero" }>;

export function applyOperation(before: Stock, operation: StockOperation): Result<Stock, Refusal> {
  const { ref, locationId, at, vendorOwned } = operation;
  const owned = vendorOwned === undefined ? before : asOwned(before, locationId, vendorOwned);
  const { onHand, countedAsOf } = levelAt(owned, locationId);
  const stated = operation.type === "count" ? operation.counted : operation.quantity;
  if (!isQuantity(operation, stated)) return reject({ code: "quantity_invalid", quantity: stated });

  const quantity = operation.type === "count" ? operation.counted - onHand : operation.quantity;
  if (onHand + quantity < 0) return reject({ code: "below_zero", locationId, onHand });
  if (onHand + quantity > MAX_UNITS) return reject({ code: "quantity_invalid", quantity: stated });

  const asOf = operation.type === "count" ? operation.asOf : undefined;
  if (asOf !== undefined && countedAsOf !== undefined && asOf <= countedAsOf) return accept(before);
  const stock = asOf === undefined ? owned : countedAsOfThen(owned, locationId, asOf);
  if (quantity === 0) return accept(revalued(stock, `${ref}#revalue`, at));

  const valueMinor = valueOf(quantity, stock.facts.unitCostMinor);
  const reason = operation.type === "adjust" ? operation.reason : null;
  const expected =
    operation.type === "receive" && operation.inboundId !== undefined
      ? { inboundId: operation.inboundId }
      : {};
  const movement = { ref, kind: operation.type, locationId, quantity, valueMinor, reason, ...expected, at };
  return accept(revalued(withMovement(stock, movement), `${ref}#revalue`, at));
}

/** A feed that comes late is not to undo this one. */
const countedAsOfThen = (stock: Stock, locationId: string, asOf: number): Stock =>
  withLevel(stock, { ...levelAt(stock, locationId), countedAsOf: asOf });

function isQuantity({ type }: StockOperation, quantity: number): boolean {
  if (!Number.isSafeInteger(quantity) || Math.abs(quantity) > MAX_UNITS) return false;
  switch (type) {
    case "receive":
      return quantity > 0;
    case "adjust":
      return quantity !== 0;
    case "count":
      // Under zero is refused as such, with what is on hand.
      return true;
  }
}

/** Whether a reference used before is now used for the same thing; who asks again, and when, may differ. */
export function isSameOperation(one: StockOperation, other: StockOperation): boolean {
  return what(one) === what(other);
}

const what = (operation: StockOperation): string => {
  const { type, locationId } = operation;
  switch (operation.type) {
    case "receive":
      return JSON.stringify([type, locationId, operation.quantity, operation.inboundId ?? null]);
    case "adjust":
      return JSON.stringify([type, locationId, operation.quantity, operation.reason]);
    case "count":
      return JSON.stringify([type, locationId, operation.counted, operation.asOf ?? null]);
  }
};

/** Takes the SKU's facts in. A changed cost revalues all that is on hand. */
export function upsertSku(stock: Stock | null, facts: SkuFacts, now: number): Stock {
  invariant(isUnits(facts.unitCostMinor), "a unit costs a whole number of minor units, not under zero");
  if (stock === null) {
    const empty = { levels: new Map(), holdings: new Map(), movements: [], events: [] };
    return { facts, costChanges: 0, valueMinor: 0, ...empty };
  }
  if (facts.unitCostMinor === stock.facts.unitCostMinor) return { ...stock, facts };
  const costChanges = stock.costChanges + 1;
  return revalued({ ...stock, facts, costChanges }, `cost#${costChanges}`, now);
}

/** Units at the location that are given to nobody, so that a wrong count does not sell what is not there. */
export function keepSafetyStock(stock: Stock, locationId: string, quantity: number): Stock {
  invariant(isUnits(quantity), "safety stock is a whole number of units, not under zero");
  return withLevel(stock, { ...levelAt(stock, locationId), safetyStock: quantity });
}

const isUnits = (quantity: number) => Number.isSafeInteger(quantity) && quantity >= 0;
