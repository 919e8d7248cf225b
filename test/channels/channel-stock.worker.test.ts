/** What channels may sell is pushed to their storefronts, and compared with what they show every night. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  beginRepair,
  findingsOfRepair,
  repairChannelStock,
  type RepairPlace,
} from "../../src/channels/repair-channel-stock";
import { checkChannelStock } from "../../src/reconciliation/check-channel-stock";
import { storeSnapshots } from "../../src/inventory/store-snapshots";
import { channelApi } from "../../src/channels/channel-api";
import { pushChannelStock } from "../../src/channels/push-channel-stock";
import type { StockSnapshot } from "../../src/inventory/domain/stock-reading";
import { createContext } from "../../src/app-context";
import {
  channelStockAfter,
  dueChannelStock,
  leaseChannelStock,
  mismatchesAfter,
  sellableStatement,
  writeChannelStock,
} from "../../src/channels/storage/channel-stock";
import { storedStockAfter } from "../../src/inventory/storage/stock-levels";
import { aChannel, aLocation, callerWith, unique, type Call } from "../support/api";
import { dueSteps } from "../../src/platform/jobs/job-runs";
import { finishRun } from "../support/jobs";
import { planOf } from "../support/query-plans";
import { BASE_URLS, CREDENTIALS, StorefrontStub } from "../support/storefront-stock";

const MINUTE = 60_000;
const KINDS = ["shopify", "woocommerce", "bigcommerce"] as const;

let call: Call;
let location: string;
let shop: StorefrontStub;
let answer: (url: string, init?: RequestInit) => Promise<Response>;
let now = Date.UTC(2041, 0, 1);
let versions = 0;

/** The Worker's own context at the test's own time. */
const context = () => ({ ...createContext(env, createExecutionContext(), "test"), now: () => now });

/** Does what the sweep and the queue do with a requested refresh that is due. */
async function refreshIfRequested(at = now): Promise<void> {
  const due = await dueSteps(env.DB, at, 10);
  for (const { id } of due) await finishRun(context(), id);
}

beforeAll(async () => {
  vi.stubGlobal("fetch", (input: unknown, init?: RequestInit) => answer(String(input), init));
  call = await callerWith("admin");
  location = unique("loc");
  await call("PUT", `/v1/locations/${location}`, aLocation());
});
afterAll(() => {
  vi.unstubAllGlobals();
});
beforeEach(() => {
  shop = new StorefrontStub();
  answer = (url, init) => shop.answer(url, init);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.restoreAllMocks();
  const channels = await call("GET", "/v1/channels?limit=100");
  for (const { id, connectionSetAt, ...channel } of channels.body.items) {
    if (connectionSetAt === null) continue;
    const { secretsSetAt: _, ...fields } = channel;
    await call("PUT", `/v1/channels/${id}`, { ...fields, connection: null });
  }
  await repairAndCheck();
});

async function connected(kind: (typeof KINDS)[number], over: object = {}): Promise<string> {
  const channelId = unique("shop");
  const connection = { baseUrl: BASE_URLS[kind], credentials: CREDENTIALS[kind] };
  const channel = aChannel({ kind, locationIds: [location], connection, ...over });
  expect((await call("PUT", `/v1/channels/${channelId}`, channel)).status).toBe(201);
  return channelId;
}

const snapshot = (sku: string, onHand: number): StockSnapshot => {
  versions += 1;
  const level = { locationId: location, onHand, allocated: 0, safetyStock: 0, available: onHand };
  return { sku, version: versions, at: now, levels: [level], backordered: 0 };
};
/** What the nightly close does, and its check. */
async function repairAndCheck() {
  let repair = beginRepair(now);
  for (let at: RepairPlace | null = null; ;) {
    const part = await repairChannelStock(context(), repair, at);
    ({ repair, at } = part);
    if (at === null) return checkChannelStock(await findingsOfRepair(context(), repair), now);
  }
}
const setStock = (sku: string, onHand: number) => storeSnapshots(context(), [snapshot(sku, onHand)]);

async function rowOf(channelId: string, sku: string) {
  const rows = await channelStockAfter(env.DB, channelId, "", 1_000);
  return rows.find((row) => row.sku === sku)!;
}

const away = () => Promise.reject(new TypeError("fetch failed"));
const isPushing = (init?: RequestInit) =>
  typeof init?.body === "string" && /inventorySetQuantities|"(?:update|items)":/.test(init.body);

describe.each(KINDS)("the stock of a %s channel", (kind) => {
  it("is pushed once for many changes, and not if it is the same again", async () => {
    const [sku, other] = [unique("SKU"), unique("SKU")];
    for (const each of [sku, other]) shop.put(each, 0);
    const channelId = await connected(kind, { stockBuffer: 2 });
    for (const onHand of [9, 8, 7]) await setStock(sku, onHand);
    await setStock(other, 1);
    expect(await pushChannelStock(context())).toBe(2);
    expect([shop.shows(sku), shop.shows(other)]).toEqual([5, 0]);
    expect(await rowOf(channelId, sku)).toMatchObject({ pushedQuantity: 5, dueAt: null, attempts: 0 });

    const before = shop.calls.length;
    await setStock(sku, 6);
    await setStock(sku, 7);
    expect(await pushChannelStock(context()), "the quantity is what was pushed").toBe(0);
    expect(shop.calls.length).toBe(before);
    await setStock(sku, 4);
    await pushChannelStock(context());
    expect(shop.shows(sku)).toBe(2);
  });

  it("is pushed again after a failure, and once more to overwrite what is applied late", async () => {
    const sku = unique("SKU");
    shop.put(sku, 0);
    const channelId = await connected(kind);
    await setStock(sku, 3);
    answer = away;
    expect(await pushChannelStock(context())).toBe(0);
    expect(await rowOf(channelId, sku)).toMatchObject({
      attempts: 1,
      problem: "the storefront does not answer",
      dueAt: now + MINUTE,
    });
    await setStock(sku, 4);
    answer = (url, init) => shop.answer(url, init);
    expect(await pushChannelStock(context()), "not before the pause is over").toBe(0);
    now += MINUTE;
    expect(await pushChannelStock(context())).toBe(1);
    expect(shop.shows(sku)).toBe(4);

    shop.items[0]!.quantity = 3;
    now += 5 * MINUTE;
    await pushChannelStock(context());
    expect(shop.shows(sku), "what was applied late is overwritten").toBe(4);
    expect(await rowOf(channelId, sku)).toMatchObject({ pushedQuantity: 4, dueAt: null });
  });

  it("is repaired at night if the storefront shows another quantity, or is an exception with its age", async () => {
    const [sku, right, unlisted] = [unique("SKU"), unique("SKU"), unique("SKU")];
    for (const each of [sku, right]) shop.put(each, 0);
    const channelId = await connected(kind);
    for (const each of [sku, right, unlisted]) await setStock(each, 3);
    await pushChannelStock(context());
    shop.items[0]!.quantity = 11;
    const repaired = await repairAndCheck();
    expect(repaired).toMatchObject({
      ok: true,
      counted: 2,
      repaired: [`${channelId} ${sku}: showed 11, may sell 3`],
    });
    expect(shop.shows(sku)).toBe(3);

    shop.items[0]!.quantity = 12;
    answer = (url, init) => (isPushing(init) ? away() : shop.answer(url, init));
    const since = now;
    now += 3 * 24 * 60 * MINUTE;
    await repairAndCheck();
    now += 2 * 24 * 60 * MINUTE;
    const check = await repairAndCheck();
    expect(check.exceptions).toMatchObject([
      {
        subject: `${channelId} ${sku}`,
        expected: 3,
        actual: 12,
        detail: expect.stringContaining("for 2 days"),
      },
    ]);
    const { body } = await call("GET", "/v1/channel-stock/mismatches");
    expect(body.items.filter((item: { sku: string }) => item.sku === sku)).toMatchObject([
      {
        channelId,
        quantity: 3,
        shownQuantity: 12,
        since: new Date(since + 3 * 24 * 60 * MINUTE).toISOString(),
      },
    ]);
  });
});

it("waits for the order of a sale before it pushes to a storefront that shows fewer units", async () => {
  const sku = unique("SKU");
  shop.put(sku, 0);
  const channelId = await connected("woocommerce");
  await setStock(sku, 3);
  await pushChannelStock(context());
  shop.items[0]!.quantity = 2;
  const check = await repairAndCheck();
  expect(check).toMatchObject({
    ok: true,
    pending: [`${channelId} ${sku}: showed 2, may sell 3, or has just sold some`],
  });
  await pushChannelStock(context());
  expect(shop.shows(sku)).toBe(2);
  now += 10 * MINUTE;
  await pushChannelStock(context());
  expect(shop.shows(sku)).toBe(3);
});

it("compares every SKU, a page in each part", async () => {
  const skus = Array.from({ length: 90 }, (_, i) => `LOOK-${String(i).padStart(2, "0")}`);
  for (const sku of skus) shop.put(sku, 1);
  await connected("bigcommerce");
  for (const sku of skus) await setStock(sku, 1);
  await pushChannelStock(context());
  const pages: (readonly string[])[] = [];
  answer = (url, init) => {
    const wanted = new URL(url).searchParams.get("sku:in")?.split(",") ?? [];
    if (wanted.length > 0) pages.push(wanted);
    return shop.answer(url, init);
  };
  expect(await repairAndCheck()).toMatchObject({ ok: true, counted: 90 });
  expect(pages.filter(({ length }) => length > 40)).toEqual([]);
  expect(pages.flat().filter((sku) => sku.startsWith("LOOK-"))).toEqual(skus);
});

it("compares other channels if a storefront cannot be read, and names it", async () => {
  const [sku, other] = [unique("SKU"), unique("SKU")];
  shop.put(other, 0);
  const failing = await connected("shopify");
  const channelId = await connected("bigcommerce");
  await setStock(sku, 2);
  await setStock(other, 2);
  await pushChannelStock(context());
  answer = (url, init) => (url.startsWith(BASE_URLS.shopify) ? away() : shop.answer(url, init));
  shop.items.find((item) => item.sku === other)!.quantity = 7;
  const check = await repairAndCheck();
  expect(check.exceptions).toContainEqual(
    expect.objectContaining({ subject: failing, detail: "the storefront does not answer" }),
  );
  expect(check.repaired).toEqual([`${channelId} ${other}: showed 7, may sell 2`]);
});

it("has an exception every night if a storefront accepts a quantity and shows another", async () => {
  const sku = unique("SKU");
  shop.put(sku, 9);
  const channelId = await connected("bigcommerce");
  answer = (url, init) =>
    isPushing(init) ? Promise.resolve(Response.json({ transaction_id: "t" })) : shop.answer(url, init);
  await setStock(sku, 4);
  await pushChannelStock(context());
  expect(await rowOf(channelId, sku)).toMatchObject({ pushedQuantity: 4 });
  for (let night = 0; night < 3; night += 1) {
    const check = await repairAndCheck();
    expect(check.exceptions).toMatchObject([
      { subject: `${channelId} ${sku}`, detail: expect.stringContaining(`for ${night} day`) },
    ]);
    now += 24 * 60 * MINUTE;
  }
});

it("does not push a SKU that the storefront does not list until it lists it", async () => {
  const sku = unique("SKU");
  const channelId = await connected("shopify");
  await setStock(sku, 3);
  await pushChannelStock(context());
  expect(await rowOf(channelId, sku)).toMatchObject({ externalId: "", dueAt: null });
  const calls = shop.calls.length;
  await setStock(sku, 2);
  await pushChannelStock(context());
  expect(shop.calls.length).toBe(calls);
  shop.put(sku, 40);
  await repairAndCheck();
  expect(shop.shows(sku)).toBe(2);
});

it("does not push a SKU that the storefront lists twice", async () => {
  const sku = unique("SKU");
  for (const quantity of [6, 7]) shop.put(sku, quantity);
  const channelId = await connected("shopify");
  await setStock(sku, 3);
  await pushChannelStock(context());
  expect(await rowOf(channelId, sku)).toMatchObject({
    attempts: 1,
    problem: "the storefront has the SKU more than once",
  });
  expect(shop.items.map(({ quantity }) => quantity)).toEqual([6, 7]);
});

it("pushes a refused batch in halves until the refused SKU is alone", async () => {
  const skus = Array.from({ length: 9 }, () => unique("SKU"));
  for (const sku of skus) shop.put(sku, 0);
  const channelId = await connected("bigcommerce");
  for (const sku of skus) await setStock(sku, 1);
  await pushChannelStock(context());
  for (const sku of skus) await setStock(sku, 2);
  shop.items[4]!.id = 77;
  expect(await pushChannelStock(context())).toBe(8);
  expect(await rowOf(channelId, skus[4]!)).toMatchObject({ attempts: 1, externalId: null });
  now += MINUTE;
  expect(await pushChannelStock(context()), "its id is looked up again").toBe(1);
  expect(skus.map((sku) => shop.shows(sku))).toEqual(skus.map(() => 2));
});

it("pushes once in two concurrent sweeps, and again after a sweep that died", async () => {
  const sku = unique("SKU");
  shop.put(sku, 0);
  const channelId = await connected("bigcommerce");
  await setStock(sku, 6);
  const pushed = await Promise.all([pushChannelStock(context()), pushChannelStock(context())]);
  expect(pushed.toSorted()).toEqual([0, 1]);
  expect(shop.calls.filter((made) => made.startsWith("PUT"))).toHaveLength(1);

  await setStock(sku, 5);
  await leaseChannelStock(env.DB, await dueChannelStock(env.DB, channelId, now, 10), now);
  await setStock(sku, 6);
  expect(await rowOf(channelId, sku), "what was pushed is unknown").toMatchObject({
    pushedQuantity: null,
  });
  now += 5 * MINUTE;
  expect(await pushChannelStock(context())).toBe(1);
  expect(shop.shows(sku)).toBe(6);
});

it("pushes other quantities after a change of the channel or a location", async () => {
  const sku = unique("SKU");
  shop.put(sku, 0);
  const shownAfter = async (path: string, body: object) => {
    await call("PUT", path, body);
    await refreshIfRequested();
    await pushChannelStock(context());
    return shop.shows(sku);
  };
  const channelId = await connected("woocommerce");
  await setStock(sku, 6);
  await pushChannelStock(context());
  const channel = aChannel({ kind: "woocommerce", locationIds: [location], stockBuffer: 5 });
  expect(await shownAfter(`/v1/channels/${channelId}`, channel)).toBe(1);
  expect(await shownAfter(`/v1/locations/${location}`, aLocation({ active: false }))).toBe(0);
  expect(await shownAfter(`/v1/locations/${location}`, aLocation())).toBe(1);

  await env.DB.prepare("UPDATE channel_stock SET quantity = 3").run();
  await refreshIfRequested();
  expect(await rowOf(channelId, sku), "no refresh is requested").toMatchObject({ quantity: 3 });
  await call("PUT", `/v1/locations/${location}`, aLocation());
  await refreshIfRequested(Date.now());
  expect(await rowOf(channelId, sku), "not while caches may be stale").toMatchObject({
    quantity: 3,
  });
});

it("calls no storefront of an inactive channel, and pushes again once it is active", async () => {
  const sku = unique("SKU");
  shop.put(sku, 9);
  const channelId = await connected("woocommerce");
  await setStock(sku, 4);
  await pushChannelStock(context());
  const channel = aChannel({ kind: "woocommerce", locationIds: [location] });
  await call("PUT", `/v1/channels/${channelId}`, { ...channel, active: false });
  const calls = shop.calls.length;
  await setStock(sku, 3);
  await refreshIfRequested();
  await pushChannelStock(context());
  now += 24 * 60 * MINUTE;
  expect(await repairAndCheck()).toMatchObject({ ok: true, counted: 0 });
  expect(await channelApi(context(), channelId)).toBeNull();
  expect([shop.calls.length, shop.shows(sku)]).toEqual([calls, 4]);

  await call("PUT", `/v1/channels/${channelId}`, channel);
  now += MINUTE;
  await repairAndCheck();
  expect(shop.shows(sku)).toBe(3);
});

it("reads channel stock by index only", async () => {
  const statements = new Set<string>();
  const spy = {
    prepare: (sql: string) => {
      statements.add(sql);
      return env.DB.prepare(sql);
    },
  } as D1Database;
  await dueChannelStock(spy, "shop", 1, 1);
  await leaseChannelStock(spy, [], 1);
  const row = (await channelStockAfter(spy, "shop", "", 1))[0];
  await writeChannelStock(spy, [{ from: row!, to: row! }], 1);
  await mismatchesAfter(spy, { since: 1, channelId: "", sku: "" }, 1);
  await storedStockAfter(spy, "", 1);
  sellableStatement(spy, [], 1);
  const plans = await Promise.all(
    [...statements].map(async (sql) => (await planOf(env.DB, sql)).map((step) => `${step}: ${sql}`)),
  );
  const scans = plans
    .flat()
    .filter((step) => step.startsWith("SCAN") && !/VIRTUAL TABLE|^SCAN stock:/.test(step));
  expect(scans).toEqual([]);
});
