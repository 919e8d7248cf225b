/** Nobody without a key can find out which channels exist, or which of them are active. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { receiveWebhook } from "../../src/channels/receive-webhook";
import type { StorefrontAdapter } from "../../src/channels/storefront-adapter";
import { aChannel, callerWith, fetchWorker, unique, type Call } from "../support/api";
import { SECRET, sign } from "./signed-channel";
import { countingDatabases } from "../support/databases";

const KINDS = ["shopify", "woocommerce", "bigcommerce", "generic"];
const OTHER_SECRET = "whsec_b3RoZXIgc2VjcmV0IG9mIGFub3RoZXIgY2hhbm5lbCE=";

let admin: Call;
/** Ids of active channels, inactive channels, and of none. */
const ids: string[] = [];
beforeAll(async () => {
  admin = await callerWith("admin");
  const channels = [
    ...KINDS.map((kind) => ({ kind, secrets: [SECRET] })),
    ...KINDS.map((kind) => ({ kind, secrets: [SECRET], active: false })),
    { secrets: [SECRET, OTHER_SECRET] },
    {},
  ];
  for (const over of channels) {
    const id = unique("shop");
    const { status } = await admin("PUT", `/v1/channels/${id}`, aChannel(over));
    if (status !== 201) throw new Error(`a channel was not created: ${status}`);
    ids.push(id);
  }
  ids.push(...Array.from({ length: 8 }, () => unique("nobody")));
});

const post = (id: string, headers: Record<string, string>, body: string) =>
  fetchWorker(`/v1/webhooks/${id}`, {
    method: "POST",
    headers: { ...headers, "x-request-id": "r" },
    body,
  });

/** Everything that a caller sees of an answer. */
async function seen(response: Response): Promise<string> {
  const headers = [...response.headers].filter(([name]) => name !== "date");
  return JSON.stringify([response.status, headers, await response.text()]);
}

describe("an unsigned callback", () => {
  it.each([
    { what: "without a signature", headers: {}, body: "{}" },
    { what: "with a signature of Shopify's", headers: { "x-shopify-hmac-sha256": "AAAA" }, body: "{}" },
    { what: "with a signature of WooCommerce's", headers: { "x-wc-webhook-signature": "AAAA" }, body: "{}" },
    { what: "that tests the address", headers: {}, body: "webhook_id=4711" },
    { what: "that is not JSON", headers: {}, body: "\u0000{" },
  ])("$what gets the same answer for every id", async ({ headers, body }) => {
    const answers = await Promise.all(ids.map(async (id) => seen(await post(id, headers, body))));
    expect(new Set(answers).size).toBe(1);
  });

  it("with a signature by another secret gets the same answer for every id", async () => {
    const signed = await sign({}, { secret: OTHER_SECRET.replace("b3", "c3") });
    const answers = await Promise.all(ids.map(async (id) => seen(await post(id, signed.headers, "{}"))));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("invalid_signature");
  });

  it("costs the same: as many secrets are tried and as many queries are made for every id", async () => {
    const costs: string[] = [];
    for (const id of ids) {
      const { bindings, roundTrips } = countingDatabases();
      const context = createContext({ ...env, ...bindings }, { waitUntil: () => undefined }, "test");
      await context.reference();
      const before = roundTrips();
      let tried = 0;
      const counted = (adapter: StorefrontAdapter): StorefrontAdapter => ({
        ...adapter,
        verify: (callback, secrets, now) => {
          tried += secrets.length;
          return adapter.verify(callback, secrets, now);
        },
      });
      const storefronts = {
        ...context.storefronts,
        adapterOf: (kind: string) => counted(context.storefronts.adapterOf(kind)),
        adapterForUnknown: (each: string) => counted(context.storefronts.adapterForUnknown(each)),
      };
      const callback = { headers: new Headers(), body: new TextEncoder().encode("{}") };
      expect(await receiveWebhook({ ...context, storefronts }, id, callback)).toMatchObject({ ok: false });
      costs.push(`${tried} secrets, ${roundTrips() - before} queries`);
    }
    expect(new Set(costs)).toEqual(new Set(["2 secrets, 0 queries"]));
  });

  it("is checked in the way of every storefront, also for ids that no channel has", () => {
    const { storefronts } = createContext(env, { waitUntil: () => undefined }, "test");
    const kinds = Array.from({ length: 100 }, () => storefronts.adapterForUnknown(unique("nobody")).kind);
    expect(new Set(kinds)).toEqual(new Set(KINDS));
    const id = unique("nobody");
    expect(storefronts.adapterForUnknown(id)).toBe(storefronts.adapterForUnknown(id));
  });
});

describe("a signed callback", () => {
  it("to an inactive channel has no effect", async () => {
    const id = unique("shop");
    await admin("PUT", `/v1/channels/${id}`, aChannel({ secrets: [SECRET], active: false }));
    const signed = await sign({});
    const response = await post(id, signed.headers, signed.body);
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([
      401,
      "invalid_signature",
    ]);
    const { body } = await admin("GET", "/v1/callbacks/rejected?limit=200");
    expect(JSON.stringify(body)).not.toContain(id);
  });
});
