/**
 * Identifiers such as `line_01jd…`. The prefix is the kind of thing, and part of the id's type.
 *
 * A thing that a retry must find again has a derived id: a hash of the fields that make it the same thing. Other ids
 * are random; the random bytes come from the context.
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
export type SimulationId = Id<"sim">;

type Prefix = "ord" | "line" | "ful" | "shp" | "res" | "key" | "ntf" | "mov" | "dead" | "push" | "sim";

const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_LENGTH = 26;

/** An id from the SHA-256 of the parts, cut to 26 Crockford base32 characters: 130 bits make a collision negligible. */
export function derivedId<P extends Prefix>(prefix: P, ...parts: readonly string[]): Id<P> {
  return `${prefix}_${base32(sha256(utf8ToBytes(JSON.stringify(parts))))}`;
}

/** An id from at least 17 random bytes. @throws {RangeError} if there are fewer. */
export const idFromBytes = <P extends Prefix>(prefix: P, bytes: Uint8Array): Id<P> =>
  `${prefix}_${base32(bytes)}`;

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
  derivedId("res", channelId, token);

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
