/**
 * The phases that read what the SKUs' objects have written since the minute, one SKU after the other, and compare it with
 * the orders. If the primary database was restored, its books and stock levels are brought forward on the way.
 */
import { skusAfter } from "../catalog/skus";
import type { JournaledHolding, JournaledMovement, JournalPage } from "../inventory/domain/journal";
import { nextStockChangedSince } from "../inventory/stock-levels";
import type { OrderId } from "../kernel/ids";
import { commitKey, commitOfKey } from "../orders/domain/commit-key";
import type { Order } from "../orders/domain/order";
import { markManyForRepair } from "../orders/mark-for-replan";
import { advanceStockEvents, committedOrders, knownCommits, type CommitOfOrder } from "../orders/orders";
import { bringForward, checkFacts } from "./bring-forward";
import type { RecoveryContext } from "./context";
import {
  commitsSince,
  compareHoldings,
  isLineHolding,
  type Compared,
  type OrderMovement,
  type StoredOrders,
} from "./domain/compare-holdings";
import { finding } from "./domain/findings";
import {
  counted,
  withLost,
  type Recovery,
  type Restored,
  type SkuPlace,
  type StockPlace,
} from "./domain/recovery";
import { undoWithoutHolding } from "./domain/movements";
import type { Phase } from "./phase";
import { isOfRestored } from "./restored-databases";
import { storeFindings } from "./storage/findings";

const ORDERS_AT_ONCE = 100;
/** Lost movements of one SKU that are kept in the cursor. */
const MAX_MOVEMENTS = 2_000;
/** An order commits within a quarter of an hour after its units are allocated. */
const BEFORE_COMMIT_MS = 30 * 60_000;
/** A queue keeps the event of a movement for four days: its entry may be posted so much later. */
const BEFORE_ENTRY_MS = 4 * 86_400_000;

/** `isLast`: orders were read back, so that what no order has is named. */
export const compareStock =
  (isLast: boolean): Phase<StockPlace> =>
  async (context, recovery, place) => {
    const { restored } = recovery;
    if (restored.orders.length === 0 && (!restored.primary || isLast)) return { recovery, at: null };
    const at: StockPlace = place ?? { after: "", within: null };
    if (at.within !== null) return readSku(context, recovery, { ...at, within: at.within }, isLast);
    const next = await nextSku(context, restored, at.after, isLast);
    if (next === null) return { recovery, at: null };
    const within: SkuPlace = { sku: next.sku, reading: "movements", at: null, movements: [], next: null };
    return { recovery, at: { after: at.after, within } };
  };

/**
 * Before orders are read back, only SKUs whose stored snapshot is from since then: the orders wait for the end of it. Their
 * objects publish every change, so that the last pass finds few more.
 */
async function nextSku(
  { databases }: RecoveryContext,
  { since, primary }: Restored,
  after: string,
  isLast: boolean,
): Promise<Readonly<{ sku: string }> | null> {
  if (isLast || primary) {
    const [next] = await skusAfter(databases.primary, after, 1);
    return next ? { sku: next.sku } : null;
  }
  const sku = await nextStockChangedSince(databases.primary, after, since - BEFORE_COMMIT_MS);
  return sku === null ? null : { sku };
}

async function readSku(
  context: RecoveryContext,
  recovery: Recovery,
  { after, within }: StockPlace & Readonly<{ within: SkuPlace }>,
  isLast: boolean,
): ReturnType<Phase<StockPlace>> {
  const { primary } = recovery.restored;
  const since = recovery.restored.since - (primary ? BEFORE_ENTRY_MS : BEFORE_COMMIT_MS);
  const read = await context.inventory.readJournal(within.sku, { since, at: within.at });
  if (!read.ok) return { recovery, at: { after: within.sku, within: null } };
  const page = read.value;
  if (within.reading === "movements")
    return readMovements(context, recovery, { after, within, page, isLast });
  const isEnd = page.next === null;
  const compared = await comparePage(context, recovery, { within, holdings: page.holdings, isEnd, isLast });
  if (page.next !== null) {
    const named = new Set(page.holdings.flatMap(({ refs }) => refs));
    const movements = within.movements.filter(([ref]) => !named.has(ref));
    return { recovery: compared, at: { after, within: { ...within, movements, at: page.next.at } } };
  }
  if (within.next === null) return { recovery: compared, at: { after: within.sku, within: null } };
  const more: SkuPlace = { ...within, reading: "movements", at: within.next, movements: [], next: null };
  return { recovery: compared, at: { after, within: more } };
}

type MovementsPage = Readonly<{ after: string; within: SkuPlace; page: JournalPage; isLast: boolean }>;

async function readMovements(
  context: RecoveryContext,
  recovery: Recovery,
  { after, within, page, isLast }: MovementsPage,
): ReturnType<Phase<StockPlace>> {
  const { sku } = within;
  const { restored } = recovery;
  let next = recovery;
  if (within.at === null) {
    if (page.foldedBefore > restored.since) {
      await storeFindings(context.databases.primary, [folded(sku, page.foldedBefore)], context.now());
    }
    if (restored.primary && !isLast) next = counted(next, await checkFacts(context, sku));
  }
  if (restored.primary && !isLast)
    next = counted(next, await bringForward(context, sku, page.movements, restored));
  const found = await lostMovements(context, restored, page.movements);
  const movements = [...within.movements, ...found];
  const isEnd = typeof page.next?.at !== "number";
  if (!isEnd && movements.length < MAX_MOVEMENTS) {
    return { recovery: next, at: { after, within: { ...within, at: page.next.at, movements } } };
  }
  if (restored.orders.length === 0) return { recovery: next, at: { after: sku, within: null } };
  // The journal's holdings begin after a cursor that is text.
  const holdings: SkuPlace = {
    sku,
    reading: "holdings",
    at: "",
    movements,
    next: isEnd ? null : page.next.at,
  };
  return { recovery: next, at: { after, within: holdings } };
}

const folded = (sku: string, before: number) =>
  finding("history_folded", sku, {
    orderId: null,
    detail: `The object of ${sku} keeps its history only since ${new Date(before).toISOString()}: what was finished before is not compared.`,
    facts: { foldedBefore: before },
  });

/** Those that commits have caused which the database does not have. */
async function lostMovements(
  context: RecoveryContext,
  restored: Restored,
  movements: readonly JournaledMovement[],
): Promise<(readonly [string, OrderMovement])[]> {
  const ofOrders = movements.flatMap(({ ref, kind, locationId, quantity, valueMinor, at }) => {
    const orderId = orderOf(ref);
    if (orderId === null || locationId === null || ref.includes("#")) return [];
    const commit = commitOfKey(orderId, ref);
    if (commit === null || commit.at < restored.since || (kind !== "ship" && kind !== "restock")) return [];
    return [{ ref, orderId, ...commit, movement: { kind, locationId, quantity, valueMinor, at } as const }];
  });
  const here = ofOrders.filter(({ orderId }) => isOfRestored(context, restored, orderId));
  const known = await commitsOf(context, here);
  return here
    .filter(({ orderId, version, at }) => !known.has(commitKey(orderId, version, at)))
    .map(({ ref, movement }) => [ref, movement] as const);
}

/** The order whose commit has the reference. */
const orderOf = (ref: string): OrderId | null =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the expression matches nothing else.
  (/^(?<id>ord_[0-9a-z]+)\//.exec(ref)?.groups?.["id"] as OrderId | undefined) ?? null;

/** Those of the commits that are stored. Archived orders that cannot be read are named: nothing of them is undone. */
async function commitsOf(
  context: RecoveryContext,
  commits: readonly CommitOfOrder[],
): Promise<ReadonlySet<string>> {
  const { known, unreadable } = await knownCommits(context, commits);
  const found = unreadable.map((orderId) =>
    finding("archive_unreadable", orderId, {
      orderId,
      detail: `The archive has no readable document of the order ${orderId}: its stock was not compared. Put the document back from a copy of the bucket, then recover again.`,
      facts: {},
    }),
  );
  await storeFindings(context.databases.primary, found, context.now());
  return known;
}

type HoldingsPage = Readonly<{
  within: SkuPlace;
  holdings: readonly JournaledHolding[];
  /** The last page of the SKU. */
  isEnd: boolean;
  isLast: boolean;
}>;

async function comparePage(
  context: RecoveryContext,
  recovery: Recovery,
  { within, holdings, isEnd, isLast }: HoldingsPage,
): Promise<Recovery> {
  const { restored } = recovery;
  const { sku } = within;
  const { since } = restored;
  const lines = holdings
    .filter(isLineHolding)
    .filter(({ orderId }) => isOfRestored(context, restored, orderId));
  const stored: StoredOrders = {
    orders: await ordersOf(
      context,
      lines.map(({ orderId }) => orderId),
    ),
    commits: await commitsOf(
      context,
      lines.flatMap((holding) =>
        commitsSince(holding, since).map((commit) => ({ orderId: holding.orderId, ...commit })),
      ),
    ),
  };
  const movements = new Map(within.movements);
  const compared = compareHoldings({ sku, holdings: lines, movements }, stored, {
    since,
    now: context.now(),
  });
  const { findings } = compared;
  const named = isLast ? findings : findings.filter(({ kind }) => kind !== "allocation_without_order");
  await storeFindings(context.databases.primary, named, context.now());
  await adoptStock(context, compared);
  const rest = isEnd ? undoWithoutHolding(movements, holdings, context.now()) : [];
  const undo = [...compared.undo, ...rest].map((effect) => ({ sku, effect }));
  const next = withLost({ ...recovery, undo: [...recovery.undo, ...undo] }, compared.lost);
  return counted(next, { holdingsCompared: lines.length, effectsUndone: undo.length });
}

async function ordersOf(
  { databases }: RecoveryContext,
  orderIds: readonly OrderId[],
): Promise<ReadonlyMap<OrderId, Order>> {
  const orders = new Map<OrderId, Order>();
  for (const [db, ids] of Map.groupBy(new Set(orderIds), databases.orders)) {
    for (let from = 0; from < ids.length; from += ORDERS_AT_ONCE) {
      const read = await committedOrders(db, ids.slice(from, from + ORDERS_AT_ONCE));
      for (const { order } of read) orders.set(order.id, order);
    }
  }
  return orders;
}

/** The orders count the events that their stock has published, and are compared with it once more by the sweep. */
async function adoptStock(context: RecoveryContext, { applied, repair }: Compared): Promise<void> {
  const { databases } = context;
  for (const [db, lines] of Map.groupBy(applied, ({ orderId }) => databases.orders(orderId))) {
    await advanceStockEvents(db, lines);
  }
  await markManyForRepair(context, repair);
}
