/** What holds for every request: problems, API keys, limits of bodies, idempotency keys. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { aLocation, callerOf, callerWith, fetchWorker, makeKey, unique, type Call } from "../../support/api";

let admin: Call;
let bearer: string;
beforeAll(async () => {
  const { token } = await makeKey("admin");
  bearer = token;
  admin = callerOf(token);
});

/** A request with a body exactly as given. */
const send = (body: BodyInit, headers: Record<string, string> = {}) =>
  fetchWorker(`/v1/locations/${unique("raw")}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json", ...headers },
    body,
  });

describe("a problem", () => {
  it("has a stable code and the request's id", async () => {
    const response = await fetchWorker("/nowhere", { headers: { "x-request-id": "req-4711" } });
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("x-request-id")).toBe("req-4711");
    expect(await response.json()).toEqual({
      type: "https://aftercart.dev/problems/not_found",
      title: "Not found",
      status: 404,
      code: "not_found",
      requestId: "req-4711",
    });
  });

  it("names the allowed methods of a path", async () => {
    const { status, headers, body } = await admin("PATCH", "/v1/skus");
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe("GET, HEAD");
    expect(body).toMatchObject({ code: "method_not_allowed" });
  });

  it("names each invalid field", async () => {
    const { status, body } = await admin(
      "PUT",
      "/v1/locations/x",
      aLocation({ cutOff: "25:00", timeZone: "Mars/Olympus", address: { countryCode: "Germany" }, oops: 1 }),
    );
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: "invalid_request" });
    const errors: { path: string }[] = body.errors;
    expect(errors.map(({ path }) => path).sort()).toEqual([
      "address.countryCode",
      "cutOff",
      "oops",
      "timeZone",
    ]);
  });

  it("has the security headers for browsers", async () => {
    const { headers } = await fetchWorker("/nowhere");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-frame-options")).toBe("DENY");
  });
});

describe("a query", () => {
  it("with an unknown parameter is refused for every method, HEAD too", async () => {
    const { body } = await admin("GET", "/v1/skus?limit=1&pagesize=2");
    expect(body).toMatchObject({
      status: 400,
      code: "unknown_parameter",
      errors: [{ path: "pagesize", message: "is not a parameter of this operation" }],
    });
    const head = await fetchWorker("/v1/skus?pagesize=2", {
      method: "HEAD",
      headers: { authorization: `Bearer ${bearer}` },
    });
    expect(head.status).toBe(400);
  });

  it("has no body of a DELETE beside it, where a reason would be lost", async () => {
    const { status, body } = await admin("DELETE", "/v1/inbound/none", { reason: "late" });
    expect([status, body.errors]).toEqual([422, [{ path: "", message: "a DELETE takes no body" }]]);
  });

  it("lists at most twenty unknown parameters, and only the start of a long name", async () => {
    const names = Array.from({ length: 40 }, (_, i) => `${"x".repeat(150)}${i}=1`).join("&");
    const { body } = await admin("GET", `/v1/skus?${names}`);
    const errors: { path: string }[] = body.errors;
    expect(errors.map(({ path }) => path)).toEqual(Array.from({ length: 20 }, () => "x".repeat(100)));
  });

  it("of a page may have any parameters, such as those that mail programs add", async () => {
    const page = await fetchWorker("/s/ord_none/x?utm_source=mail");
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=UTF-8"]);
  });

  it("of a callback's address may have any parameters", async () => {
    const answer = await fetchWorker("/v1/webhooks/none?shop=1", { method: "POST", body: "{}" });
    expect([400, 404, 401].indexOf(answer.status)).toBeGreaterThan(0);
  });
});

describe("an API key", () => {
  const rejected: [string, string | undefined][] = [
    ["no key", undefined],
    ["another scheme", "Basic dXNlcjpwYXNz"],
    ["a malformed token", "Bearer hunter2"],
    ["an unknown key", `Bearer ak_${"0".repeat(26)}_${"0".repeat(64)}`],
  ];
  it.each(rejected)("is required: %s is answered with 401", async (_what, authorization) => {
    const response = await fetchWorker("/v1/skus", { headers: authorization ? { authorization } : {} });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await response.json()).toMatchObject({ code: "unauthorized" });
  });

  it("is rejected with another secret", async () => {
    const { token } = await makeKey("admin");
    const forged = token.slice(0, -1) + (token.endsWith("0") ? "1" : "0");
    expect((await callerOf(forged)("GET", "/v1/skus")).status).toBe(401);
    expect((await callerOf(token)("GET", "/v1/skus")).status).toBe(200);
  });

  it("allows only the operations of its scopes", async () => {
    const reader = await callerWith("reference:read");
    expect((await reader("GET", "/v1/skus")).status).toBe(200);
    const { status, body } = await reader("PUT", "/v1/locations/x", aLocation());
    expect([status, body.code, body.scope]).toEqual([403, "forbidden", "reference:write"]);
  });

  it("is shown once, stored as a hash, listed without its token, and rejected once revoked", async () => {
    const created = await admin("POST", "/v1/api-keys", { name: "Checkout", scopes: ["reference:read"] });
    expect(created.status).toBe(201);
    const { id, token }: { id: string; token: string } = created.body;
    const checkout = callerOf(token);
    expect((await checkout("GET", "/v1/skus")).status).toBe(200);

    const stored = await env.DB.prepare("SELECT * FROM api_keys WHERE id = ?1").bind(id).first();
    expect(JSON.stringify(stored)).not.toContain(token.split("_")[2]);
    const listed = await admin("GET", "/v1/api-keys?limit=200");
    expect(JSON.stringify(listed.body)).toContain(id);
    expect(JSON.stringify(listed.body)).not.toMatch(/hash|ak_/);

    expect((await admin("DELETE", `/v1/api-keys/${id}`)).status).toBe(204);
    expect((await checkout("GET", "/v1/skus")).status).toBe(401);
    expect((await admin("DELETE", `/v1/api-keys/${id}`)).status).toBe(204);
    expect((await admin("DELETE", "/v1/api-keys/key_none")).status).toBe(404);
  });

  it("cannot be created with an unknown scope", async () => {
    const { status, body } = await admin("POST", "/v1/api-keys", { name: "x", scopes: ["root"] });
    expect([status, body.code]).toEqual([422, "invalid_request"]);
    expect(body.errors).toMatchObject([{ path: "scopes.0" }]);
  });
});

const spaces = (bytes: number) => JSON.stringify(aLocation()) + " ".repeat(bytes);
const streamed = (text: string) =>
  new ReadableStream({
    start(controller) {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length; at += 50_000) controller.enqueue(bytes.slice(at, at + 50_000));
      controller.close();
    },
  });

describe("a request body", () => {
  type Case = Readonly<{ name: string; request: () => Promise<Response>; status: number; code: string }>;
  const cases: Case[] = [
    {
      name: "too large by its length",
      request: () => send(spaces(300_000), { "content-length": "300500" }),
      status: 413,
      code: "payload_too_large",
    },
    {
      name: "too large without a length",
      request: () => send(streamed(spaces(300_000))),
      status: 413,
      code: "payload_too_large",
    },
    { name: "truncated", request: () => send('{"name": "Ber'), status: 400, code: "malformed_request" },
    { name: "empty", request: () => send(""), status: 400, code: "malformed_request" },
    {
      name: "not UTF-8",
      request: () => send(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
      status: 400,
      code: "malformed_request",
    },
    {
      name: "nested too deep",
      request: () => send("[".repeat(33) + "]".repeat(33)),
      status: 400,
      code: "malformed_request",
    },
    {
      name: "of another media type",
      request: () => send("a=b", { "content-type": "application/x-www-form-urlencoded" }),
      status: 415,
      code: "unsupported_media_type",
    },
    { name: "null", request: () => send("null"), status: 422, code: "invalid_request" },
    { name: "a list", request: () => send("[]"), status: 422, code: "invalid_request" },
    { name: "a string", request: () => send('"x"'), status: 422, code: "invalid_request" },
    {
      name: "an object with a lone surrogate",
      request: () => send(JSON.stringify(aLocation({ name: "\ud800" }))),
      status: 422,
      code: "invalid_request",
    },
  ];
  it.each(cases)("is rejected if it is $name", async ({ request, status, code }) => {
    const response = await request();
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([status, code]);
  });

  it("is accepted as a stream without a length, with brackets in its text", async () => {
    const response = await send(streamed(JSON.stringify(aLocation({ name: "[".repeat(40) + '\\"{' }))));
    expect(response.status).toBe(201);
  });
});

const put = (call: Call, id: string, key: string, over = {}) =>
  call("PUT", `/v1/locations/${id}`, aLocation(over), { "idempotency-key": key });

describe("an Idempotency-Key", () => {
  it("gives a repeat the first answer, though the location has changed since", async () => {
    const [id, key] = [unique("loc"), unique("key")];
    const first = await put(admin, id, key);
    expect(first.status).toBe(201);
    await admin("PUT", `/v1/locations/${id}`, aLocation({ name: "Changed" }));

    const again = await put(admin, id, key);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect((await admin("GET", `/v1/locations/${id}`)).body.name).toBe("Changed");
  });

  it("is rejected with another body and with another path", async () => {
    const [id, key] = [unique("loc"), unique("key")];
    await put(admin, id, key);
    const body = await put(admin, id, key, { name: "Other" });
    expect([body.status, body.body.code]).toEqual([422, "idempotency_key_reused"]);
    const path = await put(admin, unique("loc"), key);
    expect([path.status, path.body.code]).toEqual([422, "idempotency_key_reused"]);
  });

  it("is separate for each caller", async () => {
    const [id, key] = [unique("loc"), unique("key")];
    await put(admin, id, key);
    const other = await put(await callerWith("reference:write"), id, key);
    expect([other.status, other.headers.get("idempotency-replayed")]).toEqual([200, null]);
  });

  it("can be used again after an invalid request", async () => {
    const [id, key] = [unique("loc"), unique("key")];
    expect((await put(admin, id, key, { cutOff: "late" })).status).toBe(422);
    expect((await put(admin, id, key)).status).toBe(201);
  });

  it("runs one of twenty concurrent requests", async () => {
    const [id, key] = [unique("loc"), unique("key")];
    const answers = await Promise.all(Array.from({ length: 20 }, () => put(admin, id, key)));
    const fresh = answers.filter(
      ({ status, headers }) => status === 201 && !headers.has("idempotency-replayed"),
    );
    const rest = answers.filter((answer) => !fresh.includes(answer));
    expect(fresh).toHaveLength(1);
    const others = rest.map(({ status, headers, body }) =>
      headers.has("idempotency-replayed") ? `replayed ${status}` : body.code,
    );
    expect(["replayed 201", "request_in_progress"]).toEqual(expect.arrayContaining([...new Set(others)]));
  });

  it("can be used again a minute after a request that died", async () => {
    const [id, key] = [unique("loc"), unique("key")];
    await put(admin, id, key);
    const abandon = (at: number) =>
      env.DB.prepare("UPDATE idempotency_keys SET status = NULL, created_at = ?2 WHERE key LIKE '%:' || ?1")
        .bind(key, at)
        .run();
    await abandon(Date.now());
    expect((await put(admin, id, key)).body.code).toBe("request_in_progress");
    await abandon(Date.now() - 61_000);
    expect((await put(admin, id, key)).status).toBe(200);
  });
});

describe("a browser that asks for a page", () => {
  const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  const pages = [
    { path: "/v1/reconciliations/1999-01-01", status: 404, title: "Not found" },
    { path: "/v1/reconciliations/yesterday", status: 422, title: "Invalid request" },
    { path: "/v1/reconciliations/1999-01-01?x=1", status: 400, title: "Unknown query parameter" },
    { path: "/reconciliations/1999-01-01", status: 404, title: "Not found" },
    { path: "/reconciliations/yesterday", status: 404, title: "Not found" },
    { path: "/mail-preview?cursor=x", status: 422, title: "Invalid request" },
    { path: "/s/ord_none/x", status: 404, title: "Order not found" },
    { path: "/nowhere", status: 404, title: "Not found" },
    { path: "/docs/nowhere", status: 404, title: "Not found" },
  ];
  const get = (path: string, accept: string, key = bearer) =>
    fetchWorker(path, { headers: { authorization: `Bearer ${key}`, accept } });

  it.each(pages)("gets one with the title $title for $path", async ({ path, status, title }) => {
    const response = await get(path, BROWSER);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      status,
      "text/html; charset=UTF-8",
    ]);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const html = await response.text();
    expect(html).toContain(`<title>${title}</title>`);
    expect(html).toMatch(/^<!doctype html>/);
  });

  it("gets one without a valid key too", async () => {
    const response = await get("/v1/reconciliations/1999-01-01", BROWSER, "none");
    expect([response.status, response.headers.get("content-type")]).toEqual([
      401,
      "text/html; charset=UTF-8",
    ]);
  });

  it("gets JSON from an operation without a page", async () => {
    const response = await get("/v1/orders/none", BROWSER);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      404,
      "application/problem+json",
    ]);
  });

  it.each(["*/*", "application/json", "application/problem+json, text/html;q=0.5", ""])(
    "is not every caller: Accept %o gets JSON",
    async (accept) => {
      const response = await get("/v1/reconciliations/1999-01-01", accept);
      expect([response.status, response.headers.get("content-type")]).toEqual([
        404,
        "application/problem+json",
      ]);
    },
  );
});

describe("public routes", () => {
  it("report the health of the system", async () => {
    const response = await fetchWorker("/health");
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
    expect((await fetchWorker("/health", { method: "HEAD" })).status).toBe(200);
  });

  it("serve the API's description, and pages of it that load nothing", async () => {
    const document = await (await fetchWorker("/openapi.json")).json();
    expect(document).toMatchObject({ openapi: "3.1.0", servers: [{ url: "https://aftercart.test" }] });
    for (const path of ["/docs", "/docs/operations/placeOrder", "/docs/schemas/Order"]) {
      const page = await fetchWorker(path);
      expect([path, page.status]).toEqual([path, 200]);
      expect(page.headers.get("content-security-policy")).not.toContain("script-src");
      const html = await page.text();
      expect(html).not.toMatch(/<script|<link|src=|href="(?:https?:)?\/\//);
    }
    for (const path of ["/docs/operations/none", "/docs/schemas/constructor", "/docs/schemas/__proto__"]) {
      expect((await fetchWorker(path)).status).toBe(404);
    }
  });
});
