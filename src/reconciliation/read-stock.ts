/**
 * Reads every SKU's object, a few at a time, and compares it with the open order lines, its own movements and the
 * levels in the database. Reads only. Orders continue meanwhile, so a difference is compared again before a repair.
 */
import { skusAfter } from "../catalog/skus";
import type { Movement } from "../inventory/domain/movement";
import { movementEventId } from "../inventory/domain/stock-messages";
import type { StockAudit, StockSnapshot } from "../inventory/domain/stock-reading";
import { stockEffect } from "../inventory/queue-messages";
import { storedStock } from "../inventory/stock-levels";
import { addDays, localDate } from "../kernel/calendar";
import { sumWhole, type Whole } from "../kernel/whole-numbers";
import { balancesOn, closingBefore, postedIds } from "../ledger/journal";
import {
  allocationDifferences,
  type AllocationDifference,
  type ExpectedAllocation,
} from "../orders/domain/allocation-differences";
import { stockEffects, type EffectOnSku } from "../orders/domain/stock-effects";
import { commitsPostedSince, eventsOfCommit, loadOrder } from "../orders/orders";
import { everyDatabase } from "../platform/d1/databases";
import { waitingMessages } from "../platform/outbox/waiting-messages";
import type { ReconciliationContext } from "./context";
import type { Exception } from "./domain/report";
import {
  differsFromSnapshot,
  expiredAllocations,
  movementExceptions,
  tooOldEffects,
  oversold,
  unitsOnHand,
} from "./domain/stock-checks";

/** An effect of an order on stock is applied within this time, unless its message waits or is dead. */
export const EFFECT_TIMEOUT_MS = 15 * 60_000;

const SKUS_A_PAGE = 100;
const MAX_CONCURRENT_READS = 6;
const MAX_READINGS = 3;
const MAX_WAITING = 1_000;

/** An order line whose SKU's object holds other units than the order needs. */
export type LineDifference = Readonly<{ sku: string; difference: AllocationDifference }>;

export type StockReading = Readonly<{
  skus: number;
  units: number;
  valueMinor: Whole;
  /** The balance of the inventory account before and after the objects were read. */
  accountBeforeMinor: Whole;
  accountAfterMinor: Whole;
  lineDifferences: readonly LineDifference[];
  expired: readonly Exception[];
  movements: readonly Exception[];
  /** Effects that are posted to the books and not applied to stock yet. */
  pendingEffects: readonly EffectOnSku[];
  /** Movements of the last minutes whose entry is under way from their object to the books. */
  unpostedMovements: readonly MovementOfSku[];
  /** All events that are under way, those of orders' lines included. */
  undeliveredEvents: number;
  /** SKUs whose levels in the database are not those of their object. */
  staleLevels: readonly string[];
}>;

export type MovementOfSku = Readonly<{ sku: string; movement: Movement }>;

/** Time for events that are under way, before objects and books are compared again. */
const PAUSE_MS = 2_000;

/** @param allocations what the open lines must hold. */
export async function readStock(
  context: ReconciliationContext,
  allocations: readonly ExpectedAllocation[],
): Promise<StockReading> {
  let reading = await readOnce(context, allocations);
  for (let n = 1; n < MAX_READINGS && !isSettled(reading); n += 1) {
    if (reading.unpostedMovements.length > 0) await scheduler.wait(PAUSE_MS);
    reading = await readOnce(context, allocations);
  }
  return reading;
}

/** Objects cannot be compared with books that changed while they were read. */
const isSettled = ({ accountBeforeMinor, accountAfterMinor, unpostedMovements }: StockReading): boolean =>
  accountBeforeMinor === accountAfterMinor && unpostedMovements.length === 0;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

async function readOnce(
  context: ReconciliationContext,
  allocations: readonly ExpectedAllocation[],
): Promise<StockReading> {
  const now = context.now();
  const reading: Mutable<StockReading> = {
    skus: 0,
    units: 0,
    valueMinor: 0,
    accountBeforeMinor: await inventoryAccount(context),
    accountAfterMinor: 0,
    lineDifferences: [],
    expired: [],
    movements: [],
    pendingEffects: [],
    unpostedMovements: [],
    undeliveredEvents: 0,
    staleLevels: [],
  };
  const allocationsBySku = Map.groupBy(allocations, ({ sku }) => sku);
  const effectsBySku = Map.groupBy(await effectsPerhapsPending(context), ({ sku }) => sku);
  const readSku = async (sku: string, stored: StockSnapshot | null) => {
    const effects = effectsBySku.get(sku) ?? [];
    const refs = effects.map(({ effect: { ref, lineId, at } }) => ({ ref, lineId, at }));
    const audited = await context.inventory.audit(sku, refs);
    reading.skus += 1;
    if (!audited.ok) {
      reading.movements.push({
        subject: sku,
        expected: null,
        actual: null,
        detail: "its object has no data",
      });
      return;
    }
    addAudit(reading, audited.value, allocationsBySku.get(sku) ?? [], now);
    if (differsFromSnapshot(audited.value, stored)) reading.staleLevels.push(sku);
    const { appliedRefs, tooOldRefs } = audited.value;
    const settled = new Set([...appliedRefs, ...tooOldRefs]);
    reading.pendingEffects.push(...effects.filter(({ effect }) => !settled.has(effect.ref)));
    reading.movements.push(...tooOldEffects(sku, tooOldRefs));
  };
  for (let after: string | undefined = ""; after !== undefined;) {
    const page = await skusAfter(context.databases.primary, after, SKUS_A_PAGE);
    const skus = page.map(({ sku }) => sku);
    const stored = await storedStock(context.databases.primary, skus);
    await fewAtOnce(skus, (sku) => readSku(sku, stored.get(sku) ?? null));
    after = page.length === SKUS_A_PAGE ? page.at(-1)?.sku : undefined;
  }
  // Before the account is read: what is posted in between changes the account, and all is read again.
  reading.unpostedMovements = await unpostedAmong(context, reading.unpostedMovements);
  reading.accountAfterMinor = await inventoryAccount(context);
  return reading;
}

function addAudit(
  reading: Mutable<StockReading>,
  audit: StockAudit,
  expected: readonly ExpectedAllocation[],
  now: number,
): void {
  const { sku } = audit.reading.facts;
  reading.units += unitsOnHand(audit.reading);
  reading.valueMinor = sumWhole([reading.valueMinor, audit.reading.valueMinor]);
  reading.undeliveredEvents += audit.openEvents;
  for (const event of audit.undelivered) {
    if (event.type !== "stock.moved" || event.movement.at < now - EFFECT_TIMEOUT_MS) continue;
    reading.unpostedMovements.push({ sku, movement: event.movement });
  }
  reading.movements.push(...movementExceptions(audit), ...oversold(audit));
  reading.expired.push(...expiredAllocations(sku, audit.allocations, now));
  for (const difference of allocationDifferences(expected, audit.allocations)) {
    reading.lineDifferences.push({ sku, difference });
  }
}

/** Those of the recent movements that have no entry yet, though they move value. */
async function unpostedAmong(
  { databases, config, now }: ReconciliationContext,
  moved: readonly MovementOfSku[],
): Promise<MovementOfSku[]> {
  const valued = moved.filter(({ movement }) => movement.valueMinor !== 0);
  if (valued.length === 0) return [];
  const ids = valued.map(({ sku, movement }) => movementEventId(sku, movement.ref));
  const days = valued.map(({ movement }) => localDate(movement.at, config.booksTimeZone)).toSorted();
  // An entry is posted on the day of its movement, or on the first open day.
  const to = addDays(localDate(now(), config.booksTimeZone), 1);
  const posted = await postedIds(databases.primary, ids, { from: days[0]!, to });
  return valued.filter((_, i) => !posted.has(ids[i]!));
}

async function inventoryAccount({ databases }: ReconciliationContext): Promise<Whole> {
  const always = "9999-12-31";
  const closing = await closingBefore(databases.primary, always);
  const balances = await balancesOn(everyDatabase(databases), closing, always);
  return balances.find(({ account }) => account === "assets:inventory")?.balanceMinor ?? 0;
}

/** Effects that may not have been applied yet: those not sent, dead, or posted so recently that they may be queued. */
async function effectsPerhapsPending(context: ReconciliationContext): Promise<EffectOnSku[]> {
  const { databases, config } = context;
  const now = context.now();
  const since = now - EFFECT_TIMEOUT_MS;
  const waiting = await waitingMessages(databases, MAX_WAITING);
  const effects = waiting.flatMap((message) =>
    stockEffect.is(message) ? [{ sku: message.sku, effect: message.effect }] : [],
  );
  const fromDay = addDays(localDate(now, config.booksTimeZone), -1);
  for (const db of databases.allOrders) {
    const commits = await commitsPostedSince(db, { fromDay, since, limit: MAX_WAITING });
    await fewAtOnce(commits, async (commit) => {
      const order = await loadOrder(db, commit.orderId);
      if (order)
        effects.push(...stockEffects(order, eventsOfCommit(order, commit), commit.version, commit.at));
    });
  }
  return [...new Map(effects.map((each) => [each.effect.ref, each])).values()];
}

async function fewAtOnce<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT_READS }, worker));
}
