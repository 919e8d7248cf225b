/**
 * The id of a quote: a text that contains what was quoted, for which order and when, and that only our key can sign. So
 * quotes are stored nowhere, however many are made. An order that names one is weighed against the day that was quoted.
 *
 * `quote_<issued>_<day>_<channel>_<place>_<method>_<goods>_<signature>`. The parts in between are short digests: they
 * are compared, and the signature keeps them from being made up.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { isEqualInConstantTime } from "../../kernel/constant-time";
import { accept, reject, type Result } from "../../kernel/result";
import {
  digestOf,
  isInTime,
  methodText,
  placeText,
  precisionOf,
  quoteValidUntil,
  unitsBySku,
  type PlacedOrder,
  type Precision,
  type QuotedOrder,
} from "./quoted-order";

/** Part of the signed text, so that a signature made for another purpose signs no quote. */
const PURPOSE = "quote/v1";
/** No choice of delivery. */
const ANY = "any";

export type QuotedTime = Readonly<{
  /** The day by which everything was to arrive. */
  deliverByOn: string;
  /** Epoch milliseconds. */
  issuedAt: number;
}>;

/** About 95 characters for one SKU, and 8 more for each further one. */
export function quoteIdOf(order: QuotedOrder, { deliverByOn, issuedAt }: QuotedTime, key: string): string {
  const { channelId, destination, shippingMethod, lines } = order;
  const body = [
    "quote",
    issuedAt.toString(36),
    deliverByOn.replaceAll("-", ""),
    digestOf(channelId, 6),
    placeDigest(destination, precisionOf(destination)),
    methodText(shippingMethod) === "" ? ANY : digestOf(methodText(shippingMethod), 6),
    unitsBySku(lines)
      .map(([sku, quantity]) => `${digestOf(sku, 6)}${quantity.toString(36)}`)
      .join("."),
  ].join("_");
  return `${body}_${signatureOf(body, key)}`;
}

/**
 * Why a quote does not count for an order. `invalid`: it is not an id that we have made. `other_goods`: a SKU that was not
 * quoted, or more units. `not_read`: the database did not answer.
 */
export type QuoteFault =
  | "invalid"
  | "expired"
  | "other_channel"
  | "other_destination"
  | "other_delivery"
  | "other_goods"
  | "not_read";

const ID =
  /^(quote_([0-9a-z]{1,9})_(\d{4})(\d\d)(\d\d)_([0-9a-f]{6})_(([prc])[0-9a-f]{8})_([0-9a-f]{6}|any)_([0-9a-z.]+))_([0-9a-f]{32})$/;

/** The day that was quoted, if the order is for what was quoted. Fewer units than quoted are. */
export function quotedDay(id: string, order: PlacedOrder, key: string): Result<string, QuoteFault> {
  const match = ID.exec(id);
  if (!match) return reject("invalid");
  const [, body, issued, year, month, day, channel, place, precision, method, goods, signature] =
    match.map(String);
  if (!isEqualInConstantTime(signatureOf(body!, key), signature!)) return reject("invalid");
  // The order may be dated before the quote: from the start of its checkout.
  if (!isInTime(order.placedAt, quoteValidUntil(Number.parseInt(issued!, 36)))) return reject("expired");
  if (digestOf(order.channelId, 6) !== channel) return reject("other_channel");
  const { destination } = order;
  if (destination === null || placeDigest(destination, precision as Precision) !== place) {
    return reject("other_destination");
  }
  if (method !== ANY && digestOf(methodText(order.shippingMethod), 6) !== method) {
    return reject("other_delivery");
  }
  const quoted = new Map(
    goods!.split(".").map((each) => [each.slice(0, 6), Number.parseInt(each.slice(6), 36)]),
  );
  const isQuoted = unitsBySku(order.lines).every(
    ([sku, quantity]) => quantity <= (quoted.get(digestOf(sku, 6)) ?? 0),
  );
  return isQuoted ? accept(`${year}-${month}-${day}`) : reject("other_goods");
}

const placeDigest = (place: QuotedOrder["destination"], precision: Precision): string =>
  `${precision}${digestOf(placeText(place, precision), 8)}`;

const signatureOf = (body: string, key: string): string =>
  bytesToHex(hmac(sha256, utf8ToBytes(key), utf8ToBytes(`${PURPOSE}\n${body}`))).slice(0, 32);
