import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { postings } from "../../../src/orders/domain/postings";
import { journalEntryFor } from "../../../src/orders/domain/postings";
import { journalEntryForStock } from "../../../src/inventory/domain/movement-postings";
import { stockPostings } from "../../../src/inventory/domain/movement-postings";
import type { Earned } from "../../../src/orders/domain/events/money-events";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import type { Movement } from "../../../src/inventory/domain/movement";

type OfType<Type extends OrderEvent["type"]> = Extract<OrderEvent, { type: Type }>;

const captured = (amountMinor: number, toReceivableMinor: number): OfType<"payment.captured"> => ({
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

const shipped = (earned: Partial<Earned>): OfType<"shipment.shipped"> => ({
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

const cancelled = (refundDueMinor: number, earned: Earned | null = null): OfType<"units.cancelled"> => ({
  type: "units.cancelled",
  units: [],
  reason: "customer",
  by: "customer",
  shippingMinor: 0,
  worthMinor: refundDueMinor,
  refundDueMinor,
  earned,
});

const refunded = (over: Partial<OfType<"refund.recorded">>): OfType<"refund.recorded"> => ({
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

/** The whole sale comes back. */
const wholeReturn = {
  amountMinor: 10_780,
  returnedListMinor: 10_000,
  returnedDiscountMinor: 1_000,
  returnedTaxMinor: 980,
  returnedShippingMinor: 800,
};

/** Postings as an accountant reads them, sorted by account: `["assets:psp-clearing 500 EUR", …]`. */
const lines = (event: OrderEvent) =>
  (postings(event, { currency: "EUR" }, "USD")?.postings ?? [])
    .map(({ account, amountMinor, currency }) => `${account} ${amountMinor} ${currency}`)
    .toSorted();

describe("what an event posts", () => {
  it.each<[string, OrderEvent, string[]]>([
    [
      "a payment ahead of shipment is a deposit",
      captured(500, 0),
      ["assets:psp-clearing 500 EUR", "liabilities:customer-deposits -500 EUR"],
    ],
    [
      "a payment after shipment settles what is receivable",
      captured(500, 500),
      ["assets:psp-clearing 500 EUR", "assets:receivable -500 EUR"],
    ],
    [
      "a payment may do both",
      captured(500, 200),
      ["assets:psp-clearing 500 EUR", "assets:receivable -200 EUR", "liabilities:customer-deposits -300 EUR"],
    ],
    [
      "a paid shipment earns its deposit, and its cost leaves stock in the books' currency",
      shipped({}),
      [
        "assets:inventory -4200 USD",
        "expenses:cogs 4200 USD",
        "liabilities:customer-deposits 10780 EUR",
        "liabilities:sales-tax -980 EUR",
        "revenue:discounts 1000 EUR",
        "revenue:products -10000 EUR",
        "revenue:shipping -800 EUR",
      ],
    ],
    [
      "what leaves unpaid is receivable, and a gift card is a liability",
      shipped({
        giftCardMinor: 2_500,
        discountMinor: 0,
        taxMinor: 0,
        shippingMinor: 0,
        costMinor: 0,
        fromDepositsMinor: 4_000,
        fromReceivableMinor: 6_000,
      }),
      [
        "assets:receivable 6000 EUR",
        "liabilities:customer-deposits 4000 EUR",
        "liabilities:gift-cards -2500 EUR",
        "revenue:products -7500 EUR",
      ],
    ],
    [
      "a cancellation owes the deposit back",
      cancelled(700),
      ["liabilities:customer-deposits 700 EUR", "liabilities:refund-payable -700 EUR"],
    ],
    ["a cancellation of what was never paid posts nothing", cancelled(0), []],
    [
      "a cancellation of the last open units earns the rest of the shipping",
      cancelled(700, {
        ...sale,
        listMinor: 0,
        discountMinor: 0,
        taxMinor: 0,
        costMinor: 0,
        fromDepositsMinor: 800,
      }),
      [
        "liabilities:customer-deposits 1500 EUR",
        "liabilities:refund-payable -700 EUR",
        "revenue:shipping -800 EUR",
      ],
    ],
    [
      "a refund of what is owed settles it",
      refunded({ amountMinor: 700, fromPayableMinor: 700 }),
      ["assets:psp-clearing -700 EUR", "liabilities:refund-payable 700 EUR"],
    ],
    [
      "a return takes the sale back, and its cost goes back to stock",
      refunded({ ...wholeReturn, restockedCostMinor: 4_200 }),
      [
        "assets:inventory 4200 USD",
        "assets:psp-clearing -10780 EUR",
        "expenses:cogs -4200 USD",
        "liabilities:sales-tax 980 EUR",
        "revenue:discounts -1000 EUR",
        "revenue:sales-returns 10000 EUR",
        "revenue:shipping 800 EUR",
      ],
    ],
    [
      "a fee is kept of a return that is not restocked",
      refunded({ ...wholeReturn, amountMinor: 10_000, feeMinor: 780 }),
      [
        "assets:psp-clearing -10000 EUR",
        "liabilities:sales-tax 980 EUR",
        "revenue:discounts -1000 EUR",
        "revenue:restocking-fees -780 EUR",
        "revenue:sales-returns 10000 EUR",
        "revenue:shipping 800 EUR",
      ],
    ],
    [
      "a return of what was never paid is no longer receivable",
      refunded({ returnedListMinor: 2_500, returnedGiftCardMinor: 1_000, receivableReducedMinor: 2_500 }),
      ["assets:receivable -2500 EUR", "liabilities:gift-cards 1000 EUR", "revenue:sales-returns 1500 EUR"],
    ],
    [
      "money given back for nothing is an allowance",
      refunded({ amountMinor: 500, allowanceMinor: 500 }),
      ["assets:psp-clearing -500 EUR", "revenue:allowances 500 EUR"],
    ],
    ["a note posts nothing", { type: "order.note_added", text: "hello", by: "staff" }, []],
  ])("%s", (_rule, event, expected) => {
    expect(lines(event)).toEqual(expected);
  });

  it("puts cost and sale together where the order is in the books' currency", () => {
    const entry = postings(shipped({}), { currency: "USD" }, "USD");
    expect(entry?.postings.map(({ currency }) => currency)).toEqual(Array(7).fill("USD"));
  });

  it.each([
    ["a payment that goes nowhere", { ...captured(500, 0), toDepositsMinor: 400 }],
    ["a sale that nobody pays for", shipped({ fromDepositsMinor: 0 })],
    ["a refund that does not add up", refunded({ amountMinor: 500, fromPayableMinor: 400 })],
    ["half a cent", { ...captured(500, 0), amountMinor: 0.5, toDepositsMinor: 0.5 }],
  ])("throws on %s", (_what, event) => {
    expect(() => postings(event, { currency: "EUR" }, "USD")).toThrow(InvariantViolation);
  });
});

const moved = (kind: Movement["kind"], valueMinor: number, reason: string | null = null): Movement => ({
  ref: "r",
  kind,
  locationId: "reno",
  quantity: 1,
  valueMinor,
  reason,
  at: 0,
});

describe("what a movement of stock posts", () => {
  it.each([
    [
      "a receipt, against the supplier's invoice to come",
      moved("receive", 900),
      "liabilities:goods-received-not-invoiced",
    ],
    ["damage, as shrinkage", moved("adjust", -900, "damaged"), "expenses:shrinkage"],
    ["a count that finds more", moved("count", 900), "expenses:shrinkage"],
    ["a new standard cost", moved("revalue", -900), "expenses:inventory-revaluation"],
  ])("%s", (_rule, movement, against) => {
    expect(stockPostings(movement, "USD")?.postings).toEqual(
      expect.arrayContaining([
        { account: "assets:inventory", amountMinor: movement.valueMinor, currency: "USD" },
        { account: against, amountMinor: -movement.valueMinor, currency: "USD" },
      ]),
    );
  });

  it.each([
    ["a count that finds what was expected", moved("count", 0)],
    ["a shipment, which the order's event posts", moved("ship", -900)],
    ["a restock, which the order's event posts", moved("restock", 900)],
  ])("posts nothing for %s", (_what, movement) => {
    expect(stockPostings(movement, "USD")).toBeNull();
  });
});

describe("an entry", () => {
  const books = { booksCurrency: "USD", booksTimeZone: "America/New_York" };
  const at = Date.UTC(2026, 10, 22, 3);

  it("of an order is named by its place in the order's history, on the books' local day", () => {
    const place = { orderId: "ord_1", version: 3, index: 1, at, currency: "EUR" };
    expect(journalEntryFor(captured(500, 0), place, books)).toMatchObject({
      id: "ord_1/3/1",
      orderId: "ord_1",
      at,
      postedOn: "2026-11-21",
    });
    expect(journalEntryFor(cancelled(0), place, books)).toBeNull();
  });

  it("of a movement is named by the stock's event and tells the SKU", () => {
    const movement: Movement = {
      ref: "po-1",
      kind: "receive",
      locationId: "reno",
      quantity: 3,
      valueMinor: 900,
      reason: null,
      at,
    };
    expect(journalEntryForStock(movement, { id: "mov_1", sku: "MUG" }, books)).toMatchObject({
      id: "mov_1",
      orderId: null,
      description: "Stock received: MUG",
      postedOn: "2026-11-21",
    });
  });
});
