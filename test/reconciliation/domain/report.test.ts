import { describe, expect, it } from "vitest";
import { checkOf } from "../../../src/reconciliation/domain/report";

describe("checkOf", () => {
  const exceptions = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ subject: String(i), expected: 0, actual: 1, detail: "" }));
  const texts = (count: number) => Array.from({ length: count }, (_, i) => String(i));

  it("is ok without exceptions, whatever is pending and repaired", () => {
    expect(checkOf("name", "title", { counted: 2, exceptions: [], pending: ["a"], repaired: ["b"] })).toEqual(
      {
        name: "name",
        title: "title",
        counted: 2,
        sums: [],
        ok: true,
        exceptionCount: 0,
        exceptions: [],
        pending: ["a"],
        repaired: ["b"],
      },
    );
  });

  it("is not ok with an exception", () => {
    expect(checkOf("name", "title", { counted: 2, exceptions: exceptions(1) })).toMatchObject({
      ok: false,
      exceptionCount: 1,
      pending: [],
      repaired: [],
    });
  });

  it("counts all exceptions, and lists the first hundred of each list", () => {
    const check = checkOf("name", "title", {
      counted: 200,
      exceptions: exceptions(101),
      pending: texts(101),
      repaired: texts(101),
    });
    expect(check.exceptionCount).toBe(101);
    expect(check.exceptions.map(({ subject }) => subject)).toEqual(texts(100));
    expect(check.pending).toEqual(texts(100));
    expect(check.repaired).toEqual(texts(100));
  });
});
