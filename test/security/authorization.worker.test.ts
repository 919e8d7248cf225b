/**
 * Who may call what: every operation of the OpenAPI document, with every kind of wrong key. A new route fails here until
 * its document names its scope.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { SCOPES, type Scope } from "../../src/platform/auth/api-keys";
import type { OrderId } from "../../src/kernel/ids";
import { statusSignature } from "../../src/orders/domain/status-link";
import { createApp } from "../../src/platform/http/app";
import { createContext } from "../../src/app-context";
import { revokeApiKey } from "../../src/platform/auth/api-key-rows";
import { aChannel, callerOf, fetchWorker, makeKey, unique } from "../support/api";
import { fetchWith } from "../support/faulty-bindings";
import { endpointsOf, type Document, type Endpoint } from "../support/openapi-samples";
import { anOrderOf } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";
import { storedRows, openPopulatedRetailer, type PopulatedRetailer } from "./populated-retailer";
import { routes as moduleRoutes } from "../../src/modules";

/** Operations that need no key. Each route's file gives the reason. */
const OPERATIONS_WITHOUT_A_KEY = [
  "GET /health",
  "POST /v1/webhooks/{channelId}",
  "GET /v1/public/orders/{orderId}/{signature}",
  "POST /v1/webhooks/carriers/{carrier}",
];
/** Pages and files for browsers, which are no operations. */
const PAGES = [
  "GET /openapi.json",
  "GET /docs",
  "GET /docs/operations/{operationId}",
  "GET /docs/schemas/{name}",
  "GET /robots.txt",
  "GET /favicon.svg",
  "GET /favicon.ico",
  "GET /s/{orderId}/{signature}",
];
/** Pages of all customers' mail and of the reconciliation. They exist only outside production. */
const DEVELOPMENT_PAGES = ["GET /mail-preview", "GET /reconciliations/{on}"];

const document: Document = await (await fetchWorker("/openapi.json")).json();
const endpoints = endpointsOf(document);
const guarded = endpoints.filter(({ operation }) => operation.security?.length !== 0);
const nameOf = ({ method, path }: Endpoint) => `${method} ${path}`;
const named = (list: readonly Endpoint[]) =>
  list.map((endpoint): [string, Endpoint] => [nameOf(endpoint), endpoint]);
const scopes = Object.keys(SCOPES) as Scope[];

/** The scope that the description of an operation names. @throws unless it names exactly one. */
function scopeOf({ operation }: Endpoint): Scope {
  const found = [...(operation.description ?? "").matchAll(/Scope `([^`]+)`/g)].map(([, scope]) => scope);
  if (found.length !== 1) throw new Error(`${operation.operationId} names ${found.length} scopes`);
  return found[0] as Scope;
}

let populated: PopulatedRetailer;
const tokens = new Map<Scope, string>();
beforeAll(async () => {
  populated = await openPopulatedRetailer(document);
  for (const scope of scopes) tokens.set(scope, (await makeKey(scope)).token);
});

const call = (endpoint: Endpoint, headers: Record<string, string>, method = endpoint.method) => {
  const body = method === "GET" || method === "HEAD" ? undefined : populated.bodyOf(endpoint);
  return fetchWorker(populated.pathOf(endpoint), {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function refusal(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const { code, scope, ...rest } = await response.json<Record<string, unknown>>();
  expect(Object.keys(rest).toSorted()).toEqual(["requestId", "status", "title", "type"]);
  return [response.status, code, ...(scope === undefined ? [] : [scope])];
}

describe("every route", () => {
  it("is in the OpenAPI document or in the list of pages", () => {
    const known = createApp(createContext, moduleRoutes)
      .routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const expected = [...endpoints.map(nameOf), ...PAGES, ...DEVELOPMENT_PAGES];
    expect([...new Set(known)].toSorted()).toEqual(expected.toSorted());
  });

  it("declares whether it needs a key", () => {
    expect(endpoints.filter(({ operation }) => operation.security === undefined).map(nameOf)).toEqual([]);
  });

  it("needs a key unless it is in the list of open operations", () => {
    const open = endpoints.filter((endpoint) => !guarded.includes(endpoint));
    expect(open.map(nameOf).toSorted()).toEqual(OPERATIONS_WITHOUT_A_KEY.toSorted());
    for (const { operation } of guarded) expect(operation.security).toEqual([{ apiKey: [] }]);
  });

  it.each(named(guarded))("names one existing scope: %s", (_name, endpoint) => {
    expect(scopes).toContain(scopeOf(endpoint));
  });

  it.each([...DEVELOPMENT_PAGES, "GET /reconciliations/2026-11-22"])(
    "of a development page is missing in production: %s",
    async (route) => {
      const request = new Request(`https://aftercart.test${route.split(" ")[1]!}`);
      const response = await fetchWith({ ENVIRONMENT: "production" }, request);
      expect(response.status).toBe(404);
    },
  );
});

const forged = (token: string) => token.slice(0, -1) + (token.endsWith("0") ? "1" : "0");

describe("a wrong key", () => {
  it.each(named(guarded))("is rejected without any effect: %s", async (_name, endpoint) => {
    const right = tokens.get(scopeOf(endpoint))!;
    const revoked = await makeKey("admin");
    await revokeApiKey(env.DB, revoked.key.id, Date.now());
    const before = await storedRows();
    const wrong: [string, Record<string, string>][] = [
      ["no header", {}],
      ["an empty header", { authorization: "" }],
      ["a bare scheme", { authorization: "Bearer" }],
      ["another scheme", { authorization: `Basic ${btoa(`admin:${right}`)}` }],
      ["the right key without a scheme", { authorization: right }],
      ["the right key under another scheme", { authorization: `Token ${right}` }],
      ["not one of our keys", bearer("hunter2")],
      ["the right key cut short", bearer(right.slice(0, -1))],
      ["the right key with a character more", bearer(`${right}0`)],
      ["the id alone", bearer(right.slice(0, "ak_".length + 26))],
      ["the right key twice", bearer(`${right}, Bearer ${right}`)],
      ["a key that does not exist", bearer(`ak_${"0".repeat(26)}_${"0".repeat(64)}`)],
      ["another secret with the right id", bearer(forged(right))],
      ["a revoked key", bearer(revoked.token)],
      ["the right key in another header", { "x-api-key": right }],
      ["the right key in a cookie", { cookie: `authorization=Bearer ${right}; token=${right}` }],
    ];
    const replies = wrong.map(async ([what, headers]) => {
      const response = await call(endpoint, headers);
      return [what, response.headers.get("www-authenticate"), ...(await refusal(response))];
    });
    expect(await Promise.all(replies)).toEqual(wrong.map(([what]) => [what, "Bearer", 401, "unauthorized"]));
    expect(await storedRows()).toBe(before);
  });

  it("is not replaced by a right key in the query string", async () => {
    const token = tokens.get("admin")!;
    for (const name of ["access_token", "api_key", "key", "token"]) {
      const response = await fetchWorker(`/v1/skus?${name}=${token}`);
      expect([name, response.status]).toEqual([name, 401]);
    }
  });

  it.each([
    "/v1/orders/",
    "//v1/orders",
    "/V1/ORDERS",
    "/v1/%6Frders",
    "/v1%2Forders",
    "/v1/orders;a=b",
    "/v1/./orders",
    "/s/../v1/orders",
    "/v1/public/orders/../../orders",
    "/v1/public/orders/%2e%2e/%2e%2e/orders",
    "/v1/webhooks/../orders",
  ])("is not accepted for any spelling of a path: %s", async (path) => {
    const response = await fetchWorker(path);
    expect([401, 404]).toContain(response.status);
  });
});

describe("a key of another scope", () => {
  it.each(named(guarded))("is rejected without any effect: %s", async (_name, endpoint) => {
    const needed = scopeOf(endpoint);
    const others = scopes.filter((scope) => scope !== needed && scope !== "admin");
    const { token: allOthers } = await makeKey(...others);
    const before = await storedRows();
    const wrong = [...others.map((scope) => tokens.get(scope)!), allOthers];
    const replies = wrong.map(async (token) => refusal(await call(endpoint, bearer(token))));
    expect(await Promise.all(replies)).toEqual(wrong.map(() => [403, "forbidden", needed]));
    expect(await storedRows()).toBe(before);
  });
});

describe("an undocumented method", () => {
  const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
  const paths = Map.groupBy(endpoints, ({ path }) => path);

  it.each([...paths])("is rejected with and without a key: %s", async (_path, declared) => {
    const before = await storedRows();
    const [endpoint] = declared;
    for (const method of METHODS.filter((method) => declared.every((each) => each.method !== method))) {
      for (const headers of [{}, bearer(tokens.get("admin")!)]) {
        const response = await call(endpoint!, headers, method);
        expect([method, ...(await refusalCode(response))]).toEqual([method, 405, "method_not_allowed"]);
      }
    }
    expect(await storedRows()).toBe(before);
  });

  it("cannot be chosen by a header", async () => {
    const before = await storedRows();
    for (const header of ["x-http-method-override", "x-method-override", "x-http-method"]) {
      for (const endpoint of guarded.filter(({ method }) => method === "DELETE" || method === "PUT")) {
        const headers = { ...bearer(tokens.get("admin")!), [header]: endpoint.method };
        expect([200, 405]).toContain((await call(endpoint, headers, "GET")).status);
      }
    }
    expect(await storedRows()).toBe(before);
  });
});

async function refusalCode(response: Response) {
  const { code } = await response.json<{ code: string }>();
  return [response.status, code];
}

describe("a key of the documented scope", () => {
  // Operations that undo others come last.
  const undoing = ["cancelOrder", "rejectFulfillment", "revokeApiKey", "deleteReservation"];
  const rank = ([, { operation }]: [string, Endpoint]) => undoing.indexOf(operation.operationId);

  it.each(named(guarded).toSorted((a, b) => rank(a) - rank(b)))(
    "may call the operation: %s",
    async (_name, endpoint) => {
      const response = await call(endpoint, bearer(tokens.get(scopeOf(endpoint))!));
      // Everything exists and the body is valid; at most, the state does not allow the operation.
      expect([response.status < 300 || response.status === 409, await response.text()]).toEqual([
        true,
        expect.any(String),
      ]);
    },
  );
});

describe("a key with the scope `reference:write`", () => {
  const SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  const connection = {
    baseUrl: "https://api.bigcommerce.com/stores/abc123",
    credentials: { accessToken: "bc-access-token-0123456789" },
  };

  it.each([
    { what: "its first secret", over: { secrets: [SECRET] } },
    { what: "its connection", over: { connection } },
    { what: "no connection any more", over: { connection: null } },
    { what: "another kind", over: { kind: "generic" } },
  ])("cannot give a channel $what, and so sign orders that count as paid", async ({ over }) => {
    const staff = callerOf((await makeKey("reference:write")).token);
    const id = unique("shop");
    const channel = aChannel({ kind: "bigcommerce" });
    expect((await populated.admin("PUT", `/v1/channels/${id}`, { ...channel, connection })).status).toBe(201);
    const before = await storedRows();
    const { status, body } = await staff("PUT", `/v1/channels/${id}`, { ...channel, ...over });
    expect([status, body.code, body.scope]).toEqual([403, "forbidden", "admin"]);
    expect(await storedRows()).toBe(before);
    const renamed = await staff("PUT", `/v1/channels/${id}`, { ...channel, name: "Another name" });
    expect([renamed.status, renamed.body.name]).toEqual([200, "Another name"]);
    expect(renamed.body.connectionSetAt).not.toBeNull();
  });

  it("can make a channel that nobody can sign for", async () => {
    const staff = callerOf((await makeKey("reference:write")).token);
    const made = await staff("PUT", `/v1/channels/${unique("shop")}`, aChannel());
    expect([made.status, made.body.secretsSetAt]).toEqual([201, []]);
  });
});

describe("a customer's link", () => {
  const links = ["/v1/public/orders", "/s"];
  const signed = (orderId: string, key = env.LINK_SIGNING_KEY) => statusSignature(orderId as OrderId, key);

  it("opens its own order, and only with its own signature", async () => {
    const other = await populated.admin("POST", "/v1/orders", {
      channelId: populated.retailer.channelId,
      ...canonicalPayload(anOrderOf(populated.retailer, [1, 0])),
    });
    const { id } = populated.order;
    const right = signed(id);
    for (const link of links) expect((await fetchWorker(`${link}/${id}/${right}`)).status).toBe(200);

    const unsigned = new TextEncoder().encode(id);
    const key = new TextEncoder().encode(env.LINK_SIGNING_KEY);
    const wrong = [
      signed(other.body.id),
      signed(id, "another deployment's key, long enough"),
      signed(id, ""),
      base64Url(hmac(sha256, key, unsigned)),
      base64Url(sha256(unsigned)),
      right.slice(0, -1),
      `${right}A`,
      right.toUpperCase(),
      right.split("").toReversed().join(""),
      `${right}%00`,
      `${right}.`,
      "undefined",
      "null",
      "*",
    ];
    const before = await storedRows();
    for (const link of links) {
      const answers = await Promise.all(
        wrong.map(async (signature) => {
          const response = await fetchWorker(`${link}/${id}/${signature}`, {
            headers: { "x-request-id": "r" },
          });
          return `${response.status} ${await response.text()}`;
        }),
      );
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toMatch(/^404 /);
    }
    expect(await storedRows()).toBe(before);
  });

  it("is accepted neither as a key nor on another path", async () => {
    const signature = signed(populated.order.id);
    for (const path of [`/v1/orders/${populated.order.id}`, "/v1/orders"]) {
      expect((await fetchWorker(path, { headers: bearer(signature) })).status).toBe(401);
      expect((await fetchWorker(`${path}?signature=${signature}`)).status).toBe(401);
    }
  });
});

const base64Url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

describe("a page of another site", () => {
  it("gets no CORS headers", async () => {
    const headers = { origin: "https://evil.example", ...bearer(tokens.get("admin")!) };
    for (const path of ["/v1/orders", "/health", "/openapi.json"]) {
      const response = await fetchWorker(path, { headers });
      const cors = [...response.headers.keys()].filter((name) => name.startsWith("access-control"));
      expect([path, cors]).toEqual([path, []]);
    }
  });
});
