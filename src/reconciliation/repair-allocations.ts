/**
 * What becomes of a line whose claims are not what its order says. It is looked at again, order first; what
 * still differs is under way if the order has just changed, mended if its claims are gone altogether, and
 * an exception otherwise. Mended: its units are claimed again, and the order follows where they are now.
 */
import type { Context } from "../platform/context";
import { decideAsClaimed } from "../orders/domain/stock-repair";
import type { Order } from "../orders/domain/order";
import type { Exception } from "./domain/checks";
import { accept, reject } from "../kernel/result";
import { firstChoice } from "../sourcing/domain/first-choice";
import {
  claimDifferences,
  expectedClaims,
  type ClaimDifference,
} from "../orders/domain/allocation-differences";
import { loadOrder } from "../orders/storage/orders";
import { lastChangedAt } from "./storage/reconciliations";
import { changeOrder } from "../orders/change-order";
import { sourcingNetwork, sourcingRequest } from "../orders/sourcing-problem";

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
      const moved = await lineDifferences(context, sku, difference, order);
      if (moved !== null && (await followClaims(context, order, moved))) {
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

type Missing = Readonly<{
  order: Order;
  sku: string;
  lineId: ClaimDifference["lineId"];
  missing: readonly ClaimDifference[];
}>;

/** By the line's own id, so that a repeat claims nothing twice; where it was planned first, then anywhere. */
async function claimAgain(context: Context, { order, sku, lineId, missing }: Missing): Promise<void> {
  const { channels } = await context.reference();
  const channel = channels.get(order.channelId);
  const planned = missing.flatMap(({ locationId }) => (locationId === null ? [] : [locationId]));
  const units = missing.reduce((sum, { expected }) => sum + expected, 0);
  const anywhere = channel
    ? firstChoice(await sourcingNetwork(context), sourcingRequest(context, channel, order), units)
    : [];
  const now = context.now();
  await context.inventory.claim(sku, {
    claimant: lineId,
    orderId: order.id,
    quantity: units,
    quantityOf: "open_now",
    locations: [...new Set([...planned, ...anywhere])],
    shortage: "sold",
    fill: "partial",
    placedAt: order.placedAt,
    takesOver: [],
    expiresAt: now + context.config.claimTtlMs,
    now,
  });
}

/** False when the order has changed since it was compared: the next night compares it again. */
async function followClaims(
  context: Context,
  compared: Order,
  differences: readonly ClaimDifference[],
): Promise<boolean> {
  if (differences.length === 0) return true;
  const followed = await changeOrder<{ code: "changed_since" }>(context, compared.id, (order) =>
    order.version === compared.version
      ? accept(decideAsClaimed(order, differences, context.now()))
      : reject({ code: "changed_since" }),
  );
  return followed.ok;
}

const exceptionOf = (sku: string, { lineId, locationId, expected, actual }: ClaimDifference): Exception => ({
  subject: `${sku} ${lineId}`,
  expected,
  actual,
  detail: locationId === null ? "units owed as a backorder differ" : `units claimed at ${locationId} differ`,
});
