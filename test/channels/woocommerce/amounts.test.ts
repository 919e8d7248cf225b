/** What a WooCommerce order adds up to: rounding, gift cards, fees. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computedTotal } from "../../../src/orders/domain/new-order-checks";
import { codes, line, orderOf, payload } from "./payloads";

const paidBy = (over: object) =>
  orderOf(payload(over)).payments.map(({ externalId, kind, amountMinor }) => [externalId, kind, amountMinor]);

describe("the rounding of a WooCommerce order", () => {
  /** 10 × 23.90 with 20 % included, less 25 %: exactly 149.375 and 29.875. */
  const couponed = (over: object = {}) =>
    payload({
      prices_include_tax: true,
      total: "179.25",
      total_tax: "29.88",
      line_items: [
        line({
          quantity: 10,
          subtotal: "199.17",
          total: "149.38",
          total_tax: "29.88",
          price: 14.9375,
          ...over,
        }),
      ],
    });

  it.each([
    { exact: "is reported", over: { taxes: [{ id: 1, total: "29.875", subtotal: "39.833333" }] } },
    { exact: "is not reported", over: {} },
  ])("is a cent of two rounded figures if the exact tax $exact", ({ over }) => {
    expect(orderOf(couponed(over))).toMatchObject({
      totalMinor: 17_925,
      roundingMinor: -1,
      lines: [{ grossMinor: 19_917, discountMinor: 4_979, taxMinor: 2_988 }],
      payments: [{ amountMinor: 17_925 }],
      problems: [],
    });
  });

  /** Taxes rounded at the subtotal: 1.125 + 0.225 + 0.90 are 2.25. */
  const roundedAtSubtotal = (exact: readonly (string | null)[]) =>
    payload({
      total: "24.75",
      total_tax: "2.25",
      line_items: [
        { id: 1, quantity: 1, total: "11.25", total_tax: "1.13" },
        { id: 2, quantity: 1, total: "2.25", total_tax: "0.23" },
        { id: 3, quantity: 1, total: "9.00", total_tax: "0.90" },
      ].map((item, i) => ({
        ...line(item),
        subtotal: item.total,
        taxes: exact[i] === null ? [] : [{ id: 1, total: exact[i], subtotal: "" }],
      })),
    });

  it("is avoided with the exact taxes", () => {
    const order = orderOf(roundedAtSubtotal(["1.125", "0.225", "0.9"]));
    expect(order.lines.map(({ taxMinor }) => taxMinor)).toEqual([113, 22, 90]);
    expect(order).toMatchObject({ totalMinor: 2_475, roundingMinor: 0, problems: [] });
  });

  it("is what the total lacks if there are no exact taxes", () => {
    const order = orderOf(roundedAtSubtotal([null, null, null]));
    expect(order.lines.map(({ taxMinor }) => taxMinor)).toEqual([113, 23, 90]);
    expect(order).toMatchObject({ totalMinor: 2_475, roundingMinor: -1, problems: [] });
  });

  it("does not use taxes that are not what was rounded", () => {
    const order = orderOf(roundedAtSubtotal(["1.125", "7.5", "0.9"]));
    expect(order.lines.map(({ taxMinor }) => taxMinor)).toEqual([113, 23, 90]);
  });

  it("of a line's tax that is less than the currency's minor unit is nothing", () => {
    const order = orderOf(payload({ line_items: [line({ total_tax: "0.0049" })] }));
    expect(order).toMatchObject({ lines: [{ taxMinor: 0 }], roundingMinor: 0, problems: [] });
  });

  it.each([
    { what: "four figures explain two cents", total: "24.22", rounding: 2, held: [] },
    { what: "four figures do not explain three", total: "24.23", rounding: 0, held: ["totals_mismatch"] },
    { what: "nor three too few", total: "24.17", rounding: 0, held: ["totals_mismatch"] },
  ])("is held beyond half a minor unit for each figure: $what", ({ total, rounding, held }) => {
    const order = orderOf(
      payload({
        total,
        line_items: [
          line({ id: 1, subtotal: "10.00", total: "10.00", total_tax: "2.10" }),
          line({ id: 2, subtotal: "10.00", total: "10.00", total_tax: "2.10" }),
        ],
      }),
    );
    expect([order.roundingMinor, codes(order)]).toEqual([rounding, held]);
  });

  it("explains every order whose total is the rounded sum of its exact figures", () => {
    const figure = fc.integer({ min: 0, max: 5_000_000 });
    const items = fc.array(fc.tuple(figure, figure), { minLength: 1, maxLength: 8 });
    const cents = (micros: number) => (Math.round(micros / 10_000) / 100).toFixed(2);
    fc.assert(
      fc.property(items, (exact) => {
        const order = orderOf(
          payload({
            total: cents(exact.flat().reduce((sum, each) => sum + each, 0)),
            total_tax: cents(exact.reduce((sum, [, tax]) => sum + tax, 0)),
            line_items: exact.map(([net, tax], i) =>
              line({ id: i + 1, subtotal: cents(net), total: cents(net), total_tax: cents(tax) }),
            ),
          }),
        );
        expect(computedTotal(order)).toBe(order.totalMinor);
        expect(order.problems).toEqual([]);
      }),
    );
  });
});

describe("gift cards of a WooCommerce order", () => {
  const items = { line_items: [line({ subtotal: "28.00", total: "28.00" })] };
  const cards = [
    { id: 43, code: "XXXX-1", amount: 20 },
    { id: 96, code: "XXXX-2", amount: "4.00" },
  ];

  it("pay what the total does not contain", () => {
    const over = { ...items, gift_cards: cards, total: "4.00" };
    expect(orderOf(payload(over))).toMatchObject({ totalMinor: 2_800, roundingMinor: 0, problems: [] });
    expect(paidBy(over)).toEqual([
      ["gift-card-43", "gift_card", 2_000],
      ["gift-card-96", "gift_card", 400],
      ["captured", "captured", 400],
    ]);
    expect(JSON.stringify(orderOf(payload(over)))).not.toContain("XXXX");
  });

  it("may pay all of it", () => {
    const over = { ...items, gift_cards: [{ id: 43, amount: 28 }], total: "0.00" };
    expect([orderOf(payload(over)).totalMinor, paidBy(over)]).toEqual([
      2_800,
      [["gift-card-43", "gift_card", 2_800]],
    ]);
  });

  it("are part of a total that adds up without them", () => {
    const over = { ...items, gift_cards: cards, total: "28.00" };
    expect(orderOf(payload(over))).toMatchObject({ totalMinor: 2_800, problems: [] });
    expect(paidBy(over).at(-1)).toEqual(["captured", "captured", 400]);
  });

  it("are counted once if the plugin also lists them as a negative fee", () => {
    const fee = { id: 9, name: "Gift card", total: "-24.00", total_tax: "0.00" };
    const over = { ...items, gift_cards: cards, fee_lines: [fee], total: "4.00" };
    expect(orderOf(payload(over))).toMatchObject({
      totalMinor: 2_800,
      lines: [{ discountMinor: 0 }],
      problems: [],
    });
  });

  it("of PW Gift Cards are redeemed by their numbers, which are not stored", () => {
    const over = { ...items, pw_gift_cards_redeemed: [{ number: "PW-1234", amount: "24" }], total: "4.00" };
    const order = orderOf(payload(over));
    expect(order).toMatchObject({
      totalMinor: 2_800,
      payments: [{ kind: "gift_card", amountMinor: 2_400 }, { amountMinor: 400 }],
      problems: [],
    });
    expect(JSON.stringify(order)).not.toContain("PW-1234");
  });

  it.each([
    { key: "_ywgc_applied_gift_cards_totals", value: 24 },
    { key: "smart_coupons_contribution", value: { "credit-1": "20", "credit-2": 4 } },
  ])("in the metadata $key count if the order adds up with them, and not without", ({ key, value }) => {
    const over = { ...items, meta_data: [{ id: 1, key, value }] };
    expect(orderOf(payload({ ...over, total: "4.00" }))).toMatchObject({
      totalMinor: 2_800,
      payments: [{ kind: "gift_card", amountMinor: 2_400 }, { amountMinor: 400 }],
      problems: [],
    });
    expect(paidBy({ ...over, total: "28.00" })).toEqual([["captured", "captured", 2_800]]);
  });

  it.each([
    { status: "processing", over: {}, kinds: ["gift_card", "gift_card", "captured"] },
    { status: "on-hold", over: { date_paid_gmt: null }, kinds: ["gift_card", "gift_card"] },
    { status: "pending", over: { date_paid_gmt: null }, kinds: ["gift_card", "gift_card"] },
    { status: "failed", over: {}, kinds: [] },
    { status: "cancelled", over: {}, kinds: ["captured"] },
    { status: "refunded", over: {}, kinds: ["captured"] },
  ])("are given back by the extension once the order is $status: $kinds", ({ status, over, kinds }) => {
    const order = orderOf(payload({ ...items, gift_cards: cards, total: "4.00", status, ...over }));
    expect(order.payments.map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe("fees of a WooCommerce order", () => {
  it("on delivery are lines of their own, and authorized with the goods", () => {
    const order = orderOf(
      payload({
        payment_method: "cod",
        date_paid_gmt: null,
        total: "24.84",
        fee_lines: [{ id: 9, name: "Cash on delivery fee", total: "4.00", total_tax: "0.84" }],
      }),
    );
    expect(order).toMatchObject({
      lines: [{ kind: "physical" }, { kind: "fee", externalId: "9", grossMinor: 400, taxMinor: 84 }],
      payments: [{ kind: "authorized", amountMinor: 2_484 }],
      problems: [],
    });
  });

  it("lower the worth of goods that a coupon was added to", () => {
    const before = orderOf(payload());
    const after = orderOf(payload({ total: "15.00", line_items: [line({ total: "15.00" })] }));
    expect([before, after].map(({ lines, totalMinor }) => [lines[0]!.discountMinor, totalMinor])).toEqual([
      [0, 2_000],
      [500, 1_500],
    ]);
    expect(after.problems).toEqual([]);
  });
});
