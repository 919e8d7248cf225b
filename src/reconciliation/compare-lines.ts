/**
 * Compares lines with their SKU's object once more, one by one, and repairs those whose object holds no units for
 * them: their units are allocated again, and the order changes to the locations where they are now. Any other difference is
 * left to a person.
 */
import type { ReconciliationContext } from "./context";
import { decideMatchAllocations } from "../orders/domain/stock-repair";
import type { Order } from "../orders/domain/order";
import type { OpenAllocation } from "../inventory/domain/stock-reading";
import type { StockEvent } from "../inventory/domain/stock-messages";
import type { LineId, OrderId } from "../kernel/ids";
import type { Exception, Found } from "./domain/report";
import { accept, reject } from "../kernel/result";
import { firstChoice } from "../sourcing/domain/first-choice";
import { allocationDifferences, type AllocationDifference } from "../orders/domain/allocation-differences";
import { lastChangedAt, loadWholeOrder } from "../orders/orders";
import { changeOrder } from "../orders/change-order";
import { sourcingNetwork, sourcingRequest } from "../orders/sourcing-problem";
import { expectedOf } from "./domain/sku-lines";
import { EFFECT_TIMEOUT_MS } from "./domain/stock-sums";

/** An order line whose SKU's object holds other units than the order needs. */
export type LineDifference = Readonly<{ sku: string; orderId: OrderId; lineId: LineId }>;

const NOTHING: Found = { counted: 0, exceptions: [] };

/**
 * Compares the line again, and repairs it if it still differs. A line is pending if its order or stock changed a moment
 * ago: effects or events of it are under way.
 */
export async function compareLine(
  context: ReconciliationContext,
  difference: LineDifference,
): Promise<Found> {
  const line = await readLine(context, difference);
  if (line === null || line.differences.length === 0) return NOTHING;
  const subject = `${line.sku} ${line.lineId}`;
  if (line.hasRecentEvents || (await changedRecently(context, line.orderId))) {
    return { ...NOTHING, pending: [subject] };
  }
  if (await repairLine(context, line)) return { ...NOTHING, repaired: [subject] };
  return { ...NOTHING, exceptions: line.differences.map((each) => exceptionOf(line.sku, each)) };
}

type ComparedLine = LineDifference &
  Readonly<{
    order: Order | null;
    differences: readonly AllocationDifference[];
    /** Its object has events of the last minutes that the order has not applied. */
    hasRecentEvents: boolean;
  }>;

/**
 * The line as it is now, its order read before its object. Null if its order does not exist and all its allocations
 * are pending: either the order is about to commit, or they expire.
 */
async function readLine(
  context: ReconciliationContext,
  { sku, lineId, orderId }: LineDifference,
): Promise<ComparedLine | null> {
  const order = await loadWholeOrder(context, orderId);
  const { allocations, undelivered } = await stockOf(context, sku, lineId);
  if (!order && allocations.every(({ status }) => status === "pending")) return null;
  const differences = allocationDifferences(expectedOf(order ?? undefined, sku, lineId), allocations);
  const since = context.now() - EFFECT_TIMEOUT_MS;
  const hasRecentEvents = undelivered.some((event) => event.type !== "stock.moved" && event.at >= since);
  return { sku, lineId, orderId, order, differences, hasRecentEvents };
}

type StockOfLine = Readonly<{
  allocations: readonly OpenAllocation[];
  undelivered: readonly StockEvent[];
}>;

/** What the SKU's object holds for the line, and its events for the line that are under way. */
async function stockOf(context: ReconciliationContext, sku: string, lineId: LineId): Promise<StockOfLine> {
  const query = { effects: [], asOf: context.now(), holdings: { of: lineId } };
  const audited = await context.inventory.audit(sku, query);
  if (!audited.ok) return { allocations: [], undelivered: [] };
  return {
    allocations: audited.value.holdings.flatMap(({ allocations }) => allocations),
    undelivered: audited.value.undelivered.filter((event) => "lineId" in event && event.lineId === lineId),
  };
}

async function changedRecently(context: ReconciliationContext, orderId: OrderId): Promise<boolean> {
  const changedAt = await lastChangedAt(context.databases.orders(orderId), orderId);
  return changedAt !== null && changedAt > context.now() - EFFECT_TIMEOUT_MS;
}

/** Allocates the units of a line that has none, then changes its order to match. Returns whether both agree now. */
async function repairLine(context: ReconciliationContext, line: ComparedLine): Promise<boolean> {
  const { sku, lineId, order, differences } = line;
  if (!order || differences.some(({ actual }) => actual !== 0)) return false;
  // The order has lost the commit of a shipment: units that are allocated again would be sent again.
  const held = await context.inventory.readLineStock(sku, lineId);
  const shipped = order.lines.find(({ id }) => id === lineId)?.shipped ?? 0;
  if (!held.ok || held.value.shipped > shipped) return false;
  await allocateAgain(context, { sku, lineId, order, missing: differences });
  const { allocations } = await stockOf(context, sku, lineId);
  return matchOrder(context, order, allocationDifferences(expectedOf(order, sku, lineId), allocations));
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
