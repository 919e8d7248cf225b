/**
 * Verifying who sent a callback. A signature covers the bytes as received, is checked before anything reads them, and
 * is compared in constant time. During a rotation two secrets are live, and either is accepted. Malformed input is
 * not signed: a check returns false and never throws.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { isEqualInConstantTime } from "../../kernel/constant-time";
import type { Callback } from "../storefront-adapter";

const TOLERANCE_MS = 5 * 60 * 1000;
const STANDARD_SECRET_PREFIX = "whsec_";

/** Base64 HMAC-SHA256 of the body, with the secret's text as the key. */
export const signBase64 = (secret: string, body: Uint8Array): string =>
  base64(hmac(sha256, utf8ToBytes(secret), body));

/**
 * The key in a Standard Webhooks secret: base64, with or without `whsec_` before it. Null if it is not base64, or
 * empty.
 */
export function standardWebhookKey(secret: string): Uint8Array | null {
  const text = secret.startsWith(STANDARD_SECRET_PREFIX)
    ? secret.slice(STANDARD_SECRET_PREFIX.length)
    : secret;
  const key = bytesFromBase64(text);
  return key === null || key.length === 0 ? null : key;
}

/** A key of fewer bytes can be guessed. */
const MIN_KEY_BYTES = 16;

/** Why a Standard Webhooks secret cannot verify; null if it can. Never quotes the secret. */
export function standardWebhookSecretFault(secret: string): string | null {
  const key = standardWebhookKey(secret);
  if (key === null) return "is not base64, with or without whsec_ before it";
  return key.length < MIN_KEY_BYTES ? `is base64 of fewer than ${MIN_KEY_BYTES} bytes` : null;
}

/** Why a secret whose text is the key cannot verify; null if it can. No storefront makes such a secret: it was cut badly. */
export function textSecretFault(secret: string): string | null {
  if (/\p{Cc}/u.test(secret)) return "contains a line break or another control character";
  return secret.trim() === secret ? null : "begins or ends with a space";
}

/**
 * A Standard Webhooks signature: `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`, the timestamp in seconds.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const signStandardWebhook = (
  key: Uint8Array,
  id: string,
  timestamp: number | string,
  body: Uint8Array,
): string => `v1,${base64(hmac(sha256, key, concatBytes(utf8ToBytes(`${id}.${timestamp}.`), body)))}`;

/**
 * Standard Webhooks: accepts any of the space-separated `v1` signatures, and only within five minutes of the
 * timestamp, so that a recorded callback cannot be replayed later. `keyOf`: how a secret's text becomes the key.
 */
export function verifyStandardWebhook(
  { headers, body }: Callback,
  secrets: readonly string[],
  now: number,
  keyOf: (secret: string) => Uint8Array | null = standardWebhookKey,
): boolean {
  const id = headers.get("webhook-id");
  const timestamp = headers.get("webhook-timestamp");
  if (!id || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp) * 1000) > TOLERANCE_MS) return false;
  const offered = (headers.get("webhook-signature") ?? "").split(" ").filter((s) => s.startsWith("v1,"));
  return isSignedByAny(offered, secrets, (secret) => {
    const key = keyOf(secret);
    return key && signStandardWebhook(key, id, timestamp, body);
  });
}

/**
 * Whether one of the offered signatures is that of one of the secrets. Tries every pair, so that the time taken does
 * not show which secret matched. An empty secret signs nothing.
 */
export function isSignedByAny(
  offered: readonly (string | null)[],
  secrets: readonly string[],
  sign: (secret: string) => string | null,
): boolean {
  let matches = false;
  for (const secret of secrets) {
    const expected = secret === "" ? null : sign(secret);
    if (expected === null) continue;
    for (const signature of offered) {
      if (signature !== null && isEqualInConstantTime(signature, expected)) matches = true;
    }
  }
  return matches;
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
