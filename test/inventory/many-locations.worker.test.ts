/** A SKU with stock at very many locations is shown like any other, up to the limit of locations. */
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createContext } from "../../src/app-context";
import { MAX_LOCATIONS_OF_SKU } from "../../src/inventory/domain/quantity";
import { storeSnapshots } from "../../src/inventory/store-snapshots";
import { storedStock } from "../../src/inventory/storage/stock-levels";
import { aLocation, callerWith, unique, type Call } from "../support/api";
import { openRetailer } from "../support/retailer";
import { runAlarm, stubOf } from "./inventory-world";

const context = createContext(env, createExecutionContext(), "test");
const another = unique("another");
const vendor = unique("vendor");
let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
  await call("PUT", `/v1/locations/${another}`, aLocation());
  await call("PUT", `/v1/locations/${vendor}`, aLocation({ kind: "vendor" }));
});

/** A SKU with a level at as many locations, one unit at each. Their ids have the greatest length. */
async function skuAt(locations: number): Promise<string> {
  const { skus, locationIds } = await openRetailer(call, { stock: [[1]] });
  const [sku] = skus as [string];
  await runInDurableObject(stubOf(sku), (_object, { storage }) => {
    for (let i = 1; i < locations; i += 1) {
      const id = `${locationIds[0]}-${i}-`.padEnd(50, "x");
      storage.sql.exec("INSERT INTO levels VALUES (?, 1, 0, 0, 0, 2, NULL)", id);
      storage.sql.exec(
        `INSERT INTO movements (ref, kind, location_id, quantity, value_minor, at, recorded_at)
           VALUES (?, 'receive', ?, 1, 700, 0, 0)`,
        `opening-${i}`,
        id,
      );
    }
  });
  return sku;
}

describe("a SKU with stock at 1,151 locations", () => {
  it("is stored in the database, though its snapshot is larger than a queue message", async () => {
    const sku = await skuAt(1_151);
    await runAlarm(sku);
    await vi.waitUntil(async () => (await storedStock(env.DB, [sku])).get(sku)?.levels.length === 1_151, {
      timeout: 20_000,
      interval: 200,
    });
    const { body } = await call("GET", `/v1/skus/${sku}/stock`);
    expect(body.levels).toHaveLength(1_151);
  });
});

describe("a SKU with stock at as many locations as it can", () => {
  it("cannot have stock at another one, by a movement, as safety stock or by a feed", async () => {
    const sku = await skuAt(MAX_LOCATIONS_OF_SKU);
    await runAlarm(sku);
    await vi.waitUntil(
      async () => (await storedStock(env.DB, [sku])).get(sku)?.levels.length === MAX_LOCATIONS_OF_SKU,
      { timeout: 20_000, interval: 200 },
    );
    const here = `/v1/skus/${sku}`;
    const refused = await Promise.all([
      call("POST", `${here}/receipts`, { locationId: another, quantity: 1 }),
      call("POST", `${here}/counts`, { locationId: another, counted: 0 }),
      call("PUT", `${here}/locations/${another}/safety-stock`, { quantity: 1 }),
    ]);
    for (const { status, body } of refused) {
      expect([status, body.code, body.max]).toEqual([409, "too_many_locations", MAX_LOCATIONS_OF_SKU]);
    }
    const items = [{ sku, quantity: 3 }];
    const feed = await call("POST", `/v1/locations/${vendor}/stock-feeds`, {
      asOf: new Date().toISOString(),
      items,
    });
    expect([feed.status, feed.body.errors]).toMatchObject([422, [{ path: "items.0.sku" }]]);
    const { locationId } = (await call("GET", `${here}/stock`)).body.levels.find(
      (level: { locationId: string }) => level.locationId.length < 50,
    );
    expect((await call("POST", `${here}/receipts`, { locationId, quantity: 1 })).status).toBe(200);
  });
});

describe("snapshots that are too large for one statement together", () => {
  it("are all stored", async () => {
    const levels = Array.from({ length: 1_000 }, (_, i) => ({
      locationId: `${another}-${i}`.padEnd(50, "x"),
      onHand: 1,
      allocated: 0,
      safetyStock: 0,
      available: 1,
    }));
    const skus = Array.from({ length: 20 }, () => unique("SKU"));
    await storeSnapshots(
      context,
      skus.map((sku) => ({ sku, version: 1, at: 1, levels, backordered: 0 })),
    );
    const stored = await storedStock(env.DB, skus);
    expect(skus.map((sku) => stored.get(sku)?.levels.length)).toEqual(skus.map(() => 1_000));
  });
});
