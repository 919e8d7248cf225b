import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  signBigCommerce,
  signStandardWebhook,
  verifyStorefront,
} from "../../../src/channels/storefronts/signatures";
import { readStorefrontEvent } from "../../../src/channels/storefronts/storefront";
import callback from "../../fixtures/bigcommerce/callback.json";
import { signedBigCommerceRequest } from "../../support/bigcommerce-store.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const now = Date.UTC(2026, 10, 24, 9, 16);

describe("BigCommerce's signature", () => {
  it("is made as its documents show: by the Standard Webhooks library, given the secret in base64", () => {
    const clientSecret = "5f0a9b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccdd";
    const body = JSON.stringify(callback);
    const signature = signBigCommerce(clientSecret, "ntf_1", 1795511731, bytes(body));
    expect(signature).toBe(signStandardWebhook(btoa(clientSecret), "ntf_1", 1795511731, bytes(body)));
    const digest = createHmac("sha256", clientSecret).update(`ntf_1.1795511731.${body}`).digest("base64");
    expect(signature).toBe(`v1,${digest}`);
  });

  it("passes by either of two live secrets, within five minutes, and by no other", async () => {
    const signed = await signedBigCommerceRequest("the-client-secret", "store/order/created", 1, {
      id: "m",
      now,
    });
    const passes = (secrets: string[], at = now, body = signed.body) =>
      verifyStorefront("bigcommerce", secrets, new Headers(signed.headers), bytes(body), at);
    expect(passes(["another-secret", "the-client-secret"])).toBe(true);
    expect(passes(["the-client-secret"], now + 4 * 60_000)).toBe(true);
    expect(passes(["another-secret"])).toBe(false);
    expect(passes([btoa("the-client-secret")])).toBe(false);
    expect(passes(["the-client-secret"], now + 6 * 60_000)).toBe(false);
    expect(passes(["the-client-secret"], now - 6 * 60_000)).toBe(false);
    expect(passes(["the-client-secret"], now, `${signed.body} `)).toBe(false);
    expect(passes([])).toBe(false);
  });

  it("is needed: a callback without one is nobody's", () => {
    const unsigned = verifyStorefront("bigcommerce", ["secret"], new Headers(), bytes("{}"), now);
    expect(unsigned).toBe(false);
  });
});

describe("a BigCommerce callback", () => {
  const channel = { id: "bc", kind: "bigcommerce", currency: "USD" } as Parameters<
    typeof readStorefrontEvent
  >[0];
  const headers = (id = "ntf_1") => new Headers({ "webhook-id": id });
  const read = (payload: unknown, id?: string) =>
    readStorefrontEvent(channel, headers(id), bytes(JSON.stringify(payload)), now);
  const about = (scope: string, data: unknown = { type: "order", id: 4711 }) => ({
    ...callback,
    scope,
    data,
  });

  it.each([
    ["store/order/created", undefined],
    ["store/order/updated", undefined],
    ["store/order/statusUpdated", callback.data],
    ["store/order/archived", undefined],
    ["store/order/refund/created", { type: "order", id: 4711, refund: { refund_id: 3 } }],
    ["store/order/transaction/created", { type: "transaction", order_id: "4711", transaction_id: "9" }],
    ["store/order/transaction/updated", { type: "transaction", order_id: "4711", transaction_id: "9" }],
  ])("of %s says which order changed", (scope, data) => {
    expect(read(about(scope, data))).toMatchObject({
      ok: true,
      value: { type: "changed", externalOrderId: "4711", topic: scope },
    });
  });

  it.each([
    ["store/order/message/created", { type: "order", id: 4711, message: { order_notification_id: 3 } }],
    ["store/order/metafield/updated", { metafield_id: 14, resource_id: "4711" }],
    ["store/product/updated", { type: "product", id: 4711 }],
    ["store/order/created", { type: "order" }],
  ])("of %s with %j is none of ours", (scope, data) => {
    expect(read(about(scope, data))).toMatchObject({ ok: true, value: { type: "ignored" } });
  });

  it.each([
    ["no scope", { ...callback, scope: undefined }, "scope"],
    ["no data", { ...callback, data: null }, "data"],
    ["a path for an id", about("store/order/updated", { id: "4711/../../v3/customers" }), "data.id"],
  ])("with %s is named by its field", (_what, payload, path) => {
    const told = read(payload);
    expect(told.ok ? [] : told.rejection.errors.map((error) => error.path)).toEqual([path]);
  });

  it("has one id, whenever it is sent again, and another than what says the same later", () => {
    const id = (payload: unknown, message?: string) => {
      const told = read(payload, message);
      return told.ok ? told.value.eventId : told.rejection.eventId;
    };
    expect(id(callback)).toBe(id(callback));
    expect(new Set([id(callback), id(callback, "ntf_2"), id({ ...callback, created_at: 1 })]).size).toBe(3);
  });
});
