/**
 * API keys of machines. The token is shown once, at creation; only its hash is stored. The key's id names it in lists
 * and in the audit trail.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
// With its extension: scripts run this file in Node, which needs it.
import { isEqualInConstantTime } from "../../kernel/constant-time.ts";
import type { ApiKeyId } from "../../kernel/ids";

/**
 * What a key may do. `admin` includes the others, API keys themselves, and what decides whom this system trusts: the
 * secrets, the connection and the kind of a channel.
 */
export const SCOPES = {
  "orders:read": "Read orders, their history, notifications and callbacks",
  "orders:write": "Create, change, hold and cancel orders",
  "fulfillments:read": "Read fulfillments and pick lists",
  "fulfillments:write": "Ship, deliver and reject fulfillments",
  "labels:write": "Buy and void labels",
  "stock:read": "Read stock, availability and reservations",
  "stock:write": "Receive, adjust and count stock",
  "reservations:write": "Reserve stock for a checkout, and release it",
  "reference:read": "Read SKUs, locations, channels and carrier services",
  "reference:write":
    "Change SKUs, locations, carrier services, and channels apart from their secrets and connection",
  "reports:read": "Read reports, the journal and reconciliations",
  admin:
    "All of the above, and API keys, secrets and connections of channels, dead letters and runs of the reconciliation",
} as const;

export type Scope = keyof typeof SCOPES;

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);

export type ApiKey = Readonly<{
  id: ApiKeyId;
  /** Lower-case hexadecimal SHA-256 of the whole token. */
  hash: string;
  name: string;
  scopes: readonly Scope[];
  createdAt: number;
  revokedAt: number | null;
}>;

/** Random bytes of a key's secret. */
export const SECRET_BYTES = 32;

const TOKEN = /^ak_([0-9a-hjkmnp-tv-z]{26})_[0-9a-f]{64}$/;

/** The bearer token `ak_…_…`: the key's id, then its secret in hexadecimal. */
export const apiKeyToken = (id: ApiKeyId, secret: Uint8Array): string =>
  `ak_${id.slice("key_".length)}_${bytesToHex(secret)}`;

/** The id of the key that a token names, or null if the text is not a token. */
export function apiKeyIdOf(token: string): ApiKeyId | null {
  const match = TOKEN.exec(token);
  return match ? `key_${match[1]!}` : null;
}

/** The hash that is stored of a token. Its secret has 256 random bits, so a fast hash is safe. */
export const hashOfToken = (token: string): string => bytesToHex(sha256(utf8ToBytes(token)));

/** Whether the token is this key's and the key is not revoked. Compares in constant time. */
export const isTokenOf = (key: ApiKey, token: string): boolean =>
  isEqualInConstantTime(hashOfToken(token), key.hash) && key.revokedAt === null;

/** Whether the key has the scope or `admin`. */
export const hasScope = (key: ApiKey, scope: Scope): boolean =>
  key.scopes.includes(scope) || key.scopes.includes("admin");
