import { describe, expect, it } from "vitest";
import { linePromiseText } from "../../../../src/orders/domain/promises/line-promise-text";
import { aLine, anOrder, aPromise } from "../../../support/an-order";

describe("linePromiseText", () => {
  const promise = aPromise({ deliverFromOn: null, deliverByOn: null });

  it.each([
    { name: "is open", line: aLine("Mug", { promise }), text: "leaves us by 25 November 2026" },
    { name: "was cancelled", line: aLine("Mug", { promise, cancelled: 1 }), text: null },
    { name: "has left already", line: aLine("Mug", { promise, shipped: 1 }), text: null },
    { name: "has no promise", line: aLine("Mug"), text: null },
  ])("returns $text for a line that $name", ({ line, text }) => {
    expect(linePromiseText(anOrder(), line)).toBe(text);
  });
});
