/**
 * Whether the objects that keep stock agree with the orders that hold it and the books that value it.
 * An audit is one object's snapshot, consistent in itself; orders and books may be a moment ahead of it.
 */
import type { LineId, OrderId } from "../../kernel/ids";
import { isLive } from "./order-lifecycle";
import type { EffectOnSku } from "./stock-effects";
import type { Order } from "./order";
import type { Exception } from "../../reconciliation/domain/checks";
import type {
  Holder,
  OpenAllocation,
  StockAudit,
  StockLevel,
  StockSnapshot,
} from "../../inventory/domain/stock";

/** What an open order line must hold: units allocated at a location, or owed as a backorder where it is null. */
export type ExpectedAllocation = Readonly<{
  orderId: OrderId;
  lineId: LineId;
  sku: string;
  locationId: string | null;
  quantity: number;
}>;

export function expectedAllocations(order: Order): ExpectedAllocation[] {
  const allocations: ExpectedAllocation[] = [];
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
      allocations.push({ orderId: order.id, lineId, sku, locationId, quantity });
  }
  return allocations;
}

/** A line and location where the object and the order differ. */
export type AllocationDifference = Readonly<{
  orderId: OrderId;
  lineId: LineId;
  locationId: string | null;
  expected: number;
  actual: number;
}>;

/** Allocations of orders only: a checkout's are nobody's line yet. */
export function allocationDifferences(
  expected: readonly ExpectedAllocation[],
  allocations: readonly OpenAllocation[],
): AllocationDifference[] {
  const found = new Map<string, AllocationDifference>();
  const at = (orderId: OrderId, lineId: LineId, locationId: string | null): AllocationDifference =>
    found.get(`${lineId} ${locationId ?? ""}`) ?? { orderId, lineId, locationId, expected: 0, actual: 0 };
  const put = (difference: AllocationDifference) =>
    found.set(`${difference.lineId} ${difference.locationId ?? ""}`, difference);
  for (const { orderId, lineId, locationId, quantity } of expected) {
    const before = at(orderId, lineId, locationId);
    put({ ...before, expected: before.expected + quantity });
  }
  for (const { orderId, holder, locationId, quantity } of allocations) {
    if (orderId === null || !isLine(holder)) continue;
    const before = at(orderId, holder, locationId);
    put({ ...before, actual: before.actual + quantity });
  }
  return [...found.values()].filter((difference) => difference.expected !== difference.actual);
}

const isLine = (holder: Holder): holder is LineId => holder.startsWith("line_");

const OVERDUE_MS = 15 * 60_000;

/** Pending allocations that should have expired or been confirmed long ago. */
export const expiredAllocations = (
  sku: string,
  allocations: readonly OpenAllocation[],
  now: number,
): Exception[] =>
  allocations
    .filter(
      ({ status, expiresAt }) => status === "pending" && expiresAt !== null && expiresAt + OVERDUE_MS < now,
    )
    .map(({ holder, quantity }) => ({
      subject: `${sku} ${holder}`,
      expected: 0,
      actual: quantity,
      detail: "a allocation is held past its expiry",
    }));

/** G7 for one SKU: on hand is what the movements add up to, and their value what it is worth. */
export function movementExceptions({ reading, movedByLocation, movedValueMinor }: StockAudit): Exception[] {
  const { sku, unitCostMinor } = reading.facts;
  const exceptions: Exception[] = [];
  const compare = (subject: string, expected: number, actual: number, detail: string) => {
    if (expected !== actual) exceptions.push({ subject, expected, actual, detail });
  };
  const onHand = new Map(reading.levels.map((level) => [level.locationId, level.onHand]));
  for (const locationId of new Set([...onHand.keys(), ...Object.keys(movedByLocation)])) {
    const moved = movedByLocation[locationId] ?? 0;
    compare(`${sku} at ${locationId}`, moved, onHand.get(locationId) ?? 0, "movements and on hand differ");
  }
  compare(sku, movedValueMinor, reading.valueMinor, "movements and the value of stock differ");
  const units = unitsOnHand({ ...reading, levels: reading.levels.filter(({ vendorOwned }) => !vendorOwned) });
  compare(sku, units * unitCostMinor, reading.valueMinor, "the value of stock is not on hand × cost");
  return exceptions;
}

export const unitsOnHand = ({ levels }: StockAudit["reading"]): number =>
  levels.reduce((sum, { onHand }) => sum + onHand, 0);

/** G1 for one SKU: no location has promised more than it has. */
export const oversold = ({ reading }: StockAudit): Exception[] =>
  reading.levels
    .filter(({ onHand, allocated }) => allocated > onHand)
    .map(({ locationId, onHand, allocated }) => ({
      subject: `${reading.facts.sku} at ${locationId}`,
      expected: onHand,
      actual: allocated,
      detail: "more is allocated than is on hand",
    }));

/** Whether an object says otherwise than it last snapshot to the database; null is nothing snapshot. */
export function differsFromSnapshot(
  { version, reading }: StockAudit,
  snapshot: StockSnapshot | null,
): boolean {
  if (snapshot === null) return version > 0;
  const lines = (levels: readonly StockLevel[]) =>
    levels
      .map(({ locationId, onHand, allocated, safetyStock }) =>
        JSON.stringify([locationId, onHand, allocated, safetyStock]),
      )
      .toSorted()
      .join();
  return (
    version !== snapshot.version ||
    reading.backordered !== snapshot.backordered ||
    lines(reading.levels) !== lines(snapshot.levels)
  );
}

/** What an effect moves the value of stock by, in the books' currency. */
export function effectValue({ effect }: EffectOnSku): number {
  switch (effect.type) {
    case "ship":
      return effect.vendorOwned ? 0 : -effect.quantity * effect.unitCostMinor;
    case "restock":
      return effect.quantity * effect.unitCostMinor;
    case "release":
    case "reject":
    case "move":
    case "serve":
      return 0;
  }
}
