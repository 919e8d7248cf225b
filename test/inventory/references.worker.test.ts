/** Callers' references and the keys of this system have separate namespaces: neither takes the place of the other. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { aLocation, aSku, callerWith, unique, type Call } from "../support/api";
import { anOrderOf, openRetailer } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";

let call: Call;
const berlin = unique("berlin");
beforeAll(async () => {
  call = await callerWith("admin");
  await call("PUT", `/v1/locations/${berlin}`, aLocation());
});

const pathOf = (sku: string) => `/v1/skus/${encodeURIComponent(sku)}`;

async function newSku(sku = unique("SKU")): Promise<string> {
  expect((await call("PUT", pathOf(sku), aSku({ unitCostMinor: 100 }))).status).toBe(201);
  return sku;
}

const receive = (sku: string, ref: string, quantity = 5, headers = {}) =>
  call("POST", `${pathOf(sku)}/receipts`, { locationId: berlin, quantity, ref }, headers);

const valueOf = async (sku: string): Promise<number> =>
  (await call("GET", `${pathOf(sku)}/stock`)).body.valueMinor;

/** What the books have posted to the inventory account for the SKU. */
const postedFor = (sku: string): Promise<number | null> =>
  env.DB.prepare(
    `SELECT coalesce(sum(posting.value), 0) AS posted
     FROM journal_entries, json_each(postings) AS currency, json_each(currency.value) AS posting
     WHERE description LIKE '%: ' || ?1 AND posting.key = 'assets:inventory'`,
  )
    .bind(sku)
    .first<number>("posted");

const POLL = { timeout: 15_000 };

describe("two movements", () => {
  it("are both posted if SKU and reference read the same when they are put together", async () => {
    const name = unique("X");
    const [short, long] = [await newSku(name), await newSku(`${name}/Y`)];
    expect((await receive(short, "Y/Z", 3)).status).toBe(200);
    expect((await receive(long, "Z", 4)).status).toBe(200);
    await expect.poll(() => postedFor(short), POLL).toBe(300);
    await expect.poll(() => postedFor(long), POLL).toBe(400);
  });

  it("are two if one has the reference that the other's Idempotency-Key was given as", async () => {
    const sku = await newSku();
    const key = { "idempotency-key": unique("key") };
    const { body } = await call("POST", `${pathOf(sku)}/receipts`, { locationId: berlin, quantity: 2 }, key);
    expect((await receive(sku, body.ref, 3)).status).toBe(200);
    expect(await valueOf(sku)).toBe(500);
  });
});

describe("a reference of a caller", () => {
  it.each(["cost#1", "cost/1", "a#revalue"])("does not stop a change of the cost: %s", async (ref) => {
    const sku = await newSku();
    expect((await receive(sku, ref)).status).toBe(200);
    expect((await receive(sku, "a")).status).toBe(200);
    expect((await call("PUT", pathOf(sku), aSku({ unitCostMinor: 300 }))).status).toBe(200);
    await expect.poll(() => valueOf(sku), POLL).toBe(3_000);
    await expect.poll(() => postedFor(sku), POLL).toBe(3_000);
  });

  it("is answered as it was given, also when it is refused", async () => {
    const sku = await newSku();
    expect((await receive(sku, "ref/1 50%")).body.ref).toBe("ref/1 50%");
    const refused = await receive(sku, "ref/1 50%", 6);
    expect([refused.status, refused.body]).toMatchObject([409, { code: "ref_reused", ref: "ref/1 50%" }]);
  });

  it("does not swallow the shipment of an order", async () => {
    const channel = { kind: "generic", secrets: undefined };
    const retailer = await openRetailer(call, { stock: [[5]], channel });
    const [sku] = retailer.skus as [string];
    const order = { channelId: retailer.channelId, ...canonicalPayload(anOrderOf(retailer, [2])) };
    const { id, fulfillments } = (await call("POST", "/v1/orders", order)).body;
    const [locationId] = retailer.locationIds;
    for (let version = 1; version < 6; version += 1) {
      for (let i = 0; i < 3; i += 1) {
        const receipt = { locationId, quantity: 1, ref: `${id}/${version}/${i}` };
        expect((await call("POST", `${pathOf(sku)}/receipts`, receipt)).status).toBe(200);
      }
    }
    const path = `/v1/orders/${id}/fulfillments/${fulfillments[0].id}`;
    expect((await call("POST", `${path}/release`)).status).toBe(200);
    expect((await call("POST", `${path}/shipments`, {})).status).toBe(200);
    await expect
      .poll(async () => (await call("GET", `${pathOf(sku)}/stock`)).body.levels[0], POLL)
      .toMatchObject({ onHand: 5 + 15 - 2, allocated: 0 });
  });
});

describe("a reservation", () => {
  it("is another one for a token that reads like a request's key, and for one that reads like an id", async () => {
    const retailer = await openRetailer(call, { stock: [[9]] });
    const reserve = (body: object, headers = {}) =>
      call(
        "POST",
        "/v1/reservations",
        { channelId: retailer.channelId, lines: [{ sku: retailer.skus[0], quantity: 1 }], ...body },
        headers,
      );
    const key = unique("key");
    const { results } = await env.DB.prepare("SELECT id FROM api_keys").all<{ id: string }>();
    const first = await reserve({}, { "idempotency-key": key });
    const ids = await Promise.all(
      results.map(async ({ id }) => (await reserve({ token: `${id}:${key}` })).body.id),
    );
    expect(ids).not.toContain(first.body.id);
    expect((await reserve({ token: "res_4711" })).status).toBe(201);
    const allocated = async () =>
      (await call("GET", `/v1/skus/${retailer.skus[0]}/stock`)).body.levels[0].allocated;
    const before = await allocated();
    const order = canonicalPayload(anOrderOf(retailer, [1]));
    const channelId = retailer.channelId;
    await call("POST", "/v1/orders", { channelId, ...order, reservationTokens: ["res_4711"] });
    expect(await allocated()).toBe(before);
  });
});

describe("an Idempotency-Key", () => {
  it("is not taken for the mark of another one", async () => {
    const channel = { kind: "generic", secrets: undefined };
    const retailer = await openRetailer(call, { stock: [[5]], channel });
    const order = { channelId: retailer.channelId, ...canonicalPayload(anOrderOf(retailer, [1])) };
    const { id } = (await call("POST", "/v1/orders", order)).body;
    const key = unique("key");
    const note = (text: string, idempotencyKey: string) =>
      call("POST", `/v1/orders/${id}/notes`, { text }, { "idempotency-key": idempotencyKey });
    for (const mark of [`${key} done`, `${key}#done`, `${key}%23done`]) await note(mark, mark);
    expect((await note("the note", key)).status).toBe(200);
    const { body } = await call("GET", `/v1/orders/${id}/events`);
    expect(JSON.stringify(body)).toContain("the note");
  });
});
