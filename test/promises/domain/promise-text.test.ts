import { describe, expect, it } from "vitest";
import { daysText, promiseText } from "../../../src/promises/domain/promise-text";
import { aPromise } from "../../support/an-order";

describe("daysText", () => {
  it.each([
    { from: "2026-11-26", by: "2026-11-26", text: "on 26 November 2026" },
    { from: "2026-11-26", by: "2026-11-27", text: "between 26 and 27 November 2026" },
    { from: "2026-11-30", by: "2026-12-02", text: "between 30 November and 2 December 2026" },
    { from: "2026-12-30", by: "2027-01-04", text: "between 30 December 2026 and 4 January 2027" },
    { from: "2026-01-04", by: "2027-01-04", text: "between 4 January 2026 and 4 January 2027" },
  ])("writes $from to $by as “$text”", ({ from, by, text }) => {
    expect(daysText(from, by)).toBe(text);
  });
});

describe("promiseText", () => {
  const undelivered = { deliverFromOn: null, deliverByOn: null };

  it.each([
    {
      name: "days of arrival",
      promise: aPromise(),
      isPickup: false,
      text: "arrives between 26 and 27 November 2026",
    },
    {
      name: "only a day of leaving",
      promise: aPromise(undelivered),
      isPickup: false,
      text: "leaves us by 25 November 2026",
    },
    {
      name: "a pickup",
      promise: aPromise(undelivered),
      isPickup: true,
      text: "can be collected from 25 November 2026",
    },
    { name: "no date", promise: aPromise({ ...undelivered, shipByOn: null }), isPickup: false, text: null },
  ])("writes a promise with $name as $text", ({ promise, isPickup, text }) => {
    expect(promiseText(promise, isPickup)).toBe(text);
  });
});
