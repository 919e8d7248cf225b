/**
 * Money as a whole number of a currency's minor units. Amounts are parsed from decimal text and never pass through
 * floating point. Parts of an amount always add up to the whole.
 */
import { currencyCode, digitsOf } from "./currencies";
import { invariant } from "./invariant";
import { accept, reject, type Result } from "./result";
import type { Whole } from "./whole-numbers";

/**
 * An ISO 4217 code, or a code that ISO does not list with its decimals: `BTC:8`. So every amount can be read from what
 * stands beside it, and one code with two numbers of decimals is two currencies.
 */
export type CurrencyCode = string;

/**
 * The most that one thing may be worth: an order with all its payments, or the cost of a line's units. So the sums and
 * differences of one order stay far below 2^53, beyond which a `number` is not exact.
 */
export const MAX_AMOUNT_MINOR = 100_000_000_000_000;

export type MoneyRejection = Readonly<
  | { code: "unknown_currency"; currency: string }
  | { code: "not_an_amount"; text: string }
  | { code: "amount_too_precise"; text: string; decimals: number }
  | { code: "amount_too_large"; text: string }
>;

export const isCurrency = (code: string): boolean => digitsOf(code) !== undefined;

/**
 * The number of decimals of the currency's minor unit.
 * @throws {InvariantViolation} for an unknown currency.
 */
export function minorUnitDigits(currency: CurrencyCode): number {
  const digits = digitsOf(currency);
  invariant(digits !== undefined, `${currency} is a currency`);
  return digits;
}

/**
 * The currency that a channel's storefront means by a code: a currency as it stands, or the channel's own, if that is an
 * unlisted one with this code. Null for any other: its decimals are unknown, and an amount must not be guessed.
 */
export function currencyOfChannel(code: string, channelCurrency: CurrencyCode): CurrencyCode | null {
  const upper = code.trim().toUpperCase();
  if (isCurrency(upper)) return upper;
  return currencyCode(channelCurrency) === upper && isCurrency(channelCurrency) ? channelCurrency : null;
}

/** Why a code is refused, and what to do about it. */
export const unknownCurrency = (code: string): string =>
  `${code} is not an ISO 4217 code. If the shop sells in it, the channel's currency must be ${code}:N, where N is its number of decimals`;

const DECIMAL = /^([+-]?)(\d{1,18})(?:\.(\d{1,30}))?$/;

/**
 * Parses decimal text, such as `"74.99"` or `"0.9"`, to minor units of the currency. Digits beyond the minor unit are
 * rejected unless they are zeros: half a cent cannot be booked.
 */
export function parseMoney(text: string, currency: CurrencyCode): Result<number, MoneyRejection> {
  const digits = digitsOf(currency);
  if (digits === undefined) return reject({ code: "unknown_currency", currency });
  const match = DECIMAL.exec(text.trim());
  if (!match) return reject({ code: "not_an_amount", text });
  const [, sign, whole, decimals = ""] = match;
  if (/[1-9]/.test(decimals.slice(digits))) {
    return reject({ code: "amount_too_precise", text, decimals: digits });
  }
  // `Number` parses whole numbers up to MAX_SAFE_INTEGER exactly, and no greater number to one of these.
  const minor = Number(whole! + decimals.slice(0, digits).padEnd(digits, "0"));
  if (minor > Number.MAX_SAFE_INTEGER) return reject({ code: "amount_too_large", text });
  return accept(sign === "-" && minor > 0 ? -minor : minor);
}

/** Formats 7499 EUR as `"74.99"` and -5 JPY as `"-5"`. The inverse of `parseMoney`. Also for sums beyond 2^53. */
export function formatMoney(amountMinor: Whole, currency: CurrencyCode): string {
  const digits = minorUnitDigits(currency);
  const text = String(amountMinor)
    .replace("-", "")
    .padStart(digits + 1, "0");
  const sign = amountMinor < 0 ? "-" : "";
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * Splits an amount in proportion to the weights by the largest remainder method
 * (https://en.wikipedia.org/wiki/Largest_remainder_method), so that the parts add up to the amount. Of equal remainders
 * the earlier part gets the unit. If all weights are zero, the first part gets the whole amount.
 */
export function apportion(amountMinor: number, weights: readonly number[]): number[] {
  invariant(weights.length > 0, "an amount is split into at least one part");
  invariant(
    weights.every((weight) => Number.isSafeInteger(weight) && weight >= 0),
    "weights are whole and not negative",
  );
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (total === 0n) return weights.map((_, i) => (i === 0 ? amountMinor : 0));

  const amount = BigInt(Math.abs(amountMinor));
  const exact = weights.map((weight) => amount * BigInt(weight));
  const parts = exact.map((share) => share / total);
  const left = Number(amount - parts.reduce((sum, part) => sum + part, 0n));
  const byRemainder = exact
    .map((share, i) => ({ i, remainder: share % total }))
    // The sort is stable, so of equal remainders the earlier part stays first.
    .toSorted((a, b) => Number(b.remainder - a.remainder));
  for (const { i } of byRemainder.slice(0, left)) parts[i] = parts[i]! + 1n;
  return parts.map((part) => Number(amountMinor < 0 ? -part : part));
}

/**
 * The share of the units from index `from` (inclusive) to `to` (exclusive) in an amount for `units` units. It is a
 * difference of cumulative shares, so the shares of any partition of the units add up to the whole amount.
 */
export function unitShare(amountMinor: number, units: number, from: number, to: number): number {
  invariant(0 <= from && from <= to && to <= units, "the units of a share are among the units of the amount");
  return cumulativeShare(amountMinor, units, to) - cumulativeShare(amountMinor, units, from);
}

function cumulativeShare(amountMinor: number, units: number, upTo: number): number {
  if (upTo === 0) return 0;
  const share = (BigInt(Math.abs(amountMinor)) * BigInt(upTo)) / BigInt(units);
  return Number(amountMinor < 0 ? -share : share);
}
