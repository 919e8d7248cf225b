/** The journal entry of a commit: the order's accounts after the commit, less those before it, and the costs of its events. */
import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { NO_AMOUNTS } from "../../../src/orders/domain/amounts";
import { evolve, evolveAll } from "../../../src/orders/domain/evolve/evolve";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { journalEntryOf } from "../../../src/orders/domain/postings";
import { aLine, NOON } from "../../support/an-order";
import {
  BOOKS,
  goods,
  charge,
  sale,
  captured,
  price,
  shippedAll,
  shipped,
  cancelled,
  wholeReturn,
  CARD,
  card,
  withCard,
  entryFor,
} from "./booked-sales";
import { cancelling, from, MUG, refundOf, shipping } from "./mug-orders";
import { units } from "./payments/money-facts";

/** The postings of a commit, sorted by account: `["assets:psp-clearing 500 EUR"]`. */
const postingsText = (before: Order, ...events: OrderEvent[]) =>
  (entryFor(before, ...events)?.postings ?? [])
    .map(({ account, amountMinor, currency }) => `${account} ${amountMinor} ${currency}`)
    .toSorted();

describe("journalEntryOf", () => {
  it.each<{ name: string; before: Order; events: OrderEvent[]; expected: string[] }>([
    {
      name: "a payment before shipment as a deposit",
      before: sale(0),
      events: [captured(500)],
      expected: ["assets:psp-clearing 500 EUR", "liabilities:customer-deposits -500 EUR"],
    },
    {
      name: "a payment after shipment against the receivable",
      before: shipped(0),
      events: [captured(500)],
      expected: ["assets:psp-clearing 500 EUR", "assets:receivable -500 EUR"],
    },
    {
      name: "a payment partly against the receivable and partly as a deposit",
      before: sale(0, {
        lines: [units({ ordered: 8, shipped: 2 })],
        shipping: NO_AMOUNTS,
      }),
      events: [captured(500)],
      expected: [
        "assets:psp-clearing 500 EUR",
        "assets:receivable -200 EUR",
        "liabilities:customer-deposits -300 EUR",
      ],
    },
    {
      name: "a payment beyond the order's worth as a refund payable",
      before: sale(10_780),
      events: [captured(500)],
      expected: ["assets:psp-clearing 500 EUR", "liabilities:refund-payable -500 EUR"],
    },
    {
      name: "a payment by gift card against the liability for gift cards",
      before: sale(0),
      events: [{ ...captured(500), giftCard: true }],
      expected: ["liabilities:customer-deposits -500 EUR", "liabilities:gift-cards 500 EUR"],
    },
    {
      name: "a payment that is taken back as its reversal",
      before: sale(10_780),
      events: [{ type: "payment.reversed", externalId: "pay-1", amountMinor: 500, at: 0 }],
      expected: ["assets:psp-clearing -500 EUR", "liabilities:customer-deposits 500 EUR"],
    },
    {
      name: "nothing for an authorization",
      before: sale(0),
      events: [{ type: "payment.authorized", externalId: "a", amountMinor: 500, at: 0 }],
      expected: [],
    },
    {
      name: "a paid shipment as revenue from the deposit, and its cost from inventory in the books' currency",
      before: sale(10_780),
      events: [shippedAll(sale(0))],
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
      name: "the cost of each unit of a shipment",
      before: sale(0, {
        lines: [units({ ordered: 3, unitCostMinor: 70 })],
        shipping: NO_AMOUNTS,
      }),
      events: [
        {
          ...shipping(2, "ful_a"),
          lines: [{ ...shipping(2, "ful_a").lines[0]!, lineId: "line_a", unitCostMinor: 70 }],
        },
      ],
      expected: [
        "assets:inventory -140 USD",
        "assets:receivable 200 EUR",
        "expenses:cogs 140 USD",
        "revenue:products -200 EUR",
      ],
    },
    {
      name: "the cost of units that a vendor ships as owed to the vendor",
      before: sale(10_780),
      events: [{ ...shippedAll(sale(0)), dropShipped: true }],
      expected: [
        "expenses:cogs 4200 USD",
        "liabilities:customer-deposits 10780 EUR",
        "liabilities:sales-tax -980 EUR",
        "liabilities:vendor-payable -4200 USD",
        "revenue:discounts 1000 EUR",
        "revenue:products -10000 EUR",
        "revenue:shipping -800 EUR",
      ],
    },
    {
      name: "an unpaid shipment as a receivable, and a shipped gift card as a liability",
      before: withCard(4_000, 0),
      events: [shippedAll(withCard(0, 0))],
      expected: [
        "assets:receivable 6000 EUR",
        "liabilities:customer-deposits 4000 EUR",
        "liabilities:gift-cards -2500 EUR",
        "revenue:products -7500 EUR",
      ],
    },
    {
      name: "a cancellation of paid units as a refund payable",
      before: sale(700, { shipping: NO_AMOUNTS }),
      events: [cancelling({ allocated: [from("a", 1)] })],
      expected: ["liabilities:customer-deposits 700 EUR", "liabilities:refund-payable -700 EUR"],
    },
    {
      name: "nothing for a cancellation of unpaid units",
      before: sale(0),
      events: [cancelling({ allocated: [from("a", 1)] })],
      expected: [],
    },
    {
      name: "the rest of the shipping as revenue with the cancellation of the last open units",
      before: sale(100 + 700 + 1_600, {
        lines: [units({ ordered: 1, shipped: 1 }), goods({ grossMinor: 700, discountMinor: 0, taxMinor: 0 })],
        shipping: { grossMinor: 1_600, discountMinor: 0, taxMinor: 0 },
      }),
      events: [cancelling({ allocated: [from("a", 1)] })],
      expected: [
        "liabilities:customer-deposits 1500 EUR",
        "liabilities:refund-payable -700 EUR",
        "revenue:shipping -800 EUR",
      ],
    },
    {
      name: "a refund that is owed against the refund payable",
      before: cancelled(700),
      events: [refundOf({ amountMinor: 700 })],
      expected: ["assets:psp-clearing -700 EUR", "liabilities:refund-payable 700 EUR"],
    },
    {
      name: "a restocked return as a reversal of the sale, and its cost to inventory",
      before: shipped(10_780),
      events: [wholeReturn(10_780, "reno")],
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
      name: "the same once it is known that a recorded refund is for the units",
      before: evolve(shipped(10_780), refundOf({ amountMinor: 10_780, shippingMinor: 880, itemized: false })),
      events: [
        {
          type: "refund.itemized",
          externalId: "ref_1",
          lines: [{ externalLineId: "Mug", quantity: 1 }],
          returned: [{ lineId: MUG, quantity: 1, restockLocationId: "reno" }],
          at: NOON,
          by: "staff",
        },
      ],
      expected: [
        "assets:inventory 4200 USD",
        "expenses:cogs -4200 USD",
        "liabilities:sales-tax 900 EUR",
        "revenue:allowances -9900 EUR",
        "revenue:discounts -1000 EUR",
        "revenue:sales-returns 10000 EUR",
      ],
    },
    {
      name: "a restocking fee with a return that is not restocked",
      before: shipped(10_780),
      events: [wholeReturn(10_000, null)],
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
      name: "the cost of only those returned units that are restocked, and that have a cost",
      before: sale(0, {
        lines: [units({ shipped: 4, unitCostMinor: 70 }), card({ shipped: 1 })],
        shipping: NO_AMOUNTS,
      }),
      events: [
        refundOf({
          returned: [
            { lineId: "line_a", quantity: 2, restockLocationId: "reno" },
            { lineId: "line_a", quantity: 1, restockLocationId: null },
            { lineId: CARD, quantity: 1, restockLocationId: "reno" },
          ],
        }),
      ],
      expected: [
        "assets:inventory 140 USD",
        "assets:receivable -2800 EUR",
        "expenses:cogs -140 USD",
        "liabilities:gift-cards 2500 EUR",
        "revenue:sales-returns 300 EUR",
      ],
    },
    {
      name: "a return of unpaid units against the receivable",
      before: sale(0, {
        lines: [units({ ordered: 15, shipped: 15 }), card({ shipped: 1, grossMinor: 1_000 })],
        shipping: NO_AMOUNTS,
      }),
      events: [
        refundOf({
          returned: [
            { lineId: "line_a", quantity: 15, restockLocationId: null },
            { lineId: CARD, quantity: 1, restockLocationId: null },
          ],
        }),
      ],
      expected: [
        "assets:receivable -2500 EUR",
        "liabilities:gift-cards 1000 EUR",
        "revenue:sales-returns 1500 EUR",
      ],
    },
    {
      name: "a refund without a return as an allowance",
      before: shipped(10_780),
      events: [refundOf({ amountMinor: 500 })],
      expected: ["assets:psp-clearing -500 EUR", "revenue:allowances 500 EUR"],
    },
    {
      name: "a refund of what was paid too much against the refund payable",
      before: sale(10_780 + 300),
      events: [refundOf({ amountMinor: 300 })],
      expected: ["assets:psp-clearing -300 EUR", "liabilities:refund-payable 300 EUR"],
    },
    {
      name: "a lower price as owed back, and shipped units at their new price",
      before: shipped(10_780),
      events: [
        {
          type: "order.repriced",
          lines: [{ ...price, discountMinor: 1_500, taxMinor: 850 }],
          shipping: charge,
          roundingMinor: 2,
          totalMinor: 10_232,
          taxIncluded: false,
        },
      ],
      expected: [
        "liabilities:refund-payable -548 EUR",
        "liabilities:sales-tax 50 EUR",
        "revenue:discounts 500 EUR",
        "revenue:rounding -2 EUR",
      ],
    },
    {
      name: "units that are added as what a payment is for: no more is owed back",
      before: sale(10_780 + 300),
      events: [
        {
          type: "order.lines_added",
          lines: [aLine("Cup", { grossMinor: 200, taxMinor: 0, backordered: 1 })],
          fulfillments: [],
          totalMinor: 0,
        },
      ],
      expected: ["liabilities:customer-deposits -200 EUR", "liabilities:refund-payable 200 EUR"],
    },
    {
      name: "nothing for a note",
      before: sale(10_780),
      events: [{ type: "order.note_added", text: "hello", by: "staff" }],
      expected: [],
    },
    {
      name: "several events at once, and nothing that they take back again",
      before: sale(0),
      events: [captured(10_780), shippedAll(sale(0)), wholeReturn(10_780, "reno")],
      expected: ["revenue:products -10000 EUR", "revenue:sales-returns 10000 EUR"],
    },
  ])("posts $name", ({ before, events, expected }) => {
    const balanced = { ...before, balances: evolveAll(before, [], NOON).balances };
    expect(postingsText(balanced, ...events)).toEqual(expected);
  });

  it("posts cost and sale in one currency if the order is in the books' currency", () => {
    const before = sale(10_780, { currency: "USD" });
    const entry = entryFor(before, shippedAll(before));
    expect(entry?.postings.map(({ currency }) => currency)).toEqual(Array(7).fill("USD"));
  });

  it("posts all accounts of a new order", () => {
    const after = evolveAll(sale(0), [captured(10_780)], NOON);
    const entry = journalEntryOf({ before: null, after, events: [] }, NOON, BOOKS);
    expect(entry?.postings).toEqual([
      { account: "assets:psp-clearing", amountMinor: 10_780, currency: "EUR" },
      { account: "liabilities:customer-deposits", amountMinor: -10_780, currency: "EUR" },
    ]);
  });

  it("posts nothing of a test of the checkout", () => {
    const before = sale(0, { isTest: true });
    expect(entryFor(before, captured(10_780))).toBeNull();
    expect(entryFor(before, captured(10_780), refundOf({ amountMinor: 500 }))).toBeNull();
  });

  it("throws for half a cent", () => {
    const before = sale(0);
    const after = { ...before, capturedMinor: 0.5 };
    expect(() => journalEntryOf({ before, after, events: [] }, NOON, BOOKS)).toThrow(InvariantViolation);
  });

  it("names the entry by the version of the order, on the local date of the books", () => {
    const at = Date.UTC(2026, 10, 22, 3);
    const before = sale(0);
    const after = { ...evolveAll(before, [captured(500)], NOON), version: 3 };
    expect(journalEntryOf({ before, after, events: [captured(500)] }, at, BOOKS)).toMatchObject({
      id: `${before.id}/3`,
      orderId: before.id,
      at,
      postedOn: "2026-11-21",
    });
  });

  it("returns null for a commit that posts nothing", () => {
    expect(entryFor(sale(0), cancelling({ allocated: [from("a", 1)] }))).toBeNull();
    expect(entryFor(sale(0))).toBeNull();
  });
});
