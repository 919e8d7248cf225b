/**
 * The stock of one SKU at all its locations, and who holds which of its units.
 *
 * A claimant's holding is its claims, real units at locations, and its backorder, units that no location
 * can give yet. A level's `claimed` is always the sum of the claims there, on hand is what the movements add
 * up to, and the value what they are worth. The functions here are the only ones to change these numbers.
 */
import type { LineId, OrderId } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import type { Claimant, Movement, SkuFacts, StockEvent, StockLevel, StockOfLine } from "./stock";
import type { FreeUnits } from "./stock-placement";

export type Level = Omit<StockLevel, "available"> &
  Readonly<{
    /** As of when a vendor's feed last counted it. */
    countedAsOf?: number;
  }>;

export type Claim = Readonly<{
  locationId: string;
  /** Held now. */
  live: number;
  shipped: number;
  /** Filled (or, negative, cut) here while the order was not known to exist; told once it is. */
  untold: number;
}>;

/** *voided* and *expired* hold nothing any more; the row stays, so that a repeat is known as one. */
export type HoldingStatus = "pending" | "confirmed" | "voided" | "expired";

export type Holding = Readonly<{
  claimant: Claimant;
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
  /** Given back by the order: never claimed anew by a repeat. */
  released: number;
  /** How many events its order was told: each event's id has its number. */
  told: number;
  claims: readonly Claim[];
}>;

/** What a decision starts with and ends with; holdings are only those that it concerns. */
export type Stock = Readonly<{
  facts: SkuFacts;
  /** How often the unit cost has changed. */
  costChanges: number;
  valueMinor: number;
  levels: ReadonlyMap<string, Level>;
  holdings: ReadonlyMap<Claimant, Holding>;
  /** What the decision adds to the journal, and to what is told. */
  movements: readonly Movement[];
  events: readonly StockEvent[];
}>;

/** Nobody's order may already exist when its claims look late: the alarm asks this long after they lapse. */
export const EXPIRY_GRACE_MS = 60_000;

export const available = ({ onHand, claimed, safetyStock }: Level): number =>
  Math.max(0, onHand - claimed - safetyStock);

export const levelAt = (stock: Stock, locationId: string): Level =>
  stock.levels.get(locationId) ?? { locationId, onHand: 0, claimed: 0, safetyStock: 0 };

export const freeUnits = (stock: Stock): FreeUnits =>
  new Map([...stock.levels].map(([locationId, level]) => [locationId, available(level)]));

export const claimAt = (holding: Holding, locationId: string): Claim =>
  holding.claims.find((claim) => claim.locationId === locationId) ?? {
    locationId,
    live: 0,
    shipped: 0,
    untold: 0,
  };

export const liveUnits = (holding: Holding): number =>
  holding.claims.reduce((sum, claim) => sum + claim.live, 0);

export const shippedUnits = (holding: Holding): number =>
  holding.claims.reduce((sum, claim) => sum + claim.shipped, 0);

export function holdingOf(stock: Stock, claimant: Claimant): Holding {
  const holding = stock.holdings.get(claimant);
  invariant(holding !== undefined, "a decision is given every holding it concerns");
  return holding;
}

export const withHolding = (stock: Stock, holding: Holding): Stock => ({
  ...stock,
  holdings: new Map(stock.holdings).set(holding.claimant, holding),
});

export const withLevel = (stock: Stock, level: Level): Stock => ({
  ...stock,
  levels: new Map(stock.levels).set(level.locationId, level),
});

/** What a line holds, and what it could be given beside. */
export function stockOfLine(stock: Stock, lineId: LineId): Omit<StockOfLine, "unheard" | "stockPrices"> {
  const holding = stock.holdings.get(lineId);
  const claims = holding?.claims ?? [];
  const claimed = claims.flatMap(({ locationId, live }) =>
    live > 0 ? [{ locationId, quantity: live }] : [],
  );
  const free = [...freeUnits(stock)].filter(([, units]) => units > 0);
  return {
    claimed,
    backordered: holding?.backordered ?? 0,
    free: Object.fromEntries(free),
    facts: stock.facts,
  };
}

/** Changes one claim of a holding, without any level: for units that stay claimed, and for what is told. */
export function withClaim(holding: Holding, claim: Claim): Holding {
  invariant(claim.live >= 0 && claim.shipped >= 0, "a claim is never under zero");
  const others = holding.claims.filter(({ locationId }) => locationId !== claim.locationId);
  return { ...holding, claims: [...others, claim] };
}

/** Claims `units` more at the location, or gives them back where negative: the claim and its level at once. */
export function claimUnits(stock: Stock, claimant: Claimant, locationId: string, units: number): Stock {
  if (units === 0) return stock;
  const holding = holdingOf(stock, claimant);
  const claim = claimAt(holding, locationId);
  const level = levelAt(stock, locationId);
  return withHolding(
    withLevel(stock, { ...level, claimed: level.claimed + units }),
    withClaim(holding, { ...claim, live: claim.live + units }),
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
  claimant: Claimant,
  { locationId, units, at }: Readonly<{ locationId: string; units: number; at: number }>,
): Stock {
  const holding = holdingOf(stock, claimant);
  if (holding.orderId === null || units === 0) return stock;
  if (holding.status === "pending") {
    const claim = claimAt(holding, locationId);
    const untold = withClaim(holding, { ...claim, untold: claim.untold + units });
    return withHolding(stock, { ...untold, dueAt: Math.min(holding.dueAt ?? at, at) });
  }
  invariant(isLine(claimant), "a holding that has an order is held for one of its lines");
  const told = holding.told + 1;
  const event: StockEvent = {
    type: units > 0 ? "backorder.filled" : "claim.cut",
    id: stockEventId(stock.facts.sku, claimant, told),
    number: told,
    orderId: holding.orderId,
    lineId: claimant,
    locationId,
    quantity: Math.abs(units),
    at,
  };
  return withHolding({ ...stock, events: [...stock.events, event] }, { ...holding, told });
}

type Moved = Pick<
  Extract<StockEvent, { type: "claim.moved" }>,
  "lineId" | "from" | "to" | "quantity" | "fulfillmentId" | "at"
>;

/** Answers the order that asked for it, which is known to exist. */
export function tellMoved(stock: Stock, moved: Moved): Stock {
  const holding = holdingOf(stock, moved.lineId);
  const { orderId, status } = holding;
  invariant(orderId !== null && status !== "pending", "whoever asks for a move is an order that exists");
  const told = holding.told + 1;
  const id = stockEventId(stock.facts.sku, moved.lineId, told);
  const event: StockEvent = { type: "claim.moved", id, number: told, orderId, ...moved };
  return withHolding({ ...stock, events: [...stock.events, event] }, { ...holding, told });
}

/** Of what a SKU's object tells a line: the `number`th, counted from 1. */
export const stockEventId = (sku: string, lineId: LineId, number: number): string =>
  `${sku}/${lineId}/${number}`;

const isLine = (claimant: Claimant): claimant is LineId => claimant.startsWith("line_");

/** The holding's order exists: its claims no longer lapse, and it is told what it has missed. */
export function confirm(stock: Stock, claimant: Claimant, at: number): Stock {
  const holding = holdingOf(stock, claimant);
  if (holding.status !== "pending") return stock;
  const claims = holding.claims.map((claim) => ({ ...claim, untold: 0 }));
  let next = withHolding(stock, { ...holding, claims, status: "confirmed", expiresAt: null, dueAt: null });
  // Cuts first: what was filled elsewhere may be the very units that were cut.
  for (const { locationId, untold: units } of holding.claims.toSorted((a, b) => a.untold - b.untold)) {
    next = tell(next, claimant, { locationId, units, at });
  }
  return next;
}

/** A checkout that was given up: no order will ever ask what became of it, and there are many. */
export const isForgotten = ({ orderId, status, claims }: Holding): boolean =>
  orderId === null &&
  (status === "voided" || status === "expired") &&
  claims.every(({ live, shipped }) => live === 0 && shipped === 0);

/** Lets go of all that a pending holding has; confirmed ones are only given back by their order. */
export function lapse(stock: Stock, claimant: Claimant, status: "voided" | "expired"): Stock {
  const holding = holdingOf(stock, claimant);
  if (holding.status !== "pending") return stock;
  let next = stock;
  for (const { locationId, live } of holding.claims) next = claimUnits(next, claimant, locationId, -live);
  const claims = holdingOf(next, claimant).claims.map((claim) => ({ ...claim, untold: 0 }));
  return withHolding(next, { ...holding, claims, status, backordered: 0, expiresAt: null, dueAt: null });
}

/** The location keeps a vendor's stock from now on, or its own again. */
export function asOwned(stock: Stock, locationId: string, vendors: boolean): Stock {
  const level = levelAt(stock, locationId);
  return (level.vendors ?? false) === vendors ? stock : withLevel(stock, { ...level, vendors });
}

/**
 * Books a movement: on hand, value and journal change together. The books are told of what no order covers; what
 * one does moves the value that its order's books have moved, whosever the location's stock is by now.
 */
export function withMovement(stock: Stock, moved: Movement): Stock {
  const covered = moved.kind === "ship" || moved.kind === "restock";
  const isOurs = covered || moved.locationId === null || !levelAt(stock, moved.locationId).vendors;
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
  const ours = [...stock.levels.values()].filter(({ vendors }) => !vendors);
  const onHand = ours.reduce((sum, level) => sum + level.onHand, 0);
  const valueMinor = valueOf(onHand, stock.facts.unitCostMinor) - stock.valueMinor;
  invariant(Number.isSafeInteger(valueMinor), "the value of stock is a safe integer");
  if (valueMinor === 0) return stock;
  const reason = "cost_changed";
  return withMovement(stock, { ref, kind: "revalue", locationId: null, quantity: 0, valueMinor, reason, at });
}
