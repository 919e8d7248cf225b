/** Channels sell hazardous and oversize goods only from locations that accept them. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { channelStockAfter } from "../../src/channels/storage/channel-stock";
import { storeSnapshots } from "../../src/inventory/store-snapshots";
import { aChannel, aLocation, aSku, callerWith, unique, type Call } from "../support/api";
import { BASE_URLS, CREDENTIALS } from "../support/storefront-stock";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

describe("the quantity that a channel may sell", () => {
  it.each([
    { goods: {}, quantity: 12 },
    { goods: { hazardous: true }, quantity: 9 },
    { goods: { oversize: true }, quantity: 10 },
    { goods: { hazardous: true, oversize: true }, quantity: 7 },
  ])("is $quantity of a SKU with $goods", async ({ goods, quantity }) => {
    const [sku, channelId] = [unique("SKU"), unique("shop")];
    const locationIds = [unique("loc"), unique("loc"), unique("loc")];
    const accepts = [{}, { acceptsOversize: false }, { acceptsHazardous: false }];
    for (const [i, id] of locationIds.entries()) {
      await call("PUT", `/v1/locations/${id}`, aLocation(accepts[i]));
    }
    await call("PUT", `/v1/skus/${sku}`, aSku(goods));
    const connection = { baseUrl: BASE_URLS.shopify, credentials: CREDENTIALS.shopify };
    await call("PUT", `/v1/channels/${channelId}`, aChannel({ kind: "shopify", locationIds, connection }));

    const levels = locationIds.map((locationId, i) => {
      const onHand = [7, 2, 3][i]!;
      return { locationId, onHand, allocated: 0, safetyStock: 0, available: onHand };
    });
    const context = createContext(env, createExecutionContext(), "test");
    await storeSnapshots(context, [{ sku, version: 50, at: Date.now(), levels, backordered: 0 }]);
    const rows = await channelStockAfter(env.DB, channelId, "", 10);
    expect(rows).toMatchObject([{ sku, quantity }]);
  });
});
