import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  signBase64,
  signEasyPost,
  signStandardWebhook,
  verifyEasyPost,
  verifyStorefront,
} from "../../../src/channels/storefronts/signatures";
import trackerUpdated from "../../fixtures/easypost/tracker-updated-event.json?raw";
import signatures from "../../fixtures/signatures.json";
import { signedStorefrontRequest } from "../../support/storefront-traffic";

const vectors: {
  scheme: string;
  secret: string;
  signature: string;
  body?: string;
  id?: string;
  timestamp?: number;
}[] = signatures;
const vector = (scheme: string) => ({
  body: "",
  id: "",
  timestamp: 0,
  ...vectors.find((v) => v.scheme === scheme)!,
});

const bytes = (text: string) => new TextEncoder().encode(text);
const standard = vector("standard-webhooks");
const standardNow = standard.timestamp * 1000;
const standardHeaders = (over: Record<string, string> = {}) =>
  new Headers({
    "webhook-id": standard.id,
    "webhook-timestamp": String(standard.timestamp),
    "webhook-signature": standard.signature,
    ...over,
  });

describe("the senders' own vectors", () => {
  it("pass for Shopify", () => {
    const { secret, body, signature } = vector("shopify");
    const headers = new Headers({ "X-Shopify-Hmac-Sha256": signature });
    expect(signBase64(secret, bytes(body))).toBe(signature);
    expect(verifyStorefront("shopify", [secret], headers, bytes(body), 0)).toBe(true);
  });

  it("pass for Standard Webhooks", () => {
    const { secret, id, timestamp, body, signature } = standard;
    expect(signStandardWebhook(secret, id, timestamp, bytes(body))).toBe(signature);
    expect(verifyStorefront("generic", [secret], standardHeaders(), bytes(body), standardNow)).toBe(true);
  });

  it("pass for EasyPost, whichever way its secret's accents are written", () => {
    const { secret, signature } = vector("easypost");
    const body = bytes(trackerUpdated);
    expect(signEasyPost(secret, body)).toBe(signature);
    const headers = new Headers({ "X-Hmac-Signature": signature });
    for (const form of ["NFC", "NFD"]) {
      expect(verifyEasyPost([secret.normalize(form)], headers, body)).toBe(true);
    }
  });
});

describe("verifyStorefront", () => {
  const kinds = [
    ["shopify", "old secret", "new secret"],
    ["woocommerce", "old secret", "new secret"],
    ["generic", "whsec_b2xkIHNlY3JldA==", "whsec_bmV3IHNlY3JldA=="],
  ] as const;
  const now = Date.UTC(2026, 10, 22);
  const signed = async (kind: (typeof kinds)[number][0], secret: string) => {
    const { headers, body } = await signedStorefrontRequest(kind, secret, "t", { a: 1 }, { id: "e1", now });
    return { headers: new Headers(headers), body: bytes(body) };
  };

  it.each(kinds)("%s: either of two live secrets passes, and no other", async (kind, old, fresh) => {
    const { headers, body } = await signed(kind, old);
    const passes = (secrets: string[]) => verifyStorefront(kind, secrets, headers, body, now);
    expect([passes([old]), passes([fresh, old]), passes([old, fresh])]).toEqual([true, true, true]);
    expect([passes([fresh]), passes([]), passes([""])]).toEqual([false, false, false]);
  });

  it.each(kinds)("%s: not one bit of the body may differ", async (kind, secret) => {
    const { headers, body } = await signed(kind, secret);
    for (let bit = 0; bit < body.length * 8; bit++) {
      const changed = body.with(bit >> 3, body[bit >> 3]! ^ (1 << (bit & 7)));
      expect(verifyStorefront(kind, [secret], headers, changed, now)).toBe(false);
    }
  });

  it.each(kinds)("%s: a key that is empty signs nothing", async (kind) => {
    const { headers, body } = await signed(kind, "whsec_eA==");
    const forged = new Headers(headers);
    forged.set("x-shopify-hmac-sha256", signBase64("", body));
    forged.set("x-wc-webhook-signature", signBase64("", body));
    const message = `e1.${now / 1000}.${new TextDecoder().decode(body)}`;
    forged.set("webhook-signature", `v1,${createHmac("sha256", "").update(message).digest("base64")}`);
    expect(verifyStorefront(kind, ["", "whsec_"], forged, body, now)).toBe(false);
  });

  it.each(kinds)("%s: malformed headers are false, never a throw", (kind, secret) => {
    const visible = fc.string({ unit: fc.constantFrom("v1,", "=", " ", "+/", "aA", "09", "-", "\u00e9") });
    fc.assert(
      fc.property(visible, visible, visible, (id, timestamp, signature) => {
        const headers = new Headers({
          "webhook-id": id,
          "webhook-timestamp": timestamp,
          "webhook-signature": signature,
          "x-shopify-hmac-sha256": signature,
          "x-wc-webhook-signature": signature,
        });
        expect(verifyStorefront(kind, [secret, id], headers, bytes("{}"), now)).toBe(false);
      }),
    );
    expect(verifyStorefront(kind, [secret], new Headers(), bytes("{}"), now)).toBe(false);
  });
});

const passesStandard = (headers: Headers, now = standardNow, secret = standard.secret) =>
  verifyStorefront("generic", [secret], headers, bytes(standard.body), now);

describe("a Standard Webhooks signature", () => {
  it.each([
    [0, true],
    [300_000, true],
    [-300_000, true],
    [300_001, false],
    [-300_001, false],
  ])("%d ms from its time: %s", (ms, expected) => {
    expect(passesStandard(standardHeaders(), standardNow + ms)).toBe(expected);
  });

  it("is found among several, as while the sender rotates", () => {
    const others = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v1a,abc";
    expect(passesStandard(standardHeaders({ "webhook-signature": `${others} ${standard.signature}` }))).toBe(
      true,
    );
    expect(passesStandard(standardHeaders({ "webhook-signature": others }))).toBe(false);
  });

  it("holds the id and the time as well", () => {
    expect(passesStandard(standardHeaders({ "webhook-id": "ntf_other" }))).toBe(false);
    expect(passesStandard(standardHeaders({ "webhook-timestamp": String(standard.timestamp + 1) }))).toBe(
      false,
    );
    expect(passesStandard(standardHeaders({ "webhook-timestamp": "1614265330.5" }))).toBe(false);
  });

  it("takes the secret with and without its prefix, and none that is not base64", () => {
    expect(passesStandard(standardHeaders(), standardNow, standard.secret.slice("whsec_".length))).toBe(true);
    expect(passesStandard(standardHeaders(), standardNow, "whsec_not base64!")).toBe(false);
    expect(passesStandard(standardHeaders(), standardNow, "whsec_A")).toBe(false);
  });
});
