/** Callers without a key: how many requests they may make, and what these cost. */
import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../src/env";
import { createApp } from "../../src/platform/http/app";
import { createContext } from "../../src/app-context";
import { callerWith, fetchWorker, makeKey, unique } from "../support/api";
import { documented, fetchUnchecked } from "../support/documented";
import { fetchWith } from "../support/faulty-bindings";
import { endpointsOf, type Document, type Endpoint } from "../support/openapi-samples";
import { storedRows, openPopulatedRetailer, type PopulatedRetailer } from "./populated-retailer";
import { anOrder, openChannel, sign } from "./signed-channel";
import { routes } from "../../src/modules";
import { countingDatabases } from "../support/databases";
import { databasesOf } from "../../src/platform/d1/databases";

const document: Document = await (await fetchWorker("/openapi.json")).json();
const endpoints = endpointsOf(document);
let populated: PopulatedRetailer;
beforeAll(async () => {
  populated = await openPopulatedRetailer(document);
});

const named = (list: readonly Endpoint[]) =>
  list.map((endpoint): [string, Endpoint] => [endpoint.operation.operationId, endpoint]);

/** A rate limiter that allows so many requests for each key. */
function limiter(max: number) {
  const requests = new Map<string, number>();
  const limit = ({ key }: { key: string }) => {
    requests.set(key, (requests.get(key) ?? 0) + 1);
    return Promise.resolve({ success: requests.get(key)! <= max });
  };
  return { binding: { limit }, requests };
}

describe("an unknown caller", () => {
  const from = (address: string) => ({ "cf-connecting-ip": address });
  const request = (path: string, init: RequestInit = {}) =>
    new Request(`https://aftercart.test${path}`, init);

  const open = endpoints.filter(({ operation }) => operation.security?.length === 0);
  it.each(named(open))("is rate limited: %s", async (_id, endpoint) => {
    const api = limiter(2);
    const bindings: Partial<Env> = { API_RATE_LIMIT: api.binding, PUBLIC_RATE_LIMIT: api.binding };
    const send = async (address: string) => {
      const { method } = endpoint;
      const init = { method, headers: from(address), ...(method === "POST" ? { body: "{}" } : {}) };
      return (await fetchWith(bindings, request(populated.pathOf(endpoint), init))).status;
    };
    const statuses = [
      await send("1.1.1.1"),
      await send("1.1.1.1"),
      await send("1.1.1.1"),
      await send("2.2.2.2"),
    ];
    expect(statuses.map((status) => status === 429)).toEqual([false, false, true, false]);
  });

  it("is rate limited over all channels' callbacks, and stores nothing", async () => {
    const { binding } = limiter(20);
    const channelId = await openChannel(populated);
    const before = await storedRows();
    const attempts = Array.from({ length: 60 }, async (_, i) => {
      const init = { method: "POST", headers: from("203.0.113.9"), body: `{"forged":${i}}` };
      const to = i % 2 === 0 ? channelId : unique("unknown");
      return (await fetchWith({ API_RATE_LIMIT: binding }, request(`/v1/webhooks/${to}`, init))).status;
    });
    const statuses = await Promise.all(attempts);
    expect(statuses.filter((status) => status === 429)).toHaveLength(40);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(await storedRows()).toBe(before);
    const { headers, body } = await sign(anOrder(populated));
    const init = { method: "POST", headers: { ...headers, ...from("198.51.100.7") }, body };
    const signed = await fetchWith({ API_RATE_LIMIT: binding }, request(`/v1/webhooks/${channelId}`, init));
    expect(signed.status).toBe(200);
  });

  it("causes no database calls beyond the limit, even with another key each time", async () => {
    const { bindings: counting, roundTrips } = countingDatabases();
    const { binding } = limiter(5);
    const app = createApp(
      (bindings: Env, execution, actor) => ({
        ...createContext(bindings, execution, actor),
        databases: databasesOf(counting),
      }),
      routes,
    );
    const bindings = { ...env, API_RATE_LIMIT: binding };
    const fetchApp = documented(
      async (sent) => app.fetch(sent, bindings, createExecutionContext()),
      fetchUnchecked,
    );
    for (let i = 0; i < 50; i += 1) {
      const guess = `ak_${String(i).padStart(26, "0")}_${"0".repeat(64)}`;
      const headers = { authorization: `Bearer ${guess}`, ...from("203.0.113.10") };
      const response = await fetchApp(request("/v1/orders", { headers }));
      expect(response.status).toBe(i < 5 ? 401 : 429);
    }
    expect(roundTrips()).toBe(5);
  });

  it("does not use up the limit of a known key", async () => {
    const { binding } = limiter(5);
    const { token } = await makeKey("reference:read");
    const send = async (given: string) => {
      const headers = { authorization: `Bearer ${given}`, ...from("203.0.113.11") };
      return (await fetchWith({ API_RATE_LIMIT: binding }, request("/v1/skus", { headers }))).status;
    };
    expect(await send(token)).toBe(200);
    for (let i = 0; i < 10; i += 1) await send("hunter2");
    expect(await send("hunter2")).toBe(429);
    expect(await send(token)).toBe(200);
  });

  it("stores nothing with any request", async () => {
    const before = await storedRows();
    const caller = await callerWith("orders:read");
    expect(caller).toBeDefined();
    const withKey = await storedRows();
    expect(withKey).not.toBe(before);
    for (const endpoint of endpoints) {
      const { method } = endpoint;
      const body = method === "GET" || method === "DELETE" ? {} : { body: "{}" };
      await fetchWorker(populated.pathOf(endpoint), { method, ...body });
    }
    expect(await storedRows()).toBe(withKey);
  });
});
