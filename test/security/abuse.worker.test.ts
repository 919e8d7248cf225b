/** Attacks by callers with keys: forged cursors, names of the JavaScript prototype, others' idempotency keys. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeCursor } from "../../src/platform/http/schemas";
import { revokeApiKey } from "../../src/platform/auth/api-key-rows";
import { aChannel, aLocation, callerOf, fetchWorker, makeKey, unique } from "../support/api";
import {
  bodySchemaOf,
  endpointsOf,
  sampleOf,
  type Document,
  type Endpoint,
} from "../support/openapi-samples";
import { anOrderOf } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";
import { storedRows, openPopulatedRetailer, type PopulatedRetailer } from "./populated-retailer";

const document: Document = await (await fetchWorker("/openapi.json")).json();
const endpoints = endpointsOf(document);
let populated: PopulatedRetailer;
let token: string;
beforeAll(async () => {
  populated = await openPopulatedRetailer(document);
  ({ token } = await makeKey("admin"));
});

const named = (list: readonly Endpoint[]) =>
  list.map((endpoint): [string, Endpoint] => [endpoint.operation.operationId, endpoint]);

describe("a cursor", () => {
  const lists = endpoints.filter(({ operation }) =>
    operation.parameters?.some(({ name }) => name === "cursor"),
  );
  const FORGED_CURSORS = [
    "x",
    " ",
    "NaN ord_x",
    "-1 a b c",
    "1e999 a",
    "9".repeat(500),
    "0x10 a",
    "1\n2\n3\n4",
    "\u0000",
    "\ud83d\ude00 \ud83d\ude00",
    "' OR 1=1 --",
    "%' UNION SELECT hash, hash, hash FROM api_keys --",
    "{}",
    '{"createdAt":0}',
    "__proto__",
    "2026-11-22 ",
    "0000-00-00 x",
    "9999-99-99 x",
  ];

  it.each(named(lists))("can only select rows of its own list: %s", async (_id, endpoint) => {
    const path = populated.pathOf(endpoint);
    const read = async (cursor: string) => {
      const url = `${path}${path.includes("?") ? "&" : "?"}limit=200${cursor && `&cursor=${cursor}`}`;
      const response = await fetchWorker(url, { headers: { authorization: `Bearer ${token}` } });
      const { items = [] } = await response.json<{ items?: unknown[] }>();
      return { status: response.status, items: items.map((item) => JSON.stringify(item)) };
    };
    const all = await read("");
    expect(all.status).toBe(200);
    for (const content of FORGED_CURSORS) {
      const { status, items } = await read(encodeCursor(content));
      expect([content, [200, 422].includes(status)]).toEqual([content, true]);
      expect(all.items).toEqual(expect.arrayContaining(items));
    }
  });

  it.each([
    "a",
    "====",
    "%00",
    "%FF%FE",
    "a b",
    "ZZZZZ",
    encodeCursor("x").slice(0, -1),
    `${encodeCursor("x")}=`,
  ])("that we did not issue is rejected: %s", async (cursor) => {
    const response = await fetchWorker(`/v1/skus?cursor=${cursor}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([
      422,
      "invalid_request",
    ]);
  });
});

describe("the JavaScript prototype", () => {
  const POLLUTION =
    '"__proto__":{"isAdmin":true,"status":"closed"},"constructor":{"prototype":{"isAdmin":true}}';
  const isClean = () => !("isAdmin" in {}) && Object.keys(Object.prototype).length === 0;

  it.each(named(endpoints.filter((each) => bodySchemaOf(each))))(
    "is not changed by a body: %s",
    async (_id, endpoint) => {
      const before = await storedRows();
      const sample = JSON.stringify(sampleOf(document, bodySchemaOf(endpoint)!));
      for (const body of [`{${POLLUTION}}`, sample.replaceAll("{", `{${POLLUTION},`).replaceAll(",}", "}")]) {
        const response = await fetchWorker(populated.pathOf(endpoint), {
          method: endpoint.method,
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body,
        });
        expect(response.status).toBe(422);
      }
      expect(isClean()).toBe(true);
      expect(await storedRows()).toBe(before);
    },
  );

  it.each(["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"])(
    "has names that locations and channels may not have: %s",
    async (id) => {
      for (const [path, body] of [
        ["locations", aLocation()],
        ["channels", aChannel()],
      ] as const) {
        expect((await populated.admin("PUT", `/v1/${path}/${id}`, body)).status).toBe(422);
      }
    },
  );

  it("has names that SKUs, orders and lines may have, which work like any other", async () => {
    const admin = populated.admin;
    const [locationId] = populated.retailer.locationIds;
    for (const name of ["__proto__", "constructor", "toString"]) {
      const sku = { title: name, weightGrams: 1, unitCostMinor: 1, policy: "deny" };
      expect((await admin("PUT", `/v1/skus/${name}`, sku)).status).toBe(201);
      await admin("POST", `/v1/skus/${name}/receipts`, { locationId, quantity: 5, ref: name });
      const order = canonicalPayload(anOrderOf({ ...populated.retailer, skus: [name] }, [2]));
      const lines = order.lines.map((line) => ({ ...line, externalId: name }));
      const placed = await admin("POST", "/v1/orders", {
        channelId: populated.retailer.channelId,
        ...order,
        externalId: name,
        lines,
      });
      expect([placed.status, placed.body.lines[0].allocated]).toEqual([201, 2]);
      const stock = await admin("GET", `/v1/skus/${name}/stock`);
      expect(stock.body.levels).toMatchObject([{ locationId, onHand: 5, allocated: 2, available: 3 }]);
    }
    expect(isClean()).toBe(true);
  });
});

describe("an Idempotency-Key", () => {
  const put = (token: string, key: string, id: string, name = "Berlin") =>
    callerOf(token)("PUT", `/v1/locations/${id}`, aLocation({ name }), { "idempotency-key": key });

  it("does not give another caller the stored answer", async () => {
    const [first, second] = [await makeKey("reference:write"), await makeKey("reference:write")];
    const [key, id] = [unique("key"), unique("loc")];
    await put(first.token, key, id, "The first caller's");
    for (const guess of [key, `${first.key.id}:${key}`, `:${key}`, `../${key}`]) {
      const { headers, body } = await put(second.token, guess, id, "The second caller's");
      expect([guess, headers.get("idempotency-replayed")]).toEqual([guess, null]);
      expect(JSON.stringify(body)).not.toContain("The first caller's");
    }
  });

  it("does not give a revoked caller the stored answer", async () => {
    const { key, token } = await makeKey("reference:write");
    const [name, id] = [unique("key"), unique("loc")];
    await put(token, name, id);
    await revokeApiKey(env.DB, key.id, Date.now());
    expect((await put(token, name, id)).status).toBe(401);
  });

  it("does not replace a scope", async () => {
    const { key, token } = await makeKey("reference:write");
    const [name, id] = [unique("key"), unique("loc")];
    await put(token, name, id);
    await env.DB.prepare("UPDATE api_keys SET scopes = '[\"orders:read\"]' WHERE id = ?1").bind(key.id).run();
    await revokeApiKey(env.DB, key.id, Date.now());
    await env.DB.prepare("UPDATE api_keys SET revoked_at = NULL WHERE id = ?1").bind(key.id).run();
    expect((await put(token, name, id)).status).toBe(403);
  });

  it.each(["", "x".repeat(256), "x".repeat(10_000)])("must have 1 to 255 characters: %#", async (key) => {
    const { status } = await put(token, key, unique("loc"));
    expect(status).toBe(422);
  });
});
