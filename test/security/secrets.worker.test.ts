/**
 * What only we may know (webhook secrets, API keys, the signing and sealing keys, the provider's key) comes
 * out nowhere: in no answer, log line, page or row.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { aChannel, fetchWorker, makeKey, unique } from "../support/api";
import { databaseWith, fetchWith } from "../support/faulty-bindings";
import { endpointsOf, type Document } from "../support/openapi-samples";
import { anOrderOf } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";
import { everythingStored, openEstate, type Estate } from "./populated-retailer";
import { listenToLogs, openStage } from "./test-worker";

const document: Document = await (await fetchWorker("/openapi.json")).json();
const endpoints = endpointsOf(document);
const realConsole = { ...console };
const logs = listenToLogs();

const WEBHOOK_SECRETS = [unique("the-old-webhook-secret"), unique("the-new-webhook-secret")];
const ACCESS_TOKEN = unique("a-storefront-access-token");
const PROVIDER_KEY = unique("re_provider_key");
const stage = openStage({ NOTIFY_PROVIDER: "resend", NOTIFY_API_KEY: PROVIDER_KEY });

let estate: Estate;
let token: string;
let channelId: string;
let minted: string;
const secrets = () => ({
  "a webhook secret": WEBHOOK_SECRETS[0]!,
  "another webhook secret": WEBHOOK_SECRETS[1]!,
  "a storefront's access token": ACCESS_TOKEN,
  "an API key": token,
  "an API key's secret": token.split("_")[2]!,
  "a key made by the API": minted.split("_")[2]!,
  "the signing key": env.LINK_SIGNING_KEY,
  "the sealing key": env.SECRETS_ENCRYPTION_KEY,
  "the provider's key": PROVIDER_KEY,
});

/** Which secrets a text gives away. */
const givenAwayBy = (text: string): string[] =>
  Object.entries(secrets()).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));

const answers: [what: string, text: string][] = [];
const keep = async (what: string, response: Response) => {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  answers.push([what, `${headers}\n${await response.text()}`]);
};

beforeAll(async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
  estate = await openEstate(document);
  ({ token } = await makeKey("admin"));
  const admin = stage.callAs(token);
  minted = (await admin("POST", "/v1/api-keys", { name: "minted", scopes: ["orders:read"] })).body.token;
  channelId = unique("shop");
  const channel = aChannel({ secrets: WEBHOOK_SECRETS });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const put = (body: unknown, more = {}) =>
    fetchWorker(`/v1/channels/${channelId}`, {
      method: "PUT",
      headers: { ...headers, ...more },
      body: JSON.stringify(body),
    });
  await keep("a channel written", await put(channel, { "idempotency-key": "once" }));
  await keep("a channel written again", await put(channel, { "idempotency-key": "once" }));
  const [short, many] = [
    [WEBHOOK_SECRETS[0], "short"],
    [...WEBHOOK_SECRETS, WEBHOOK_SECRETS[0]],
  ];
  const store = { ...channel, kind: "bigcommerce" };
  const connection = {
    baseUrl: "https://api.bigcommerce.com/stores/abc123",
    credentials: { accessToken: ACCESS_TOKEN },
  };
  await keep("a channel connected", await put({ ...store, connection }));
  for (const wrong of [
    { ...connection, baseUrl: `https://${ACCESS_TOKEN}@api.bigcommerce.com/stores/abc123` },
    { ...connection, credentials: { accessToken: `${ACCESS_TOKEN}\n` } },
    { ...connection, credentials: { consumerKey: ACCESS_TOKEN } },
    { ...connection, credentials: { accessToken: [ACCESS_TOKEN] } },
    ACCESS_TOKEN,
  ]) {
    await keep("a channel wrongly connected", await put({ ...store, connection: wrong }));
  }
  for (const wrong of [short, many, WEBHOOK_SECRETS[0], { [WEBHOOK_SECRETS[0]!]: 1 }]) {
    await keep("a channel with wrong secrets", await put({ ...channel, secrets: wrong }));
  }
  const forged = {
    method: "POST",
    body: "{}",
    headers: { "x-shopify-hmac-sha256": "AAAA", "webhook-id": "1" },
  };
  await keep("a forged callback", await fetchWorker(`/v1/webhooks/${channelId}`, forged));

  for (const endpoint of endpoints.filter(({ method }) => method === "GET")) {
    const id = endpoint.operation.operationId;
    await keep(id, await fetchWorker(estate.pathOf(endpoint), { headers }));
    await keep(
      `${id} as a page`,
      await fetchWorker(estate.pathOf(endpoint), { headers: { ...headers, accept: "text/html,text/plain" } }),
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
    await keep(path, await fetchWorker(path, { headers }));
  }
  const order = {
    channelId: estate.retailer.channelId,
    ...canonicalPayload(anOrderOf(estate.retailer, [1, 0])),
  };
  await admin("POST", "/v1/orders", order);
  await stage.deliver();
  await stage.cron("* * * * *");

  const broken = databaseWith(() => () => Promise.reject(new Error("a bug of ours")));
  const request = (path: string, init: RequestInit = {}) =>
    new Request(`https://aftercart.test${path}`, { headers, ...init });
  const failing = request("/v1/orders", {
    method: "POST",
    body: JSON.stringify({ ...order, externalId: "x" }),
  });
  await keep("a failure", await fetchWith({ DB: broken }, failing));
  for (const misconfigured of [
    { BOOKS_CURRENCY: "none" },
    { SECRETS_ENCRYPTION_KEY: `${env.SECRETS_ENCRYPTION_KEY}AAAA` },
    { LINK_SIGNING_KEY: env.LINK_SIGNING_KEY.slice(0, 20) },
    { NOTIFY_PROVIDER: "resend", NOTIFY_API_KEY: `${PROVIDER_KEY}\n` },
  ]) {
    const response = await fetchWith({ ...stage.bindings, ...misconfigured }, request("/v1/channels"));
    await keep(`a configuration that is not usable (${response.status})`, response);
  }
}, 120_000);
afterAll(() => {
  vi.unstubAllGlobals();
  Object.assign(console, realConsole);
});

describe("a secret", () => {
  it("that is missing or malformed in the configuration stops everything", () => {
    const told = answers.filter(([what]) => what.startsWith("a configuration"));
    expect(told.map(([what]) => what)).toEqual(Array(4).fill("a configuration that is not usable (500)"));
  });

  it("is in no answer, not even in one that refuses it", () => {
    expect(answers.length).toBeGreaterThan(50);
    expect(
      answers.flatMap(([what, text]) => givenAwayBy(text).map((secret) => `${secret} by ${what}`)),
    ).toEqual([]);
  });

  it("is in no line of any log", () => {
    expect(logs.lines.length).toBeGreaterThan(3);
    expect(logs.lines.flatMap(givenAwayBy)).toEqual([]);
    // A configuration's fault is told by the setting's name, and never by its value.
    expect(logs.lines.filter((line) => line.includes("SECRETS_ENCRYPTION_KEY")).length).toBeGreaterThan(0);
    expect(logs.lines.join("\n")).not.toContain(env.LINK_SIGNING_KEY.slice(0, 20));
  });

  it("is in no row of the database, sealed or hashed as it is there", async () => {
    expect(givenAwayBy(await everythingStored())).toEqual([]);
  });

  it("is in no message", () => {
    expect(stage.sent.length).toBeGreaterThan(0);
    expect(stage.sent.flatMap(({ body }) => givenAwayBy(JSON.stringify(body)))).toEqual([]);
  });

  it("sealed for one channel does not open for another", async () => {
    const other = unique("shop");
    await estate.admin("PUT", `/v1/channels/${other}`, aChannel({ kind: "shopify" }));
    await env.DB.prepare(
      "UPDATE channels SET secrets = (SELECT secrets FROM channels WHERE id = ?1) WHERE id = ?2",
    )
      .bind(channelId, other)
      .run();
    const response = await fetchWorker(`/v1/webhooks/${other}`, { method: "POST", body: "{}" });
    expect(response.status).toBe(500);
    expect(givenAwayBy(await response.text())).toEqual([]);
  });
});
