/** What a Shopify order adds up to: taxes, discounts, fees, currencies and rounding. */
import { describe, expect, it } from "vitest";
import { payable } from "../../../src/orders/domain/amounts";
import { codes, line, orderOf, payload } from "./payloads";

const set = (amount: string) => ({ shop_money: { amount, currency_code: "EUR" } });

describe("a Shopify order", () => {
  it.each([
    {
      decimals: "no decimals",
      over: { currency: "JPY", total_price: "3300", total_tax: "300" },
      price: "1500",
      tax: "300",
      expected: 3300,
    },
    {
      decimals: "no decimals, written with two",
      over: { currency: "JPY", total_price: "3300.00" },
      price: "1500.00",
      tax: "300.00",
      expected: 3300,
    },
    {
      decimals: "three decimals",
      over: { currency: "KWD", total_price: "3.376" },
      price: "1.563",
      tax: "0.250",
      expected: 3376,
    },
  ])("adds up in a currency with $decimals", ({ over, price, tax, expected }) => {
    const lines = [line({ price, quantity: 2, tax_lines: [{ price: tax }] })];
    const order = orderOf(payload({ ...over, line_items: lines }));
    expect([order.totalMinor, codes(order)]).toEqual([expected, []]);
  });

  it("adds no tax if its prices contain it", () => {
    const order = orderOf(
      payload({
        taxes_included: true,
        total_price: "112.10",
        total_tax: "17.89",
        total_discounts: "11.90",
        line_items: [
          line({
            price: "59.50",
            quantity: 2,
            tax_lines: [{ price: "17.10" }],
            discount_allocations: [{ amount: "11.90" }],
          }),
        ],
        shipping_lines: [{ title: "DHL", price: "5.00", tax_lines: [{ price: "0.79" }] }],
      }),
    );
    expect(order).toMatchObject({
      taxIncluded: true,
      lines: [{ grossMinor: 11900, discountMinor: 1190, taxMinor: 1710 }],
      shipping: { grossMinor: 500, discountMinor: 0, taxMinor: 79 },
      shippingMethod: "DHL",
      problems: [],
    });
  });

  it("adds up several taxes and discounts of a line and of shipping", () => {
    const order = orderOf(
      payload({
        total_price: "23.10",
        line_items: [
          line({
            quantity: 2,
            tax_lines: [{ price: "1.20" }, { price: "0.34" }],
            discount_allocations: [{ amount: "1.00" }, { amount: "0.50" }],
            total_discount: "99.00",
          }),
        ],
        shipping_lines: [
          {
            title: "A",
            price: "4.00",
            discount_allocations: [{ amount: "1.00" }],
            tax_lines: [{ price: "0.04" }, { price: "0.02" }],
          },
          { title: "Gone", price: "9.00", is_removed: true },
        ],
      }),
    );
    expect(order.lines[0]).toMatchObject({ grossMinor: 2000, discountMinor: 150, taxMinor: 154 });
    expect(order.shipping).toEqual({ grossMinor: 400, discountMinor: 100, taxMinor: 6 });
    expect(order.shippingMethod).toBe("A");
    expect(order.problems).toEqual([]);
  });

  it("has a discount on shipping if only the discounted price shows it", () => {
    const order = orderOf(payload({ shipping_lines: [{ price: "5.00", discounted_price: "0.00" }] }));
    expect([order.shipping.discountMinor, codes(order)]).toEqual([500, []]);
  });

  it("splits a discount that only the whole order has over its lines", () => {
    const order = orderOf(
      payload({
        total_price: "388.00",
        total_discounts: "20.00",
        line_items: [line({ id: 1, price: "199.00" }), line({ id: 2, price: "199.00" })],
        shipping_lines: [{ price: "10.00" }],
      }),
    );
    expect([order.lines.map((l) => l.discountMinor), codes(order)]).toEqual([[1000, 1000], []]);
  });

  it.each([
    { total: "10.00", discount: "3.00", expected: 0 },
    { total: "0.00", discount: "10.01", expected: 1000 },
  ])(
    "with the total $total and a discount of $discount that no line has takes off $expected",
    ({ total, discount, expected }) => {
      const order = orderOf(payload({ total_price: total, total_discounts: discount }));
      expect([order.lines[0]!.discountMinor, codes(order)]).toEqual([expected, []]);
    },
  );

  it("takes a line's own discount if nothing is allocated to the line", () => {
    const order = orderOf(
      payload({
        total_price: "8.00",
        total_discounts: "2.00",
        line_items: [line({ total_discount: "2.00" })],
      }),
    );
    expect([order.lines[0]!.discountMinor, codes(order)]).toEqual([200, []]);
  });

  it("splits tax that only the whole order has over the taxable lines", () => {
    const lines = [line({ id: 1 }), line({ id: 2, taxable: false }), line({ id: 3, price: "20.00" })];
    const order = orderOf(payload({ total_price: "43.00", total_tax: "3.00", line_items: lines }));
    expect([order.lines.map((l) => l.taxMinor), codes(order)]).toEqual([[100, 0, 200], []]);
  });

  it("has a line for a tip, for duty with its tax, and for additional fees", () => {
    const order = orderOf(
      payload({
        total_price: "19.80",
        total_tip_received: "2.50",
        original_total_duties_set: set("4.00"),
        original_total_additional_fees_set: set("3.00"),
        line_items: [
          line({ duties: [{ shop_money: set("4.00").shop_money, tax_lines: [{ price: "0.30" }] }] }),
        ],
      }),
    );
    expect(order.lines.slice(1).map((l) => [l.externalId, l.kind, payable(l, false)])).toEqual([
      ["tip", "fee", 250],
      ["duty", "fee", 430],
      ["additional_fees", "fee", 300],
    ]);
    expect(order.problems).toEqual([]);
  });

  it("counts a tip that is a line once, and no duty that prices contain", () => {
    const order = orderOf(
      payload({
        total_price: "12.00",
        total_tip_received: "2.00",
        duties_included: true,
        line_items: [
          line({ duties: [{ shop_money: { amount: "1.00" } }] }),
          line({ id: 2, sku: null, title: "Tip", price: "2.00", tip_payment_gateway: "shopify_payments" }),
        ],
      }),
    );
    expect(order.lines.map((l) => l.kind)).toEqual(["physical", "fee"]);
    expect(order.problems).toEqual([]);
  });

  it.each([
    { rounding: "0.02", total: "10.02", lines: 2, expected: 1002 },
    { rounding: "-0.02", total: "9.98", lines: 1, expected: 998 },
    { rounding: "0.02", total: "10.00", lines: 1, expected: 1000 },
  ])(
    "adds up if cash is rounded by $rounding to a total of $total",
    ({ rounding, total, lines, expected }) => {
      const order = orderOf(
        payload({
          total_price: total,
          total_cash_rounding_payment_adjustment_set: { shop_money: { amount: rounding } },
        }),
      );
      expect([order.lines.length, order.totalMinor, codes(order)]).toEqual([lines, expected, []]);
    },
  );

  it("is in the shop's currency, not in the customer's", () => {
    const order = orderOf(
      payload({
        presentment_currency: "JPY",
        total_price_set: { shop_money: { amount: "10.00" }, presentment_money: { amount: "1700" } },
      }),
    );
    expect([order.currency, order.totalMinor, codes(order)]).toEqual(["EUR", 1000, []]);
  });

  it("has a problem with both amounts and their difference if its parts do not add up", () => {
    const order = orderOf(payload({ total_price: "10.01" }));
    expect([order.totalMinor, order.lines[0]!.grossMinor]).toEqual([1001, 1000]);
    expect(order.problems).toEqual([
      {
        code: "totals_mismatch",
        detail: "lines and shipping add up to 10.00 EUR, the total is 10.01 EUR: a difference of 0.01 EUR",
      },
    ]);
  });

  it.each([
    ["1.005", "1.01", 101],
    ["1.004", "1.00", 100],
    ["0.995", "1.00", 100],
    [1.005, "1.01", 101],
  ])("with a price of %s rounds it and has a problem", (price, total, expected) => {
    const order = orderOf(payload({ total_price: total, line_items: [line({ price })] }));
    expect(order.lines[0]!.grossMinor).toBe(expected);
    expect(order.problems).toEqual([
      { code: "amount_inexact", detail: `EUR has 2 decimals: line_items.0.price is ${price}` },
    ]);
  });
});
