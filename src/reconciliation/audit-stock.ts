/**
 * The phase that reads the SKUs' objects, in the sequence of the SKUs, and compares each with the lines of orders, its own
 * movements and the levels in the database. Reads only, but for what it found of each SKU. Orders continue meanwhile, so a
 * line that differs is compared again before anything is repaired or reported.
 */
import { skusAfter } from "../catalog/skus";
import type { AuditedHolding, StockAudit, StockSnapshot } from "../inventory/domain/stock-reading";
import { stockEffect } from "../inventory/queue-messages";
import { storedStock, storedVersions } from "../inventory/stock-levels";
import type { Holder } from "../inventory/domain/allocation-request";
import type { OrderId } from "../kernel/ids";
import type { Order } from "../orders/domain/order";
import type { EffectOnSku } from "../orders/domain/stock-effects";
import { committedOrders } from "../orders/orders";
import { waitingMessages } from "../platform/outbox/waiting-messages";
import { compareLine } from "./compare-lines";
import type { ReconciliationContext } from "./context";
import { differencesOf, suspectLines, type ExpectedLine } from "./domain/sku-lines";
import {
  differsFromSnapshot,
  expiredAllocations,
  movementExceptions,
  oversold,
  tooOldEffects,
} from "./domain/stock-checks";
import { auditedStock, mustAudit, withAudit, withAudited, type AuditedStock } from "./domain/stock-sums";
import { withPart, type Night, type Phase } from "./night";
import { repairStockLevels } from "./repair-stock-levels";
import { auditedStockOf, putAuditedStatement } from "./storage/audited-stock";
import { expectedLinesAfter, expectedLinesOf, expectedSkus } from "./storage/expected-allocations";

/** SKUs that are looked at, and those of them whose objects are read, in one part. */
const SKUS_A_PAGE = 1_000;
const AUDITS_A_PART = 50;
const MAX_CONCURRENT_AUDITS = 6;
/** A SKU with more open lines is read in parts of its own. */
const LINES_A_SKU = 400;
/** A line that is compared and repaired takes some twenty queries. */
const LINES_A_PART = 4;
const LEVELS_A_PART = 10;
const MAX_EFFECTS = 2_000;
const ORDERS_AT_ONCE = 100;

/**
 * `after`: the last SKU that is done; null when all are. `wide`: the next SKU, if its lines are read in parts, and the last
 * holder that is done.
 */
export type StockPlace = Readonly<{
  after: string | null;
  wide: Readonly<{ sku: string; after: Holder | "" }> | null;
}>;

const BEGIN = { after: "", wide: null };

export const auditStock: Phase<StockPlace> = async (context, night, at) => {
  const place: StockPlace = at ?? BEGIN;
  if (night.differences.length > 0) return { night: await compareSome(context, night), at: place };
  if (night.staleLevels.length > 0) return { night: await repairSome(context, night), at: place };
  const { after, wide } = place;
  if (after === null) return { night, at: null };
  return wide === null
    ? auditPage(context, night, after)
    : auditWide(context, night, { ...wide, afterSku: after });
};

async function compareSome(context: ReconciliationContext, night: Night): Promise<Night> {
  let next = night;
  for (const line of night.differences.slice(0, LINES_A_PART)) {
    next = withPart(next, "allocations", await compareLine(context, line));
  }
  return { ...next, differences: night.differences.slice(LINES_A_PART) };
}

async function repairSome(context: ReconciliationContext, night: Night): Promise<Night> {
  const repaired = await repairStockLevels(context, night.staleLevels.slice(0, LEVELS_A_PART));
  const found = { counted: 0, exceptions: [], repaired };
  return {
    ...withPart(night, "stock_levels", found),
    staleLevels: night.staleLevels.slice(LEVELS_A_PART),
  };
}

type Audited = Readonly<{ sku: string; audit: StockAudit | null }>;

/** What is read for a page before its objects, so that it has whatever they lack. */
type Surroundings = Readonly<{
  expected: ReadonlyMap<string, readonly ExpectedLine[]>;
  effects: ReadonlyMap<string, readonly EffectOnSku[]>;
  stored: ReadonlyMap<string, StockSnapshot>;
}>;

async function auditPage(
  context: ReconciliationContext,
  night: Night,
  after: string,
): ReturnType<Phase<StockPlace>> {
  const { primary } = context.databases;
  const page = (await skusAfter(primary, after, SKUS_A_PAGE)).map(({ sku }) => sku);
  if (page.length === 0) return { night, at: { after: null, wide: null } };
  const plan = await planPage(context, night, { after, page });
  const surroundings: Surroundings = {
    effects: plan.effects,
    expected: await expectedLinesOf(primary, plan.audits, LINES_A_SKU),
    stored: await storedStock(primary, plan.audits),
  };
  const audits = await auditEach(context, night, plan.audits, surroundings.effects);
  return addAudits(context, night, { after, plan, audits, surroundings });
}

type Plan = Readonly<{
  /** The SKUs of the part, in their sequence, and those of them whose objects are read. */
  skus: readonly string[];
  audits: readonly string[];
  unchanged: ReadonlyMap<string, AuditedStock>;
  effects: ReadonlyMap<string, readonly EffectOnSku[]>;
}>;

async function planPage(
  context: ReconciliationContext,
  night: Night,
  { after, page }: Readonly<{ after: string; page: readonly string[] }>,
): Promise<Plan> {
  const { primary } = context.databases;
  const upTo = page.at(-1)!;
  const [versions, audited, expected, effects] = await Promise.all([
    storedVersions(primary, after, upTo),
    auditedStockOf(primary, after, upTo),
    expectedSkus(primary, after, upTo),
    effectsWaiting(context, after, upTo),
  ]);
  const mustRead = (sku: string) =>
    night.auditsAll ||
    mustAudit({
      version: versions.get(sku) ?? 0,
      audited: audited.get(sku),
      isConcerned: expected.has(sku) || effects.has(sku),
    });
  const skus: string[] = [];
  const audits: string[] = [];
  for (const sku of page) {
    const isRead = mustRead(sku);
    if (isRead && audits.length === AUDITS_A_PART) break;
    skus.push(sku);
    if (isRead) audits.push(sku);
  }
  return { skus, audits, unchanged: audited, effects };
}

/** Effects of orders whose messages wait or are dead, by SKU. */
async function effectsWaiting(
  { databases }: ReconciliationContext,
  afterSku: string,
  upToSku: string,
): Promise<ReadonlyMap<string, readonly EffectOnSku[]>> {
  const { type } = stockEffect;
  const waiting = await waitingMessages(databases, { type, afterSku, upToSku, limit: MAX_EFFECTS });
  const effects = waiting.flatMap((message) =>
    stockEffect.is(message) ? [{ sku: message.sku, effect: message.effect }] : [],
  );
  const once = new Map(effects.map((each) => [each.effect.ref, each]));
  return Map.groupBy(once.values(), ({ sku }) => sku);
}

/** In the sequence of the SKUs, a few at a time. */
async function auditEach(
  context: ReconciliationContext,
  night: Night,
  skus: readonly string[],
  effects: Surroundings["effects"],
): Promise<Audited[]> {
  const audits = new Map<string, Audited>();
  const left = [...skus];
  const worker = async () => {
    for (let sku = left.shift(); sku !== undefined; sku = left.shift()) {
      const audit = await auditOne(context, night, { sku, effects: effects.get(sku) ?? [], after: "" });
      audits.set(sku, { sku, audit });
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT_AUDITS }, worker));
  return skus.map((sku) => audits.get(sku)!);
}

type ToAudit = Readonly<{ sku: string; effects: readonly EffectOnSku[]; after: Holder | "" }>;

/** Null if the SKU's object has no data. */
async function auditOne(
  { inventory }: ReconciliationContext,
  { asOf, compare, since }: Night,
  { sku, effects, after }: ToAudit,
): Promise<StockAudit | null> {
  const audited = await inventory.audit(sku, {
    effects: effects.map(({ effect: { ref, lineId, at } }) => ({ ref, lineId, at })),
    asOf,
    holdings: {
      after,
      limit: LINES_A_SKU,
      orChangedSince: compare === "all" ? Number.MAX_SAFE_INTEGER : since,
    },
  });
  return audited.ok ? audited.value : null;
}

type PageToAdd = Readonly<{
  after: string;
  plan: Plan;
  audits: readonly Audited[];
  surroundings: Surroundings;
}>;

/** Adds the SKUs one after the other, up to one whose lines are read in parts of their own. */
async function addAudits(
  context: ReconciliationContext,
  night: Night,
  { after, plan, audits, surroundings }: PageToAdd,
): ReturnType<Phase<StockPlace>> {
  const auditOf = new Map(audits.map((each) => [each.sku, each]));
  const lines: LinesOfSku[] = [];
  const found: AuditedStock[] = [];
  let [next, done, wide] = [night, after, null as StockPlace["wide"]];
  for (const sku of plan.skus) {
    const audited = auditOf.get(sku);
    if (audited === undefined) {
      next = { ...next, stock: withAudited(next.stock, plan.unchanged.get(sku)!) };
    } else {
      const expected = surroundings.expected.get(sku) ?? [];
      const { audit } = audited;
      if (expected.length === LINES_A_SKU || (audit !== null && audit.nextAfter !== null)) {
        wide = { sku, after: "" };
        break;
      }
      next = addStock(context, next, audited, surroundings);
      lines.push({ sku, expected, holdings: audit?.holdings ?? [] });
      if (audit !== null) found.push(auditedStock(audit));
    }
    done = sku;
  }
  next = await compareLines(context, next, lines);
  if (found.length > 0) await putAuditedStatement(context.databases.primary, found).run();
  return { night: next, at: { after: done, wide } };
}

/** A SKU whose lines are read page by page. The sums of the SKU are added with the first page. */
async function auditWide(
  context: ReconciliationContext,
  night: Night,
  { sku, after, afterSku }: Readonly<{ sku: string; after: Holder | ""; afterSku: string }>,
): ReturnType<Phase<StockPlace>> {
  const { primary } = context.databases;
  const expected = await expectedLinesAfter(primary, { sku, after, limit: LINES_A_SKU });
  const effects = await effectsWaiting(context, afterSku, sku);
  const stored = await storedStock(primary, [sku]);
  const audit = await auditOne(context, night, { sku, effects: effects.get(sku) ?? [], after });
  const surroundings = { expected: new Map(), effects, stored };
  const begun = after === "" ? addStock(context, night, { sku, audit }, surroundings) : night;
  const lastLine = expected.length === LINES_A_SKU ? expected.at(-1)!.lineId : null;
  const ends = [lastLine, audit?.nextAfter ?? null].filter((end) => end !== null).toSorted(byCode);
  const upTo = ends[0] ?? null;
  const isWithin = (id: string) => upTo === null || byCode(id, upTo) <= 0;
  const page = {
    sku,
    expected: expected.filter(({ lineId }) => isWithin(lineId)),
    holdings: (audit?.holdings ?? []).filter(({ holder }) => isWithin(holder)),
  };
  const compared = await compareLines(context, begun, [page]);
  if (audit !== null) await putAuditedStatement(primary, [auditedStock(audit)]).run();
  return {
    night: compared,
    at: upTo === null ? { after: sku, wide: null } : { after: afterSku, wide: { sku, after: upTo } },
  };
}

/** As SQLite compares text. */
const byCode = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Adds what the SKU's object shows of itself. */
function addStock(
  context: ReconciliationContext,
  night: Night,
  { sku, audit }: Audited,
  { effects, stored }: Pick<Surroundings, "effects" | "stored">,
): Night {
  if (audit === null) {
    const missing = { subject: sku, expected: null, actual: null, detail: "its object has no data" };
    return withPart(night, "movements", { counted: 0, exceptions: [missing] });
  }
  const isStale = differsFromSnapshot(audit, stored.get(sku) ?? null);
  const allocations = audit.holdings.flatMap((holding) => holding.allocations);
  const expired = expiredAllocations(sku, allocations, context.now());
  const movements = [
    ...movementExceptions(audit),
    ...oversold(audit),
    ...tooOldEffects(sku, audit.tooOldRefs),
  ];
  const checked = withPart(night, "movements", { counted: 0, exceptions: movements });
  return {
    ...withPart(checked, "allocations", { counted: 0, exceptions: expired }),
    staleLevels: isStale ? [...night.staleLevels, sku] : night.staleLevels,
    stock: withAudit(night.stock, audit, { effects: effects.get(sku) ?? [], asOf: night.asOf }),
  };
}

type LinesOfSku = Readonly<{
  sku: string;
  expected: readonly ExpectedLine[];
  holdings: readonly AuditedHolding[];
}>;

/** Reads the orders of lines that may differ, and keeps those lines that differ by them, to be compared one by one. */
async function compareLines(
  context: ReconciliationContext,
  night: Night,
  pages: readonly LinesOfSku[],
): Promise<Night> {
  const suspects = pages.map((page) => ({ ...page, lines: suspectLines(page, night) }));
  const orderIds = new Set(suspects.flatMap(({ lines }) => lines.map(({ orderId }) => orderId)));
  const orders = await ordersNow(context, [...orderIds]);
  const differences = suspects.flatMap(({ sku, lines, holdings }) =>
    differencesOf(sku, lines, { orders, holdings }).map(({ orderId, lineId }) => ({ sku, orderId, lineId })),
  );
  const once = new Map(differences.map((each) => [`${each.sku} ${each.lineId}`, each]));
  return { ...night, differences: [...night.differences, ...once.values()] };
}

async function ordersNow(
  { databases }: ReconciliationContext,
  orderIds: readonly OrderId[],
): Promise<ReadonlyMap<OrderId, Order>> {
  const orders = new Map<OrderId, Order>();
  for (const [db, ids] of Map.groupBy(orderIds, databases.orders)) {
    for (let from = 0; from < ids.length; from += ORDERS_AT_ONCE) {
      const read = await committedOrders(db, ids.slice(from, from + ORDERS_AT_ONCE));
      for (const { order } of read) orders.set(order.id, order);
    }
  }
  return orders;
}
