/**
 * What becomes of a line whose allocations are not what its order says. It is looked at again, order first; what
 * still differs is under way if the order has just changed, mended if its allocations are gone altogether, and
 * an exception otherwise. Mended: its units are allocated again, and the order follows where they are now.
 */
import type { ReconciliationContext } from "./context";
import { decideAsAllocated } from "../orders/domain/stock-repair";
import type { Order } from "../orders/domain/order";
import type { Exception } from "./domain/checks";
import { accept, reject } from "../kernel/result";
import { firstChoice } from "../sourcing/domain/first-choice";
import {
  allocationDifferences,
  expectedAllocations,
  type AllocationDifference,
} from "../orders/domain/allocation-differences";
import { lastChangedAt, loadOrder } from "../orders/orders";
import { changeOrder } from "../orders/change-order";
import { sourcingNetwork, sourcingRequest } from "../orders/sourcing-problem";

type OnSku = Readonly<{ sku: string; difference: AllocationDifference }>;
type Settled = { exceptions: Exception[]; pending: string[]; repaired: string[] };

export async function repairAllocations(
  context: ReconciliationContext,
  differences: readonly OnSku[],
  underWayMs: number,
): Promise<Settled> {
  const settled: Settled = { exceptions: [], pending: [], repaired: [] };
  const byLine = Map.groupBy(differences, ({ sku, difference }) => `${sku} ${difference.lineId}`);
  for (const [subject, [first]] of byLine) {
    if (!first) continue;
    const { sku, difference } = first;
    const { lineId, orderId } = difference;
    const order = await loadOrder(context.databases.orders(orderId), orderId);
    const found = await lineDifferences(context, sku, difference, order);
    if (found === null || found.length === 0) continue;

    const changedAt = await lastChangedAt(context.databases.orders(orderId), orderId);
    if (changedAt !== null && changedAt > context.now() - underWayMs) {
      settled.pending.push(subject);
      continue;
    }
    if (order && found.every(({ actual }) => actual === 0)) {
      await allocateAgain(context, { order, sku, lineId, missing: found });
      const moved = await lineDifferences(context, sku, difference, order);
      if (moved !== null && (await followAllocations(context, order, moved))) {
        settled.repaired.push(subject);
        continue;
      }
    }
    settled.exceptions.push(...found.map((each) => exceptionOf(sku, each)));
  }
  return settled;
}

/** The line's differences as they are now. Null when its order is not there yet: its allocations may still releaseHolding. */
async function lineDifferences(
  context: ReconciliationContext,
  sku: string,
  { lineId }: AllocationDifference,
  order: Order | null,
): Promise<AllocationDifference[] | null> {
  const audited = await context.inventory.audit(sku, []);
  const allocations = audited.ok ? audited.value.allocations.filter(({ holder }) => holder === lineId) : [];
  if (!order && allocations.every(({ status }) => status === "pending")) return null;
  const expected = order ? expectedAllocations(order).filter((each) => each.lineId === lineId) : [];
  return allocationDifferences(expected, allocations);
}

type Missing = Readonly<{
  order: Order;
  sku: string;
  lineId: AllocationDifference["lineId"];
  missing: readonly AllocationDifference[];
}>;

/** By the line's own id, so that a repeat allocations nothing twice; where it was planned first, then anywhere. */
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

/** False when the order has changed since it was compared: the next night compares it again. */
async function followAllocations(
  context: ReconciliationContext,
  compared: Order,
  differences: readonly AllocationDifference[],
): Promise<boolean> {
  if (differences.length === 0) return true;
  const followed = await changeOrder<{ code: "changed_since" }>(context, compared.id, (order) =>
    order.version === compared.version
      ? accept(decideAsAllocated(order, differences, context.now()))
      : reject({ code: "changed_since" }),
  );
  return followed.ok;
}

const exceptionOf = (
  sku: string,
  { lineId, locationId, expected, actual }: AllocationDifference,
): Exception => ({
  subject: `${sku} ${lineId}`,
  expected,
  actual,
  detail:
    locationId === null ? "units owed as a backorder differ" : `units allocated at ${locationId} differ`,
});
