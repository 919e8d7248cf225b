/** The connection of a channel to its storefront's API: stored encrypted, never served, used only for calls. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { channelApi } from "../../src/channels/channel-api";
import type { Fetch } from "../../src/channels/storefront-adapter";
import { aChannel, callerWith, makeKey, unique, type Call } from "../support/api";
import { fetchWith } from "../support/faulty-bindings";
import { registryWith } from "../support/storefront-adapters";

const TOKEN = "bc-access-token-0123456789";
const connection = {
  baseUrl: "https://api.bigcommerce.com/stores/abc123",
  credentials: { accessToken: TOKEN },
};
const aStore = (over: Record<string, unknown> = {}) =>
  aChannel({ kind: "bigcommerce", currency: "USD", connection, ...over });

type Changes = Readonly<{ environment?: string; afterMs?: number }>;

/** Calls the channel's API, and returns the address and the token of the call. Null if it is not connected. */
async function callOf(channelId: string, { environment = "test", afterMs = 60_000 }: Changes = {}) {
  const calls: { url: string; token: string | null }[] = [];
  const record: Fetch = async (input, init) => {
    calls.push({ url: new Request(input).url, token: new Headers(init?.headers).get("x-auth-token") });
    return Response.json({ data: [] });
  };
  const context = createContext(env, { waitUntil: () => undefined }, "test");
  const api = await channelApi(
    {
      ...context,
      storefronts: registryWith(record),
      config: { ...context.config, environment },
      // Later than the caches of the isolate are valid.
      now: () => Date.now() + afterMs,
    },
    channelId,
  );
  await api?.stock?.find(["MUG"]);
  return calls[0] ?? null;
}

let staff: Call;
beforeAll(async () => {
  staff = await callerWith("admin");
});

describe("a channel's connection", () => {
  it("is stored encrypted, and only the time at which it was set is served", async () => {
    const id = unique("store");
    const written = await staff("PUT", `/v1/channels/${id}`, aStore());
    expect([written.status, typeof written.body.connectionSetAt]).toEqual([201, "string"]);
    const read = await staff("GET", `/v1/channels/${id}`);
    const listed = await staff("GET", "/v1/channels?limit=200");
    const stored = await env.DB.prepare("SELECT * FROM channels WHERE id = ?1").bind(id).first();
    const visible = JSON.stringify([written.body, read.body, listed.body, stored]);
    expect(visible).not.toContain(TOKEN);
    expect(visible).not.toContain("stores/abc123");
    expect(await callOf(id)).toEqual({
      url: expect.stringMatching(/^https:\/\/api\.bigcommerce\.com\/stores\/abc123\//),
      token: TOKEN,
    });
  });

  it("stays if none is given, and is removed by null and by another kind of storefront", async () => {
    const id = unique("store");
    await staff("PUT", `/v1/channels/${id}`, aStore());
    await staff("PUT", `/v1/channels/${id}`, aStore({ connection: undefined, name: "Renamed" }));
    expect(await callOf(id)).toMatchObject({ token: TOKEN });
    const removed = await staff("PUT", `/v1/channels/${id}`, aStore({ connection: null }));
    expect(removed.body.connectionSetAt).toBeNull();
    expect(await callOf(id)).toBeNull();
    await staff("PUT", `/v1/channels/${id}`, aStore());
    await staff("PUT", `/v1/channels/${id}`, aStore({ connection: undefined, kind: "shopify" }));
    expect(await callOf(id)).toBeNull();
  });

  it("does not exist if the channel is not connected, or not known", async () => {
    const id = unique("store");
    const { body } = await staff("PUT", `/v1/channels/${id}`, aStore({ connection: undefined }));
    expect(body.connectionSetAt).toBeNull();
    expect(await callOf(id)).toBeNull();
    expect(await callOf(unique("nowhere"))).toBeNull();
  });

  it.each([
    {
      what: "a host that is not BigCommerce's",
      wrong: { ...connection, baseUrl: "https://evil.example/stores/abc" },
    },
    { what: "the metadata service", wrong: { ...connection, baseUrl: "http://169.254.169.254/latest" } },
    {
      what: "another storefront's credentials",
      wrong: { ...connection, credentials: { consumerKey: TOKEN } },
    },
    { what: "no credentials", wrong: { baseUrl: connection.baseUrl, credentials: {} } },
    { what: "an unknown field", wrong: { ...connection, token: TOKEN } },
  ])("with $what is refused, and not quoted", async ({ wrong }) => {
    const { status, body } = await staff(
      "PUT",
      `/v1/channels/${unique("store")}`,
      aStore({ connection: wrong }),
    );
    expect(status).toBe(422);
    expect(body.errors[0].path).toMatch(/^connection/);
    expect(JSON.stringify(body)).not.toContain(TOKEN);
  });

  it("may be to this machine in development only", async () => {
    const here = { ...connection, baseUrl: "http://127.0.0.1:9911/stores/abc" };
    const id = unique("store");
    expect((await staff("PUT", `/v1/channels/${id}`, aStore({ connection: here }))).status).toBe(201);
    expect((await callOf(id))?.url).toMatch(/^http:\/\/127\.0\.0\.1:9911\/stores\/abc\//);

    const { token } = await makeKey("admin");
    const put = new Request(`https://aftercart.test/v1/channels/${id}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(aStore({ connection: here })),
    });
    expect((await fetchWith({ ENVIRONMENT: "production" }, put)).status).toBe(422);
    // One that was written in development is not used in production either.
    const inProduction = callOf(id, { environment: "production", afterMs: 120_000 });
    await expect(inProduction).rejects.toThrow("may not be used here");
  });

  it("cannot be decrypted in another channel's row, and neither can a webhook secret in its place", async () => {
    const [from, to] = [unique("store"), unique("store")];
    await staff("PUT", `/v1/channels/${from}`, aStore());
    await staff("PUT", `/v1/channels/${to}`, aStore({ secrets: ["a-webhook-secret"] }));
    const copy =
      "UPDATE channels SET connection = (SELECT connection FROM channels WHERE id = ?1) WHERE id = ?2";
    await env.DB.prepare(copy).bind(from, to).run();
    await expect(callOf(to)).rejects.toThrow(/./);
    await env.DB.prepare("UPDATE channels SET connection = secrets ->> 0 WHERE id = ?1").bind(to).run();
    await expect(callOf(to)).rejects.toThrow(/./);
  });
});
