/** Postings of payments, shipments, cancellations, refunds and returns. */
import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../src/kernel/invariant";
import type { Earned } from "../../../src/orders/domain/events/money-events";
import type { EventOf, OrderEvent } from "../../../src/orders/domain/order-events";
import { journalEntryFor, postings } from "../../../src/orders/domain/postings";

const captured = (amountMinor: number, toReceivableMinor: number): EventOf<"payment.captured"> => ({
  type: "payment.captured",
  externalId: "pay-1",
  amountMinor,
  at: 0,
  toReceivableMinor,
  toDepositsMinor: amountMinor - toReceivableMinor,
});

/** 100.00 of goods and 8.00 shipping, 10.00 off, 9.80 tax: 107.80. */
const sale: Earned = {
  listMinor: 10_000,
  giftCardMinor: 0,
  shippingMinor: 800,
  discountMinor: 1_000,
  taxMinor: 980,
  fromDepositsMinor: 10_780,
  fromReceivableMinor: 0,
  costMinor: 4_200,
};

const shipped = (earned: Partial<Earned>): EventOf<"shipment.shipped"> => ({
  type: "shipment.shipped",
  shipmentId: "shp_1",
  fulfillmentId: "ful_1",
  locationId: "reno",
  carrier: null,
  service: null,
  trackingNumber: null,
  trackingUrl: null,
  at: 0,
  lines: [],
  shippingEarnedMinor: 0,
  earned: { ...sale, ...earned },
});

const cancelled = (refundDueMinor: number, earned: Earned | null = null): EventOf<"units.cancelled"> => ({
  type: "units.cancelled",
  units: [],
  reason: "customer",
  by: "customer",
  shippingMinor: 0,
  worthMinor: refundDueMinor,
  refundDueMinor,
  earned,
});

const refunded = (over: Partial<EventOf<"refund.recorded">>): EventOf<"refund.recorded"> => ({
  type: "refund.recorded",
  externalId: "ref-1",
  amountMinor: 0,
  at: 0,
  reason: null,
  lines: [],
  returned: [],
  returnedListMinor: 0,
  returnedDiscountMinor: 0,
  returnedTaxMinor: 0,
  returnedShippingMinor: 0,
  restockedCostMinor: 0,
  fromPayableMinor: 0,
  allowanceMinor: 0,
  feeMinor: 0,
  receivableReducedMinor: 0,
  shippingTakenBackMinor: 0,
  ...over,
});

/** A return of the whole sale. */
const wholeReturn = {
  amountMinor: 10_780,
  returnedListMinor: 10_000,
  returnedDiscountMinor: 1_000,
  returnedTaxMinor: 980,
  returnedShippingMinor: 800,
};

/** The postings of an event, sorted by account: `["assets:psp-clearing 500 EUR"]`. */
const postingsText = (event: OrderEvent) =>
  (postings(event, { currency: "EUR" }, "USD")?.postings ?? [])
    .map(({ account, amountMinor, currency }) => `${account} ${amountMinor} ${currency}`)
    .toSorted();

describe("postings", () => {
  it.each<{ name: string; event: OrderEvent; expected: string[] }>([
    {
      name: "a payment before shipment as a deposit",
      event: captured(500, 0),
      expected: ["assets:psp-clearing 500 EUR", "liabilities:customer-deposits -500 EUR"],
    },
    {
      name: "a payment after shipment against the receivable",
      event: captured(500, 500),
      expected: ["assets:psp-clearing 500 EUR", "assets:receivable -500 EUR"],
    },
    {
      name: "a payment partly against the receivable and partly as a deposit",
      event: captured(500, 200),
      expected: [
        "assets:psp-clearing 500 EUR",
        "assets:receivable -200 EUR",
        "liabilities:customer-deposits -300 EUR",
      ],
    },
    {
      name: "a paid shipment as revenue from the deposit, and its cost from inventory in the books' currency",
      event: shipped({}),
      expected: [
        "assets:inventory -4200 USD",
        "expenses:cogs 4200 USD",
        "liabilities:customer-deposits 10780 EUR",
        "liabilities:sales-tax -980 EUR",
        "revenue:discounts 1000 EUR",
        "revenue:products -10000 EUR",
        "revenue:shipping -800 EUR",
      ],
    },
    {
      name: "an unpaid shipment as a receivable, and a shipped gift card as a liability",
      event: shipped({
        giftCardMinor: 2_500,
        discountMinor: 0,
        taxMinor: 0,
        shippingMinor: 0,
        costMinor: 0,
        fromDepositsMinor: 4_000,
        fromReceivableMinor: 6_000,
      }),
      expected: [
        "assets:receivable 6000 EUR",
        "liabilities:customer-deposits 4000 EUR",
        "liabilities:gift-cards -2500 EUR",
        "revenue:products -7500 EUR",
      ],
    },
    {
      name: "a cancellation of paid units as a refund payable",
      event: cancelled(700),
      expected: ["liabilities:customer-deposits 700 EUR", "liabilities:refund-payable -700 EUR"],
    },
    { name: "nothing for a cancellation of unpaid units", event: cancelled(0), expected: [] },
    {
      name: "the rest of the shipping as revenue with the cancellation of the last open units",
      event: cancelled(700, {
        ...sale,
        listMinor: 0,
        discountMinor: 0,
        taxMinor: 0,
        costMinor: 0,
        fromDepositsMinor: 800,
      }),
      expected: [
        "liabilities:customer-deposits 1500 EUR",
        "liabilities:refund-payable -700 EUR",
        "revenue:shipping -800 EUR",
      ],
    },
    {
      name: "a refund that is owed against the refund payable",
      event: refunded({ amountMinor: 700, fromPayableMinor: 700 }),
      expected: ["assets:psp-clearing -700 EUR", "liabilities:refund-payable 700 EUR"],
    },
    {
      name: "a restocked return as a reversal of the sale, and its cost to inventory",
      event: refunded({ ...wholeReturn, restockedCostMinor: 4_200 }),
      expected: [
        "assets:inventory 4200 USD",
        "assets:psp-clearing -10780 EUR",
        "expenses:cogs -4200 USD",
        "liabilities:sales-tax 980 EUR",
        "revenue:discounts -1000 EUR",
        "revenue:sales-returns 10000 EUR",
        "revenue:shipping 800 EUR",
      ],
    },
    {
      name: "a restocking fee with a return that is not restocked",
      event: refunded({ ...wholeReturn, amountMinor: 10_000, feeMinor: 780 }),
      expected: [
        "assets:psp-clearing -10000 EUR",
        "liabilities:sales-tax 980 EUR",
        "revenue:discounts -1000 EUR",
        "revenue:restocking-fees -780 EUR",
        "revenue:sales-returns 10000 EUR",
        "revenue:shipping 800 EUR",
      ],
    },
    {
      name: "a return of unpaid units against the receivable",
      event: refunded({
        returnedListMinor: 2_500,
        returnedGiftCardMinor: 1_000,
        receivableReducedMinor: 2_500,
      }),
      expected: [
        "assets:receivable -2500 EUR",
        "liabilities:gift-cards 1000 EUR",
        "revenue:sales-returns 1500 EUR",
      ],
    },
    {
      name: "a refund without a return as an allowance",
      event: refunded({ amountMinor: 500, allowanceMinor: 500 }),
      expected: ["assets:psp-clearing -500 EUR", "revenue:allowances 500 EUR"],
    },
    {
      name: "nothing for a note",
      event: { type: "order.note_added", text: "hello", by: "staff" },
      expected: [],
    },
  ])("posts $name", ({ event, expected }) => {
    expect(postingsText(event)).toEqual(expected);
  });

  it("posts cost and sale in one currency if the order is in the books' currency", () => {
    const entry = postings(shipped({}), { currency: "USD" }, "USD");
    expect(entry?.postings.map(({ currency }) => currency)).toEqual(Array(7).fill("USD"));
  });

  it.each<Readonly<{ name: string; event: OrderEvent }>>([
    { name: "a payment that is not posted in full", event: { ...captured(500, 0), toDepositsMinor: 400 } },
    { name: "a sale without a payment", event: shipped({ fromDepositsMinor: 0 }) },
    { name: "a refund that does not add up", event: refunded({ amountMinor: 500, fromPayableMinor: 400 }) },
    { name: "half a cent", event: { ...captured(500, 0), amountMinor: 0.5, toDepositsMinor: 0.5 } },
  ])("throws for $name", ({ event }) => {
    expect(() => postings(event, { currency: "EUR" }, "USD")).toThrow(InvariantViolation);
  });
});

describe("journalEntryFor", () => {
  const books = { booksCurrency: "USD", booksTimeZone: "America/New_York" };
  const at = Date.UTC(2026, 10, 22, 3);
  const position = { orderId: "ord_1", version: 3, index: 1, at, currency: "EUR" };

  it("names the entry by the event's position in the order's history, on the local date of the books", () => {
    expect(journalEntryFor(captured(500, 0), position, books)).toMatchObject({
      id: "ord_1/3/1",
      orderId: "ord_1",
      at,
      postedOn: "2026-11-21",
    });
  });

  it("returns null for an event that posts nothing", () => {
    expect(journalEntryFor(cancelled(0), position, books)).toBeNull();
  });
});
