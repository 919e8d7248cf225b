import { describe, expect, it } from "vitest";
import { isEqualInConstantTime } from "../../src/kernel/constant-time";

describe("isEqualInConstantTime", () => {
  it.each([
    { a: "", b: "", equal: true },
    { a: "abc", b: "abc", equal: true },
    { a: "abc", b: "xbc", equal: false },
    { a: "abc", b: "abx", equal: false },
    { a: "abc", b: "ab", equal: false },
    { a: "ab", b: "abc", equal: false },
    { a: "ab", b: "ba", equal: false },
  ])("of $a and $b is $equal", ({ a, b, equal }) => {
    expect(isEqualInConstantTime(a, b)).toBe(equal);
  });
});
