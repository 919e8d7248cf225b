import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  signBase64,
  signStandardWebhook,
  standardWebhookKey,
  standardWebhookSecretFault,
  textSecretFault,
} from "../../../src/channels/shared/signatures";
import signatures from "../../fixtures/signatures.json";
import { aCallback, isSigned } from "../../support/storefront-adapters";
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
const standardHeaders = (over: Record<string, string> = {}) => ({
  "webhook-id": standard.id,
  "webhook-timestamp": String(standard.timestamp),
  "webhook-signature": standard.signature,
  ...over,
});

describe("a published signature", () => {
  it("of Shopify is reproduced and accepted", () => {
    const { secret, body, signature } = vector("shopify");
    expect(signBase64(secret, bytes(body))).toBe(signature);
    const callback = aCallback({ "X-Shopify-Hmac-Sha256": signature }, body);
    expect(isSigned("shopify", callback, [secret], 0)).toBe(true);
  });

  it("of Standard Webhooks is reproduced and accepted", () => {
    const { secret, id, timestamp, body, signature } = standard;
    expect(signStandardWebhook(standardWebhookKey(secret)!, id, timestamp, bytes(body))).toBe(signature);
    expect(isSigned("generic", aCallback(standardHeaders(), body), [secret], standardNow)).toBe(true);
  });
});

describe("a signed callback", () => {
  const senders = [
    { kind: "shopify", secret: "old secret", newSecret: "new secret" },
    { kind: "woocommerce", secret: "old secret", newSecret: "new secret" },
    { kind: "generic", secret: "whsec_b2xkIHNlY3JldA==", newSecret: "whsec_bmV3IHNlY3JldA==" },
  ] as const;
  const now = Date.UTC(2026, 10, 22);
  const signed = async (kind: (typeof senders)[number]["kind"], secret: string) => {
    const { headers, body } = await signedStorefrontRequest(kind, secret, "t", { a: 1 }, { id: "e1", now });
    return aCallback(headers, body);
  };

  it.each(senders)(
    "of $kind is accepted with either of two secrets, and with no other",
    async ({ kind, secret, newSecret }) => {
      const callback = await signed(kind, secret);
      const isAccepted = (secrets: string[]) => isSigned(kind, callback, secrets, now);
      expect([
        isAccepted([secret]),
        isAccepted([newSecret, secret]),
        isAccepted([secret, newSecret]),
      ]).toEqual([true, true, true]);
      expect([isAccepted([newSecret]), isAccepted([]), isAccepted([""])]).toEqual([false, false, false]);
    },
  );

  it.each(senders)("of $kind is refused if any bit of its body is changed", async ({ kind, secret }) => {
    const { headers, body } = await signed(kind, secret);
    for (let bit = 0; bit < body.length * 8; bit++) {
      const changed = body.with(bit >> 3, body[bit >> 3]! ^ (1 << (bit & 7)));
      expect(isSigned(kind, aCallback(headers, changed), [secret], now)).toBe(false);
    }
  });

  it.each(senders)("of $kind is refused if it was signed with an empty key", async ({ kind }) => {
    const { headers, body } = await signed(kind, "whsec_eA==");
    const forged = new Headers(headers);
    forged.set("x-shopify-hmac-sha256", signBase64("", body));
    forged.set("x-wc-webhook-signature", signBase64("", body));
    const message = `e1.${now / 1000}.${new TextDecoder().decode(body)}`;
    forged.set("webhook-signature", `v1,${createHmac("sha256", "").update(message).digest("base64")}`);
    expect(isSigned(kind, aCallback(forged, body), ["", "whsec_"], now)).toBe(false);
  });

  it.each(senders)(
    "of $kind is refused without an error if its headers are malformed",
    ({ kind, secret }) => {
      const visible = fc.string({ unit: fc.constantFrom("v1,", "=", " ", "+/", "aA", "09", "-", "\u00e9") });
      fc.assert(
        fc.property(visible, visible, visible, (id, timestamp, signature) => {
          const headers = {
            "webhook-id": id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature,
            "x-shopify-hmac-sha256": signature,
            "x-wc-webhook-signature": signature,
          };
          expect(isSigned(kind, aCallback(headers, "{}"), [secret, id], now)).toBe(false);
        }),
      );
      expect(isSigned(kind, aCallback({}, "{}"), [secret], now)).toBe(false);
    },
  );
});

describe("a Standard Webhooks signature", () => {
  const isAccepted = (headers: Record<string, string>, now = standardNow, secret = standard.secret) =>
    isSigned("generic", aCallback(headers, standard.body), [secret], now);

  it.each([
    { ms: 0, accepted: true },
    { ms: 300_000, accepted: true },
    { ms: -300_000, accepted: true },
    { ms: 300_001, accepted: false },
    { ms: -300_001, accepted: false },
  ])("is accepted $ms ms after its timestamp: $accepted", ({ ms, accepted }) => {
    expect(isAccepted(standardHeaders(), standardNow + ms)).toBe(accepted);
  });

  it("is found among several, which a sender sends while it changes its secret", () => {
    const others = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v1a,abc";
    expect(isAccepted(standardHeaders({ "webhook-signature": `${others} ${standard.signature}` }))).toBe(
      true,
    );
    expect(isAccepted(standardHeaders({ "webhook-signature": others }))).toBe(false);
  });

  it("also covers the id and the timestamp", () => {
    expect(isAccepted(standardHeaders({ "webhook-id": "ntf_other" }))).toBe(false);
    expect(isAccepted(standardHeaders({ "webhook-timestamp": String(standard.timestamp + 1) }))).toBe(false);
    expect(isAccepted(standardHeaders({ "webhook-timestamp": "1614265330.5" }))).toBe(false);
  });

  it("accepts a secret with and without its prefix, and none that is not base64", () => {
    expect(isAccepted(standardHeaders(), standardNow, standard.secret.slice("whsec_".length))).toBe(true);
    expect(isAccepted(standardHeaders(), standardNow, "whsec_not base64!")).toBe(false);
    expect(isAccepted(standardHeaders(), standardNow, "whsec_A")).toBe(false);
  });
});

describe("a webhook secret", () => {
  const key = btoa("0123456789abcdef");
  const notBase64 = "is not base64, with or without whsec_ before it";
  const tooShort = "is base64 of fewer than 16 bytes";

  it.each([
    { name: "base64", secret: key, fault: null },
    { name: "base64 with its prefix", secret: `whsec_${key}`, fault: null },
    { name: "base64 without padding", secret: key.replaceAll("=", ""), fault: null },
    { name: "the prefix of signatures before it", secret: `v1,whsec_${key}`, fault: notBase64 },
    { name: "text", secret: "a secret of the shop", fault: notBase64 },
    { name: "a line break at its end", secret: `whsec_${key}\n`, fault: notBase64 },
    { name: "characters outside of base64", secret: "whsec_!!!!!!!!", fault: notBase64 },
    { name: "the prefix alone", secret: "whsec_", fault: notBase64 },
    { name: "base64url", secret: "whsec_MDEyMzQ1Njc4OWFiY2RlZg-_", fault: notBase64 },
    { name: "15 bytes", secret: `whsec_${btoa("0123456789abcde")}`, fault: tooShort },
  ])("of Standard Webhooks with $name: $fault", ({ secret, fault }) => {
    expect(standardWebhookSecretFault(secret)).toBe(fault);
  });

  it.each([
    { name: "hexadecimal", secret: "hush0123456789abcdef", fault: null },
    { name: "spaces and signs inside", secret: "[ ~`-={}|;: <>?,./", fault: null },
    { name: "letters of any script", secret: "geheimnis-für-den-shop", fault: null },
    {
      name: "a line break",
      secret: "hush\nhush",
      fault: "contains a line break or another control character",
    },
    { name: "a space at its end", secret: "hush hush ", fault: "begins or ends with a space" },
    { name: "a no-break space before it", secret: "\u00a0hushhush", fault: "begins or ends with a space" },
  ])("whose text is the key with $name: $fault", ({ secret, fault }) => {
    expect(textSecretFault(secret)).toBe(fault);
  });
});
