/** An order that Shopify documents, partially refunded: three iPods at 199.00, of which two were refunded. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { NewOrder } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { NOON } from "../../../support/an-order";
import { aCallback, orderIn, readCallback } from "../../../support/storefront-adapters";
import { apply, create, update, updateEvents } from "../order-steps";
import { balancesText, unitsText } from "../order-text";
import { CHANNEL } from "../sales";

const fixture = `${import.meta.dirname}/../../../fixtures/shopify/order-partially-refunded.json`;
const payload = JSON.parse(readFileSync(fixture, "utf8")) as { order?: object };

const read = (over: object): NewOrder => {
  const body = JSON.stringify({ ...(payload.order ?? payload), ...over });
  const callback = aCallback({ "x-shopify-topic": "orders/updated" }, body);
  return orderIn(readCallback({ ...CHANNEL, currency: "USD" }, callback, NOON));
};

/** Discounts of 3.34, 3.33 and 3.33, and 3.98 of tax each: 598.94 in all. 209.00 were refunded. */
const state = read({});

/** The state before the refund. */
function beforeRefund(): NewOrder {
  const before = read({ refunds: [], financial_status: "paid", updated_at: "2008-01-10T10:00:00-05:00" });
  return { ...before, lines: before.lines.map((line) => ({ ...line, removed: 0 })) };
}

describe("the partially refunded order", () => {
  it.each<{ name: string; orderOf: () => Order }>([
    { name: "is created after the refund", orderOf: () => create(state) },
    { name: "is updated by the refund", orderOf: () => update(create(beforeRefund()), state) },
  ])("has one iPod to ship and the rest of two iPods due: $name", ({ orderOf }) => {
    const order = orderOf();
    expect(unitsText(order)).toEqual([
      "IPod Nano - 8gb: 1 cancelled",
      "IPod Nano - 8gb: 1 allocated",
      "IPod Nano - 8gb: 1 cancelled",
    ]);
    expect(order).toMatchObject({ capturedMinor: 59_894, refundedMinor: 20_900, status: "open", holds: [] });
    // 199.64 and 199.65 less 209.00 are due; 199.65 is for the iPod to ship.
    expect(balancesText(order)).toEqual(["deposits 19965", "refund due 19029"]);
    expect(updateEvents(order, state)).toEqual([]);
    expect(apply(order, []).version).toBe(order.version + 1);
  });
});
