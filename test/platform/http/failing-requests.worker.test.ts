/** Answers to unexpected failures: enough to retry or to report, and nothing internal. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../../../src/platform/http/app";
import { createContext } from "../../../src/app-context";
import type { Env } from "../../../src/env";
import { routes } from "../../../src/modules";
import { documented, fetchUnchecked } from "../../support/documented";

const SECRET = "customer@example.com";

/** The application with a database that fails every statement with the message. */
function failing(message: string) {
  const broken = new Proxy(env.DB, {
    get: () => () => {
      throw new Error(message);
    },
  });
  const app = createApp((env: Env, execution, actor) => {
    const context = createContext(env, execution, actor);
    return { ...context, databases: { ...context.databases, primary: broken } };
  }, routes);
  const fetchApp = documented(
    async (request) => app.fetch(request, env, createExecutionContext()),
    fetchUnchecked,
  );
  return (path: string, init?: RequestInit) => fetchApp(new Request(`https://aftercart.test${path}`, init));
}

let logged: string[];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void logged.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("the answer to a failure", () => {
  it.each([
    "D1_ERROR: D1 DB is overloaded. Too many requests queued.",
    "D1_ERROR: Network connection lost.",
    "D1_ERROR: Internal error in D1 DB storage caused object to be reset.",
  ])("is 503 with a time to retry after if the database is unavailable: %s", async (message) => {
    const response = await failing(message)("/health");
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: "database_unavailable" });
  });

  it("has the request's id and nothing else for an unexpected error, whose details are logged", async () => {
    const response = await failing("no such table: secrets")("/health", {
      headers: { "x-request-id": "r-1" },
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      type: "https://aftercart.dev/problems/internal_error",
      title: "Internal error",
      status: 500,
      code: "internal_error",
      requestId: "r-1",
    });
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0]!)).toMatchObject({
      level: "error",
      requestId: "r-1",
      method: "GET",
      route: "/health",
      message: "no such table: secrets",
    });
  });

  it("comes with a log line without the body, the query or the API key", async () => {
    const token = `ak_${"0".repeat(26)}_${"a".repeat(64)}`;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = JSON.stringify({ channelId: SECRET });
    const fails = failing("boom");
    expect((await fails("/v1/reservations", { method: "POST", headers, body })).status).toBe(500);
    expect((await fails(`/v1/orders?email=${SECRET}`, { headers })).status).toBe(500);
    expect(logged).toHaveLength(2);
    for (const line of logged) {
      expect(line).not.toContain(SECRET);
      expect(line).not.toContain(token);
    }
  });
});
