/**
 * Identifiers. `line_01jd…`: the prefix says what the id names, and the type checker holds us to it.
 *
 * Whatever a retry must find again has a derived id: a hash of what makes it the same thing. The rest
 * is random, and asked of the context.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

type Id<Prefix extends string> = `${Prefix}_${string}`;

export type OrderId = Id<"ord">;
export type LineId = Id<"line">;
export type FulfillmentId = Id<"ful">;
export type ShipmentId = Id<"shp">;
export type ReservationId = Id<"res">;
export type ReceiptId = Id<"rcpt">;
export type NotificationId = Id<"ntf">;
export type ApiKeyId = Id<"key">;
export type SimulationId = Id<"sim">;

type Prefix =
  | "ord"
  | "line"
  | "ful"
  | "shp"
  | "res"
  | "rcpt"
  | "key"
  | "ntf"
  | "mov"
  | "eff"
  | "dead"
  | "tell"
  | "sim";

const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_LENGTH = 26;

/** 26 Crockford base32 characters of SHA-256 over the parts: 130 bits, so that no two things meet by chance. */
export function derivedId<P extends Prefix>(prefix: P, ...parts: readonly string[]): Id<P> {
  return `${prefix}_${base32(sha256(utf8ToBytes(JSON.stringify(parts))))}`;
}

/** An id from random bytes, at least 17 of them; the caller brings the randomness. */
export const idFromBytes = <P extends Prefix>(prefix: P, bytes: Uint8Array): Id<P> =>
  `${prefix}_${base32(bytes)}`;

/** An order is its channel's external id: however often it is sent, it is this order. */
export const orderIdOf = (channelId: string, externalId: string): OrderId =>
  derivedId("ord", channelId, externalId);

/**
 * A storefront's line, of so many units. Two first words about an order that tell different quantities speak of
 * two lines, and allocation apart: what the one that is stored did not take expires, as nobody's.
 */
export const lineIdOf = (orderId: OrderId, externalLineId: string, quantity: number): LineId =>
  derivedId("line", orderId, externalLineId, String(quantity));

/** Units that edits added to a storefront's line are lines of their own here: the first addition is 1. */
export const addedLineIdOf = (
  orderId: OrderId,
  externalLineId: string,
  addition: number,
  quantity: number,
): LineId => derivedId("line", orderId, externalLineId, String(quantity), String(addition));

/** A checkout's reservation is found again by the storefront's own cart or checkout token. */
export const reservationIdOf = (channelId: string, token: string): ReservationId =>
  derivedId("res", channelId, token);

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
