import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signStandardWebhook, standardWebhookKey } from "../../../src/channels/shared/signatures";
import callback from "../../fixtures/bigcommerce/callback.json";
import { signedBigCommerceRequest } from "../../support/bigcommerce-store";
import { aCallback, isSigned, readCallback } from "../../support/storefront-adapters";

const bytes = (text: string) => new TextEncoder().encode(text);
const now = Date.UTC(2026, 10, 24, 9, 16);

describe("BigCommerce's signature", () => {
  const clientSecret = "5f0a9b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccdd";

  it("is that of the Standard Webhooks library with the secret in base64, as the documents show it", () => {
    const body = JSON.stringify(callback);
    const signature = signStandardWebhook(bytes(clientSecret), "ntf_1", 1795511731, bytes(body));
    const libraryKey = standardWebhookKey(btoa(clientSecret))!;
    expect(signature).toBe(signStandardWebhook(libraryKey, "ntf_1", 1795511731, bytes(body)));
    const digest = createHmac("sha256", clientSecret).update(`ntf_1.1795511731.${body}`).digest("base64");
    expect(signature).toBe(`v1,${digest}`);
    const headers = {
      "webhook-id": "ntf_1",
      "webhook-timestamp": "1795511731",
      "webhook-signature": signature,
    };
    expect(isSigned("bigcommerce", aCallback(headers, body), [clientSecret], 1795511731_000)).toBe(true);
  });

  it("is accepted with either of two secrets, within five minutes, and with no other", async () => {
    const signed = await signedBigCommerceRequest("the-client-secret", "store/order/created", 1, {
      id: "m",
      now,
    });
    const isAccepted = (secrets: string[], at = now, body = signed.body) =>
      isSigned("bigcommerce", aCallback(signed.headers, body), secrets, at);
    expect(isAccepted(["another-secret", "the-client-secret"])).toBe(true);
    expect(isAccepted(["the-client-secret"], now + 4 * 60_000)).toBe(true);
    expect(isAccepted(["another-secret"])).toBe(false);
    expect(isAccepted([btoa("the-client-secret")])).toBe(false);
    expect(isAccepted(["the-client-secret"], now + 6 * 60_000)).toBe(false);
    expect(isAccepted(["the-client-secret"], now - 6 * 60_000)).toBe(false);
    expect(isAccepted(["the-client-secret"], now, `${signed.body} `)).toBe(false);
    expect(isAccepted([])).toBe(false);
  });

  it("is required", () => {
    expect(isSigned("bigcommerce", aCallback({}, "{}"), ["secret"], now)).toBe(false);
  });
});

describe("a BigCommerce callback", () => {
  const channel = { id: "bc", kind: "bigcommerce", currency: "USD" };
  const read = (payload: unknown, id = "ntf_1") =>
    readCallback(channel, aCallback({ "webhook-id": id }, JSON.stringify(payload)), now);
  const about = (scope: string, data: unknown = { type: "order", id: 4711 }) => ({
    ...callback,
    scope,
    data,
  });

  it.each([
    { scope: "store/order/created" },
    { scope: "store/order/updated" },
    { scope: "store/order/statusUpdated", data: callback.data },
    { scope: "store/order/archived" },
    { scope: "store/order/refund/created", data: { type: "order", id: 4711, refund: { refund_id: 3 } } },
    {
      scope: "store/order/transaction/created",
      data: { type: "transaction", order_id: "4711", transaction_id: "9" },
    },
    {
      scope: "store/order/transaction/updated",
      data: { type: "transaction", order_id: "4711", transaction_id: "9" },
    },
  ])("of $scope names the order that changed", ({ scope, data }) => {
    expect(read(about(scope, data))).toMatchObject({
      topic: scope,
      event: { ok: true, value: { type: "changed", externalOrderId: "4711" } },
    });
  });

  it.each([
    {
      scope: "store/order/message/created",
      data: { type: "order", id: 4711, message: { order_notification_id: 3 } },
    },
    { scope: "store/order/metafield/updated", data: { metafield_id: 14, resource_id: "4711" } },
    { scope: "store/product/updated", data: { type: "product", id: 4711 } },
    { scope: "store/order/created", data: { type: "order" } },
  ])("of $scope with $data is ignored", ({ scope, data }) => {
    expect(read(about(scope, data)).event).toMatchObject({ ok: true, value: { type: "ignored" } });
  });

  it.each([
    { what: "without a scope", payload: { ...callback, scope: undefined }, path: "scope" },
    { what: "without data", payload: { ...callback, data: null }, path: "data" },
    {
      what: "with a path as its id",
      payload: about("store/order/updated", { id: "4711/../../v3/customers" }),
      path: "data.id",
    },
  ])("$what is rejected by its field", ({ payload, path }) => {
    const { event } = read(payload);
    expect(event.ok ? [] : event.rejection.map((error) => error.path)).toEqual([path]);
  });

  it("has the same event id whenever it is repeated, and another than an equal one sent later", () => {
    const id = (payload: unknown, message?: string) => read(payload, message).eventId;
    expect(id(callback)).toBe(id(callback));
    expect(new Set([id(callback), id(callback, "ntf_2"), id({ ...callback, created_at: 1 })]).size).toBe(3);
  });
});
