/**
 * The stock of one SKU at all its locations, and who holds which of its units.
 *
 * A holder's holding is its allocations, real units at locations, and its backorder, units that no location
 * can give yet. A level's `allocated` is always the sum of the allocations there, on hand is what the movements add
 * up to, and the value what they are worth. The functions here are the only ones to change these numbers.
 */
import type { LineId, OrderId } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import type { Holder, Movement, SkuFacts, StockEvent, StockLevel, StockOfLine } from "./stock";
import type { FreeUnits } from "./stock-placement";

export type Level = Omit<StockLevel, "available"> &
  Readonly<{
    /** As of when a vendor's feed last counted it. */
    countedAsOf?: number;
  }>;

export type Allocation = Readonly<{
  locationId: string;
  /** Held now. */
  live: number;
  shipped: number;
  /** Filled (or, negative, cut) here while the order was not known to exist; told once it is. */
  unreported: number;
}>;

/** *voided* and *expired* hold nothing any more; the row stays, so that a repeat is known as one. */
export type HoldingStatus = "pending" | "confirmed" | "voided" | "expired";

export type Holding = Readonly<{
  holder: Holder;
  /** Null for a checkout's reservation. */
  orderId: OrderId | null;
  status: HoldingStatus;
  fill: "partial" | "whole";
  placedAt: number;
  /** Where it may be given units, best first. */
  locations: readonly string[];
  /** Null unless pending. */
  expiresAt: number | null;
  /** When the alarm must look at it. */
  dueAt: number | null;
  backordered: number;
  /** Given back by the order: never allocated anew by a repeat. */
  released: number;
  /** How many events its order was eventCount: each event's id has its number. */
  eventCount: number;
  allocations: readonly Allocation[];
}>;

/** What a decision starts with and ends with; holdings are only those that it concerns. */
export type Stock = Readonly<{
  facts: SkuFacts;
  /** How often the unit cost has changed. */
  costChanges: number;
  valueMinor: number;
  levels: ReadonlyMap<string, Level>;
  holdings: ReadonlyMap<Holder, Holding>;
  /** What the decision adds to the journal, and to what is told. */
  movements: readonly Movement[];
  events: readonly StockEvent[];
}>;

/** Nobody's order may already exist when its allocations look late: the alarm asks this long after they releaseHolding. */
export const EXPIRY_GRACE_MS = 60_000;

export const available = ({ onHand, allocated, safetyStock }: Level): number =>
  Math.max(0, onHand - allocated - safetyStock);

export const levelAt = (stock: Stock, locationId: string): Level =>
  stock.levels.get(locationId) ?? { locationId, onHand: 0, allocated: 0, safetyStock: 0 };

export const freeUnits = (stock: Stock): FreeUnits =>
  new Map([...stock.levels].map(([locationId, level]) => [locationId, available(level)]));

export const allocationAt = (holding: Holding, locationId: string): Allocation =>
  holding.allocations.find((allocation) => allocation.locationId === locationId) ?? {
    locationId,
    live: 0,
    shipped: 0,
    unreported: 0,
  };

export const liveUnits = (holding: Holding): number =>
  holding.allocations.reduce((sum, allocation) => sum + allocation.live, 0);

export const shippedUnits = (holding: Holding): number =>
  holding.allocations.reduce((sum, allocation) => sum + allocation.shipped, 0);

export function holdingOf(stock: Stock, holder: Holder): Holding {
  const holding = stock.holdings.get(holder);
  invariant(holding !== undefined, "a decision is given every holding it concerns");
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

/** What a line holds, and what it could be given beside. */
export function stockOfLine(stock: Stock, lineId: LineId): Omit<StockOfLine, "undelivered" | "stockPrices"> {
  const holding = stock.holdings.get(lineId);
  const allocations = holding?.allocations ?? [];
  const allocated = allocations.flatMap(({ locationId, live }) =>
    live > 0 ? [{ locationId, quantity: live }] : [],
  );
  const free = [...freeUnits(stock)].filter(([, units]) => units > 0);
  return {
    allocated,
    backordered: holding?.backordered ?? 0,
    free: Object.fromEntries(free),
    facts: stock.facts,
  };
}

/** Changes one allocation of a holding, without any level: for units that stay allocated, and for what is told. */
export function withAllocation(holding: Holding, allocation: Allocation): Holding {
  invariant(allocation.live >= 0 && allocation.shipped >= 0, "a allocation is never under zero");
  const others = holding.allocations.filter(({ locationId }) => locationId !== allocation.locationId);
  return { ...holding, allocations: [...others, allocation] };
}

/** Allocations `units` more at the location, or gives them back where negative: the allocation and its level at once. */
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

/** When the alarm must look at a holding that has nothing urgent to tell. */
export function dueAt(holding: Holding): number | null {
  const open = liveUnits(holding) + holding.backordered;
  if (holding.status !== "pending" || holding.expiresAt === null || open === 0) return null;
  return holding.orderId === null ? holding.expiresAt : holding.expiresAt + EXPIRY_GRACE_MS;
}

/**
 * Tells the order that units were filled (or cut, negative) at a location. An order that is not yet known to
 * exist is told when it is, which the alarm finds out at once; a reservation has nobody to be told.
 */
export function tell(
  stock: Stock,
  holder: Holder,
  { locationId, units, at }: Readonly<{ locationId: string; units: number; at: number }>,
): Stock {
  const holding = holdingOf(stock, holder);
  if (holding.orderId === null || units === 0) return stock;
  if (holding.status === "pending") {
    const allocation = allocationAt(holding, locationId);
    const unreported = withAllocation(holding, { ...allocation, unreported: allocation.unreported + units });
    return withHolding(stock, { ...unreported, dueAt: Math.min(holding.dueAt ?? at, at) });
  }
  invariant(isLine(holder), "a holding that has an order is held for one of its lines");
  const eventCount = holding.eventCount + 1;
  const event: StockEvent = {
    type: units > 0 ? "backorder.filled" : "allocation.cut",
    id: stockEventId(stock.facts.sku, holder, eventCount),
    number: eventCount,
    orderId: holding.orderId,
    lineId: holder,
    locationId,
    quantity: Math.abs(units),
    at,
  };
  return withHolding({ ...stock, events: [...stock.events, event] }, { ...holding, eventCount });
}

type Moved = Pick<
  Extract<StockEvent, { type: "allocation.moved" }>,
  "lineId" | "from" | "to" | "quantity" | "fulfillmentId" | "at"
>;

/** Answers the order that asked for it, which is known to exist. */
export function reportMoved(stock: Stock, moved: Moved): Stock {
  const holding = holdingOf(stock, moved.lineId);
  const { orderId, status } = holding;
  invariant(orderId !== null && status !== "pending", "whoever asks for a move is an order that exists");
  const eventCount = holding.eventCount + 1;
  const id = stockEventId(stock.facts.sku, moved.lineId, eventCount);
  const event: StockEvent = { type: "allocation.moved", id, number: eventCount, orderId, ...moved };
  return withHolding({ ...stock, events: [...stock.events, event] }, { ...holding, eventCount });
}

/** Of what a SKU's object tells a line: the `number`th, counted from 1. */
export const stockEventId = (sku: string, lineId: LineId, number: number): string =>
  `${sku}/${lineId}/${number}`;

const isLine = (holder: Holder): holder is LineId => holder.startsWith("line_");

/** The holding's order exists: its allocations no longer releaseHolding, and it is told what it has missed. */
export function confirm(stock: Stock, holder: Holder, at: number): Stock {
  const holding = holdingOf(stock, holder);
  if (holding.status !== "pending") return stock;
  const allocations = holding.allocations.map((allocation) => ({ ...allocation, unreported: 0 }));
  let next = withHolding(stock, {
    ...holding,
    allocations,
    status: "confirmed",
    expiresAt: null,
    dueAt: null,
  });
  // Cuts first: what was filled elsewhere may be the very units that were cut.
  for (const { locationId, unreported: units } of holding.allocations.toSorted(
    (a, b) => a.unreported - b.unreported,
  )) {
    next = tell(next, holder, { locationId, units, at });
  }
  return next;
}

/** A checkout that was given up: no order will ever ask what became of it, and there are many. */
export const isForgotten = ({ orderId, status, allocations }: Holding): boolean =>
  orderId === null &&
  (status === "voided" || status === "expired") &&
  allocations.every(({ live, shipped }) => live === 0 && shipped === 0);

/** Lets go of all that a pending holding has; confirmed ones are only given back by their order. */
export function releaseHolding(stock: Stock, holder: Holder, status: "voided" | "expired"): Stock {
  const holding = holdingOf(stock, holder);
  if (holding.status !== "pending") return stock;
  let next = stock;
  for (const { locationId, live } of holding.allocations)
    next = allocateUnits(next, holder, locationId, -live);
  const allocations = holdingOf(next, holder).allocations.map((allocation) => ({
    ...allocation,
    unreported: 0,
  }));
  return withHolding(next, { ...holding, allocations, status, backordered: 0, expiresAt: null, dueAt: null });
}

/** The location keeps a vendor's stock from now on, or its own again. */
export function asOwned(stock: Stock, locationId: string, vendorOwned: boolean): Stock {
  const level = levelAt(stock, locationId);
  return (level.vendorOwned ?? false) === vendorOwned ? stock : withLevel(stock, { ...level, vendorOwned });
}

/**
 * Books a movement: on hand, value and journal change together. The books are told of what no order covers; what
 * one does moves the value that its order's books have moved, whosever the location's stock is by now.
 */
export function withMovement(stock: Stock, moved: Movement): Stock {
  const covered = moved.kind === "ship" || moved.kind === "restock";
  const isOurs = covered || moved.locationId === null || !levelAt(stock, moved.locationId).vendorOwned;
  const movement = isOurs ? moved : { ...moved, valueMinor: 0 };
  const event: StockEvent = { type: "stock.moved", id: `${stock.facts.sku}/${movement.ref}`, movement };
  const booked = {
    ...stock,
    valueMinor: stock.valueMinor + movement.valueMinor,
    movements: [...stock.movements, movement],
    events: covered ? stock.events : [...stock.events, event],
  };
  if (movement.locationId === null) return booked;
  const level = levelAt(stock, movement.locationId);
  return withLevel(booked, { ...level, onHand: level.onHand + movement.quantity });
}

/** Value of a signed quantity, in the books' currency; never minus zero. */
export const valueOf = (quantity: number, unitCostMinor: number): number => quantity * unitCostMinor + 0;

/** Brings the value back to on hand × unit cost, whatever cost the movements before it had. */
export function revalued(stock: Stock, ref: string, at: number): Stock {
  const ours = [...stock.levels.values()].filter(({ vendorOwned }) => !vendorOwned);
  const onHand = ours.reduce((sum, level) => sum + level.onHand, 0);
  const valueMinor = valueOf(onHand, stock.facts.unitCostMinor) - stock.valueMinor;
  invariant(Number.isSafeInteger(valueMinor), "the value of stock is a safe integer");
  if (valueMinor === 0) return stock;
  const reason = "cost_changed";
  return withMovement(stock, { ref, kind: "revalue", locationId: null, quantity: 0, valueMinor, reason, at });
}
