/** Every value of a canonical order is read: the form is strict, and has none that means nothing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALL_READ, fieldsNotRead, type Json } from "../../support/payload-changes";
import { canonicalOrder } from "../../support/shop-states/canonical";
import { shopState } from "../../support/shop-states/state";
import { aCallback, readCallback } from "../../support/storefront-adapters";

const channel = { id: "shop", kind: "generic", currency: "GBP" };

const CHOICES: Readonly<Record<string, readonly Json[]>> = {
  currency: ["JPY"],
  "lines.*.kind": ["physical", "digital", "gift_card", "fee"],
  "payments.*.kind": ["captured", "authorized", "gift_card"],
  "refunds.*.lines.*.restock": ["cancel", "return", "none"],
};

const read = (order: Json) => {
  const body = JSON.stringify({ type: "order.updated", timestamp: "2026-11-22T12:00:00Z", data: order });
  return readCallback(channel, aCallback({}, body), Date.UTC(2026, 10, 22)).event;
};

describe("each value of a canonical order", () => {
  it("is read", () => {
    const states = fc.sample(shopState, { numRuns: 60, seed: 1 }).map((state) => canonicalOrder(state));
    const report = fieldsNotRead(states, { read, choices: CHOICES, withoutMeaning: {} });
    expect(report).toEqual(ALL_READ);
  });
});
