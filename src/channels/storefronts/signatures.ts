/**
 * Who sent a callback: the one who holds the secret. A signature is checked over the bytes as they came,
 * before anything reads them, and in constant time.
 *
 * During a rotation two secrets are live, and either passes. Whatever is malformed is not signed: every
 * check answers true or false and never throws.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { ChannelKind } from "../../catalog/domain/reference";

const TOLERANCE_MS = 5 * 60 * 1000;
const STANDARD_SECRET_PREFIX = "whsec_";

/** Base64 HMAC-SHA256 of the body: Shopify and WooCommerce alike. */
export const signBase64 = (secret: string, body: Uint8Array): string =>
  base64(hmac(sha256, utf8ToBytes(secret), body));

/**
 * A Standard Webhooks signature, `v1,` and base64 HMAC-SHA256 of `id.timestamp.body`, the timestamp in
 * seconds. The secret is `whsec_` and base64. Null when the secret is not one.
 */
export function signStandardWebhook(
  secret: string,
  id: string,
  timestamp: number | string,
  body: Uint8Array,
): string | null {
  const key = bytesFromBase64(secret.startsWith(STANDARD_SECRET_PREFIX) ? secret.slice(6) : secret);
  return key === null || key.length === 0 ? null : standardSignature(key, id, timestamp, body);
}

/**
 * BigCommerce signs as Standard Webhooks do. Its secret is the client secret of the app or API account that
 * made the webhook, whose text is the key as it is.
 */
export const signBigCommerce = (
  secret: string,
  id: string,
  timestamp: number | string,
  body: Uint8Array,
): string => standardSignature(utf8ToBytes(secret), id, timestamp, body);

const standardSignature = (key: Uint8Array, id: string, timestamp: number | string, body: Uint8Array) =>
  `v1,${base64(hmac(sha256, key, concatBytes(utf8ToBytes(`${id}.${timestamp}.`), body)))}`;

/** EasyPost signs with the secret's NFKD form, so that a secret typed with accents is one secret. */
export const signEasyPost = (secret: string, body: Uint8Array): string =>
  `hmac-sha256-hex=${bytesToHex(hmac(sha256, utf8ToBytes(secret.normalize("NFKD")), body))}`;

/** Whether a storefront's callback was signed with one of the channel's secrets. `now` in epoch milliseconds. */
export function verifyStorefront(
  kind: ChannelKind,
  secrets: readonly string[],
  headers: Headers,
  body: Uint8Array,
  now: number,
): boolean {
  switch (kind) {
    case "shopify":
      return matchesAny([headers.get("x-shopify-hmac-sha256")], secrets, (s) => signBase64(s, body));
    case "woocommerce":
      return matchesAny([headers.get("x-wc-webhook-signature")], secrets, (s) => signBase64(s, body));
    case "bigcommerce":
      return verifyStandardWebhook(secrets, headers, body, now, signBigCommerce);
    case "generic":
      return verifyStandardWebhook(secrets, headers, body, now);
  }
}

/**
 * Standard Webhooks: any of the space-separated `v1` signatures passes, and only within five minutes of
 * its timestamp, so that a recorded callback cannot be played again later.
 */
export function verifyStandardWebhook(
  secrets: readonly string[],
  headers: Headers,
  body: Uint8Array,
  now: number,
  sign: (...signed: Parameters<typeof signStandardWebhook>) => string | null = signStandardWebhook,
): boolean {
  const id = headers.get("webhook-id");
  const timestamp = headers.get("webhook-timestamp");
  if (!id || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp) * 1000) > TOLERANCE_MS) return false;
  const offered = (headers.get("webhook-signature") ?? "").split(" ").filter((s) => s.startsWith("v1,"));
  return matchesAny(offered, secrets, (secret) => sign(secret, id, timestamp, body));
}

export const verifyEasyPost = (secrets: readonly string[], headers: Headers, body: Uint8Array): boolean =>
  matchesAny([headers.get("x-hmac-signature")], secrets, (secret) => signEasyPost(secret, body));

/** Tries every pair, so that the time taken does not tell which secret matched. An empty secret signs nothing. */
function matchesAny(
  offered: readonly (string | null)[],
  secrets: readonly string[],
  sign: (secret: string) => string | null,
): boolean {
  let matches = false;
  for (const secret of secrets) {
    const expected = secret === "" ? null : sign(secret);
    if (expected === null) continue;
    for (const signature of offered) {
      if (signature !== null && equalInConstantTime(signature, expected)) matches = true;
    }
  }
  return matches;
}

/** The length is no secret: a digest's text always has the same. */
function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

function bytesFromBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
