/** A call for a SKU that the catalog does not have creates no object, and leaves nothing stored. */
import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { aLocation, callerWith, unique, type Call } from "../support/api";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";

let call: Call;
let retailer: Retailer;
const location = unique("loc");
beforeAll(async () => {
  call = await callerWith("admin");
  retailer = await openRetailer(call, { stock: [[5]], channel: { kind: "generic", secrets: undefined } });
  await call("PUT", `/v1/locations/${location}`, aLocation());
});

const objects = async () => (await listDurableObjectIds(env.SKU_INVENTORY)).map(String).toSorted();

describe("an unknown SKU", () => {
  const requests = (sku: string): readonly [what: string, ...request: Parameters<Call>][] => {
    const lines = [{ sku, quantity: 1 }];
    const at = { locationId: location };
    return [
      ["a read of its stock", "GET", `/v1/skus/${sku}/stock`],
      ["a quote", "GET", `/v1/availability?skus=${sku}&channelId=${retailer.channelId}`],
      ["a strong quote", "GET", `/v1/availability?skus=${sku}&channelId=${retailer.channelId}&strong=1`],
      ["a preview", "POST", "/v1/sourcing/preview", { channelId: retailer.channelId, lines }],
      ["a receipt", "POST", `/v1/skus/${sku}/receipts`, { ...at, quantity: 1 }],
      ["an adjustment", "POST", `/v1/skus/${sku}/adjustments`, { ...at, quantity: 1, reason: "found" }],
      ["a count", "POST", `/v1/skus/${sku}/counts`, { ...at, counted: 1 }],
      ["safety stock", "PUT", `/v1/skus/${sku}/locations/${location}/safety-stock`, { quantity: 1 }],
    ];
  };

  it("gets no object", async () => {
    const before = await objects();
    for (const [what, ...request] of requests(unique("NONE"))) {
      const { status } = await call(...request);
      expect([what, [200, 404, 422].includes(status)]).toEqual([what, true]);
      expect([what, await objects()]).toEqual([what, before]);
    }
  });

  it("stores nothing in its object if an order or a reservation names it", async () => {
    const sku = unique("NONE");
    const order = canonicalPayload(anOrderOf({ ...retailer, skus: [sku] }, [1]));
    const placed = await call("POST", "/v1/orders", { channelId: retailer.channelId, ...order });
    expect([placed.status, placed.body.holds[0].code]).toEqual([201, "unknown_sku"]);
    const lines = [{ sku, quantity: 1 }];
    const reserved = await call("POST", "/v1/reservations", { channelId: retailer.channelId, lines });
    expect(reserved.status).toBe(422);
    const stored = await runInDurableObject(
      env.SKU_INVENTORY.getByName(sku),
      async (_object, { storage }) => [
        ...storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'"),
      ],
    );
    expect(stored).toEqual([]);
    const created = await call("PUT", `/v1/skus/${sku}`, {
      title: "New",
      weightGrams: 1,
      unitCostMinor: 1,
      policy: "deny",
    });
    expect(created.status).toBe(201);
    const receipt = { locationId: location, quantity: 3 };
    expect((await call("POST", `/v1/skus/${sku}/receipts`, receipt)).status).toBe(200);
  });
});
