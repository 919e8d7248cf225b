/** What a quote is for, and whether an order is for the same: its channel, destination, delivery and goods. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { regionOfPostalCode } from "../../sourcing/domain/destination";

export type QuotedPlace = Readonly<{
  countryCode: string | null;
  region: string | null;
  postalCode: string | null;
}>;

export type QuotedGoods = Readonly<{ sku: string; quantity: number }>;

/** An order that is quoted for. */
export type QuotedOrder = Readonly<{
  channelId: string;
  destination: QuotedPlace;
  /** The customer's choice of delivery; null if it was not made yet: then an order may have any. */
  shippingMethod: string | null;
  lines: readonly QuotedGoods[];
}>;

/** An order that was placed, as far as it can be compared with a quote. */
export type PlacedOrder = Readonly<{
  channelId: string;
  /** Null if nothing is sent: it is collected, or has no address. */
  destination: QuotedPlace | null;
  shippingMethod: string | null;
  /** Only goods that are sent. */
  lines: readonly QuotedGoods[];
  /** Epoch milliseconds, by the storefront's clock. */
  placedAt: number;
}>;

const VALID_MS = 3_600_000;
/** The clock of a storefront may be wrong by so much. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** How long a checkout may take. */
const CHECKOUT_MS = 3_600_000;

/** @returns epoch milliseconds, an hour later. */
export const quoteValidUntil = (issuedAt: number): number => issuedAt + VALID_MS;

/** Whether an order that names the quote was placed before the quote ended. */
export const isInTime = (placedAt: number, validUntil: number): boolean =>
  placedAt <= validUntil + CLOCK_SKEW_MS;

/**
 * Whether an order that names no quote may have been placed on it. Some storefronts date an order from the start of its
 * checkout, before the quote was made.
 */
export const isWithin = (placedAt: number, issuedAt: number, validUntil: number): boolean =>
  placedAt >= issuedAt - CHECKOUT_MS && isInTime(placedAt, validUntil);

/** How exactly a quote knew the destination: an order's address is compared no more exactly. */
export const PRECISIONS = ["p", "r", "c"] as const;
export type Precision = (typeof PRECISIONS)[number];

/** By the most exact part that the place has. */
export const precisionOf = ({ postalCode, region }: QuotedPlace): Precision =>
  plain(postalCode) ? "p" : plain(region) ? "r" : "c";

/** The destination as text, no more exactly than asked for. */
export function placeText({ countryCode, region, postalCode }: QuotedPlace, precision: Precision): string {
  const known = region ?? (countryCode === null ? null : regionOfPostalCode(countryCode, postalCode));
  const parts = { p: [countryCode, postalCode], r: [countryCode, known], c: [countryCode] }[precision];
  return JSON.stringify([precision, ...parts.map(plain)]);
}

/** The units of each SKU, by SKU. */
export function unitsBySku(lines: readonly QuotedGoods[]): readonly (readonly [string, number])[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** As methods are compared: without case and outer spaces. Empty if there is none. */
export const methodText = (method: string | null): string => (method ?? "").trim().toLowerCase();

/** The first characters of a hash, in hexadecimal digits. */
export const digestOf = (text: string, length: number): string =>
  bytesToHex(sha256(utf8ToBytes(text))).slice(0, length);

/** Storefronts write postal codes with and without spaces, and in either case. */
const plain = (text: string | null): string => (text ?? "").replaceAll(/[\s-]/g, "").toUpperCase();
