/** Postings of refunds that become due, and of credit. The postings of the other events: sale-postings.test.ts. */
import { describe, expect, it } from "vitest";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { postings } from "../../../src/orders/domain/postings";
import { cancelling, NOTHING_EARNED, refundOf, shipping } from "./mug-orders";

const entryOf = (event: OrderEvent) => postings(event, { currency: "GBP" }, "USD");

/** `["assets:receivable 1400 GBP"]`, sorted. */
const postingsText = (event: OrderEvent): string[] =>
  (entryOf(event)?.postings ?? [])
    .map(({ account, amountMinor, currency }) => `${account} ${amountMinor} ${currency}`)
    .toSorted();

describe("postings", () => {
  it.each<{ name: string; event: OrderEvent; expected: string[] }>([
    {
      name: "turn a deposit into a refund that is due",
      event: { type: "deposit.refund_due", amountMinor: 400 },
      expected: ["liabilities:customer-deposits 400 GBP", "liabilities:refund-payable -400 GBP"],
    },
    {
      name: "turn a refund that is due back into a deposit for a credit",
      event: { type: "credit.applied", amountMinor: 400 },
      expected: ["liabilities:customer-deposits -400 GBP", "liabilities:refund-payable 400 GBP"],
    },
    {
      name: "are the refund that is due for a cancellation, not the worth of its units",
      event: cancelling({}, { worthMinor: 999, refundDueMinor: 400 }),
      expected: ["liabilities:customer-deposits 400 GBP", "liabilities:refund-payable -400 GBP"],
    },
    {
      name: "take the cost of units that a vendor ships from what we owe the vendor",
      event: {
        ...shipping(1, "ful_a"),
        dropShipped: true,
        earned: { ...NOTHING_EARNED, listMinor: 100, fromDepositsMinor: 100, costMinor: 70 },
      },
      expected: [
        "expenses:cogs 70 USD",
        "liabilities:customer-deposits 100 GBP",
        "liabilities:vendor-payable -70 USD",
        "revenue:products -100 GBP",
      ],
    },
    {
      name: "cover a refund by an excess deposit",
      event: refundOf({ amountMinor: 300, fromDepositsMinor: 300 }),
      expected: ["assets:psp-clearing -300 GBP", "liabilities:customer-deposits 300 GBP"],
    },
  ])("$name", ({ event, expected }) => {
    expect(postingsText(event)).toEqual(expected);
  });

  it.each<{ event: OrderEvent; description: string }>([
    { event: { type: "deposit.refund_due", amountMinor: 1 }, description: "Refund due" },
    { event: { type: "credit.applied", amountMinor: 1 }, description: "Credit applied" },
    { event: cancelling({}, { refundDueMinor: 1 }), description: "Cancelled before shipment" },
    { event: refundOf({ amountMinor: 1, allowanceMinor: 1 }), description: "Refund" },
  ])("describe $event.type as: $description", ({ event, description }) => {
    expect(entryOf(event)).toMatchObject({ description });
  });
});
