/** How a channel's own API is called: written with the channel, sealed, told to nobody but who calls it. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { channelConnection } from "../../src/channels/channel-connections";
import { aChannel, callerWith, makeKey, unique, type Call } from "../support/api";
import { fetchWith } from "../support/faults";

const TOKEN = "bc-access-token-0123456789";
const connection = {
  baseUrl: "https://api.bigcommerce.com/stores/abc123",
  credentials: { accessToken: TOKEN },
};
const aStore = (over: Record<string, unknown> = {}) =>
  aChannel({ kind: "bigcommerce", currency: "USD", connection, ...over });

/** A context whose kept values are too old to be used. */
const fresh = () => ({
  ...createContext(env, { waitUntil: () => undefined }, "test"),
  now: () => Date.now() + 60_000,
});

let staff: Call;
beforeAll(async () => {
  staff = await callerWith("reference:read", "reference:write");
});

describe("a channel's connection", () => {
  it("is kept sealed, and told only in when it was set", async () => {
    const id = unique("store");
    const written = await staff("PUT", `/v1/channels/${id}`, aStore());
    expect([written.status, typeof written.body.connectionSetAt]).toEqual([201, "string"]);
    const read = await staff("GET", `/v1/channels/${id}`);
    const listed = await staff("GET", "/v1/channels?limit=200");
    const stored = await env.DB.prepare("SELECT * FROM channels WHERE id = ?1").bind(id).first();
    const told = JSON.stringify([written.body, read.body, listed.body, stored]);
    expect(told).not.toContain(TOKEN);
    expect(told).not.toContain("stores/abc123");
    expect(await channelConnection(fresh(), id)).toEqual({
      kind: "bigcommerce",
      baseUrl: connection.baseUrl,
      accessToken: TOKEN,
    });
  });

  it("stays where none is given, goes where null is, and does not outlive the channel's kind", async () => {
    const id = unique("store");
    await staff("PUT", `/v1/channels/${id}`, aStore());
    await staff("PUT", `/v1/channels/${id}`, aStore({ connection: undefined, name: "Renamed" }));
    expect(await channelConnection(fresh(), id)).toMatchObject({ accessToken: TOKEN });
    const gone = await staff("PUT", `/v1/channels/${id}`, aStore({ connection: null }));
    expect(gone.body.connectionSetAt).toBeNull();
    expect(await channelConnection(fresh(), id)).toBeNull();
    await staff("PUT", `/v1/channels/${id}`, aStore());
    await staff("PUT", `/v1/channels/${id}`, aStore({ connection: undefined, kind: "shopify" }));
    expect(await channelConnection(fresh(), id)).toBeNull();
  });

  it("is none of a channel that nobody connected, or that is not there", async () => {
    const id = unique("store");
    const { body } = await staff("PUT", `/v1/channels/${id}`, aStore({ connection: undefined }));
    expect(body.connectionSetAt).toBeNull();
    expect(await channelConnection(fresh(), id)).toBeNull();
    expect(await channelConnection(fresh(), unique("nowhere"))).toBeNull();
  });

  it.each([
    ["a host that is not BigCommerce's", { ...connection, baseUrl: "https://evil.example/stores/abc" }],
    ["the metadata service", { ...connection, baseUrl: "http://169.254.169.254/latest" }],
    ["another's credentials", { ...connection, credentials: { consumerKey: TOKEN } }],
    ["no credentials", { baseUrl: connection.baseUrl, credentials: {} }],
    ["an unknown field", { ...connection, token: TOKEN }],
  ])("is refused with %s, and not quoted", async (_what, wrong) => {
    const { status, body } = await staff(
      "PUT",
      `/v1/channels/${unique("store")}`,
      aStore({ connection: wrong }),
    );
    expect(status).toBe(422);
    expect(body.errors[0].path).toMatch(/^connection/);
    expect(JSON.stringify(body)).not.toContain(TOKEN);
  });

  it("stands on this machine only where it is developed", async () => {
    const here = { ...connection, baseUrl: "http://127.0.0.1:9911/stores/abc" };
    const id = unique("store");
    expect((await staff("PUT", `/v1/channels/${id}`, aStore({ connection: here }))).status).toBe(201);
    expect(await channelConnection(fresh(), id)).toMatchObject({ baseUrl: here.baseUrl });

    const { token } = await makeKey("reference:write");
    const put = new Request(`https://aftercart.test/v1/channels/${id}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(aStore({ connection: here })),
    });
    expect((await fetchWith({ ENVIRONMENT: "production" }, put)).status).toBe(422);
    // One that was written in development is no way in either.
    const production = { ...fresh(), config: { ...fresh().config, environment: "production" } };
    const later = { ...production, now: () => Date.now() + 120_000 };
    await expect(channelConnection(later, id)).rejects.toThrow("may not be used here");
  });

  it("cannot be used from another channel's row, or from its own secrets", async () => {
    const [from, to] = [unique("store"), unique("store")];
    await staff("PUT", `/v1/channels/${from}`, aStore());
    await staff("PUT", `/v1/channels/${to}`, aStore({ secrets: ["a-webhook-secret"] }));
    const copy =
      "UPDATE channels SET connection = (SELECT connection FROM channels WHERE id = ?1) WHERE id = ?2";
    await env.DB.prepare(copy).bind(from, to).run();
    await expect(channelConnection(fresh(), to)).rejects.toThrow(/./);
    await env.DB.prepare("UPDATE channels SET connection = secrets ->> 0 WHERE id = ?1").bind(to).run();
    await expect(channelConnection(fresh(), to)).rejects.toThrow(/./);
  });
});
