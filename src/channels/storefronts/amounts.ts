/**
 * Reading a payload's money, exactly. An amount with more decimals than its currency has is rounded half
 * away from zero so that the order can be taken in, and named, so that it waits for a person; what is not
 * an amount at all is an error of the body.
 */
import { minorUnitDigits, parseMoney, type CurrencyCode } from "../../kernel/money";
import type { HoldCode, HoldReason } from "../../orders/domain/order";
import type { FieldError } from "../../kernel/field-errors";

export type MoneyValue = string | number | null;

export type AmountReader = Readonly<{
  /** In minor units; nothing is nothing. */
  read: (value: MoneyValue, path: string) => number;
  /** Notes what no reading of the fields allows, such as the same line twice. */
  refuse: (path: string, message: string) => void;
  /** Notes what can be taken in and not acted on. */
  hold: (code: HoldCode, detail: string) => void;
  errors: readonly FieldError[];
  /** What was noted, and at most one that names every amount that was rounded. */
  problems: () => HoldReason[];
}>;

export function amountReader(currency: CurrencyCode): AmountReader {
  const errors: FieldError[] = [];
  const inexact: string[] = [];
  const held: HoldReason[] = [];
  const hold = (code: HoldCode, detail: string) => void held.push({ code, detail });
  const refuse = (path: string, message: string) => void errors.push({ path, message });

  const read = (value: MoneyValue, path: string): number => {
    if (value === null || value === "") return 0;
    const text = typeof value === "number" ? decimalText(value) : value;
    const parsed = parseMoney(text, currency);
    if (parsed.ok) return parsed.value;
    if (parsed.rejection.code === "amount_too_precise") {
      const rounded = parseMoney(roundedText(text.trim(), minorUnitDigits(currency)), currency);
      if (rounded.ok) {
        inexact.push(`${path} is ${text}`);
        return rounded.value;
      }
    }
    refuse(path, parsed.rejection.code === "amount_too_large" ? "is too large" : "is not a decimal amount");
    return 0;
  };

  const problems = (): HoldReason[] => {
    if (inexact.length === 0) return held;
    const detail = `${currency} has ${minorUnitDigits(currency)} decimals: ${inexact.join(", ")}`;
    return [...held, { code: "amount_inexact", detail }];
  };
  return { read, refuse, hold, errors, problems };
}

/** The shortest text that reads back as the number; never an exponent, which no amount has. */
function decimalText(value: number): string {
  const text = String(value);
  return text.includes("e-") ? value.toFixed(20) : text;
}

/** Half away from zero. The text is known to be an amount with digits beyond those kept. */
function roundedText(text: string, digits: number): string {
  const sign = text.startsWith("-") ? "-" : "";
  const [whole = "", decimals = ""] = text.replace(/^[+-]/, "").split(".");
  const kept = BigInt(whole + decimals.slice(0, digits));
  const scaled = (decimals[digits] ?? "0") >= "5" ? kept + 1n : kept;
  const padded = scaled.toString().padStart(digits + 1, "0");
  return digits === 0 ? sign + padded : `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}
