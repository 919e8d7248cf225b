import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  exactJson,
  negated,
  parseExactJson,
  sumColumns,
  sumWhole,
  whole,
  wholeOfParts,
} from "../../src/kernel/whole-numbers";

const MAX = Number.MAX_SAFE_INTEGER;
const amounts = fc.array(fc.integer({ min: -MAX, max: MAX }), { maxLength: 20 });

describe("whole numbers", () => {
  it.each([
    { value: 0, is: 0 },
    { value: 5n, is: 5 },
    { value: -7, is: -7 },
    { value: BigInt(MAX), is: MAX },
    { value: BigInt(MAX) + 1n, is: 9007199254740992n },
    { value: -BigInt(MAX) - 1n, is: -9007199254740992n },
  ])("are numbers where these are exact: $value", ({ value, is }) => {
    expect(whole(value)).toBe(is);
  });

  it("cannot be fractions", () => {
    expect(() => whole(0.5)).toThrow(RangeError);
    expect(() => sumWhole([1, 0.5])).toThrow(RangeError);
  });

  it("are added up exactly, in whatever order", () => {
    fc.assert(
      fc.property(amounts, (values) => {
        const sum = sumWhole(values);
        expect(BigInt(sum)).toBe(values.reduce((total, value) => total + BigInt(value), 0n));
        expect(sumWhole(values.toReversed())).toBe(sum);
        expect(sumWhole([sum, negated(sum)])).toBe(0);
      }),
    );
  });

  it("survive JSON with all their digits", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.double({ noNaN: true, noDefaultInfinity: true }), (big, fraction) => {
        fc.pre(!Object.is(fraction, -0) && (!Number.isInteger(fraction) || Number.isSafeInteger(fraction)));
        const value = { sums: [whole(big)], fraction, text: "9007199254740993", nothing: null };
        expect(parseExactJson(exactJson(value))).toEqual(value);
      }),
    );
    expect(exactJson({ amount: 9007199254740993n })).toBe('{"amount":9007199254740993}');
  });
});

describe("the columns of an exact sum", () => {
  it("add up in SQLite beyond 2^53 and 2^63", () => {
    const db = new DatabaseSync(":memory:");
    db.exec("CREATE TABLE t (v INTEGER NOT NULL) STRICT");
    const insert = db.prepare("INSERT INTO t VALUES (?)");
    fc.assert(
      fc.property(amounts, (values) => {
        db.exec("DELETE FROM t");
        for (const value of values) insert.run(value);
        const row = db.prepare(`SELECT ${sumColumns("v", "sum")} FROM t`).get() as {
          sumHigh: number;
          sumLow: number;
        };
        expect(wholeOfParts(row.sumHigh, row.sumLow)).toBe(sumWhole(values));
      }),
    );
    db.exec("DELETE FROM t");
    for (let i = 0; i < 2_000; i += 1) insert.run(MAX);
    const row = db.prepare(`SELECT ${sumColumns("v", "s")} FROM t`).get() as { sHigh: number; sLow: number };
    expect(wholeOfParts(row.sHigh, row.sLow)).toBe(BigInt(MAX) * 2_000n);
    db.close();
  });
});
