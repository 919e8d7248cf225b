/**
 * Every hour: what the stock at hand will be needed for is estimated from the orders of the last weeks, its
 * prices are found, and the SKUs' objects are told what has changed. What it reads is bounded, whatever is stored.
 */
import type { Load } from "../catalog/domain/sku";
import type { OrdersContext } from "../orders/context";
import { changedPrices, type PricesBySku } from "./domain/changed-prices";
import { expectedOrders, LOOKED_BACK_MS, type Expected, type PastOrder } from "./domain/expected-orders";
import { priceStock, type StockPrice } from "./domain/price-stock";
import type { StockAtHand } from "./domain/pricing-problem";
import { servingCosts } from "./domain/serving-costs";
import { stockPrices } from "../inventory/queue-messages";
import type { StockPrices } from "../inventory/domain/stock-prices";
import { beginJobRun, finishJobRun, releaseJobRun } from "../platform/jobs/job-runs";
import { recentOrders, type RecentOrderCursor } from "../orders/orders";
import { loadsOf } from "../catalog/skus";
import { storedStock } from "../inventory/stock-levels";
import { putStockPrices, stockPricesAfter } from "./storage/stock-prices";

const JOB = "price-stock";
/** Newer orders say more, and so many say enough: of a busier retailer fewer days are looked at. */
const MAX_ORDERS = 20_000;
const ORDERS_AT_ONCE = 4_000;
const SKUS_AT_ONCE = 500;
/** A message's objects are told at once. */
const TOLD_AT_ONCE = 50;

export type StockPricing = Readonly<{ orders: number; priced: number; told: number }>;

/** Once an hour, however often the cron fires; null where another firing has the hour. */
export async function priceStockHourly(context: OrdersContext): Promise<StockPricing | null> {
  const { primary } = context.databases;
  const foundAt = context.now();
  const hour = new Date(foundAt).toISOString().slice(0, 13);
  if (!(await beginJobRun(primary, JOB, hour, foundAt))) return null;
  try {
    const pricing = await findAndTell(context, foundAt);
    await finishJobRun(primary, JOB, hour, context.now());
    return pricing;
  } catch (error) {
    await releaseJobRun(primary, JOB, hour);
    throw error;
  }
}

async function findAndTell(context: OrdersContext, foundAt: number): Promise<StockPricing> {
  const past = await pastOrders(context, foundAt);
  const oldest = past.length < MAX_ORDERS ? foundAt - LOOKED_BACK_MS : past.at(-1)!.placedAt;
  const found = await findPrices(context, expectedOrders(past, Math.max(1, foundAt - oldest)));
  const changed = changedPrices(await pricesPublished(context), found, foundAt);
  await tell(context, changed, foundAt);
  return { orders: past.length, priced: found.length, told: changed.size };
}

/** Of all the orders databases together the newest, newest first. */
async function pastOrders({ databases }: OrdersContext, now: number): Promise<PastOrder[]> {
  const found = await Promise.all(
    databases.allOrders.map(async (db) => {
      const orders: PastOrder[] = [];
      let before: RecentOrderCursor | null = null;
      while (orders.length < MAX_ORDERS) {
        const page = await recentOrders(db, now - LOOKED_BACK_MS, before, ORDERS_AT_ONCE);
        orders.push(...page);
        before = page.at(-1) ?? null;
        if (page.length < ORDERS_AT_ONCE) break;
      }
      return orders;
    }),
  );
  return found
    .flat()
    .toSorted((a, b) => b.placedAt - a.placedAt)
    .slice(0, MAX_ORDERS);
}

async function findPrices(context: OrdersContext, { orders, regions }: Expected): Promise<StockPrice[]> {
  const { primary } = context.databases;
  const { channels, locations, carrierServices } = await context.reference();
  const skus = [...new Set(orders.flatMap(({ lines }) => lines.map(({ sku }) => sku)))].toSorted();
  const stock: StockAtHand[] = [];
  const loads = new Map<string, Load>();
  for (const some of chunks(skus, SKUS_AT_ONCE)) {
    for (const [sku, { levels }] of await storedStock(primary, some)) {
      stock.push(...levels.map(({ locationId, available }) => ({ sku, locationId, available })));
    }
    for (const [sku, load] of await loadsOf(primary, some)) loads.set(sku, load);
  }
  const costs = servingCosts({ regions, channels, locations, carrierServices, loads });
  return priceStock({ orders, stock, costs });
}

async function pricesPublished({ databases }: OrdersContext): Promise<ReadonlyMap<string, StockPrices>> {
  const told = new Map<string, StockPrices>();
  for (let after = ""; ;) {
    const page = await stockPricesAfter(databases.primary, after, SKUS_AT_ONCE);
    for (const { sku, prices } of page) told.set(sku, prices);
    if (page.length < SKUS_AT_ONCE) return told;
    after = page.at(-1)!.sku;
  }
}

/** Sent before it is written down as told: what is not written is told again by the next hour. */
async function tell(context: OrdersContext, changed: PricesBySku, foundAt: number): Promise<void> {
  for (const some of chunks([...changed], TOLD_AT_ONCE)) {
    await context.send(stockPrices.message({ foundAt, minorBySku: Object.fromEntries(some) }));
    await putStockPrices(context.databases.primary, new Map(some), foundAt);
  }
}

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
