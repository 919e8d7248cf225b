/**
 * Reads a payload's money exactly. An amount with more decimals than its currency has is rounded half away from zero:
 * a total, payment or refund puts the order on hold with its name, and of a part of a total the total shows whether it
 * matters (`roundingOf`). What is not an amount is an error of the body.
 */
import { minorUnitDigits, parseMoney, type CurrencyCode } from "../../kernel/money";
import type { FieldError } from "../../kernel/field-errors";
import type { HoldCode, HoldReason } from "../../orders/domain/holds/hold";

export type MoneyValue = string | number | null;

export type AmountReader = Readonly<{
  /** In minor units; 0 for null and empty text. */
  read: (value: MoneyValue, path: string) => number;
  /** The same without a hold: for a part of a total, which does not add up if the rounding matters. */
  readPart: (value: MoneyValue, path: string) => number;
  /** Adds an error that no field's own shape shows, such as a line that is there twice. */
  refuse: (path: string, message: string) => void;
  /** Adds a reason to put the order on hold. */
  hold: (code: HoldCode, detail: string) => void;
  errors: readonly FieldError[];
  /** The reasons to put the order on hold; all rounded amounts together are one of them. */
  problems: () => HoldReason[];
}>;

export function amountReader(currency: CurrencyCode): AmountReader {
  const errors: FieldError[] = [];
  // A set, because an amount may be read twice.
  const rounded = new Set<string>();
  const holds: HoldReason[] = [];
  const hold = (code: HoldCode, detail: string) => void holds.push({ code, detail });
  const refuse = (path: string, message: string) => void errors.push({ path, message });

  const parse = (value: MoneyValue, path: string): Readonly<{ minor: number; isRounded: boolean }> => {
    if (value === null || value === "") return { minor: 0, isRounded: false };
    const text = typeof value === "number" ? decimalText(value) : value;
    const parsed = parseMoney(text, currency);
    if (parsed.ok) return { minor: parsed.value, isRounded: false };
    if (parsed.rejection.code === "amount_too_precise") {
      const nearest = parseMoney(roundedText(text.trim(), minorUnitDigits(currency)), currency);
      if (nearest.ok) return { minor: nearest.value, isRounded: true };
    }
    refuse(path, parsed.rejection.code === "amount_too_large" ? "is too large" : "is not a decimal amount");
    return { minor: 0, isRounded: false };
  };

  const read = (value: MoneyValue, path: string): number => {
    const { minor, isRounded } = parse(value, path);
    if (isRounded) rounded.add(`${path} is ${value}`);
    return minor;
  };

  const readPart = (value: MoneyValue, path: string): number => parse(value, path).minor;

  const problems = (): HoldReason[] => {
    if (rounded.size === 0) return holds;
    const detail = `${currency} has ${minorUnitDigits(currency)} decimals: ${[...rounded].join(", ")}`;
    return [...holds, { code: "amount_inexact", detail }];
  };
  return { read, readPart, refuse, hold, errors, problems };
}

/**
 * A JSON number as decimal text, without an exponent, which `parseMoney` does not accept. Sums in floating point are
 * often off in the last digit: 3.9999999999999996 is 4.
 */
function decimalText(value: number): string {
  const short = value.toFixed(8);
  const isNoise = Math.abs(Number(short) - value) <= Math.abs(value) * 4 * Number.EPSILON;
  const text = isNoise ? short : String(value);
  return text.includes("e-") ? value.toFixed(20) : text;
}

/** Rounds half away from zero. The text must be an amount with more decimals than `digits`. */
function roundedText(text: string, digits: number): string {
  const sign = text.startsWith("-") ? "-" : "";
  const [whole = "", decimals = ""] = text.replace(/^[+-]/, "").split(".");
  const kept = BigInt(whole + decimals.slice(0, digits));
  const scaled = (decimals[digits] ?? "0") >= "5" ? kept + 1n : kept;
  const padded = scaled.toString().padStart(digits + 1, "0");
  return digits === 0 ? sign + padded : `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}
