/**
 * Which addresses we call and link to. We call only the mail provider, whose address is a constant, and the storefronts'
 * APIs of connected channels. Links from callers are shown only if they open a web page.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { OrderId } from "../../src/kernel/ids";
import { webLink } from "../../src/orders/domain/web-link";
import { statusSignature } from "../../src/orders/domain/status-link";
import { aChannel, aLocation, aSku, fetchWorker, makeKey, unique, type Call } from "../support/api";
import { type Document } from "../support/openapi-samples";
import { anOrderOf, SECRET } from "../support/retailer";
import { canonicalPayload, shopifyPayload, signedStorefrontRequest } from "../support/storefront-traffic";
import { fetchWith } from "../support/faulty-bindings";
import { openPopulatedRetailer, type PopulatedRetailer } from "./populated-retailer";
import { startTestWorker } from "./test-worker";

const sources = import.meta.glob<string>("../../src/**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Targets of server-side request forgery, in every spelling known to pass filters. */
const INTERNAL = [
  "http://localhost/",
  "http://127.0.0.1/",
  "http://127.1/",
  "http://0/",
  "http://0.0.0.0:8787/",
  "http://2130706433/",
  "http://0x7f000001/",
  "http://0177.0.0.1/",
  "http://017700000001/",
  "http://[::1]/",
  "http://[::]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/",
  "http://[fe80::1]/",
  "http://[fd00:ec2::254]/latest/meta-data/",
  "http://10.0.0.1/",
  "http://172.16.0.1/",
  "http://192.168.0.1/",
  "http://100.64.0.1/",
  "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
  "http://2852039166/latest/meta-data/",
  "http://0xa9fea9fe/",
  "http://metadata.google.internal/computeMetadata/v1/",
  "http://127.0.0.1.nip.io/",
  "http://localtest.me/",
  "http://①②⑦.⓪.⓪.①/",
  "http://127。0。0。1/",
  "https://internal.example:22/",
];
/** Public names that resolve to internal addresses. A Worker cannot see that; the platform does not route there. */
const PUBLIC_NAMES = ["127.0.0.1.nip.io", "localtest.me"];
/** Links that open no web page, or another one than they show. */
const BAD_LINKS = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "java\nscript:alert(1)",
  "javascript://https://example.com/%0aalert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:msgbox(1)",
  "file:///etc/passwd",
  "ftp://example.com/",
  "gopher://127.0.0.1:6379/_FLUSHALL",
  "dict://127.0.0.1:11211/",
  "ldap://127.0.0.1/",
  "blob:https://example.com/1",
  "ws://example.com/",
  "//example.com/",
  "/v1/orders",
  "https:",
  "https://",
  "https://bank.example@evil.example/",
  "https://bank.example:443@evil.example/",
  "https://user:password@evil.example/",
  "not a link",
];

const fetched: string[] = [];
const testWorker = startTestWorker();
let populated: PopulatedRetailer;
let admin: Call;
beforeAll(async () => {
  vi.stubGlobal("fetch", (input: unknown) => {
    fetched.push(input instanceof Request ? input.url : String(input));
    return Promise.resolve(new Response(null, { status: 500 }));
  });
  const document: Document = await (await fetchWorker("/openapi.json")).json();
  populated = await openPopulatedRetailer(document);
  admin = testWorker.callAs((await makeKey("admin")).token);
});
afterAll(() => {
  vi.unstubAllGlobals();
});

/** Creates an order and releases it. Returns its id and the path of its shipments. */
async function createReleasedOrder() {
  const { channelId } = populated.retailer;
  const { body } = await admin("POST", "/v1/orders", {
    channelId,
    ...canonicalPayload(anOrderOf(populated.retailer, [1, 0])),
  });
  const path = `/v1/orders/${body.id}/fulfillments/${body.fulfillments[0].id}`;
  await admin("POST", `${path}/release`);
  return { id: body.id as OrderId, shipments: `${path}/shipments` };
}

describe("an outbound call", () => {
  it("is made only in the places listed here", () => {
    const calls = Object.entries(sources).flatMap(([path, source]) =>
      source
        .split("\n")
        .filter((line) => /\bfetch\(/.test(line))
        .map((line) => `${path.slice("../../src/".length)}: ${line.trim()}`),
    );
    expect(calls.toSorted()).toEqual([
      "app-context.ts: carriers: createCarriers(config, (input, init) => fetch(input, init)),",
      "app-context.ts: const storefrontRegistry = createStorefrontRegistry(storefronts, (input, init) => fetch(input, init));",
      "channels/shared/api-call.ts: const response = await fetch(url, {",
      "notifications/senders/resend.ts: return await outcomeOf(await fetch(ENDPOINT, requestFor(message, apiKey)));",
      "notifications/senders/senders.ts: return createResendNotifier({ apiKey: notifyApiKey, fetch: (input, init) => fetch(input, init) });",
      "platform/http/docs.ts: const asset = await c.env.ASSETS.fetch(c.req.raw);",
      "shipping/carriers/shared/carrier-call.ts: const response = await fetch(url, {",
      "worker.ts: return app.fetch(request, env, execution);",
    ]);
    const urls = Object.entries(sources).flatMap(([path, source]) =>
      source
        .split("\n")
        .filter((line) => path.includes("/src/channels/") && /\burl: [^s]/.test(line))
        .map((line) => line.trim()),
    );
    expect(urls.toSorted(), "storefronts are called at the address of their channel's connection").toEqual([
      "const answer = await callApi(fetch, { ...call, url: `${baseUrl}${path}`, headers });",
      'const response = await fetchResponse(fetch, { method: "GET", url: `${baseUrl}${path}`, headers });',
      "url: `${baseUrl}/admin/api/${apiVersion}${path}`,",
      "url: `${baseUrl}/admin/api/${apiVersion}/graphql.json`,",
    ]);
    expect(sources["../../src/notifications/senders/resend.ts"]).toContain(
      'const ENDPOINT = "https://api.resend.com/emails";',
    );
  });

  it("cannot be directed elsewhere by a channel's connection", async () => {
    const { token } = await makeKey("admin");
    const refused = [...INTERNAL, ...INTERNAL.map((url) => url.replace("http:", "https:")), ...BAD_LINKS];
    const credentials = {
      shopify: { accessToken: "shpat_0123456789", apiVersion: "2026-10" },
      woocommerce: { consumerKey: "ck_0123456789", consumerSecret: "cs_0123456789" },
      bigcommerce: { accessToken: "bc_0123456789" },
    };
    const accepted: string[] = [];
    for (const [kind, own] of Object.entries(credentials)) {
      for (const baseUrl of refused) {
        const put = new Request(`https://aftercart.test/v1/channels/${unique("shop")}`, {
          method: "PUT",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify(aChannel({ kind, connection: { baseUrl, credentials: own } })),
        });
        const { status } = await fetchWith({ ...testWorker.bindings, ENVIRONMENT: "production" }, put);
        if (status !== 422) accepted.push(`${kind} ${baseUrl}`);
      }
    }
    expect(accepted.filter((it) => !PUBLIC_NAMES.some((name) => it.includes(name)))).toEqual([]);
  });

  it("is made by fetch only", () => {
    const otherWays =
      /cloudflare:sockets|node:(?:https?|net|tls|dns|dgram)|new (?:WebSocket|EventSource)|import\(|\beval\(|new Function/;
    expect(
      Object.entries(sources).flatMap(([path, source]) => (otherWays.test(source) ? [path] : [])),
    ).toEqual([]);
  });

  it("never goes to an address that a caller wrote", { timeout: 60_000 }, async () => {
    // The channels connected above would be called, as they should.
    await env.DB.prepare("UPDATE channels SET connection = NULL").run();
    const writeEverywhere = async (url: string) => {
      const text = url.replaceAll(/\p{Cc}/gu, "");
      const [sku, locationId, channelId] = [unique("SKU"), unique("loc"), unique("shop")];
      await admin("PUT", `/v1/locations/${locationId}`, aLocation({ name: text, address: { line1: text } }));
      await admin(
        "PUT",
        `/v1/channels/${channelId}`,
        aChannel({ name: text, kind: "shopify", currency: "USD", secrets: [SECRET] }),
      );
      await admin("PUT", `/v1/skus/${sku}`, aSku({ title: text }));
      const order = anOrderOf(populated.retailer, [1, 0]);
      const payload = {
        ...shopifyPayload(order),
        order_status_url: url,
        note: url,
        email: url,
        webhook_url: url,
      };
      const meta = { id: unique("event"), now: Date.now() };
      const signed = await signedStorefrontRequest("shopify", SECRET, "orders/create", payload, meta);
      const path = `https://aftercart.test/v1/webhooks/${channelId}`;
      await testWorker.request(new Request(path, { method: "POST", ...signed }));
      const { shipments } = await createReleasedOrder();
      await admin("POST", shipments, { carrier: text, trackingNumber: text, trackingUrl: url });
    };
    await Promise.all([...INTERNAL, ...BAD_LINKS].map(writeEverywhere));
    await testWorker.deliver();
    await testWorker.cron("* * * * *");
    expect(fetched).toEqual([]);
  });
});

const LINK_ATTRIBUTES = ["href", "src", "action", "srcset", "formaction"];

/** Every address that a browser would open or load from the customer's page. */
async function linksOf(id: OrderId): Promise<string[]> {
  const page = await fetchWorker(`/s/${id}/${statusSignature(id, env.LINK_SIGNING_KEY)}`);
  const links: string[] = [];
  const rewriter = new HTMLRewriter().on("[href],[src],[action],[srcset],[formaction]", {
    element: (element) => {
      for (const [name, value = ""] of element.attributes) {
        if (name !== undefined && LINK_ATTRIBUTES.includes(name)) links.push(value);
      }
    },
  });
  await rewriter.transform(page).text();
  return links;
}

describe("a tracking link", () => {
  it("is shown if it opens a web page", async () => {
    const { id, shipments } = await createReleasedOrder();
    const trackingUrl = "https://carrier.example/track?id=1&lang=<de>";
    expect((await admin("POST", shipments, { trackingUrl })).status).toBe(200);
    expect(await linksOf(id)).toEqual(["https://carrier.example/track?id=1&amp;lang=%3Cde%3E"]);
  });

  it.each(BAD_LINKS)("is rejected if it does not: %j", async (trackingUrl) => {
    const { shipments } = await createReleasedOrder();
    const { status, body } = await admin("POST", shipments, { trackingUrl });
    expect([status, body.errors?.[0]?.path]).toEqual([422, "trackingUrl"]);
    expect(webLink(trackingUrl)).toBeNull();
  });

  it.each(BAD_LINKS)("is not shown even if it was stored: %j", async (trackingUrl) => {
    const { id, shipments } = await createReleasedOrder();
    await admin("POST", shipments, { trackingUrl: "https://carrier.example/1" });
    await testWorker.deliver();
    const updated = await env.ORDERS_00.prepare("UPDATE shipments SET tracking_url = ?2 WHERE order_id = ?1")
      .bind(id, trackingUrl)
      .run();
    expect(updated.meta.changes).toBe(1);
    expect(await linksOf(id)).toEqual([]);
  });
});
