/**
 * Stock's side of a reconciliation: every SKU's object is asked for its own account of itself, a few at a
 * time, and compared with the open lines and the inventory account. Orders go on while it runs, so a
 * difference is looked at again on its own before it counts.
 */
import type { ReconciliationContext } from "./context";
import { addDays, localDate } from "../kernel/calendar";
import { stockEffects, type EffectOnSku } from "../orders/domain/stock-effects";
import { checkOf, type Check, type Exception } from "./domain/checks";
import type { StockAudit, StockEffect, StockSnapshot } from "../inventory/domain/stock";
import {
  allocationDifferences,
  type AllocationDifference,
  type ExpectedAllocation,
} from "../orders/domain/allocation-differences";
import {
  differsFromSnapshot,
  effectValue,
  expiredAllocations,
  movementExceptions,
  oversold,
  unitsOnHand,
} from "./domain/stock-checks";
import { everyDatabase } from "../platform/d1/databases";
import { balancesOn, closingBefore } from "../ledger/journal";
import { commitsPostedSince, loadOrder } from "../orders/orders";
import { waitingMessages } from "../platform/outbox/waiting-messages";
import { stockEffect } from "../inventory/queue-messages";
import { skusAfter } from "../catalog/skus";
import { storedStock } from "../inventory/stock-levels";
import { repairAllocations } from "./repair-allocations";
import { followStock } from "./repair-stock-levels";

const SKUS_A_PAGE = 100;
const AUDITS_AT_ONCE = 6;
const READINGS = 3;
/** Longer than this no effect should be on its way. */
const UNDER_WAY_MS = 15 * 60_000;
const MAX_WAITING = 1_000;

/** Compares objects, allocations and books. `allocations`: what the open lines must hold. */
export async function checkStock(
  context: ReconciliationContext,
  allocations: readonly ExpectedAllocation[],
): Promise<readonly Check[]> {
  let reading = await readStock(context, allocations);
  // Books that moved while the objects were read cannot be compared with them.
  for (let readings = 1; readings < READINGS && reading.before !== reading.after; readings += 1) {
    reading = await readStock(context, allocations);
  }
  const settled = await repairAllocations(context, reading.differences, UNDER_WAY_MS);
  return [
    inventoryCheck(reading, context.config.booksCurrency),
    checkOf("allocations", "The allocations in the objects are the open order lines", {
      counted: allocations.length,
      exceptions: [...settled.exceptions, ...reading.expired],
      sums: [
        {
          name: "units of open lines",
          amount: sumOf(allocations, ({ quantity }) => quantity),
          currency: null,
        },
      ],
      pending: settled.pending,
      repaired: settled.repaired,
    }),
    checkOf("movements", "On hand is what the movements add up to, and covers what is allocated", {
      counted: reading.skus,
      exceptions: reading.movements,
      sums: [{ name: "units on hand", amount: reading.units, currency: null }],
    }),
    checkOf("stock_levels", "The levels that lists are read from are the objects'", {
      counted: reading.skus,
      exceptions: [],
      repaired: await followStock(context, reading.strays),
    }),
  ];
}

type StockReading = {
  skus: number;
  units: number;
  valueMinor: number;
  /** The inventory account before and after the objects were read. */
  before: number;
  after: number;
  differences: { sku: string; difference: AllocationDifference }[];
  expired: Exception[];
  movements: Exception[];
  /** Posted and not yet applied. */
  effects: EffectOnSku[];
  openEvents: number;
  /** SKUs whose object says otherwise than the levels in the database. */
  strays: string[];
};

async function readStock(
  context: ReconciliationContext,
  allocations: readonly ExpectedAllocation[],
): Promise<StockReading> {
  const now = context.now();
  const reading: StockReading = {
    skus: 0,
    units: 0,
    valueMinor: 0,
    before: await inventoryAccount(context),
    after: 0,
    differences: [],
    expired: [],
    movements: [],
    effects: [],
    openEvents: 0,
    strays: [],
  };
  const allocationsOf = Map.groupBy(allocations, ({ sku }) => sku);
  const effectsOf = Map.groupBy(await effectsPerhapsUnderWay(context), ({ sku }) => sku);
  const auditOne = async (sku: string, stored: StockSnapshot | null) => {
    const asked = effectsOf.get(sku) ?? [];
    const audited = await context.inventory.audit(
      sku,
      asked.map(({ effect }) => effect.ref),
    );
    reading.skus += 1;
    if (!audited.ok) {
      const detail = "its object has not been told of it";
      reading.movements.push({ subject: sku, expected: null, actual: null, detail });
      return;
    }
    addAudit(reading, audited.value, allocationsOf.get(sku) ?? [], now);
    if (differsFromSnapshot(audited.value, stored)) reading.strays.push(sku);
    const applied = new Set(audited.value.appliedRefs);
    reading.effects.push(...asked.filter(({ effect }) => !applied.has(effect.ref)));
  };
  for (let after: string | undefined = ""; after !== undefined;) {
    const page = await skusAfter(context.databases.primary, after, SKUS_A_PAGE);
    const skus = page.map(({ sku }) => sku);
    const stored = await storedStock(context.databases.primary, skus);
    await fewAtOnce(skus, (sku) => auditOne(sku, stored.get(sku) ?? null));
    after = page.length === SKUS_A_PAGE ? page.at(-1)?.sku : undefined;
  }
  reading.after = await inventoryAccount(context);
  return reading;
}

function addAudit(
  reading: StockReading,
  audit: StockAudit,
  expected: readonly ExpectedAllocation[],
  now: number,
): void {
  const { sku } = audit.reading.facts;
  reading.units += unitsOnHand(audit.reading);
  reading.valueMinor += audit.reading.valueMinor;
  reading.openEvents += audit.openEvents;
  reading.movements.push(...movementExceptions(audit), ...oversold(audit));
  reading.expired.push(...expiredAllocations(sku, audit.allocations, now));
  for (const difference of allocationDifferences(expected, audit.allocations)) {
    reading.differences.push({ sku, difference });
  }
}

function inventoryCheck(reading: StockReading, currency: string): Check {
  const underWayMinor = sumOf(reading.effects, effectValue);
  const expected = reading.valueMinor + underWayMinor;
  const moving = reading.before !== reading.after;
  const unsent = reading.openEvents > 0;
  const detail = [
    "the inventory account is not the value of stock",
    ...(moving ? ["the books moved while stock was read"] : []),
    ...(unsent ? [`${reading.openEvents} stock events are on their way`] : []),
  ].join("; ");
  const differs = reading.after !== expected;
  return checkOf("inventory", "The inventory account is on hand × cost", {
    counted: reading.skus,
    exceptions: differs ? [{ subject: "assets:inventory", expected, actual: reading.after, detail }] : [],
    sums: [
      { name: "inventory account", amount: reading.after, currency },
      { name: "value of stock", amount: reading.valueMinor, currency },
      { name: "under way", amount: underWayMinor, currency },
    ],
    pending: reading.effects
      .filter((effect) => effectValue(effect) !== 0)
      .map(({ sku, effect }) => `${effect.type} of ${unitsIn(effect)} × ${sku} (${effect.ref})`),
  });
}

const unitsIn = (effect: StockEffect): number => ("quantity" in effect ? effect.quantity : 0);

async function inventoryAccount({ databases }: ReconciliationContext): Promise<number> {
  const always = "9999-12-31";
  const closing = await closingBefore(databases.primary, always);
  const balances = await balancesOn(everyDatabase(databases), closing, always);
  return balances.find(({ account }) => account === "assets:inventory")?.balanceMinor ?? 0;
}

/** What was posted and may not have reached its object: unsent, dead, or so recent that it may be queued. */
async function effectsPerhapsUnderWay(context: ReconciliationContext): Promise<EffectOnSku[]> {
  const { databases, config } = context;
  const now = context.now();
  const since = now - UNDER_WAY_MS;
  const waiting = await waitingMessages(databases, MAX_WAITING);
  const effects = waiting.flatMap((message) =>
    stockEffect.is(message) ? [{ sku: message.sku, effect: message.effect }] : [],
  );
  const fromDay = addDays(localDate(now, config.booksTimeZone), -1);
  for (const db of databases.allOrders) {
    const commits = await commitsPostedSince(db, { fromDay, since, limit: MAX_WAITING });
    await fewAtOnce(commits, async ({ orderId, version, events, at }) => {
      const order = await loadOrder(db, orderId);
      if (order) effects.push(...stockEffects(order, events, version, at));
    });
  }
  return [...new Map(effects.map((each) => [each.effect.ref, each])).values()];
}

async function fewAtOnce<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AUDITS_AT_ONCE }, worker));
}

const sumOf = <Item>(items: readonly Item[], amount: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + amount(item), 0);
