import { expect, it } from "vitest";
import { daysText, linePromiseText, promiseText } from "../../../src/promises/domain/promise-text";
import { aLine, anOrder, aPromise } from "../../support/an-order";

it.each([
  ["2026-11-26", "2026-11-26", "on 26 November 2026"],
  ["2026-11-26", "2026-11-27", "between 26 and 27 November 2026"],
  ["2026-11-30", "2026-12-02", "between 30 November and 2 December 2026"],
  ["2026-12-30", "2027-01-04", "between 30 December 2026 and 4 January 2027"],
  ["2026-01-04", "2027-01-04", "between 4 January 2026 and 4 January 2027"],
])("%s to %s is %s", (from, by, words) => {
  expect(daysText(from, by)).toBe(words);
});

it.each([
  [aPromise(), false, "arrives between 26 and 27 November 2026"],
  [aPromise({ deliverFromOn: null, deliverByOn: null }), false, "leaves us by 25 November 2026"],
  [aPromise({ deliverFromOn: null, deliverByOn: null }), true, "can be collected from 25 November 2026"],
  [aPromise({ shipByOn: null, deliverFromOn: null, deliverByOn: null }), false, null],
])("a promise is told as it is: %#", (promise, isFetched, words) => {
  expect(promiseText(promise, isFetched)).toBe(words);
});

it("tells nothing of a line that was cancelled, nor when what has left is to leave", () => {
  const promise = aPromise({ deliverFromOn: null, deliverByOn: null });
  expect(linePromiseText(anOrder(), aLine("Mug", { promise }))).toBe("leaves us by 25 November 2026");
  expect(linePromiseText(anOrder(), aLine("Mug", { promise, cancelled: 1 }))).toBeNull();
  expect(linePromiseText(anOrder(), aLine("Mug", { promise, shipped: 1 }))).toBeNull();
  expect(linePromiseText(anOrder(), aLine("Mug"))).toBeNull();
});
