/** Compares what the lines of orders must hold of one SKU with what its object holds for them. Pure. */
import type { Holder } from "../../inventory/domain/allocation-request";
import type { AuditedHolding } from "../../inventory/domain/stock-reading";
import type { LineId, OrderId } from "../../kernel/ids";
import {
  allocationDifferences,
  expectedAllocations,
  type AllocationDifference,
  type ExpectedAllocation,
} from "../../orders/domain/allocation-differences";
import type { Order } from "../../orders/domain/order";
import type { Comparison } from "./nights";

/** What a line must hold of a SKU, as it was when the orders were read. */
export type ExpectedLine = Readonly<{
  sku: string;
  orderId: OrderId;
  lineId: LineId;
  /** Location, or null for a backorder, and units. Empty if it must hold nothing. */
  units: readonly (readonly [locationId: string | null, quantity: number])[];
}>;

/** What the lines of the order must hold. Lines that must hold nothing are listed too if `withEmpty` is set. */
export function expectedLines(order: Order, withEmpty: boolean): ExpectedLine[] {
  const byLine = Map.groupBy(expectedAllocations(order), ({ lineId }) => lineId);
  return order.lines.flatMap(({ id: lineId, sku, kind }) => {
    const units = (byLine.get(lineId) ?? []).map(
      ({ locationId, quantity }) => [locationId, quantity] as const,
    );
    if (sku === null || kind !== "physical" || (units.length === 0 && !withEmpty)) return [];
    return [{ sku, orderId: order.id, lineId, units }];
  });
}

export const unitsOf = ({ units }: ExpectedLine): number =>
  units.reduce((sum, [, quantity]) => sum + quantity, 0);

const allocationsOf = ({ sku, orderId, lineId, units }: ExpectedLine): ExpectedAllocation[] =>
  units.map(([locationId, quantity]) => ({ sku, orderId, lineId, locationId, quantity }));

/** A line that may differ from its SKU's object. */
export type Suspect = Readonly<{ orderId: OrderId; lineId: LineId }>;

type Page = Readonly<{ expected: readonly ExpectedLine[]; holdings: readonly AuditedHolding[] }>;

/**
 * The lines of a page that must be read again: those that differ, and those of holdings about which nothing was expected.
 * Of the latter, only those that changed since the last comparison count unless everything is compared.
 */
export function suspectLines({ expected, holdings }: Page, { compare, since }: Comparison): Suspect[] {
  const listed = new Set<Holder>(expected.map(({ lineId }) => lineId));
  const ofListed = holdings.filter(({ holder }) => listed.has(holder));
  const differing = allocationDifferences(
    expected.flatMap(allocationsOf),
    ofListed.flatMap(({ allocations }) => allocations),
  ).map(({ orderId, lineId }) => ({ orderId, lineId }));
  const unexpected = holdings.flatMap(({ holder, orderId, changedAt, allocations }) => {
    if (listed.has(holder) || orderId === null || !isLine(holder)) return [];
    const isRead = compare === "all" ? allocations.length > 0 : changedAt >= since;
    return isRead ? [{ orderId, lineId: holder }] : [];
  });
  return [...new Map([...differing, ...unexpected].map((each) => [each.lineId, each])).values()];
}

/**
 * How the suspects differ by their orders as they are now. A line without an order is left out while all its units are
 * pending: its order is about to be stored, or they expire.
 */
export function differencesOf(
  sku: string,
  suspects: readonly Suspect[],
  {
    orders,
    holdings,
  }: Readonly<{ orders: ReadonlyMap<OrderId, Order>; holdings: readonly AuditedHolding[] }>,
): AllocationDifference[] {
  const held = new Map(holdings.map(({ holder, allocations }) => [holder, allocations]));
  return suspects.flatMap(({ orderId, lineId }) => {
    const order = orders.get(orderId);
    const allocations = held.get(lineId) ?? [];
    if (order === undefined && allocations.every(({ status }) => status === "pending")) return [];
    return allocationDifferences(expectedOf(order, sku, lineId), allocations);
  });
}

/** What the line must hold of the SKU; nothing if there is no such order. */
export const expectedOf = (order: Order | undefined, sku: string, lineId: LineId): ExpectedAllocation[] =>
  order === undefined
    ? []
    : expectedAllocations(order).filter((each) => each.lineId === lineId && each.sku === sku);

const isLine = (holder: Holder): holder is LineId => holder.startsWith("line_");
