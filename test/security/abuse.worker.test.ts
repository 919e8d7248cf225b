/** What callers may try with what they are given: cursors, names, and keys of their own. */
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
import { everythingStored, openEstate, type Estate } from "./populated-retailer";

const document: Document = await (await fetchWorker("/openapi.json")).json();
const endpoints = endpointsOf(document);
let estate: Estate;
let token: string;
beforeAll(async () => {
  estate = await openEstate(document);
  ({ token } = await makeKey("admin"));
});

const named = (list: readonly Endpoint[]) =>
  list.map((endpoint): [string, Endpoint] => [endpoint.operation.operationId, endpoint]);

describe("a cursor", () => {
  const lists = endpoints.filter(({ operation }) =>
    operation.parameters?.some(({ name }) => name === "cursor"),
  );
  const PLACES = [
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

  it.each(named(lists))("is a place in the list and nothing else: %s", async (_id, endpoint) => {
    const path = estate.pathOf(endpoint);
    const read = async (cursor: string) => {
      const url = `${path}${path.includes("?") ? "&" : "?"}limit=200${cursor && `&cursor=${cursor}`}`;
      const response = await fetchWorker(url, { headers: { authorization: `Bearer ${token}` } });
      const { items = [] } = await response.json<{ items?: unknown[] }>();
      return { status: response.status, items: items.map((item) => JSON.stringify(item)) };
    };
    const all = await read("");
    expect(all.status).toBe(200);
    for (const place of PLACES) {
      const { status, items } = await read(encodeCursor(place));
      expect([place, [200, 422].includes(status)]).toEqual([place, true]);
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
  ])("that is none of ours is refused: %s", async (cursor) => {
    const response = await fetchWorker(`/v1/skus?cursor=${cursor}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([
      422,
      "invalid_request",
    ]);
  });
});

describe("a prototype", () => {
  const POLLUTION =
    '"__proto__":{"isAdmin":true,"status":"closed"},"constructor":{"prototype":{"isAdmin":true}}';
  const isClean = () => !("isAdmin" in {}) && Object.keys(Object.prototype).length === 0;

  it.each(named(endpoints.filter((each) => bodySchemaOf(each))))(
    "is not reached by a body: %s",
    async (_id, endpoint) => {
      const before = await everythingStored();
      const sample = JSON.stringify(sampleOf(document, bodySchemaOf(endpoint)!));
      for (const body of [`{${POLLUTION}}`, sample.replaceAll("{", `{${POLLUTION},`).replaceAll(",}", "}")]) {
        const response = await fetchWorker(estate.pathOf(endpoint), {
          method: endpoint.method,
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body,
        });
        expect(response.status).toBe(422);
      }
      expect(isClean()).toBe(true);
      expect(await everythingStored()).toBe(before);
    },
  );

  it.each(["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"])(
    "has no names that a location or a channel may have: %s",
    async (id) => {
      for (const [path, body] of [
        ["locations", aLocation()],
        ["channels", aChannel()],
      ] as const) {
        expect((await estate.admin("PUT", `/v1/${path}/${id}`, body)).status).toBe(422);
      }
    },
  );

  it("may lend its names to SKUs, orders and lines, which are counted as any other", async () => {
    const admin = estate.admin;
    const [locationId] = estate.retailer.locationIds;
    for (const name of ["__proto__", "constructor", "toString"]) {
      const sku = { title: name, weightGrams: 1, unitCostMinor: 1, policy: "deny" };
      expect((await admin("PUT", `/v1/skus/${name}`, sku)).status).toBe(201);
      await admin("POST", `/v1/skus/${name}/receipts`, { locationId, quantity: 5, ref: name });
      const order = canonicalPayload(anOrderOf({ ...estate.retailer, skus: [name] }, [2]));
      const lines = order.lines.map((line) => ({ ...line, externalId: name }));
      const placed = await admin("POST", "/v1/orders", {
        channelId: estate.retailer.channelId,
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

  it("gives no other caller the answer, even where it names the first one's key", async () => {
    const [first, second] = [await makeKey("reference:write"), await makeKey("reference:write")];
    const [key, id] = [unique("key"), unique("loc")];
    await put(first.token, key, id, "The first one's");
    for (const stolen of [key, `${first.key.id}:${key}`, `:${key}`, `../${key}`]) {
      const { headers, body } = await put(second.token, stolen, id, "The second one's");
      expect([stolen, headers.get("idempotency-replayed")]).toEqual([stolen, null]);
      expect(JSON.stringify(body)).not.toContain("The first one's");
    }
  });

  it("gives a revoked caller nothing", async () => {
    const { key, token } = await makeKey("reference:write");
    const [name, id] = [unique("key"), unique("loc")];
    await put(token, name, id);
    await revokeApiKey(env.DB, key.id, Date.now());
    expect((await put(token, name, id)).status).toBe(401);
  });

  it("does not stand in for a scope", async () => {
    const { key, token } = await makeKey("reference:write");
    const [name, id] = [unique("key"), unique("loc")];
    await put(token, name, id);
    await env.DB.prepare("UPDATE api_keys SET scopes = '[\"orders:read\"]' WHERE id = ?1").bind(key.id).run();
    await revokeApiKey(env.DB, key.id, Date.now());
    await env.DB.prepare("UPDATE api_keys SET revoked_at = NULL WHERE id = ?1").bind(key.id).run();
    expect((await put(token, name, id)).status).toBe(403);
  });

  it.each(["", "x".repeat(256), "x".repeat(10_000)])("has a length: %#", async (key) => {
    const { status } = await put(token, key, unique("loc"));
    expect(status).toBe(422);
  });
});
