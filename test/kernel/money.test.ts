import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../src/kernel/invariant";
import {
  apportion,
  formatMoney,
  isCurrency,
  minorUnitDigits,
  parseMoney,
  unitShare,
} from "../../src/kernel/money";

/** `"7499"`, or the code of the rejection. */
const read = (text: string, currency: string) => {
  const parsed = parseMoney(text, currency);
  return parsed.ok ? parsed.value : parsed.rejection.code;
};

const total = (parts: readonly number[]) => parts.reduce((sum, part) => sum + BigInt(part), 0n);
const anyAmount = fc.maxSafeInteger();
const currency = fc.constantFrom("EUR", "USD", "JPY", "KRW", "KWD", "BHD", "CLF");

describe("minorUnitDigits", () => {
  it.each([
    ["EUR", 2],
    ["USD", 2],
    ["JPY", 0],
    ["KRW", 0],
    ["ISK", 0],
    ["HUF", 2],
    ["KWD", 3],
    ["BHD", 3],
    ["CLF", 4],
  ])("%s has %d, as ISO 4217 says", (code, digits) => {
    expect(minorUnitDigits(code)).toBe(digits);
  });

  it("knows no other currency", () => {
    expect(["eur", "EURO", "XYZ", "", "toString"].filter(isCurrency)).toEqual([]);
    expect(() => minorUnitDigits("XYZ")).toThrow(InvariantViolation);
  });
});

describe("parseMoney", () => {
  it.each([
    ["74.99", "EUR", 7499],
    ["0.9", "EUR", 90],
    ["12", "EUR", 1200],
    ["12.000", "EUR", 1200],
    ["-10.00", "USD", -1000],
    ["+10.00", "USD", 1000],
    ["-0.00", "USD", 0],
    [" 5.00 ", "USD", 500],
    ["1000", "JPY", 1000],
    ["1000.00", "JPY", 1000],
    ["1.234", "KWD", 1234],
    ["0.005", "BHD", 5],
    ["90071992547409.91", "EUR", 9007199254740991],
    ["1000.5", "JPY", "amount_too_precise"],
    ["1.005", "EUR", "amount_too_precise"],
    ["1.2345", "KWD", "amount_too_precise"],
    ["90071992547409.92", "EUR", "amount_too_large"],
    ["1,50", "EUR", "not_an_amount"],
    ["1e3", "EUR", "not_an_amount"],
    ["", "EUR", "not_an_amount"],
    [".5", "EUR", "not_an_amount"],
    ["1.", "EUR", "not_an_amount"],
    ["--1", "EUR", "not_an_amount"],
    ["NaN", "EUR", "not_an_amount"],
    ["٣.٠٠", "EUR", "not_an_amount"],
    ["1.00", "XYZ", "unknown_currency"],
  ])("reads %j %s as %s", (text, code, expected) => {
    expect(read(text, code)).toBe(expected);
  });

  it("has no negative zero, which is unequal to zero where it matters", () => {
    expect(Object.is(read("-0.00", "EUR"), 0)).toBe(true);
  });

  it("reads back what formatMoney writes", () => {
    fc.assert(
      fc.property(anyAmount, currency, (amount, code) => {
        expect(read(formatMoney(amount, code), code)).toBe(amount);
      }),
    );
  });

  it("never throws, whatever the text", () => {
    fc.assert(fc.property(fc.string(), currency, (text, code) => void parseMoney(text, code)));
  });
});

describe("formatMoney", () => {
  it.each([
    [7499, "EUR", "74.99"],
    [5, "EUR", "0.05"],
    [-5, "EUR", "-0.05"],
    [0, "EUR", "0.00"],
    [1000, "JPY", "1000"],
    [-5, "JPY", "-5"],
    [1234, "KWD", "1.234"],
    [7, "BHD", "0.007"],
  ])("writes %d %s as %s", (amount, code, expected) => {
    expect(formatMoney(amount, code)).toBe(expected);
  });
});

describe("apportion", () => {
  it.each([
    ["thirds, the odd cent to the first", 1000, [1, 1, 1], [334, 333, 333]],
    ["by weight", 1000, [199, 1, 0], [995, 5, 0]],
    ["the larger remainder first", 100, [1, 2, 3], [17, 33, 50]],
    ["nothing", 0, [1, 2], [0, 0]],
    ["less than a cent each", 1, [1, 1, 1], [1, 0, 0]],
    ["a negative amount alike", -1000, [1, 1, 1], [-334, -333, -333]],
    ["all to the first where nothing weighs", 7, [0, 0], [7, 0]],
  ])("splits %s", (_what, amount, weights, expected) => {
    expect(apportion(amount, weights)).toEqual(expected);
  });

  const weights = fc.array(fc.oneof(fc.nat(1000), fc.maxSafeNat()), { minLength: 1, maxLength: 30 });

  it("adds up, whatever the amount and the weights", () => {
    fc.assert(
      fc.property(anyAmount, weights, (amount, weights) => {
        expect(total(apportion(amount, weights))).toBe(BigInt(amount));
      }),
    );
  });

  it("gives each part its exact share, to less than one minor unit", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), weights, (amount, weights) => {
        const whole = total(weights);
        fc.pre(whole > 0n);
        for (const [i, part] of apportion(amount, weights).entries()) {
          const off = BigInt(part) * whole - BigInt(amount) * BigInt(weights[i]!);
          expect(off < whole && -off < whole).toBe(true);
        }
      }),
    );
  });

  it.each([
    ["no parts", []],
    ["a negative weight", [1, -1]],
    ["a fraction of a weight", [0.5]],
  ])("throws on %s", (_what, weights) => {
    expect(() => apportion(100, weights)).toThrow(InvariantViolation);
  });
});

describe("unitShare", () => {
  it("gives a third of a unit to the last of three", () => {
    expect([0, 1, 2].map((unit) => unitShare(1000, 3, unit, unit + 1))).toEqual([333, 333, 334]);
  });

  it("adds up over any partition of the units", () => {
    const cuts = fc.array(fc.nat(500), { maxLength: 20 });
    fc.assert(
      fc.property(anyAmount, fc.integer({ min: 1, max: 500 }), cuts, (amount, units, cuts) => {
        const edges = [0, ...cuts.map((cut) => cut % (units + 1)), units].toSorted((a, b) => a - b);
        const shares = edges.slice(1).map((to, i) => unitShare(amount, units, edges[i]!, to));
        expect(total(shares)).toBe(BigInt(amount));
      }),
    );
  });

  it.each([
    [0, 0, 0, 0],
    [1000, 3, 0, 0],
    [-1000, 3, 1, 1],
  ])("is zero, and never minus zero, for no units of %d in %d", (amount, units, from, to) => {
    expect(Object.is(unitShare(amount, units, from, to), 0)).toBe(true);
  });

  it.each([
    [2, 1],
    [0, 4],
    [-1, 1],
  ])("throws on units %d to %d of 3", (from, to) => {
    expect(() => unitShare(1000, 3, from, to)).toThrow(InvariantViolation);
  });
});
