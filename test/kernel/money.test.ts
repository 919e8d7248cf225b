import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../src/kernel/invariant";
import { isIsoCurrency } from "../../src/kernel/currencies";
import {
  apportion,
  currencyOfChannel,
  formatMoney,
  isCurrency,
  minorUnitDigits,
  parseMoney,
  unitShare,
} from "../../src/kernel/money";
import { ISO_4217 } from "./iso-4217";

/** The amount, or the code of the rejection. */
const parsed = (text: string, currency: string) => {
  const result = parseMoney(text, currency);
  return result.ok ? result.value : result.rejection.code;
};

const total = (parts: readonly number[]) => parts.reduce((sum, part) => sum + BigInt(part), 0n);
const anyAmount = fc.maxSafeInteger();
const currency = fc.constantFrom("EUR", "USD", "JPY", "KRW", "KWD", "BHD", "CLF");

describe("minorUnitDigits", () => {
  it("is the number of decimals in ISO 4217's list, for each of its currencies and no other code", () => {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
    const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
    const known = codes.filter(isIsoCurrency);
    const withdrawn = ["ANG", "BGN", "CUC"];
    expect(Object.keys(ISO_4217)).toHaveLength(165);
    expect(known.toSorted()).toEqual([...Object.keys(ISO_4217), ...withdrawn].toSorted());
    expect(Object.fromEntries(Object.keys(ISO_4217).map((code) => [code, minorUnitDigits(code)]))).toEqual(
      ISO_4217,
    );
    expect(withdrawn.map(minorUnitDigits)).toEqual([2, 2, 2]);
  });

  it("follows an unlisted code, which has none of its own", () => {
    expect(["BTC:8", "IRT:0", "GGP:2"].map(minorUnitDigits)).toEqual([8, 0, 2]);
    expect(parsed("0.00150000", "BTC:8")).toBe(150_000);
    expect(formatMoney(150_000, "BTC:8")).toBe("0.00150000");
    expect(["BTC", "GGP", "IMP", "JEP", "IRT", "PRB", "BYR", "HRK"].filter(isCurrency)).toEqual([]);
    expect(["EUR:2", "EUR:3", "BTC:9", "BTC:", "btc:8", "BTC:08"].filter(isCurrency)).toEqual([]);
  });

  it("throws for any other currency", () => {
    expect(["eur", "EURO", "XYZ", "XAU", "XXX", "", "toString"].filter(isCurrency)).toEqual([]);
    expect(() => minorUnitDigits("XYZ")).toThrow(InvariantViolation);
  });
});

describe("currencyOfChannel", () => {
  it.each([
    { code: "EUR", channel: "USD", currency: "EUR" },
    { code: " eur ", channel: "USD", currency: "EUR" },
    { code: "BTC", channel: "BTC:8", currency: "BTC:8" },
    { code: "btc", channel: "BTC:8", currency: "BTC:8" },
    { code: "BTC:8", channel: "EUR", currency: "BTC:8" },
    { code: "BTC", channel: "EUR", currency: null },
    { code: "JEP", channel: "BTC:8", currency: null },
    { code: "", channel: "EUR", currency: null },
  ])("is $currency for $code in a channel in $channel", ({ code, channel, currency: expected }) => {
    expect(currencyOfChannel(code, channel)).toBe(expected);
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
    ["1.00x", "EUR", "not_an_amount"],
    ["x1.00", "EUR", "not_an_amount"],
    ["1.00.00", "EUR", "not_an_amount"],
    ["-90071992547409.91", "EUR", -9007199254740991],
    ["-90071992547409.92", "EUR", "amount_too_large"],
    ["9007199254740991", "JPY", 9007199254740991],
    ["9007199254740992", "JPY", "amount_too_large"],
    ["999999999999999999", "JPY", "amount_too_large"],
    ["1000000000000000000", "JPY", "not_an_amount"],
    [`1.${"0".repeat(30)}`, "EUR", 100],
    [`1.${"0".repeat(31)}`, "EUR", "not_an_amount"],
    [`0.01${"0".repeat(27)}1`, "EUR", "amount_too_precise"],
    ["12345.25", "MGA", 1_234_525],
    ["12345.25", "MRU", 1_234_525],
    ["1.00", "XYZ", "unknown_currency"],
  ])("parses %j %s to %s", (text, code, expected) => {
    expect(parsed(text, code)).toBe(expected);
  });

  it("never returns negative zero", () => {
    expect(parsed("-0.00", "EUR")).toBe(0);
    expect(parsed("-0", "JPY")).toBe(0);
  });

  it("is the inverse of formatMoney", () => {
    fc.assert(
      fc.property(anyAmount, currency, (amount, code) => {
        expect(parsed(formatMoney(amount, code), code)).toBe(amount);
      }),
    );
  });

  it("never throws", () => {
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
    [100, "EUR", "1.00"],
    [99, "EUR", "0.99"],
    [-100, "EUR", "-1.00"],
    [0, "JPY", "0"],
  ])("formats %d %s as %s", (amount, code, expected) => {
    expect(formatMoney(amount, code)).toBe(expected);
  });
});

describe("apportion", () => {
  it.each([
    { name: "in proportion to the weights", amount: 1000, weights: [199, 1, 0], parts: [995, 5, 0] },
    {
      name: "with the odd unit to the first of equal parts",
      amount: 1000,
      weights: [1, 1, 1],
      parts: [334, 333, 333],
    },
    {
      name: "with two odd units to the first two of equal parts",
      amount: 2,
      weights: [1, 1, 1],
      parts: [1, 1, 0],
    },
    {
      name: "with the odd unit to the largest remainder",
      amount: 100,
      weights: [1, 2, 3],
      parts: [17, 33, 50],
    },
    {
      name: "with the odd unit to the last part if its remainder is the largest",
      amount: 10,
      weights: [3, 3, 1],
      parts: [4, 4, 2],
    },
    { name: "into zeros where the amount is zero", amount: 0, weights: [1, 2], parts: [0, 0] },
    { name: "of less than a unit for each part", amount: 1, weights: [1, 1, 1], parts: [1, 0, 0] },
    {
      name: "where it is negative, like the positive amount",
      amount: -1000,
      weights: [1, 1, 1],
      parts: [-334, -333, -333],
    },
    {
      name: "where it is negative, without negative zeros",
      amount: -2,
      weights: [1, 1, 1],
      parts: [-1, -1, 0],
    },
    { name: "with nothing to a weight of zero", amount: -7, weights: [0, 1], parts: [0, -7] },
    {
      name: "with all to the first part where all weights are zero",
      amount: 7,
      weights: [0, 0],
      parts: [7, 0],
    },
    {
      name: "with all to the first part where it is negative and all weights are zero",
      amount: -7,
      weights: [0, 0],
      parts: [-7, 0],
    },
    { name: "into one part", amount: -7, weights: [3], parts: [-7] },
  ])("splits an amount $name", ({ amount, weights, parts }) => {
    expect(apportion(amount, weights)).toEqual(parts);
  });

  const weights = fc.array(fc.oneof(fc.nat(1000), fc.maxSafeNat()), { minLength: 1, maxLength: 30 });

  it("returns parts that add up to the amount", () => {
    fc.assert(
      fc.property(anyAmount, weights, (amount, weights) => {
        expect(total(apportion(amount, weights))).toBe(BigInt(amount));
      }),
    );
  });

  it("returns parts that differ from their exact share by less than one unit", () => {
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
    ["a fraction as a weight", [0.5]],
    ["a weight that is too large to be exact", [2 ** 53]],
  ])("throws for %s", (_what, weights) => {
    expect(() => apportion(100, weights)).toThrow(InvariantViolation);
  });
});

describe("unitShare", () => {
  it("gives the odd unit to the last share", () => {
    expect([0, 1, 2].map((unit) => unitShare(1000, 3, unit, unit + 1))).toEqual([333, 333, 334]);
    expect([0, 1, 2].map((unit) => unitShare(-1000, 3, unit, unit + 1))).toEqual([-333, -333, -334]);
  });

  it("adds up to the amount over any partition of the units", () => {
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
    [-1000, 3, 0, 0],
    [-1000, 3, 1, 1],
    [1000, 3, 3, 3],
    [-1, 3, 0, 2],
  ])("is zero and not negative zero: %d for %d units, units %d to %d", (amount, units, from, to) => {
    expect(Object.is(unitShare(amount, units, from, to), 0)).toBe(true);
  });

  it.each([
    [2, 1],
    [0, 4],
    [-1, 1],
  ])("throws for units %d to %d of 3", (from, to) => {
    expect(() => unitShare(1000, 3, from, to)).toThrow(InvariantViolation);
  });
});
