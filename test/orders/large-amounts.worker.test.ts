/** Amounts that a number of JavaScript or SQLite cannot hold are refused or held where they arrive, and sums stay exact. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { reconcileNow } from "../support/jobs";
import { aLine, aShipment, anOrder } from "../support/an-order";
import { callerWith, fetchWorker, makeKey, unique, type Call } from "../support/api";
import { anOrderOf, openRetailer } from "../support/retailer";
import { storeListedOrder } from "../support/store-order";
import { canonicalPayload, signedStorefrontRequest } from "../support/storefront-traffic";

/** The most that an order may be worth, or a line's units may cost. */
const MAX = 100_000_000_000_000;

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

const SECRET = `whsec_${btoa("a secret of the storefront")}`;
/** Takes orders by the API and by signed callbacks. */
const generic = { kind: "generic", secrets: [SECRET] };

describe("the value of a SKU's stock", () => {
  it("is limited for receipts, counts and adjustments, and the night reads what is left", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], sku: { unitCostMinor: 1_000_000_000_000 } });
    const [sku, locationId] = [retailer.skus[0]!, retailer.locationIds[0]!];
    const move = (path: string, body: object) =>
      call("POST", `/v1/skus/${sku}/${path}`, { locationId, ...body });
    const refused = { status: 422, body: { code: "stock_value_too_large" } };
    expect(await move("receipts", { quantity: 9_000 })).toMatchObject(refused);
    expect(await move("receipts", { quantity: 999 })).toMatchObject({ status: 200 });
    expect(await move("receipts", { quantity: 1 })).toMatchObject(refused);
    expect(await move("counts", { counted: 1_001 })).toMatchObject(refused);
    expect(await move("adjustments", { quantity: 1, reason: "found" })).toMatchObject(refused);
    expect(await move("counts", { counted: 990 })).toMatchObject({ status: 200 });
    const today = new Date().toISOString().slice(0, 10);
    expect(await reconcileNow(call, today)).toMatchObject({ on: today });
  });

  it("limits the SKU's cost: one that its stock cannot take is refused at the door", async () => {
    const retailer = await openRetailer(call, { stock: [[1_000_000]] });
    const sku = retailer.skus[0]!;
    await vi.waitUntil(
      async () => (await env.DB.prepare("SELECT 1 FROM sku_stock WHERE sku = ?").bind(sku).first()) !== null,
      { timeout: 10_000 },
    );
    const put = (unitCostMinor: number) =>
      call("PUT", `/v1/skus/${sku}`, { title: "Mug", weightGrams: 1, policy: "deny", unitCostMinor });
    expect(await put(1_000_000_001)).toMatchObject({
      status: 422,
      body: { errors: [{ path: "unitCostMinor" }] },
    });
    expect((await call("GET", `/v1/skus/${sku}`)).body.unitCostMinor).toBe(700);
    expect(await put(1_000_000_000)).toMatchObject({ status: 200 });
  });
});

describe("an order", () => {
  it("is refused if it is worth more than the books take", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: generic });
    const order = canonicalPayload(anOrderOf(retailer, [1]));
    const lines = [{ ...order.lines[0], unitPrice: "100000000000.00", quantity: 11 }];
    const placed = await call("POST", "/v1/orders", { channelId: retailer.channelId, ...order, lines });
    expect(placed).toMatchObject({ status: 422, body: { errors: [{ message: "the order is too large" }] } });
  });

  it("is held if its units cost more than the books take, and gives them back", async () => {
    const retailer = await openRetailer(call, {
      stock: [[500_000], [1]],
      channel: generic,
      sku: { unitCostMinor: 1_000_000_000 },
    });
    const order = canonicalPayload(anOrderOf(retailer, [200_000, 1]));
    const placed = await call("POST", "/v1/orders", { channelId: retailer.channelId, ...order });
    expect(placed.status).toBe(201);
    expect(placed.body.holds).toMatchObject([
      { code: "no_location", detail: expect.stringContaining("cost more than the books take") },
    ]);
    expect(placed.body.lines).toMatchObject([{ allocated: 0 }, { allocated: 1 }]);
    const allocated = async () =>
      (await call("GET", `/v1/skus/${retailer.skus[0]}/stock`)).body.levels[0].allocated;
    await vi.waitUntil(async () => (await allocated()) === 0, { timeout: 10_000 });
  });

  it("is held for a refund of more than can be booked, and nothing of it is booked", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: generic });
    const order = anOrderOf(retailer, [1]);
    const placed = await call("POST", "/v1/orders", {
      channelId: retailer.channelId,
      ...canonicalPayload(order),
    });
    const at = new Date().toISOString();
    const refund = { externalId: "r1", amount: "10000000000000.00", lines: [], at };
    const body = { externalOrderId: String(order.id), refund };
    const signed = await signedStorefrontRequest("generic", SECRET, "refund.created", body, {
      id: unique("event"),
      now: Date.now(),
    });
    const answer = await fetchWorker(`/v1/webhooks/${retailer.channelId}`, { method: "POST", ...signed });
    expect(answer.status).toBe(200);
    const { body: held } = await call("GET", `/v1/orders/${placed.body.id}`);
    expect(held.holds).toMatchObject([
      { code: "differs_from_storefront", detail: expect.stringContaining("more than can be booked") },
    ]);
    expect(held.refunds).toEqual([]);
  });
});

describe("a report", () => {
  it("adds up exactly what a number of JavaScript cannot hold", async () => {
    const channelId = unique("web");
    const placedAt = Date.parse("2021-05-01T12:00:00Z");
    for (let n = 0; n < 92; n += 1) {
      const line = aLine("Mug", { ordered: 1_000_000, shipped: 999_999, grossMinor: MAX - 1 });
      const shipments = [aShipment(`shp_${n}`, [[line.id, 999_999]], { shippedAt: placedAt })];
      const lines = [{ ...line, discountMinor: 0, taxMinor: 0 }];
      await storeListedOrder(
        anOrder({ channelId, id: `ord_${crypto.randomUUID()}`, placedAt, lines, shipments }),
      );
    }
    const { token } = await makeKey("reports:read");
    const path = `/v1/reports/demand-vs-shipped?from=2021-05-01&to=2021-05-01&channelId=${channelId}`;
    const report = await fetchWorker(path, { headers: { authorization: `Bearer ${token}` } });
    const text = await report.text();
    expect(text).toContain(`"demandMinor":${92n * BigInt(MAX - 1)}`);
    const shipped = (BigInt(MAX - 1) * 999_999n) / 1_000_000n;
    expect(text).toContain(`"shippedMinor":${92n * shipped}`);
  });
});
