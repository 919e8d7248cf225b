/**
 * Whether the objects that keep stock agree with the orders that hold it and the books that value it.
 * An audit is one object's word, consistent in itself; orders and books may be a moment ahead of it.
 */
import type { LineId, OrderId } from "../../kernel/ids";
import { isLive } from "./order-lifecycle";
import type { EffectOnSku } from "./stock-effects";
import type { Order } from "./order";
import type { Exception } from "../../reconciliation/domain/checks";
import type { Claimant, OpenClaim, StockAudit, StockLevel, StockSaid } from "../../inventory/domain/stock";

/** What an open order line must hold: units claimed at a location, or owed as a backorder where it is null. */
export type ExpectedClaim = Readonly<{
  orderId: OrderId;
  lineId: LineId;
  sku: string;
  locationId: string | null;
  quantity: number;
}>;

export function expectedClaims(order: Order): ExpectedClaim[] {
  const claims: ExpectedClaim[] = [];
  for (const { id: lineId, sku, kind, backordered } of order.lines) {
    if (sku === null || kind !== "physical") continue;
    const at = new Map<string | null, number>();
    if (backordered > 0) at.set(null, backordered);
    for (const part of order.fulfillments.filter(isLive)) {
      const open = part.lines
        .filter((line) => line.lineId === lineId)
        .reduce((sum, line) => sum + line.quantity - line.shipped, 0);
      if (part.locationId === null || open === 0) continue;
      at.set(part.locationId, (at.get(part.locationId) ?? 0) + open);
    }
    for (const [locationId, quantity] of at)
      claims.push({ orderId: order.id, lineId, sku, locationId, quantity });
  }
  return claims;
}

/** A line and location where the object and the order differ. */
export type ClaimDifference = Readonly<{
  orderId: OrderId;
  lineId: LineId;
  locationId: string | null;
  expected: number;
  actual: number;
}>;

/** Claims of orders only: a checkout's are nobody's line yet. */
export function claimDifferences(
  expected: readonly ExpectedClaim[],
  claims: readonly OpenClaim[],
): ClaimDifference[] {
  const found = new Map<string, ClaimDifference>();
  const at = (orderId: OrderId, lineId: LineId, locationId: string | null): ClaimDifference =>
    found.get(`${lineId} ${locationId ?? ""}`) ?? { orderId, lineId, locationId, expected: 0, actual: 0 };
  const put = (difference: ClaimDifference) =>
    found.set(`${difference.lineId} ${difference.locationId ?? ""}`, difference);
  for (const { orderId, lineId, locationId, quantity } of expected) {
    const before = at(orderId, lineId, locationId);
    put({ ...before, expected: before.expected + quantity });
  }
  for (const { orderId, claimant, locationId, quantity } of claims) {
    if (orderId === null || !isLine(claimant)) continue;
    const before = at(orderId, claimant, locationId);
    put({ ...before, actual: before.actual + quantity });
  }
  return [...found.values()].filter((difference) => difference.expected !== difference.actual);
}

const isLine = (claimant: Claimant): claimant is LineId => claimant.startsWith("line_");

const OVERDUE_MS = 15 * 60_000;

/** Pending claims that should have lapsed or been confirmed long ago. */
export const lapsedClaims = (sku: string, claims: readonly OpenClaim[], now: number): Exception[] =>
  claims
    .filter(
      ({ status, expiresAt }) => status === "pending" && expiresAt !== null && expiresAt + OVERDUE_MS < now,
    )
    .map(({ claimant, quantity }) => ({
      subject: `${sku} ${claimant}`,
      expected: 0,
      actual: quantity,
      detail: "a claim is held past its expiry",
    }));

/** G7 for one SKU: on hand is what the movements add up to, and their value what it is worth. */
export function movementExceptions({ snapshot, movedByLocation, movedValueMinor }: StockAudit): Exception[] {
  const { sku, unitCostMinor } = snapshot.facts;
  const exceptions: Exception[] = [];
  const compare = (subject: string, expected: number, actual: number, detail: string) => {
    if (expected !== actual) exceptions.push({ subject, expected, actual, detail });
  };
  const onHand = new Map(snapshot.levels.map((level) => [level.locationId, level.onHand]));
  for (const locationId of new Set([...onHand.keys(), ...Object.keys(movedByLocation)])) {
    const moved = movedByLocation[locationId] ?? 0;
    compare(`${sku} at ${locationId}`, moved, onHand.get(locationId) ?? 0, "movements and on hand differ");
  }
  compare(sku, movedValueMinor, snapshot.valueMinor, "movements and the value of stock differ");
  const units = unitsOnHand({ ...snapshot, levels: snapshot.levels.filter(({ vendors }) => !vendors) });
  compare(sku, units * unitCostMinor, snapshot.valueMinor, "the value of stock is not on hand × cost");
  return exceptions;
}

export const unitsOnHand = ({ levels }: StockAudit["snapshot"]): number =>
  levels.reduce((sum, { onHand }) => sum + onHand, 0);

/** G1 for one SKU: no location has promised more than it has. */
export const oversold = ({ snapshot }: StockAudit): Exception[] =>
  snapshot.levels
    .filter(({ onHand, claimed }) => claimed > onHand)
    .map(({ locationId, onHand, claimed }) => ({
      subject: `${snapshot.facts.sku} at ${locationId}`,
      expected: onHand,
      actual: claimed,
      detail: "more is claimed than is on hand",
    }));

/** Whether an object says otherwise than it last said to the database; null is nothing said. */
export function saysOtherwise({ version, snapshot }: StockAudit, said: StockSaid | null): boolean {
  if (said === null) return version > 0;
  const lines = (levels: readonly StockLevel[]) =>
    levels
      .map(({ locationId, onHand, claimed, safetyStock }) =>
        JSON.stringify([locationId, onHand, claimed, safetyStock]),
      )
      .toSorted()
      .join();
  return (
    version !== said.version ||
    snapshot.backordered !== said.backordered ||
    lines(snapshot.levels) !== lines(said.levels)
  );
}

/** What an effect moves the value of stock by, in the books' currency. */
export function effectValue({ effect }: EffectOnSku): number {
  switch (effect.type) {
    case "ship":
      return effect.vendors ? 0 : -effect.quantity * effect.unitCostMinor;
    case "restock":
      return effect.quantity * effect.unitCostMinor;
    case "release":
    case "reject":
    case "move":
    case "serve":
      return 0;
  }
}
