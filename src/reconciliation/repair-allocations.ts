/**
 * Repairs order lines whose SKU's object holds no units for them. Their units are allocated again, and the order
 * changes to the locations where they are now. Any other difference is left to a person.
 */
import type { ReconciliationContext } from "./context";
import { decideMatchAllocations } from "../orders/domain/stock-repair";
import type { Order } from "../orders/domain/order";
import type { OpenAllocation } from "../inventory/domain/stock-reading";
import type { StockEvent } from "../inventory/domain/stock-messages";
import type { LineId, OrderId } from "../kernel/ids";
import type { Exception } from "./domain/report";
import { accept, reject } from "../kernel/result";
import { firstChoice } from "../sourcing/domain/first-choice";
import {
  allocationDifferences,
  expectedAllocations,
  type AllocationDifference,
  type ExpectedAllocation,
} from "../orders/domain/allocation-differences";
import { lastChangedAt, loadOrder } from "../orders/orders";
import { changeOrder } from "../orders/change-order";
import { sourcingNetwork, sourcingRequest } from "../orders/sourcing-problem";
import { EFFECT_TIMEOUT_MS, type LineDifference } from "./read-stock";

export type AllocationRepair = Readonly<{
  /** Lines that were repaired, as `SKU line`. */
  repaired: readonly string[];
  /** Lines whose order or stock changed a moment ago: effects or events of theirs are under way. */
  pending: readonly string[];
  /** What still differs. */
  exceptions: readonly Exception[];
}>;

/** Compares each line again, and repairs it if it still differs. */
export async function repairAllocations(
  context: ReconciliationContext,
  differences: readonly LineDifference[],
): Promise<AllocationRepair> {
  const repaired: string[] = [];
  const pending: string[] = [];
  const exceptions: Exception[] = [];
  const byLine = Map.groupBy(differences, ({ sku, difference }) => `${sku} ${difference.lineId}`);
  for (const [subject, [first]] of byLine) {
    if (!first) continue;
    const line = await compareLine(context, first);
    if (line === null || line.differences.length === 0) continue;
    if (line.hasRecentEvents || (await changedRecently(context, line.orderId))) pending.push(subject);
    else if (await repairLine(context, line)) repaired.push(subject);
    else exceptions.push(...line.differences.map((difference) => exceptionOf(line.sku, difference)));
  }
  return { repaired, pending, exceptions };
}

type ComparedLine = Readonly<{
  sku: string;
  lineId: LineId;
  orderId: OrderId;
  order: Order | null;
  differences: readonly AllocationDifference[];
  /** Its object has events of the last minutes that the order has not applied. */
  hasRecentEvents: boolean;
}>;

/**
 * The line as it is now, its order read before its object. Null if its order does not exist and all its allocations
 * are pending: either the order is about to commit, or they expire.
 */
async function compareLine(
  context: ReconciliationContext,
  { sku, difference: { lineId, orderId } }: LineDifference,
): Promise<ComparedLine | null> {
  const order = await loadOrder(context.databases.orders(orderId), orderId);
  const { allocations, undelivered } = await stockOf(context, sku, lineId);
  if (!order && allocations.every(({ status }) => status === "pending")) return null;
  const differences = allocationDifferences(expectedOf(order, lineId), allocations);
  const since = context.now() - EFFECT_TIMEOUT_MS;
  const hasRecentEvents = undelivered.some((event) => event.type !== "stock.moved" && event.at >= since);
  return { sku, lineId, orderId, order, differences, hasRecentEvents };
}

/** What the SKU's object holds for the line, and its events for the line that are under way. */
async function stockOf(
  context: ReconciliationContext,
  sku: string,
  lineId: LineId,
): Promise<Readonly<{ allocations: readonly OpenAllocation[]; undelivered: readonly StockEvent[] }>> {
  const audited = await context.inventory.audit(sku, []);
  if (!audited.ok) return { allocations: [], undelivered: [] };
  return {
    allocations: audited.value.allocations.filter(({ holder }) => holder === lineId),
    undelivered: audited.value.undelivered.filter((event) => "lineId" in event && event.lineId === lineId),
  };
}

const expectedOf = (order: Order | null, lineId: LineId): ExpectedAllocation[] =>
  order ? expectedAllocations(order).filter((allocation) => allocation.lineId === lineId) : [];

async function changedRecently(context: ReconciliationContext, orderId: OrderId): Promise<boolean> {
  const changedAt = await lastChangedAt(context.databases.orders(orderId), orderId);
  return changedAt !== null && changedAt > context.now() - EFFECT_TIMEOUT_MS;
}

/** Allocates the units of a line that has none, then changes its order to match. Returns whether both agree now. */
async function repairLine(context: ReconciliationContext, line: ComparedLine): Promise<boolean> {
  const { sku, lineId, order, differences } = line;
  if (!order || differences.some(({ actual }) => actual !== 0)) return false;
  await allocateAgain(context, { sku, lineId, order, missing: differences });
  const { allocations } = await stockOf(context, sku, lineId);
  return matchOrder(context, order, allocationDifferences(expectedOf(order, lineId), allocations));
}

type Missing = Readonly<{
  order: Order;
  sku: string;
  lineId: LineId;
  missing: readonly AllocationDifference[];
}>;

/**
 * Allocates at the planned locations first, then at any that may serve the order. The line is the holder, so a repeat
 * allocates nothing more.
 */
async function allocateAgain(
  context: ReconciliationContext,
  { order, sku, lineId, missing }: Missing,
): Promise<void> {
  const { channels } = await context.reference();
  const channel = channels.get(order.channelId);
  const planned = missing.flatMap(({ locationId }) => (locationId === null ? [] : [locationId]));
  const units = missing.reduce((sum, { expected }) => sum + expected, 0);
  const anywhere = channel
    ? firstChoice(await sourcingNetwork(context), sourcingRequest(context, channel, order), units)
    : [];
  const now = context.now();
  await context.inventory.allocate(sku, {
    holder: lineId,
    orderId: order.id,
    quantity: units,
    quantityOf: "open_now",
    locations: [...new Set([...planned, ...anywhere])],
    shortage: "backorder",
    fill: "partial",
    placedAt: order.placedAt,
    takesOver: [],
    expiresAt: now + context.config.allocationTtlMs,
    now,
  });
}

/** Changes the order to what its stock holds. False if the order has changed since: the next night compares it again. */
async function matchOrder(
  context: ReconciliationContext,
  compared: Order,
  differences: readonly AllocationDifference[],
): Promise<boolean> {
  if (differences.length === 0) return true;
  const changed = await changeOrder<{ code: "changed_since" }>(context, compared.id, (order) =>
    order.version === compared.version
      ? accept(decideMatchAllocations(order, differences, context.now()))
      : reject({ code: "changed_since" }),
  );
  return changed.ok;
}

const exceptionOf = (
  sku: string,
  { lineId, locationId, expected, actual }: AllocationDifference,
): Exception => ({
  subject: `${sku} ${lineId}`,
  expected,
  actual,
  detail: locationId === null ? "backordered units differ" : `units allocated at ${locationId} differ`,
});
