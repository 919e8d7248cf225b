import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addedLineIdOf,
  derivedId,
  idFromBytes,
  isId,
  lineIdOf,
  orderIdOf,
  reservationIdOf,
} from "../../src/kernel/ids";

describe("derived ids", () => {
  it("stay what they are: stored orders are found by them", () => {
    expect(orderIdOf("shop-eu", "1073459976")).toBe("ord_fyvsjpswff1p1ashhxsrk50p0w");
  });

  it("are the same for the same thing, and differ by each of its parts", () => {
    const part = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(part, part, part, part, (channel, order, otherChannel, otherOrder) => {
        expect(orderIdOf(channel, order)).toBe(orderIdOf(channel, order));
        const isSame = channel === otherChannel && order === otherOrder;
        expect(orderIdOf(channel, order) === orderIdOf(otherChannel, otherOrder)).toBe(isSame);
      }),
    );
  });

  it("do not run their parts together", () => {
    expect(orderIdOf("a", "bc")).not.toBe(orderIdOf("ab", "c"));
    expect(derivedId("mov", "a", "b")).not.toBe(derivedId("mov", "a,b"));
  });

  it("tell a line from an order and a reservation of the same name", () => {
    const order = orderIdOf("shop", "1");
    const bodies = [order, lineIdOf(order, "1", 2), reservationIdOf("shop", "1")].map(
      (id) => id.split("_")[1],
    );
    expect(lineIdOf(order, "1", 2)).toMatch(/^line_/);
    expect(reservationIdOf("shop", "1")).toMatch(/^res_/);
    expect(bodies[1]).not.toBe(bodies[0]);
  });

  it("tell a line from itself with another quantity, and from what was added to it", () => {
    const order = orderIdOf("shop", "1");
    const ids = [lineIdOf(order, "1", 1), lineIdOf(order, "1", 2), addedLineIdOf(order, "1", 1, 1)];
    expect(new Set([...ids, addedLineIdOf(order, "1", 1, 2), addedLineIdOf(order, "1", 2, 1)]).size).toBe(5);
  });
});

describe("idFromBytes", () => {
  it.each([
    ["zeros", new Uint8Array(17), "ntf_00000000000000000000000000"],
    ["ones", new Uint8Array(17).fill(255), "ntf_zzzzzzzzzzzzzzzzzzzzzzzzzz"],
    ["five bits a character", Uint8Array.from({ length: 17 }, (_, i) => i), "ntf_000g40r40m30e209185gr38e1w"],
  ])("writes %s", (_what, bytes, expected) => {
    expect(idFromBytes("ntf", bytes)).toBe(expected);
  });

  it("never gives two ids for one, or one for two, of the first 130 bits", () => {
    const bytes = fc.uint8Array({ minLength: 17, maxLength: 17 }).map((b) => b.with(16, b[16]! & 0b11000000));
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(idFromBytes("key", a) === idFromBytes("key", b)).toBe(a.join() === b.join());
      }),
    );
  });

  it("refuses to make an id of too little randomness", () => {
    expect(() => idFromBytes("ntf", new Uint8Array(16))).toThrow(RangeError);
  });
});

describe("isId", () => {
  it("knows its own", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (channel, order) => {
        expect(isId("ord", orderIdOf(channel, order))).toBe(true);
      }),
    );
  });

  const valid = "ord_00000000000000000000000000";
  it.each([
    ["another kind", valid.replace("ord", "line")],
    ["one too short", valid.slice(0, -1)],
    ["one too long", `${valid}0`],
    ["a letter Crockford leaves out", valid.replace(/0$/, "u")],
    ["upper case", valid.toUpperCase()],
    ["a line feed after it", `${valid}\n`],
    ["nothing", ""],
  ])("does not take %s", (_what, text) => {
    expect(isId("ord", text)).toBe(false);
  });
});
