/** The phase that looks again at what was found: orders that were lost may have been read back since. */
import type { OrderId } from "../kernel/ids";
import { releaseRestoredOrder } from "../orders/hold-restored-order";
import { committedOrders } from "../orders/orders";
import { skipSentNotifications } from "../notifications/held-notifications";
import { hasOpenUnits, type Order } from "../orders/domain/order";
import type { RecoveryContext } from "./context";
import { finding, type Finding } from "./domain/findings";
import { counted, type Recovery } from "./domain/recovery";
import type { Phase } from "./phase";
import {
  decideFindings,
  openFindings,
  openFindingsOf,
  storeFindings,
  type FindingCursor,
  type StoredFinding,
} from "./storage/findings";
import { versionsLost } from "./trace-orders";

/** A hold that is released takes some ten queries. */
const A_PART = 5;
const KINDS = ["allocation_without_order", "order_lost"] as const;

type Place = Readonly<{ kind: number; after: FindingCursor }>;
const START: FindingCursor = { kind: "", id: "" };

export const settleFindings: Phase<Place> = async (context, recovery, at) => {
  const { kind, after } = at ?? { kind: 0, after: START };
  const name = KINDS[kind];
  if (name === undefined) return { recovery, at: null };
  const { primary } = context.databases;
  const page = await openFindings(primary, { after, kind: name, limit: A_PART });
  const orders = await ordersOf(context, page);
  const gone = page.filter((each) => isGone(each, orders));
  const by = context.actor;
  await decideFindings(
    primary,
    { ids: gone.map(({ id }) => id), decision: "gone", by, note: null },
    context.now(),
  );
  let next = counted(recovery, { findingsGone: gone.length });
  if (name === "order_lost") {
    for (const each of gone) next = await settleOrder(context, next, each);
  }
  const last = page.at(-1);
  const isEnd = last === undefined || page.length < A_PART;
  return {
    recovery: next,
    at: isEnd ? { kind: kind + 1, after: START } : { kind, after: { kind: last.kind, id: last.id } },
  };
};

async function ordersOf(
  { databases }: RecoveryContext,
  findings: readonly StoredFinding[],
): Promise<ReadonlyMap<OrderId, Order>> {
  const ids = findings.flatMap(({ orderId }) => (orderId === null ? [] : [orderId]));
  const orders = new Map<OrderId, Order>();
  for (const [db, ofDatabase] of Map.groupBy(new Set(ids), databases.orders)) {
    for (const { order } of await committedOrders(db, ofDatabase)) orders.set(order.id, order);
  }
  return orders;
}

/** The order exists now, and needs the line's units if the finding is of a line. */
function isGone({ orderId, kind, facts }: StoredFinding, orders: ReadonlyMap<OrderId, Order>): boolean {
  const order = orderId === null ? undefined : orders.get(orderId);
  if (order === undefined || kind === "order_lost") return order !== undefined;
  const { lineId, sku } = facts as Readonly<{ lineId: string; sku: string }>;
  return hasOpenUnits(order) && order.lines.some((line) => line.id === lineId && line.sku === sku);
}

/**
 * The order was read back. Its customer had its first notifications. If nothing but its creation was lost, its hold ends;
 * else what happened to it afterwards is for a person.
 */
async function settleOrder(
  context: RecoveryContext,
  recovery: Recovery,
  lost: StoredFinding,
): Promise<Recovery> {
  const { orderId } = lost;
  if (orderId === null) return recovery;
  const { primary, orders } = context.databases;
  const skipped = await skipSentNotifications(orders(orderId), [orderId]);
  const { version } = lost.facts as Readonly<{ version: number }>;
  const others = (await openFindingsOf(primary, [orderId])).filter(({ kind }) => kind !== "order_lost");
  const next = counted(recovery, { ordersReadBack: 1, notificationsSkipped: skipped });
  if (version > 1 || others.length > 0) {
    if (version > 1) await storeFindings(primary, [laterCommits(orderId, version)], context.now());
    return next;
  }
  await releaseRestoredOrder(context, orderId, "Nothing but its creation was lost.");
  return next;
}

const laterCommits = (orderId: OrderId, version: number): Finding =>
  finding("commits_lost", orderId, {
    orderId,
    detail: `The order ${orderId} was read back from its storefront. ${versionsLost(2, version)} Look what they were: parcels, notes, holds and decisions of staff.`,
    facts: { listedVersion: version },
  });
