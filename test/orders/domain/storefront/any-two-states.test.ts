/**
 * Any state of a storefront after any other: each difference is applied, or the order is held and the hold names it.
 * Nothing is ignored.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineKind } from "../../../../src/orders/domain/order-line";
import type { NewOrder, NewOrderLine } from "../../../../src/orders/domain/new-order";
import { anAddress, NOON } from "../../../support/an-order";
import { casesOf } from "../../../support/cases";
import { create, update, updateEvents } from "../order-steps";
import { aRefund, aSale, sold } from "../sales";
import { between, expectBooks, expectNothingIgnored, play } from "./two-states";

const GOODS: readonly LineKind[] = ["physical", "physical", "physical", "digital"];

const line = (title: string, kinds: readonly LineKind[] = GOODS): fc.Arbitrary<NewOrderLine> =>
  fc
    .record({
      kind: fc.constantFrom(...kinds),
      quantity: fc.integer({ min: 1, max: 3 }),
      removed: fc.constantFrom(0, 0, 0, 1),
      price: fc.constantFrom(1000, 1000, 1250),
      discount: fc.constantFrom(0, 0, 333),
      tax: fc.constantFrom(100, 100, 77),
      sku: fc.constantFrom("A", "A", "B", null),
    })
    .map(({ kind: of, quantity, removed, price, discount, tax, sku }) =>
      sold(title, quantity, {
        kind: of,
        sku: of === "physical" ? (sku ?? `SKU-${title}`) : null,
        removed: Math.min(removed, quantity),
        unitPriceMinor: price,
        grossMinor: price * quantity,
        discountMinor: discount,
        taxMinor: tax,
      }),
    );

const address = fc.constantFrom(
  anAddress,
  anAddress,
  { ...anAddress, line1: "1 High Street" },
  { ...anAddress, city: "Paris", countryCode: "FR", postalCode: "75001" },
);

const state: fc.Arbitrary<NewOrder> = fc
  .record({
    mug: line("Mug"),
    cup: fc.option(line("Cup"), { freq: 2 }),
    tip: fc.option(line("Tip", ["fee"]), { freq: 2 }),
    shipping: fc.constantFrom(0, 0, 500),
    paid: fc.constantFrom(0, 50, 100, 100, 100, 120),
    authorized: fc.constantFrom(0, 0, 100),
    giftCard: fc.constantFrom(0, 0, 300),
    refunds: fc.uniqueArray(
      fc.record({
        id: fc.constantFrom("r1", "r2"),
        amount: fc.constantFrom(0, 500, 1100),
        units: fc.constantFrom(0, 0, 1, 2),
        itemized: fc.constantFrom(true, true, false),
        restock: fc.constantFrom("cancel" as const, "return" as const, "none" as const),
        shipping: fc.constantFrom(0, 0, 200),
      }),
      { maxLength: 2, selector: ({ id }) => id },
    ),
    fulfilled: fc.constantFrom(0, 0, 0, 1, 2),
    everything: fc.constantFrom(undefined, undefined, true as const),
    cancelled: fc.constantFrom(false, false, false, true),
    test: fc.constantFrom(false, false, false, false, false, true),
    currency: fc.constantFrom("GBP", "GBP", "GBP", "GBP", "GBP", "GBP", "JPY"),
    taxIncluded: fc.constantFrom(false, false, false, true),
    rounding: fc.constantFrom(0, 0, 1, -1),
    address,
    email: fc.constantFrom("ada@example.com", "ada@example.org", null),
    note: fc.constantFrom(null, "Ring twice."),
    pickup: fc.constantFrom(null, null, null, "store"),
    held: fc.constantFrom(false, false, true),
  })
  .map((given) => {
    const lines = [given.mug, given.cup, given.tip].filter((each) => each !== null);
    const sale = aSale({
      lines,
      shipping: { grossMinor: given.shipping, discountMinor: 0, taxMinor: 0 },
      taxIncluded: given.taxIncluded,
    });
    const totalMinor = sale.totalMinor + given.rounding;
    return {
      ...sale,
      totalMinor,
      roundingMinor: given.rounding,
      currency: given.currency,
      isTest: given.test,
      cancelledAt: given.cancelled ? NOON : null,
      email: given.email,
      note: given.note,
      shippingAddress: given.address,
      pickupLocationId: given.pickup,
      payments: [
        {
          externalId: "captured",
          kind: "captured" as const,
          amountMinor: Math.floor((totalMinor * given.paid) / 100),
          at: NOON,
        },
        { externalId: "authorized", kind: "authorized" as const, amountMinor: given.authorized, at: NOON },
        { externalId: "card", kind: "gift_card" as const, amountMinor: given.giftCard, at: NOON },
      ],
      refunds: given.refunds.map(({ id, amount, units, itemized, restock, shipping }) =>
        aRefund(id, {
          amountMinor: amount,
          shippingMinor: Math.min(amount, shipping),
          itemized,
          lines: units === 0 || !itemized ? [] : [{ externalLineId: "Mug", quantity: units, restock }],
        }),
      ),
      fulfilled:
        given.fulfilled === 0
          ? []
          : [
              {
                externalId: "f1",
                lines: [{ externalLineId: "Mug", quantity: given.fulfilled }],
                locationId: null,
                carrier: null,
                trackingNumber: null,
                trackingUrl: null,
                at: NOON,
                ...(given.everything ? { everything: true as const } : {}),
              },
            ],
      problems: given.held ? [{ code: "held_at_storefront" as const, detail: "It is on hold there." }] : [],
    };
  });

describe("any state after any other", () => {
  it("is applied or held by name, and the same state again changes nothing", () => {
    fc.assert(
      fc.property(state, state, state, between, between, (a, b, c, first, second) => {
        const at = (given: NewOrder, minutes: number) => ({ ...given, storefrontUpdatedAt: NOON + minutes });
        let order = create({ ...a, currency: "GBP" });
        expectBooks(order);
        for (const [there, what] of [
          [at(b, 1), first],
          [at(c, 2), second],
        ] as const) {
          order = update(play(order, what), there);
          expectBooks(order);
          expectNothingIgnored(order, there);
          expect(updateEvents(order, there)).toEqual([]);
        }
      }),
      { numRuns: casesOf(3_000) },
    );
  });
});
