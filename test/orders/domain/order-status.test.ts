import { describe, expect, it } from "vitest";
import type { Order, OrderStatus } from "../../../src/orders/domain/order";
import {
  fulfillmentState,
  paymentStatus,
  statusOf,
  type FulfillmentState,
  type PaymentStatus,
} from "../../../src/orders/domain/order-status";
import { aLine, anOrder, NOON } from "../../support/an-order";
import { held, mug, parcel } from "./mug-orders";

const shippedMug = mug({ shipped: 1 });
const delivered = [parcel("1", 1, "ful_a", NOON)];
const underWay = parcel("2", 1, "ful_a");

describe("statusOf", () => {
  const NO_BALANCES = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };
  const done = { lines: [shippedMug], shipments: delivered, balances: NO_BALANCES };
  const doneWith = (balances: Partial<Order["balances"]>) => ({
    ...done,
    balances: { ...NO_BALANCES, ...balances },
  });

  it.each<{ name: string; order: Partial<Order>; expected: OrderStatus }>([
    { name: "units are allocated", order: { lines: [mug()] }, expected: "open" },
    {
      name: "units are backordered",
      order: { lines: [shippedMug, aLine("Cup", { backordered: 1 })] },
      expected: "open",
    },
    {
      name: "units are unsourced",
      order: { lines: [shippedMug, aLine("Cup", { unsourced: 1 })] },
      expected: "open",
    },
    { name: "it is held", order: { lines: [mug()], holds: [held("staff")] }, expected: "on_hold" },
    { name: "all units are delivered and nothing is owed", order: done, expected: "closed" },
    {
      name: "all units are delivered or cancelled",
      order: { ...done, lines: [shippedMug, aLine("Cup", { cancelled: 1 })] },
      expected: "closed",
    },
    {
      name: "a parcel is under way",
      order: { ...done, shipments: [...delivered, underWay] },
      expected: "open",
    },
    { name: "something is on deposit", order: doneWith({ depositsMinor: 1 }), expected: "open" },
    { name: "something is receivable", order: doneWith({ receivableMinor: 1 }), expected: "open" },
    { name: "a refund is due", order: doneWith({ refundPayableMinor: 1 }), expected: "open" },
    {
      name: "it is finished but held",
      order: { ...done, holds: [held("staff")] },
      expected: "on_hold",
    },
    {
      name: "no unit was shipped and none is open",
      order: { lines: [mug({ cancelled: 1 })] },
      expected: "cancelled",
    },
    {
      name: "it was cancelled and a refund is due",
      order: { lines: [mug({ cancelled: 1 })], balances: { ...NO_BALANCES, refundPayableMinor: 9 } },
      expected: "cancelled",
    },
    {
      name: "it was cancelled and is held",
      order: { lines: [mug({ cancelled: 1 })], holds: [held("staff")] },
      expected: "cancelled",
    },
  ])("is $expected if $name", ({ order, expected }) => {
    expect(statusOf(anOrder(order))).toBe(expected);
  });
});

describe("paymentStatus", () => {
  const amounts = (authorizedMinor: number, capturedMinor: number, refundedMinor = 0) => ({
    totalMinor: 100,
    authorizedMinor,
    capturedMinor,
    refundedMinor,
  });

  it.each<{ name: string; order: Partial<Order>; expected: PaymentStatus }>([
    { name: "nothing is paid", order: amounts(0, 0), expected: "pending" },
    { name: "a payment is authorized", order: amounts(1, 0), expected: "authorized" },
    { name: "one cent is paid", order: amounts(100, 1), expected: "partially_paid" },
    { name: "one cent is missing", order: amounts(0, 99), expected: "partially_paid" },
    { name: "the total is paid", order: amounts(0, 100), expected: "paid" },
    { name: "the order is free", order: { ...amounts(0, 0), totalMinor: 0 }, expected: "paid" },
    { name: "one cent is refunded", order: amounts(0, 100, 1), expected: "partially_refunded" },
    { name: "one cent is left of what was paid", order: amounts(0, 100, 99), expected: "partially_refunded" },
    { name: "all that was paid is refunded", order: amounts(0, 50, 50), expected: "refunded" },
  ])("is $expected if $name", ({ order, expected }) => {
    expect(paymentStatus(anOrder(order))).toBe(expected);
  });
});

describe("fulfillmentState", () => {
  it.each<{ name: string; order: Partial<Order>; expected: FulfillmentState }>([
    { name: "nothing is shipped", order: { lines: [mug()] }, expected: "unfulfilled" },
    {
      name: "all units are cancelled",
      order: { lines: [mug({ cancelled: 1 })] },
      expected: "unfulfilled",
    },
    {
      name: "units are left to ship",
      order: { lines: [shippedMug, aLine("Cup", { backordered: 1 })], shipments: delivered },
      expected: "partially_shipped",
    },
    {
      name: "a parcel is under way",
      order: { lines: [shippedMug], shipments: [...delivered, underWay] },
      expected: "shipped",
    },
    {
      name: "all parcels are delivered, and other lines are cancelled",
      order: { lines: [shippedMug, aLine("Cup", { cancelled: 1 })], shipments: delivered },
      expected: "delivered",
    },
  ])("is $expected if $name", ({ order, expected }) => {
    expect(fulfillmentState(anOrder(order))).toBe(expected);
  });
});
