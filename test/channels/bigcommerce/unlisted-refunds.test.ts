/** Money that BigCommerce reports as paid back, and that no refund in its list has. */
import { describe, expect, it } from "vitest";
import transactions from "../../fixtures/bigcommerce/transactions.json";
import refunds from "../../fixtures/bigcommerce/refunds.json";
import { codes, fetched, read, type Json } from "./responses";

const paid = transactions.data[0]!;
const paidBack = (amount: number, over: Json = {}): Json => ({ ...paid, event: "refund", amount, ...over });
const stateOf = (over: Json, of: readonly Json[] = [], listed: readonly Json[] = []) =>
  read(fetched(over, { transactions: { data: [paid, ...of] }, refunds: { data: listed } }));
const unlisted = (amountMinor: number) => ({
  externalId: "unlisted",
  amountMinor,
  shippingMinor: 0,
  lines: [],
  itemized: false,
});

describe("money that no listed refund has", () => {
  it.each<{ name: string; over?: Json; of?: Json[]; listed?: Json[]; expected: number[] }>([
    { name: "nothing is paid back", expected: [] },
    { name: "a provider paid it back", of: [paidBack(5), paidBack(7.44)], expected: [1244] },
    { name: "a provider reports it below zero", of: [paidBack(-5)], expected: [500] },
    { name: "it failed", of: [paidBack(5, { status: "error" })], expected: [] },
    { name: "it is in another currency", of: [paidBack(5, { currency: "CAD" })], expected: [] },
    { name: "the payment is refunded", over: { payment_status: "refunded" }, expected: [5244] },
    {
      name: "the refunded order ended",
      over: { payment_status: "refunded", status_id: 4 },
      expected: [5244],
    },
    {
      name: "the rest is listed",
      of: [paidBack(20.79), paidBack(5)],
      listed: refunds.data,
      expected: [2079, 500],
    },
    { name: "all is listed", of: [paidBack(20.79)], listed: refunds.data, expected: [2079] },
  ])("$name", ({ over = {}, of, listed, expected }) => {
    const order = stateOf(over, of, listed);
    expect(order.refunds.map(({ amountMinor }) => amountMinor)).toEqual(expected);
    const rest = order.refunds.filter(({ externalId }) => externalId === "unlisted");
    expect(rest).toMatchObject(rest.map(({ amountMinor }) => unlisted(amountMinor)));
    expect(codes(order)).toEqual([]);
  });

  it.each([
    { name: "holds the order, if its amount is not reported", over: {}, expected: ["held_at_storefront"] },
    { name: "does not hold an order that ended", over: { status_id: 5 }, expected: [] },
  ])("$name", ({ over, expected }) => {
    const order = stateOf({ ...over, payment_status: "partially refunded" });
    expect([order.refunds, codes(order)]).toEqual([[], expected]);
  });
});
