/**
 * What becomes of a line whose claims are not what its order says. It is looked at again, order first; what
 * still differs is under way if the order has just changed, mended if its claims are gone altogether, and
 * an exception otherwise.
 */
import type { Context } from "../context";
import type { Exception } from "../domain/reconciliation";
import type { Order } from "../domain/orders";
import { claimDifferences, expectedClaims, type ClaimDifference } from "../domain/stock-reconciliation";
import { loadOrder } from "../storage/orders";
import { lastChangedAt } from "../storage/reconciliations";

type OnSku = Readonly<{ sku: string; difference: ClaimDifference }>;
type Settled = { exceptions: Exception[]; underWay: string[]; mended: string[] };

export async function settleClaims(
  context: Context,
  differences: readonly OnSku[],
  underWayMs: number,
): Promise<Settled> {
  const settled: Settled = { exceptions: [], underWay: [], mended: [] };
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
      settled.underWay.push(subject);
      continue;
    }
    if (order && found.every(({ actual }) => actual === 0)) {
      await claimAgain(context, { order, sku, lineId, missing: found });
      const left = await lineDifferences(context, sku, difference, order);
      if (left !== null && left.length === 0) {
        settled.mended.push(subject);
        continue;
      }
    }
    settled.exceptions.push(...found.map((each) => exceptionOf(sku, each)));
  }
  return settled;
}

/** The line's differences as they are now. Null when its order is not there yet: its claims may still lapse. */
async function lineDifferences(
  context: Context,
  sku: string,
  { lineId }: ClaimDifference,
  order: Order | null,
): Promise<ClaimDifference[] | null> {
  const audited = await context.inventory.audit(sku, []);
  const claims = audited.ok ? audited.value.claims.filter(({ claimant }) => claimant === lineId) : [];
  if (!order && claims.every(({ status }) => status === "pending")) return null;
  const expected = order ? expectedClaims(order).filter((each) => each.lineId === lineId) : [];
  return claimDifferences(expected, claims);
}

/** By the line's own id, so that units it still holds are not claimed twice. */
async function claimAgain(
  context: Context,
  {
    order,
    sku,
    lineId,
    missing,
  }: Readonly<{ order: Order; sku: string; lineId: ClaimDifference["lineId"]; missing: ClaimDifference[] }>,
): Promise<void> {
  const line = order.lines.find(({ id }) => id === lineId);
  if (!line) return;
  const now = context.now();
  await context.inventory.claim(sku, {
    claimant: lineId,
    orderId: order.id,
    // The object takes off what the line was sent and gave back before.
    quantity: line.ordered - line.unsourced,
    locations: missing.flatMap(({ locationId }) => (locationId === null ? [] : [locationId])),
    shortage: "sold",
    fill: "partial",
    placedAt: order.placedAt,
    takesOver: [],
    expiresAt: now + context.config.claimTtlMs,
    now,
  });
}

const exceptionOf = (sku: string, { lineId, locationId, expected, actual }: ClaimDifference): Exception => ({
  subject: `${sku} ${lineId}`,
  expected,
  actual,
  detail: locationId === null ? "units owed as a backorder differ" : `units claimed at ${locationId} differ`,
});
