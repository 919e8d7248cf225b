/** Attacks by callback: wrong signatures, replays, and malicious bodies. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { aChannel, fetchWorker, unique } from "../support/api";
import type { Document } from "../support/openapi-samples";
import { anOrderOf } from "../support/retailer";
import { signedStorefrontRequest, wooPayload } from "../support/storefront-traffic";
import { storedRows, openPopulatedRetailer, type PopulatedRetailer } from "./populated-retailer";
import { anOrder, openChannel, SECRET, sign } from "./signed-channel";

const document: Document = await (await fetchWorker("/openapi.json")).json();
let populated: PopulatedRetailer;
beforeAll(async () => {
  populated = await openPopulatedRetailer(document);
});

const OTHER_SECRET = "whsec_b3RoZXIgc2VjcmV0IG9mIGFub3RoZXIgY2hhbm5lbCE=";

const post = async (channelId: string, headers: Record<string, string>, body: BodyInit) => {
  const response = await fetchWorker(`/v1/webhooks/${channelId}`, { method: "POST", headers, body });
  const answer = await response.json<{ outcome?: string; code?: string; orderId?: string }>();
  return { status: response.status, ...answer };
};
describe("a callback", () => {
  it("is rejected without any effect unless its channel's secret signed it", async () => {
    const [channelId, other] = [
      await openChannel(populated),
      await openChannel(populated, { secrets: [OTHER_SECRET] }),
    ];
    const woo = await openChannel(populated, { kind: "woocommerce" });
    const shopify = await openChannel(populated, { kind: "shopify" });
    const unsecured = unique("shop");
    await populated.admin("PUT", `/v1/channels/${unsecured}`, aChannel({ currency: "USD" }));
    const { headers, body } = await sign(anOrder(populated));
    const signedWith = async (secret: string) => (await sign(anOrder(populated), { secret })).headers;
    const at = (offset: number) => sign(anOrder(populated), { now: Date.now() + offset });
    const early = await at(6 * 60_000);
    const late = await at(-6 * 60_000);
    const before = await storedRows();
    const without = (name: string) =>
      Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

    const wrong: [string, string, Record<string, string>, string][] = [
      ["another channel's secret", channelId, await signedWith(OTHER_SECRET), body],
      ["for another channel", other, headers, body],
      ["for a channel of another kind", woo, headers, body],
      ["for a channel of another kind", shopify, headers, body],
      ["for a channel that has no secret", unsecured, headers, body],
      ["another body", channelId, headers, body.replace("USD", "EUR")],
      ["an additional space", channelId, headers, `${body} `],
      ["no signature", channelId, without("webhook-signature"), body],
      ["no timestamp", channelId, without("webhook-timestamp"), body],
      ["no id", channelId, without("webhook-id"), body],
      ["another id", channelId, { ...headers, "webhook-id": "another" }, body],
      [
        "another timestamp",
        channelId,
        { ...headers, "webhook-timestamp": String(Math.floor(Date.now() / 1000) + 1) },
        body,
      ],
      [
        "an unknown signature version",
        channelId,
        { ...headers, "webhook-signature": headers["webhook-signature"]!.replace("v1,", "v2,") },
        body,
      ],
      ["an empty signature", channelId, { ...headers, "webhook-signature": "v1," }, body],
      ["many wrong signatures", channelId, { ...headers, "webhook-signature": "v1,AAAA ".repeat(500) }, body],
      ["too early", channelId, early.headers, early.body],
      ["too late", channelId, late.headers, late.body],
    ];
    for (const [what, to, given, bytes] of wrong) {
      const { status, code } = await post(to, given, bytes);
      expect([what, status, code]).toEqual([what, 401, "invalid_signature"]);
    }
    for (const time of ["NaN", "", "1e9", "0x65", "-1", "99999999999999", `${Date.now()}`, " ", "1.5"]) {
      const given = { ...headers, "webhook-timestamp": time };
      expect([time, (await post(channelId, given, body)).status]).toEqual([time, 401]);
    }
    expect(await storedRows()).toBe(before);
    expect(await post(channelId, headers, body)).toMatchObject({ status: 200, outcome: "created" });
  });

  it("is applied once, however often it is replayed", async () => {
    const channelId = await openChannel(populated);
    const { headers, body } = await sign(anOrder(populated));
    const first = await post(channelId, headers, body);
    const { body: order } = await populated.admin("GET", `/v1/orders/${first.orderId}`);
    for (let i = 0; i < 3; i += 1) expect((await post(channelId, headers, body)).status).toBe(200);
    expect((await populated.admin("GET", `/v1/orders/${first.orderId}`)).body).toEqual(order);
  });

  it("does not cancel an order because of an unsigned header", async () => {
    const generic = await openChannel(populated);
    const order = anOrder(populated);
    const bare = JSON.stringify(order);
    const { headers } = await sign(order);
    const { orderId } = await post(generic, await signedAs(bare), bare);
    const changedHeaders = { ...(await signedAs(bare)), "webhook-topic": "order.cancelled" };
    expect(await post(generic, changedHeaders, bare)).toMatchObject({ status: 422, code: "invalid_request" });
    expect(headers).toBeDefined();
    expect((await populated.admin("GET", `/v1/orders/${orderId}`)).body.status).toBe("open");

    const woo = await openChannel(populated, { kind: "woocommerce", secrets: ["a secret of WooCommerce"] });
    const payload = wooPayload(anOrderOf(populated.retailer, [1, 0]));
    const meta = { id: unique("event"), now: Date.now() };
    const created = await signedStorefrontRequest(
      "woocommerce",
      "a secret of WooCommerce",
      "order.created",
      payload,
      meta,
    );
    const accepted = await post(woo, created.headers, created.body);
    expect(accepted.outcome).toBe("created");
    const deleted = await post(
      woo,
      { ...created.headers, "x-wc-webhook-topic": "order.deleted" },
      created.body,
    );
    expect(deleted.outcome).toBe("kept");
    expect((await populated.admin("GET", `/v1/orders/${accepted.orderId}`)).body.status).toBe("open");
  });

  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const BOMBS: [string, string][] = [
    ["nested", nested(50_000)],
    ["nested lists", "[".repeat(100_000) + "]".repeat(100_000)],
    ["never closed", "[".repeat(400_000)],
    ["many fields", `{${Array.from({ length: 30_000 }, (_, i) => `"f${i}":0`).join(",")}}`],
    ["one field many times", `{${'"lines":[],'.repeat(30_000)}"lines":[]}`],
    [
      "many empty lines",
      JSON.stringify({ externalId: "1", lines: Array.from({ length: 20_000 }, () => ({})) }),
    ],
    ["numbers out of range", '{"externalId":1e999,"total":-1e999,"lines":[{"quantity":1e308}]}'],
    ["a prototype", '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}'],
    ["an envelope's prototype", '{"type":"__proto__","data":{"__proto__":{"isAdmin":true}}}'],
    ["a text", `"${"x".repeat(500_000)}"`],
    ["nothing", ""],
    ["null", "null"],
  ];
  it.each(BOMBS)(
    "with a malicious body creates no order and gets a short answer: %s",
    async (_what, body) => {
      const channelId = await openChannel(populated);
      const response = await fetchWorker(`/v1/webhooks/${channelId}`, {
        method: "POST",
        headers: await signedAs(body),
        body,
      });
      expect([200, 422]).toContain(response.status);
      expect((await response.text()).length).toBeLessThan(5_000);
      expect("isAdmin" in {}).toBe(false);
      const row = await env.ORDERS_00.prepare("SELECT count(*) AS orders FROM orders WHERE channel_id = ?1")
        .bind(channelId)
        .first<number>("orders");
      expect(row).toBe(0);
    },
  );

  it("of more than 4 MiB is rejected, and leaves one row an hour, without its body", async () => {
    const channelId = await openChannel(populated);
    const body = "x".repeat(4 * 1024 * 1024 + 1);
    const unsigned = { "content-type": "application/json", "webhook-topic": "order.created" };
    for (const headers of [{}, unsigned, unsigned]) {
      expect(await post(channelId, headers, body)).toMatchObject({ status: 413 });
    }
    expect(await post(unique("nobody"), unsigned, body)).toMatchObject({ status: 413 });
    const { results } = await env.DB.prepare("SELECT * FROM inbox WHERE event_id LIKE 'too-large:%'").all();
    const hours = new Set(results.map((row) => row["event_id"]));
    expect(results.length).toBe(hours.size);
    expect(results[0]).toMatchObject({ channel_id: channelId, outcome: "rejected", body: null });
    expect(results[0]!["problem"]).toContain("signature was not verified");
  });

  it("of more than a row can have is listed for staff without its body", async () => {
    const channelId = await openChannel(populated, { kind: "shopify", secrets: [OTHER_SECRET] });
    const payload = { id: 1, line_items: "none", note: "x".repeat(2_000_000) };
    const meta = { id: unique("event"), now: Date.now() };
    const signed = await signedStorefrontRequest("shopify", OTHER_SECRET, "orders/create", payload, meta);
    expect(await post(channelId, signed.headers, signed.body)).toMatchObject({
      status: 200,
      outcome: "kept",
    });
    const row = await env.DB.prepare("SELECT problem, body FROM inbox WHERE channel_id = ?1")
      .bind(channelId)
      .first();
    expect(row).toEqual({ problem: expect.stringContaining("too large to be stored"), body: null });
  });
});

/** Signed headers of a generic callback with exactly this body. */
async function signedAs(body: string): Promise<Record<string, string>> {
  const [id, timestamp] = [unique("event"), String(Math.floor(Date.now() / 1000))];
  const key = Uint8Array.from(atob(SECRET.slice("whsec_".length)), (c) => c.charCodeAt(0));
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const signed = await crypto.subtle.sign(
    "HMAC",
    imported,
    new TextEncoder().encode(`${id}.${timestamp}.${body}`),
  );
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${btoa(String.fromCharCode(...new Uint8Array(signed)))}`,
  };
}
