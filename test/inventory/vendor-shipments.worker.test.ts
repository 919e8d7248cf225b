/** Drop-ship: shipped units of a vendor's stock are posted as owed to the vendor, and never as our inventory. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { postingsOfRow } from "../../src/ledger/journal";
import { callerWith, type Call } from "../support/api";
import { anOrderOf, openRetailer } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

describe("a shipment from a vendor", () => {
  it("is posted as a payable to the vendor, and its stock has no value in our books", async () => {
    const channel = { kind: "generic", secrets: undefined };
    const retailer = await openRetailer(call, { stock: [[0]], channel });
    const [locationId, sku] = [retailer.locationIds[0]!, retailer.skus[0]!];
    const { id: _id, ...location } = (await call("GET", `/v1/locations/${locationId}`)).body;
    await call("PUT", `/v1/locations/${locationId}`, { ...location, kind: "vendor" });
    const counted = await call("POST", `/v1/skus/${sku}/counts`, { locationId, counted: 5, ref: sku });
    expect(counted.body.stock).toMatchObject({ valueMinor: 0, levels: [{ onHand: 5, vendorOwned: true }] });

    const order = { channelId: retailer.channelId, ...canonicalPayload(anOrderOf(retailer, [2])) };
    const { id, fulfillments } = (await call("POST", "/v1/orders", order)).body;
    const fulfillment = `/v1/orders/${id}/fulfillments/${fulfillments[0].id}`;
    expect((await call("POST", `${fulfillment}/release`)).status).toBe(200);
    expect((await call("POST", `${fulfillment}/shipments`, {})).status).toBe(200);

    const { results } = await env.ORDERS_00.prepare(
      "SELECT postings FROM journal_entries WHERE id LIKE ?1 || '/%'",
    )
      .bind(id)
      .all<{ postings: string }>();
    const accounts = results.flatMap(({ postings }) => postingsOfRow(JSON.parse(postings)));
    expect(accounts).toContainEqual(
      expect.objectContaining({ account: "liabilities:vendor-payable", amountMinor: -1_400 }),
    );
    expect(accounts.map(({ account }) => account)).not.toContain("assets:inventory");
    await vi.waitUntil(async () => {
      const { body } = await call("GET", `/v1/skus/${sku}/stock`);
      return body.levels[0].onHand === 3 && body.valueMinor === 0;
    }, 10_000);
  });
});
