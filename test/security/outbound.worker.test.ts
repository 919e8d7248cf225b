/**
 * Where we call, and what we link to. Nothing that comes in is ever fetched: the one address outside is the
 * mail provider's, a constant. Links that others tell us are shown only where a browser opens a web page.
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
import { openEstate, type Estate } from "./populated-retailer";
import { openStage } from "./test-worker";

const sources = import.meta.glob<string>("../../src/**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Where a server-side request would be sent to do harm, in every spelling that has fooled a filter. */
const INSIDE = [
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
/** Names anybody may point at an address inside. The platform does not route there, and nothing else can tell. */
const NAMES = ["127.0.0.1.nip.io", "localtest.me"];
/** What a browser would not open as a web page, or as another than it looks. */
const NO_LINK = [
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
const stage = openStage();
let estate: Estate;
let admin: Call;
beforeAll(async () => {
  vi.stubGlobal("fetch", (input: unknown) => {
    fetched.push(input instanceof Request ? input.url : String(input));
    return Promise.resolve(new Response(null, { status: 500 }));
  });
  const document: Document = await (await fetchWorker("/openapi.json")).json();
  estate = await openEstate(document);
  admin = stage.callAs((await makeKey("admin")).token);
});
afterAll(() => {
  vi.unstubAllGlobals();
});

/** An order that may be sent, and where its parcels are told. */
async function released() {
  const { channelId } = estate.retailer;
  const { body } = await admin("POST", "/v1/orders", {
    channelId,
    ...canonicalPayload(anOrderOf(estate.retailer, [1, 0])),
  });
  const path = `/v1/orders/${body.id}/fulfillments/${body.fulfillments[0].id}`;
  await admin("POST", `${path}/release`);
  return { id: body.id as OrderId, shipments: `${path}/shipments` };
}

describe("what we call", () => {
  it("is written in the sources, each place known by this list", () => {
    const calls = Object.entries(sources).flatMap(([path, source]) =>
      source
        .split("\n")
        .filter((line) => /\bfetch\(/.test(line))
        .map((line) => `${path.slice("../../src/".length)}: ${line.trim()}`),
    );
    expect(calls.toSorted()).toEqual([
      "app-context.ts: const storefrontRegistry = createStorefrontRegistry(storefronts, (input, init) => fetch(input, init));",
      "channels/shared/api-call.ts: const response = await fetch(url, {",
      "notifications/senders/resend.ts: return await outcomeOf(await fetch(ENDPOINT, requestFor(message, apiKey)));",
      "notifications/senders/senders.ts: return createResendNotifier({ apiKey: notifyApiKey, fetch: (input, init) => fetch(input, init) });",
      "platform/http/docs.ts: const asset = await c.env.ASSETS.fetch(c.req.raw);",
      "worker.ts: fetch: (request, env, execution) => app.fetch(request, env, execution),",
    ]);
    const urls = Object.entries(sources).flatMap(([path, source]) =>
      source
        .split("\n")
        .filter((line) => path.includes("/src/channels/") && /\burl: [^s]/.test(line))
        .map((line) => line.trim()),
    );
    expect(urls.toSorted(), "a storefront is called where its channel's connection says").toEqual([
      "const answer = await callApi(fetch, { ...call, url: `${baseUrl}${path}`, headers });",
      "const answer = await callApi(fetch, { ...call, url: `${baseUrl}/wp-json/wc/v3${path}`, headers });",
      'const response = await fetchResponse(fetch, { method: "GET", url: `${baseUrl}${path}`, headers });',
      "url: `${baseUrl}/admin/api/${apiVersion}/graphql.json`,",
    ]);
    expect(sources["../../src/notifications/senders/resend.ts"]).toContain(
      'const ENDPOINT = "https://api.resend.com/emails";',
    );
  });

  it("is no place but a storefront's own, whatever a channel's connection says", async () => {
    const { token } = await makeKey("reference:write");
    const refused = [...INSIDE, ...INSIDE.map((url) => url.replace("http:", "https:")), ...NO_LINK];
    const credentials = {
      shopify: { accessToken: "shpat_0123456789", apiVersion: "2026-10" },
      woocommerce: { consumerKey: "ck_0123456789", consumerSecret: "cs_0123456789" },
      bigcommerce: { accessToken: "bc_0123456789" },
    };
    const taken: string[] = [];
    for (const [kind, own] of Object.entries(credentials)) {
      for (const baseUrl of refused) {
        const put = new Request(`https://aftercart.test/v1/channels/${unique("shop")}`, {
          method: "PUT",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify(aChannel({ kind, connection: { baseUrl, credentials: own } })),
        });
        const { status } = await fetchWith({ ...stage.bindings, ENVIRONMENT: "production" }, put);
        if (status !== 422) taken.push(`${kind} ${baseUrl}`);
      }
    }
    expect(taken.filter((it) => !NAMES.some((name) => it.includes(name)))).toEqual([]);
  });

  it("is called by no other way", () => {
    const ways =
      /cloudflare:sockets|node:(?:https?|net|tls|dns|dgram)|new (?:WebSocket|EventSource)|import\(|\beval\(|new Function/;
    expect(Object.entries(sources).flatMap(([path, source]) => (ways.test(source) ? [path] : []))).toEqual(
      [],
    );
  });

  it("is nothing that anybody told us, wherever they wrote it", { timeout: 60_000 }, async () => {
    // A shop's own name may stand for any address: what was connected above is called, as it was meant to be.
    await env.DB.prepare("UPDATE channels SET connection = NULL").run();
    const tell = async (url: string) => {
      const text = url.replaceAll(/\p{Cc}/gu, "");
      const [sku, locationId, channelId] = [unique("SKU"), unique("loc"), unique("shop")];
      await admin("PUT", `/v1/locations/${locationId}`, aLocation({ name: text, address: { line1: text } }));
      await admin(
        "PUT",
        `/v1/channels/${channelId}`,
        aChannel({ name: text, kind: "shopify", currency: "USD", secrets: [SECRET] }),
      );
      await admin("PUT", `/v1/skus/${sku}`, aSku({ title: text }));
      const order = anOrderOf(estate.retailer, [1, 0]);
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
      await stage.request(new Request(path, { method: "POST", ...signed }));
      const { shipments } = await released();
      await admin("POST", shipments, { carrier: text, trackingNumber: text, trackingUrl: url });
    };
    await Promise.all([...INSIDE, ...NO_LINK].map(tell));
    await stage.deliver();
    await stage.cron("* * * * *");
    expect(fetched).toEqual([]);
  });
});

const LEADING = ["href", "src", "action", "srcset", "formaction"];

/** Whatever a browser would open or load from the customer's page. */
async function linksOf(id: OrderId): Promise<string[]> {
  const page = await fetchWorker(`/s/${id}/${statusSignature(id, env.LINK_SIGNING_KEY)}`);
  const links: string[] = [];
  const rewriter = new HTMLRewriter().on("[href],[src],[action],[srcset],[formaction]", {
    element: (element) => {
      for (const [name, value = ""] of element.attributes) {
        if (name !== undefined && LEADING.includes(name)) links.push(value);
      }
    },
  });
  await rewriter.transform(page).text();
  return links;
}

describe("a link of a parcel", () => {
  it("is taken and shown where it is a web page's", async () => {
    const { id, shipments } = await released();
    const trackingUrl = "https://carrier.example/track?id=1&lang=<de>";
    expect((await admin("POST", shipments, { trackingUrl })).status).toBe(200);
    expect(await linksOf(id)).toEqual(["https://carrier.example/track?id=1&amp;lang=%3Cde%3E"]);
  });

  it.each(NO_LINK)("is a web page's, and says whose: %j is refused", async (trackingUrl) => {
    const { shipments } = await released();
    const { status, body } = await admin("POST", shipments, { trackingUrl });
    expect([status, body.errors?.[0]?.path]).toEqual([422, "trackingUrl"]);
    expect(webLink(trackingUrl)).toBeNull();
  });

  it.each(NO_LINK)("is left out of the page, where it was stored all the same: %j", async (trackingUrl) => {
    const { id, shipments } = await released();
    await admin("POST", shipments, { trackingUrl: "https://carrier.example/1" });
    await stage.deliver();
    const written = await env.DB.prepare("UPDATE shipments SET tracking_url = ?2 WHERE order_id = ?1")
      .bind(id, trackingUrl)
      .run();
    expect(written.meta.changes).toBe(1);
    expect(await linksOf(id)).toEqual([]);
  });
});
