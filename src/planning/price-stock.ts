/**
 * The hourly job of stock prices: it expects orders like those of the last weeks, prices the stock for them, and
 * publishes changed prices to the SKUs' objects. What it reads is bounded, whatever is stored. A step finds all prices and
 * publishes some of those that changed: what a step has published is no change for the next.
 */
import type { Load } from "../catalog/domain/sku";
import type { OrdersContext } from "../orders/context";
import { changedPrices } from "./domain/changed-prices";
import { expectedOrders, LOOKBACK_MS, type Expected, type PastOrder } from "./domain/expected-orders";
import { priceStock, type StockPrice } from "./domain/price-stock";
import type { StockAtHand } from "./domain/pricing-problem";
import { servingCosts } from "./domain/serving-costs";
import { stockPrices } from "../inventory/queue-messages";
import type { StockPrices } from "../inventory/domain/stock-prices";
import type { Job } from "../platform/jobs/job";
import { MAX_MESSAGE_BYTES, messageBytes } from "../platform/queues/queue-message";
import { recentOrders } from "../directory/past-orders";
import { loadsOf } from "../catalog/skus";
import { storedStock } from "../inventory/stock-levels";
import { putStockPrices, stockPricesAfter } from "../inventory/stock-prices";

/** With more orders than this, fewer days are read: the newest orders matter most. */
const MAX_ORDERS = 20_000;
const ORDERS_A_PAGE = 4_000;
const SKUS_A_PAGE = 1_000;
const MESSAGES_A_STEP = 50;
/** A message updates this many objects. */
const SKUS_A_MESSAGE = 50;
/** Of a message without its prices. */
const OVERHEAD_BYTES = 200;

/** Its progress: orders that were read, SKUs that have a price, and SKUs whose changed prices were published. */
export const priceStockJob: Job<OrdersContext> = {
  name: "stock-prices",
  schedule: "hourlyPlanning",
  step: async (context, { begunAt: foundAt, progress }) => {
    const { past, isCut } = await pastOrders(context, foundAt);
    const oldest = isCut ? past.at(-1)!.placedAt : foundAt - LOOKBACK_MS;
    const found = await findPrices(context, expectedOrders(past, Math.max(1, foundAt - oldest)));
    const changed = messagesOf([...changedPrices(await publishedPrices(context), found, foundAt)]);
    const messages = changed.slice(0, MESSAGES_A_STEP);
    await publish(context, messages, foundAt);
    const published = (progress["published"] ?? 0) + messages.flat().length;
    return {
      cursor: null,
      isDone: messages.length === changed.length,
      progress: { orders: past.length, priced: found.length, published },
    };
  },
};

/** The newest orders, newest first, at most `MAX_ORDERS`. */
async function pastOrders({ databases }: OrdersContext, now: number) {
  const past: PastOrder[] = [];
  let before: string | null = null;
  while (past.length < MAX_ORDERS) {
    const page = await recentOrders(databases.directory, now - LOOKBACK_MS, before, ORDERS_A_PAGE);
    past.push(...page.orders);
    if (page.orders.length < ORDERS_A_PAGE) return { past, isCut: false };
    before = page.last;
  }
  return { past, isCut: true };
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

type PricesOfSku = readonly [string, StockPrices["minorByLocation"]];

/** Messages are sent before the prices are stored: what is not stored is published again by the next step or hour. */
async function publish(
  context: OrdersContext,
  messages: readonly (readonly PricesOfSku[])[],
  foundAt: number,
): Promise<void> {
  const sent = messages.map((some) => ({
    message: stockPrices.message({ foundAt, minorBySku: Object.fromEntries(some) }),
    outboxId: null,
  }));
  const accepted = new Set((await context.sendAll(sent)).map(({ message }) => message));
  for (const [i, some] of messages.entries()) {
    if (accepted.has(sent[i]!.message))
      await putStockPrices(context.databases.primary, new Map(some), foundAt);
  }
  if (accepted.size < sent.length) throw new Error("changed stock prices were not accepted by their queue");
}

/** As many SKUs as a message takes: one that is stocked at many locations has many prices. */
function messagesOf(changed: readonly PricesOfSku[]): PricesOfSku[][] {
  const messages: PricesOfSku[][] = [];
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
