/**
 * The hourly job of stock prices: it expects orders like those of the last weeks, prices the stock for them, and
 * publishes changed prices to the SKUs' objects. What it reads is bounded, whatever is stored.
 */
import type { Load } from "../catalog/domain/sku";
import type { OrdersContext } from "../orders/context";
import { changedPrices, type PricesBySku } from "./domain/changed-prices";
import { expectedOrders, LOOKBACK_MS, type Expected, type PastOrder } from "./domain/expected-orders";
import { priceStock, type StockPrice } from "./domain/price-stock";
import type { StockAtHand } from "./domain/pricing-problem";
import { servingCosts } from "./domain/serving-costs";
import { stockPrices } from "../inventory/queue-messages";
import type { StockPrices } from "../inventory/domain/stock-prices";
import { beginJobRun, finishJobRun, releaseJobRun } from "../platform/jobs/job-runs";
import { MAX_MESSAGE_BYTES, messageBytes } from "../platform/queues/queue-message";
import { recentOrders, type RecentOrderCursor } from "../orders/orders";
import { loadsOf } from "../catalog/skus";
import { storedStock } from "../inventory/stock-levels";
import { putStockPrices, stockPricesAfter } from "../inventory/stock-prices";

const JOB = "price-stock";
/** With more orders than this, fewer days are read: the newest orders matter most. */
const MAX_ORDERS = 20_000;
const ORDERS_A_PAGE = 4_000;
const SKUS_A_PAGE = 500;
/** A message updates this many objects. */
const SKUS_A_MESSAGE = 50;
/** Of a message without its prices. */
const OVERHEAD_BYTES = 200;

export type StockPricing = Readonly<{ orders: number; priced: number; published: number }>;

/** Runs once an hour, however often the cron fires; null if another run has this hour. */
export async function priceStockHourly(context: OrdersContext): Promise<StockPricing | null> {
  const { primary } = context.databases;
  const foundAt = context.now();
  const hour = new Date(foundAt).toISOString().slice(0, 13);
  if (!(await beginJobRun(primary, JOB, hour, foundAt))) return null;
  try {
    const pricing = await updatePrices(context, foundAt);
    await finishJobRun(primary, JOB, hour, context.now());
    return pricing;
  } catch (error) {
    await releaseJobRun(primary, JOB, hour);
    throw error;
  }
}

async function updatePrices(context: OrdersContext, foundAt: number): Promise<StockPricing> {
  const past = await pastOrders(context, foundAt);
  const oldest = past.length < MAX_ORDERS ? foundAt - LOOKBACK_MS : past.at(-1)!.placedAt;
  const found = await findPrices(context, expectedOrders(past, Math.max(1, foundAt - oldest)));
  const changed = changedPrices(await publishedPrices(context), found, foundAt);
  await publish(context, changed, foundAt);
  return { orders: past.length, priced: found.length, published: changed.size };
}

/** The newest orders of all databases, newest first. */
async function pastOrders({ databases }: OrdersContext, now: number): Promise<PastOrder[]> {
  const found = await Promise.all(
    databases.allOrders.map(async (db) => {
      const orders: PastOrder[] = [];
      let before: RecentOrderCursor | null = null;
      while (orders.length < MAX_ORDERS) {
        const page = await recentOrders(db, now - LOOKBACK_MS, before, ORDERS_A_PAGE);
        orders.push(...page);
        before = page.at(-1) ?? null;
        if (page.length < ORDERS_A_PAGE) break;
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
  for (const some of chunks(skus, SKUS_A_PAGE)) {
    for (const [sku, { levels }] of await storedStock(primary, some)) {
      stock.push(...levels.map(({ locationId, available }) => ({ sku, locationId, available })));
    }
    for (const [sku, load] of await loadsOf(primary, some)) loads.set(sku, load);
  }
  const costs = servingCosts({ regions, channels, locations, carrierServices, loads });
  return priceStock({ orders, stock, costs });
}

async function publishedPrices({ databases }: OrdersContext): Promise<ReadonlyMap<string, StockPrices>> {
  const published = new Map<string, StockPrices>();
  for (let after = ""; ;) {
    const page = await stockPricesAfter(databases.primary, after, SKUS_A_PAGE);
    for (const { sku, prices } of page) published.set(sku, prices);
    if (page.length < SKUS_A_PAGE) return published;
    after = page.at(-1)!.sku;
  }
}

/** Messages are sent before the prices are stored: what is not stored is published again in the next hour. */
async function publish(context: OrdersContext, changed: PricesBySku, foundAt: number): Promise<void> {
  for (const some of messagesOf([...changed])) {
    await context.send(stockPrices.message({ foundAt, minorBySku: Object.fromEntries(some) }));
    await putStockPrices(context.databases.primary, new Map(some), foundAt);
  }
}

/** As many SKUs as a message takes: one that is stocked at many locations has many prices. */
function messagesOf(changed: readonly (readonly [string, StockPrices["minorByLocation"]])[]) {
  const messages: (typeof changed)[number][][] = [];
  let bytes = 0;
  for (const each of changed) {
    const more = messageBytes(each);
    const last = messages.at(-1);
    if (last && last.length < SKUS_A_MESSAGE && bytes + more <= MAX_MESSAGE_BYTES - OVERHEAD_BYTES) {
      last.push(each);
      bytes += more;
    } else {
      messages.push([each]);
      bytes = more;
    }
  }
  return messages;
}

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
