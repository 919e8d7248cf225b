/**
 * The stock of one SKU at all its locations, with the holdings that a decision concerns.
 *
 * Always true: a level's `allocated` is the sum of the live allocations there, its `onHand` the sum of the movements
 * there, and the value is on hand × unit cost. Only functions of this folder change these numbers.
 */
import type { LineId } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import type { Holder } from "./allocation-request";
import { allocationAt, withAllocation, type Holding } from "./holding";
import type { History } from "./checkpoint";
import type { Movement } from "./movement";
import type { FreeUnits } from "./placement";
import type { SkuFacts } from "./sku-facts";
import type { StockEvent } from "./stock-messages";
import type { StockLevel, StockOfLine } from "./stock-reading";

export type Level = Omit<StockLevel, "available"> &
  Readonly<{
    /** `asOf` of the vendor's feed that counted it last. */
    countedAsOf?: number;
  }>;

/** What a decision reads and returns. Only the holdings that it concerns are loaded. */
export type Stock = History &
  Readonly<{
    facts: SkuFacts;
    /** How often the unit cost has changed. */
    costChanges: number;
    valueMinor: number;
    levels: ReadonlyMap<string, Level>;
    holdings: ReadonlyMap<Holder, Holding>;
    /** Movements that the decision adds. */
    movements: readonly Movement[];
    /** Events that the decision adds. */
    events: readonly StockEvent[];
  }>;

export const available = ({ onHand, allocated, safetyStock }: Level): number =>
  Math.max(0, onHand - allocated - safetyStock);

export const levelAt = (stock: Stock, locationId: string): Level =>
  stock.levels.get(locationId) ?? { locationId, onHand: 0, allocated: 0, safetyStock: 0 };

export const freeUnits = (stock: Stock): FreeUnits =>
  new Map([...stock.levels].map(([locationId, level]) => [locationId, available(level)]));

/** @throws InvariantViolation if the holding was not loaded. */
export function holdingOf(stock: Stock, holder: Holder): Holding {
  const holding = stock.holdings.get(holder);
  invariant(holding !== undefined, "a decision loads every holding that it concerns");
  return holding;
}

export const withHolding = (stock: Stock, holding: Holding): Stock => ({
  ...stock,
  holdings: new Map(stock.holdings).set(holding.holder, holding),
});

export const withLevel = (stock: Stock, level: Level): Stock => ({
  ...stock,
  levels: new Map(stock.levels).set(level.locationId, level),
});

/** Allocates `units` more at the location, or fewer if negative: changes the allocation and the level together. */
export function allocateUnits(stock: Stock, holder: Holder, locationId: string, units: number): Stock {
  if (units === 0) return stock;
  const holding = holdingOf(stock, holder);
  const allocation = allocationAt(holding, locationId);
  const level = levelAt(stock, locationId);
  return withHolding(
    withLevel(stock, { ...level, allocated: level.allocated + units }),
    withAllocation(holding, { ...allocation, live: allocation.live + units }),
  );
}

/** Takes back all live units of a holding, wherever they are. */
export const unallocateAll = (stock: Stock, { holder, allocations }: Holding): Stock =>
  allocations.reduce((next, { locationId, live }) => allocateUnits(next, holder, locationId, -live), stock);

/** The holder's units at the location become part of its backorder, at its old place in the queue. */
export function returnToBackorder(stock: Stock, holder: Holder, locationId: string, units: number): Stock {
  const next = allocateUnits(stock, holder, locationId, -units);
  const holding = holdingOf(next, holder);
  return withHolding(next, { ...holding, backordered: holding.backordered + units });
}

export function stockOfLine(stock: Stock, lineId: LineId): Omit<StockOfLine, "undelivered" | "stockPrices"> {
  const holding = stock.holdings.get(lineId);
  const allocations = holding?.allocations ?? [];
  const allocated = allocations.flatMap(({ locationId, live }) =>
    live > 0 ? [{ locationId, quantity: live }] : [],
  );
  const free = [...freeUnits(stock)].filter(([, units]) => units > 0);
  return {
    allocated,
    shipped: allocations.reduce((sum, { shipped }) => sum + shipped, 0),
    backordered: holding?.backordered ?? 0,
    free: Object.fromEntries(free),
    facts: stock.facts,
  };
}
