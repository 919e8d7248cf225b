/** The hourly job of stock prices: it prices the stock for past orders, and publishes changes to the objects. */
import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { priceStockJob } from "../../src/planning/price-stock";
import { orderIdOf } from "../../src/kernel/ids";
import worker from "../../src/worker";
import { createContext } from "../../src/app-context";
import { recentOrders } from "../../src/directory/past-orders";
import { storedStock } from "../../src/inventory/storage/stock-levels";
import { putStockPrices, stockPricesAfter, stockPricesOf } from "../../src/inventory/stock-prices";
import { loadsOf } from "../../src/catalog/storage/skus";
import { aLine, anAddress, anOrder } from "../support/an-order";
import type { AppContext } from "../../src/modules";
import type { AnyJob } from "../../src/platform/jobs/job";
import { dueSteps, runById } from "../../src/platform/jobs/job-runs";
import { performStep } from "../../src/platform/jobs/perform-step";
import { finishJobs, runJob, withoutStepMessages } from "../support/jobs";
import { callerWith, fetchWorker, type Call } from "../support/api";
import { planOf } from "../support/query-plans";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "../support/retailer";
import { storeListedOrder } from "../support/store-order";
import { allocationOf, inventory } from "../inventory/inventory-world";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.now();
const context = createContext(env, createExecutionContext(), "cron");
const later = (ms: number) => ({ ...context, now: () => NOW + ms });

let call: Call;
let retailer: Retailer;
let louisville: string;

/** Stores an order of one unit of each SKU, from a customer in Kentucky. */
async function ordered(id: string, skus: readonly string[], over: { placedAt?: number } = {}): Promise<void> {
  const placedAt = over.placedAt ?? NOW - DAY;
  const lines = skus.map((sku, i) => aLine(`${id} ${i}`, { sku }));
  await storeListedOrder(
    anOrder({
      id: orderIdOf(retailer.channelId, id),
      channelId: retailer.channelId,
      externalId: id,
      placedAt,
      shippingAddress: { ...anAddress, countryCode: "US", region: "KY" },
      lines,
    }),
  );
}

beforeAll(async () => {
  call = await callerWith("admin");
  // Louisville has few mugs, and only Louisville has trays.
  retailer = await openRetailer(call, {
    stock: [
      [4, 90],
      [40, 0],
      [90, 90],
    ],
  });
  louisville = retailer.locationIds[0]!;
  const [mug, tray, plenty] = retailer.skus;
  for (let i = 0; i < 12; i += 1) {
    await ordered(`alone-${i}`, [mug!]);
    await ordered(`both-${i}`, [mug!, tray!]);
    await ordered(`plenty-${i}`, [plenty!]);
  }
  await ordered("long ago", [plenty!], { placedAt: NOW - 60 * DAY });
  const arePublished = async () => expect((await storedStock(env.DB, retailer.skus)).size).toBe(3);
  await vi.waitFor(arePublished, { timeout: 20_000, interval: 200 });
});

const cron = () =>
  worker.scheduled(createScheduledController({ cron: "7 * * * *" }), env, createExecutionContext());
const pricesNow = async (sku: string) => {
  const allocated = await inventory.allocate(sku, allocationOf({ locations: retailer.locationIds }));
  return allocated.ok ? allocated.value.stockPrices : allocated.rejection;
};

it("prices what will run short once an hour, and every allocation returns the price", async () => {
  await Promise.all([cron(), cron()]);
  await cron();
  const [mug, tray, plenty] = retailer.skus;
  const runs = env.DB.prepare("SELECT count(*) AS n FROM job_runs WHERE job = 'stock-prices'");
  expect(await runs.first("n")).toBe(1);
  await finishJobs(context);

  const stored = await stockPricesOf(env.DB, mug!);
  const prices = stored!.prices.minorByLocation;
  // A unit is worth no more than the parcel that it saves.
  expect(Object.keys(prices)).toEqual([louisville]);
  expect(prices[louisville]).toBeGreaterThan(0);
  expect(prices[louisville]).toBeLessThanOrEqual(1_000);
  expect(await stockPricesOf(env.DB, tray!)).toBeNull();
  expect(await stockPricesOf(env.DB, plenty!)).toBeNull();

  await vi.waitFor(async () => expect(await pricesNow(mug!)).toEqual(prices), { timeout: 15_000 });
  expect(await pricesNow(plenty!)).toBeUndefined();

  const listed = await call("GET", `/v1/stock-prices?sku=${mug}`);
  expect(listed.body).toEqual({
    items: [
      {
        sku: mug,
        foundAt: new Date(stored!.prices.foundAt).toISOString(),
        locations: [{ locationId: louisville, priceMinor: prices[louisville] }],
      },
    ],
    nextCursor: null,
  });
  expect((await call("GET", "/v1/stock-prices?limit=1")).body.items).toHaveLength(1);
  expect((await call("GET", "/v1/stock-prices?sku=NO-SUCH")).body.items).toEqual([]);
});

const priced = async (at: AppContext) => (await runJob(at, priceStockJob)).progress;

it("publishes only changed prices, republishes before they are stale, and publishes their end", async () => {
  const [mug] = retailer.skus;
  const before = (await stockPricesOf(env.DB, mug!))!.prices;
  expect(await priced(later(HOUR))).toMatchObject({ orders: 36, priced: 1, published: 0 });
  expect((await stockPricesOf(env.DB, mug!))!.prices).toEqual(before);
  expect(await priced(later(14 * HOUR))).toMatchObject({ priced: 1, published: 1 });
  expect((await stockPricesOf(env.DB, mug!))!.prices.foundAt).toBe(NOW + 14 * HOUR);

  expect(await priced(later(40 * DAY))).toEqual({ orders: 0, priced: 0, published: 1 });
  const none = { foundAt: NOW + 40 * DAY, minorByLocation: {} };
  expect((await stockPricesOf(env.DB, mug!))!.prices).toEqual(none);
  expect(await priced(later(41 * DAY))).toEqual({ orders: 0, priced: 0, published: 0 });
});

it("runs again after a failure", async () => {
  const failing = {
    ...later(50 * DAY),
    reference: () => Promise.reject(new Error("D1_ERROR: database is away")),
  };
  await expect(runJob(failing, priceStockJob)).rejects.toThrow("away");
  const [resumed] = await dueSteps(env.DB, NOW + 50 * DAY + HOUR, 1);
  await performStep(
    withoutStepMessages(later(50 * DAY + HOUR)),
    new Map([["stock-prices", priceStockJob as AnyJob<AppContext>]]),
    {
      runId: resumed!.id,
      step: resumed!.step,
    },
  );
  expect(await runById(env.DB, resumed!.id)).toMatchObject({ status: "done", problem: null });
});

it("reads past orders newest first, page by page without a gap, and only by index", async () => {
  const { orders: all } = await recentOrders(env.DIRECTORY, NOW - 28 * DAY, null, 100);
  expect(all).toHaveLength(36);
  const [first] = all;
  expect(first).toMatchObject({
    channelId: retailer.channelId,
    destination: { countryCode: "US", region: "KY", latitude: null, longitude: null },
  });
  const pages = [];
  for (let before: string | null = null; ;) {
    const page = await recentOrders(env.DIRECTORY, NOW - 28 * DAY, before, 7);
    if (page.last === null) break;
    pages.push(...page.orders);
    before = page.last;
  }
  expect(pages).toEqual(all);

  const statements = new Map<string, D1Database>();
  const spyOn = (db: D1Database) =>
    ({ prepare: (sql: string) => (statements.set(sql, db), db.prepare(sql)) }) as D1Database;
  const [primary, directory] = [spyOn(env.DB), spyOn(env.DIRECTORY)];
  await recentOrders(directory, NOW, null, 1);
  await stockPricesAfter(primary, "", 1);
  await stockPricesOf(primary, "A");
  await loadsOf(primary, ["A"]);
  await putStockPrices(primary, new Map(), NOW);
  for (const [sql, database] of statements) {
    const plan = await planOf(database, sql);
    // The pages of the statuses, merged, are as long as one page each.
    const scans = plan.filter((step) => /^SCAN (?!.*VIRTUAL TABLE|\(subquery|newest)/.test(step));
    expect(scans.map((step) => `${step}: ${sql}`)).toEqual([]);
  }
});

it("makes sourcing ship from farther away if the nearer units will save more", async () => {
  const shop = await openRetailer(call, { stock: [[5, 5]] });
  const [near, far] = shop.locationIds;
  const [sku] = shop.skus;
  const sentFrom = async () => {
    const order = anOrderOf(shop, [1]);
    expect((await fetchWorker(await shopifyCallback(shop, order))).status).toBe(200);
    const { body } = await call("GET", `/v1/orders/${orderIdOf(shop.channelId, String(order.id))}`);
    return (body.fulfillments as { locationId: string }[]).map(({ locationId }) => locationId);
  };
  expect(await sentFrom()).toEqual([near]);
  const prices = { foundAt: Date.now(), minorByLocation: { [near!]: 400 } };
  expect(await inventory.setStockPrices(sku!, prices)).toMatchObject({ ok: true });
  expect(await sentFrom()).toEqual([far]);
  await inventory.setStockPrices(sku!, { foundAt: Date.now() + 1, minorByLocation: {} });
  expect(await sentFrom()).toEqual([near]);
});
