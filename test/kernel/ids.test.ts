import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addedLineIdOf,
  compositeKey,
  derivedId,
  followingKey,
  idFromBytes,
  isId,
  lineIdOf,
  orderIdOf,
  reservationIdOf,
} from "../../src/kernel/ids";

describe("derived ids", () => {
  it("never change: stored orders are found by them", () => {
    expect(orderIdOf("shop-eu", "1073459976")).toBe("ord_fyvsjpswff1p1ashhxsrk50p0w");
  });

  it("are equal for equal parts, and differ if any part differs", () => {
    const part = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(part, part, part, part, (channel, order, otherChannel, otherOrder) => {
        expect(orderIdOf(channel, order)).toBe(orderIdOf(channel, order));
        const isSame = channel === otherChannel && order === otherOrder;
        expect(orderIdOf(channel, order) === orderIdOf(otherChannel, otherOrder)).toBe(isSame);
      }),
    );
  });

  it("depend on where one part ends and the next begins", () => {
    expect(orderIdOf("a", "bc")).not.toBe(orderIdOf("ab", "c"));
    expect(derivedId("mov", "a", "b")).not.toBe(derivedId("mov", "a,b"));
  });

  it("differ between an order, its line and a reservation with the same external id", () => {
    const order = orderIdOf("shop", "1");
    const bodies = [order, lineIdOf(order, "1", 2), reservationIdOf("shop", "1")].map(
      (id) => id.split("_")[1],
    );
    expect(lineIdOf(order, "1", 2)).toMatch(/^line_/);
    expect(reservationIdOf("shop", "1")).toMatch(/^res_/);
    expect(bodies[1]).not.toBe(bodies[0]);
  });

  it("differ between quantities of a line, and between a line and units added to it", () => {
    const order = orderIdOf("shop", "1");
    const ids = [lineIdOf(order, "1", 1), lineIdOf(order, "1", 2), addedLineIdOf(order, "1", 1, 1)];
    expect(new Set([...ids, addedLineIdOf(order, "1", 1, 2), addedLineIdOf(order, "1", 2, 1)]).size).toBe(5);
  });
});

describe("composite keys", () => {
  it.each([
    { parts: ["ord_1", 3, 0], key: "ord_1/3/0" },
    { parts: ["X/Y", "Z"], key: "X%2FY/Z" },
    { parts: ["X", "Y/Z"], key: "X/Y%2FZ" },
    { parts: ["50%", "#1"], key: "50%25/%231" },
    { parts: ["", ""], key: "/" },
  ] as const)("escape their separators: $key", ({ parts, key }) => {
    expect(compositeKey(...(parts as unknown as [string]))).toBe(key);
  });

  it("are equal for equal parts only, also with what follows from them", () => {
    const part = fc.string({ unit: fc.constantFrom("a", "/", "#", "%", "2", "F", "\ud800"), maxLength: 4 });
    const parts = fc.array(part, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const keys = [one, other].map((each) => compositeKey(...(each as [string])));
        expect(keys[0] === keys[1]).toBe(JSON.stringify(one) === JSON.stringify(other));
        expect(followingKey(keys[0]!, "revalue")).not.toBe(keys[1]);
      }),
    );
  });
});

describe("idFromBytes", () => {
  it.each([
    ["zero bits", new Uint8Array(17), "ntf_00000000000000000000000000"],
    ["one bits", new Uint8Array(17).fill(255), "ntf_zzzzzzzzzzzzzzzzzzzzzzzzzz"],
    [
      "different bytes, five bits to a character",
      Uint8Array.from({ length: 17 }, (_, i) => i),
      "ntf_000g40r40m30e209185gr38e1w",
    ],
  ])("encodes %s", (_what, bytes, expected) => {
    expect(idFromBytes("ntf", bytes)).toBe(expected);
  });

  it("gives equal ids exactly for equal first 130 bits", () => {
    const bytes = fc.uint8Array({ minLength: 17, maxLength: 17 }).map((b) => b.with(16, b[16]! & 0b11000000));
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(idFromBytes("key", a) === idFromBytes("key", b)).toBe(a.join() === b.join());
      }),
    );
  });

  it("throws for fewer than 17 bytes", () => {
    expect(() => idFromBytes("ntf", new Uint8Array(16))).toThrow(RangeError);
  });
});

describe("isId", () => {
  it("accepts derived ids", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (channel, order) => {
        expect(isId("ord", orderIdOf(channel, order))).toBe(true);
      }),
    );
  });

  const valid = "ord_00000000000000000000000000";
  it.each([
    ["an id of another kind", valid.replace("ord", "line")],
    ["an id that is too short", valid.slice(0, -1)],
    ["an id that is too long", `${valid}0`],
    ["a letter outside of the alphabet", valid.replace(/0$/, "u")],
    ["upper-case letters", valid.toUpperCase()],
    ["a line feed at the end", `${valid}\n`],
    ["empty text", ""],
  ])("rejects %s", (_what, text) => {
    expect(isId("ord", text)).toBe(false);
  });
});
