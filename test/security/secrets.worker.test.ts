/**
 * Secrets (webhook secrets, API keys, the signing and encryption keys, the provider's key) appear in no answer, log line,
 * page, message or row.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { aChannel, fetchWorker, makeKey, unique } from "../support/api";
import { databasesWith, fetchWith } from "../support/faulty-bindings";
import { endpointsOf, type Document } from "../support/openapi-samples";
import { anOrderOf } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";
import { storedRows, openPopulatedRetailer, type PopulatedRetailer } from "./populated-retailer";
import { captureLogs, startTestWorker } from "./test-worker";

const document: Document = await (await fetchWorker("/openapi.json")).json();
const endpoints = endpointsOf(document);
const originalConsole = { ...console };
const logs = captureLogs();

const WEBHOOK_SECRETS = ["old", "new"].map((age) => `whsec_${btoa(unique(`the ${age} webhook secret`))}`);
const ACCESS_TOKEN = unique("a-storefront-access-token");
const PROVIDER_KEY = unique("re_provider_key");
const testWorker = startTestWorker({ NOTIFY_PROVIDER: "resend", NOTIFY_API_KEY: PROVIDER_KEY });

let populated: PopulatedRetailer;
let token: string;
let channelId: string;
let created: string;
const secrets = () => ({
  "a webhook secret": WEBHOOK_SECRETS[0]!,
  "another webhook secret": WEBHOOK_SECRETS[1]!,
  "a storefront's access token": ACCESS_TOKEN,
  "an API key": token,
  "an API key's secret": token.split("_")[2]!,
  "a key created by the API": created.split("_")[2]!,
  "the signing key": env.LINK_SIGNING_KEY,
  "the encryption key": env.SECRETS_ENCRYPTION_KEY,
  "the provider's key": PROVIDER_KEY,
});

/** The names of the secrets in a text. */
const secretsIn = (text: string): string[] =>
  Object.entries(secrets()).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));

const answers: [what: string, text: string][] = [];
const record = async (what: string, response: Response) => {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  answers.push([what, `${headers}\n${await response.text()}`]);
};

beforeAll(async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
  populated = await openPopulatedRetailer(document);
  ({ token } = await makeKey("admin"));
  const admin = testWorker.callAs(token);
  created = (await admin("POST", "/v1/api-keys", { name: "created", scopes: ["orders:read"] })).body.token;
  channelId = unique("shop");
  const channel = aChannel({ secrets: WEBHOOK_SECRETS });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const put = (body: unknown, more = {}) =>
    fetchWorker(`/v1/channels/${channelId}`, {
      method: "PUT",
      headers: { ...headers, ...more },
      body: JSON.stringify(body),
    });
  await record("a channel written", await put(channel, { "idempotency-key": "once" }));
  await record("a channel written again", await put(channel, { "idempotency-key": "once" }));
  const [short, many] = [
    [WEBHOOK_SECRETS[0], "short"],
    [...WEBHOOK_SECRETS, WEBHOOK_SECRETS[0]],
  ];
  const store = { ...channel, kind: "bigcommerce" };
  const connection = {
    baseUrl: "https://api.bigcommerce.com/stores/abc123",
    credentials: { accessToken: ACCESS_TOKEN },
  };
  await record("a channel connected", await put({ ...store, connection }));
  for (const wrong of [
    { ...connection, baseUrl: `https://${ACCESS_TOKEN}@api.bigcommerce.com/stores/abc123` },
    { ...connection, credentials: { accessToken: `${ACCESS_TOKEN}\n` } },
    { ...connection, credentials: { consumerKey: ACCESS_TOKEN } },
    { ...connection, credentials: { accessToken: [ACCESS_TOKEN] } },
    ACCESS_TOKEN,
  ]) {
    await record("a wrong connection", await put({ ...store, connection: wrong }));
  }
  for (const wrong of [short, many, WEBHOOK_SECRETS[0], { [WEBHOOK_SECRETS[0]!]: 1 }]) {
    await record("wrong secrets", await put({ ...channel, secrets: wrong }));
  }
  const forged = {
    method: "POST",
    body: "{}",
    headers: { "x-shopify-hmac-sha256": "AAAA", "webhook-id": "1" },
  };
  await record("a forged callback", await fetchWorker(`/v1/webhooks/${channelId}`, forged));

  for (const endpoint of endpoints.filter(({ method }) => method === "GET")) {
    const id = endpoint.operation.operationId;
    await record(id, await fetchWorker(populated.pathOf(endpoint), { headers }));
    await record(
      `${id} as a page`,
      await fetchWorker(populated.pathOf(endpoint), {
        headers: { ...headers, accept: "text/html,text/plain" },
      }),
    );
  }
  for (const path of [
    "/docs",
    "/openapi.json",
    "/mail-preview",
    "/v1/channels?limit=200",
    "/v1/api-keys?limit=200",
    "/nowhere",
  ]) {
    await record(path, await fetchWorker(path, { headers }));
  }
  const order = {
    channelId: populated.retailer.channelId,
    ...canonicalPayload(anOrderOf(populated.retailer, [1, 0])),
  };
  await admin("POST", "/v1/orders", order);
  await testWorker.deliver();
  await testWorker.cron("* * * * *");

  const broken = databasesWith(() => () => Promise.reject(new Error("a bug of ours")));
  const request = (path: string, init: RequestInit = {}) =>
    new Request(`https://aftercart.test${path}`, { headers, ...init });
  const failing = request("/v1/orders", {
    method: "POST",
    body: JSON.stringify({ ...order, externalId: "x" }),
  });
  await record("an internal error", await fetchWith(broken, failing));
  for (const misconfigured of [
    { BOOKS_CURRENCY: "none" },
    { SECRETS_ENCRYPTION_KEY: `${env.SECRETS_ENCRYPTION_KEY}AAAA` },
    { LINK_SIGNING_KEY: env.LINK_SIGNING_KEY.slice(0, 20) },
    { NOTIFY_PROVIDER: "resend", NOTIFY_API_KEY: `${PROVIDER_KEY}\n` },
  ]) {
    const response = await fetchWith({ ...testWorker.bindings, ...misconfigured }, request("/v1/channels"));
    await record(`an unusable configuration (${response.status})`, response);
  }
}, 120_000);
afterAll(() => {
  vi.unstubAllGlobals();
  Object.assign(console, originalConsole);
});

describe("a secret", () => {
  it("that is missing or malformed in the configuration fails every request", () => {
    const failed = answers.filter(([what]) => what.startsWith("an unusable configuration"));
    expect(failed.map(([what]) => what)).toEqual(Array(4).fill("an unusable configuration (500)"));
  });

  it("is in no answer, not even in the rejection of itself", () => {
    expect(answers.length).toBeGreaterThan(50);
    expect(
      answers.flatMap(([what, text]) => secretsIn(text).map((secret) => `${secret} in ${what}`)),
    ).toEqual([]);
  });

  it("is in no line of any log", () => {
    expect(logs.lines.length).toBeGreaterThan(3);
    expect(logs.lines.flatMap(secretsIn)).toEqual([]);
    // A wrong setting is named in the log, without its value.
    expect(logs.lines.filter((line) => line.includes("SECRETS_ENCRYPTION_KEY")).length).toBeGreaterThan(0);
    expect(logs.lines.join("\n")).not.toContain(env.LINK_SIGNING_KEY.slice(0, 20));
  });

  it("is in no row of the database, where it is encrypted or hashed", async () => {
    expect(secretsIn(await storedRows())).toEqual([]);
  });

  it("is in no queue message", () => {
    expect(testWorker.sent.length).toBeGreaterThan(0);
    expect(testWorker.sent.flatMap(({ body }) => secretsIn(JSON.stringify(body)))).toEqual([]);
  });

  it("encrypted for one channel cannot be decrypted for another", async () => {
    const other = unique("shop");
    await populated.admin("PUT", `/v1/channels/${other}`, aChannel({ kind: "shopify" }));
    await env.DB.prepare(
      "UPDATE channels SET secrets = (SELECT secrets FROM channels WHERE id = ?1) WHERE id = ?2",
    )
      .bind(channelId, other)
      .run();
    const response = await fetchWorker(`/v1/webhooks/${other}`, { method: "POST", body: "{}" });
    expect(response.status).toBe(500);
    expect(secretsIn(await response.text())).toEqual([]);
  });
});
