/**
 * Identifiers such as `line_01jd…`. The prefix is the kind of thing, and part of the id's type.
 *
 * A thing that a retry must find again has a derived id: a hash of the fields that make it the same thing. Other ids
 * are random; the random bytes come from the context.
 *
 * A key that people read, such as `ord_…/3/0`, is made of its parts by `compositeKey`. Parts that callers choose stand
 * behind a fixed first part, so that no caller can write a key that this system makes.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

type Id<Prefix extends string> = `${Prefix}_${string}`;

export type OrderId = Id<"ord">;
export type LineId = Id<"line">;
export type FulfillmentId = Id<"ful">;
export type ShipmentId = Id<"shp">;
export type ReservationId = Id<"res">;
export type NotificationId = Id<"ntf">;
export type ApiKeyId = Id<"key">;
export type MovementId = Id<"mov">;
export type RunId = Id<"run">;
export type PrivacyRequestId = Id<"prq">;

type Prefix =
  | "ord"
  | "line"
  | "ful"
  | "shp"
  | "res"
  | "key"
  | "ntf"
  | "mov"
  | "dead"
  | "push"
  | "run"
  | "fnd"
  | "prq";

/** Crockford's base32, in ascending order of its bytes. */
export const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_LENGTH = 26;

/** An id from the SHA-256 of the parts, cut to 26 Crockford base32 characters: 130 bits make a collision negligible. */
export function derivedId<P extends Prefix>(prefix: P, ...parts: readonly string[]): Id<P> {
  return `${prefix}_${base32(sha256(utf8ToBytes(JSON.stringify(parts))))}`;
}

/** An id from at least 17 random bytes. @throws {RangeError} if there are fewer. */
export const idFromBytes = <P extends Prefix>(prefix: P, bytes: Uint8Array): Id<P> =>
  `${prefix}_${base32(bytes)}`;

/**
 * One text for several parts, such as `MUG/line_…/3`. The separators are escaped in the parts, so that no two lists of
 * parts have the same key: `X/Y` and `Z` are `X%2FY/Z`, `X` and `Y/Z` are `X/Y%2FZ`.
 */
export const compositeKey = (...parts: readonly [string | number, ...(string | number)[]]): string =>
  parts.map((part) => String(part).replaceAll(/[%/#]/g, encodeURIComponent)).join("/");

/** The key of what follows from the thing that has the key, such as the revaluation after a movement. */
export const followingKey = (key: string, what: string): string => `${key}#${what}`;

/** The same order of a channel always has the same id, however often it is sent. */
export const orderIdOf = (channelId: string, externalId: string): OrderId =>
  derivedId("ord", channelId, externalId);

/**
 * The id of a storefront's line with its first quantity. Two concurrent deliveries of a new order may differ in a
 * quantity. Their lines then have different ids and allocate separately: the allocations of the delivery that is not
 * stored belong to no line and expire.
 */
export const lineIdOf = (orderId: OrderId, externalLineId: string, quantity: number): LineId =>
  derivedId("line", orderId, externalLineId, String(quantity));

/** The id of a line for units that an edit added to a storefront's line. `addition` counts from 1. */
export const addedLineIdOf = (
  orderId: OrderId,
  externalLineId: string,
  addition: number,
  quantity: number,
): LineId => derivedId("line", orderId, externalLineId, String(quantity), String(addition));

/** `token` is the storefront's cart or checkout token, so that a repeat finds the same reservation. */
export const reservationIdOf = (channelId: string, token: string): ReservationId =>
  derivedId("res", channelId, "token", token);

/** The reservation of a request without a token: a repeat with the same Idempotency-Key finds it. */
export const reservationIdOfKey = (
  channelId: string,
  apiKeyId: ApiKeyId,
  idempotencyKey: string,
): ReservationId => derivedId("res", channelId, "key", apiKeyId, idempotencyKey);

/** Whether the text has the form of an id of this kind. */
export const isId = <P extends Prefix>(prefix: P, text: string): text is Id<P> =>
  new RegExp(`^${prefix}_[${CROCKFORD}]{${ID_LENGTH}}$`).test(text);

function base32(bytes: Uint8Array): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < ID_LENGTH) {
      bits -= 5;
      text += CROCKFORD[(buffer >> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
    if (text.length === ID_LENGTH) return text;
  }
  throw new RangeError("an id takes at least 17 bytes");
}
