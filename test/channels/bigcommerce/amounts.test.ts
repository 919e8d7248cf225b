/** What a BigCommerce order adds up to: taxes, discounts, fees, credits, currencies and rounding. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computedTotal } from "../../../src/orders/domain/new-order-checks";
import { bare, codes, DOCUMENTED, fetched, line, read } from "./responses";

const documentedLines = (total_tax: string) => [
  line({
    total_ex_tax: "62.6793",
    total_inc_tax: "67.8400",
    total_tax,
    applied_discounts: [{ amount: "5.0000" }, { amount: "5.0000" }],
  }),
];
const AS_DOCUMENTED = {
  taxIncluded: true,
  lines: [{ grossMinor: 6784, discountMinor: 1000, taxMinor: 440 }],
  shipping: { grossMinor: 1200, taxMinor: 91 },
  totalMinor: 6984,
  problems: [],
};

describe("a BigCommerce order", () => {
  it("has prices with tax if the shop's prices contain it", () => {
    const lines = [line({ total_ex_tax: "16.8067", total_inc_tax: "20.0000", total_tax: "3.1933" })];
    const over = { is_tax_inclusive_pricing: true, total_inc_tax: "20.0000", total_tax: "3.1900" };
    expect(read(fetched(bare(lines, over)))).toMatchObject({
      taxIncluded: true,
      lines: [{ grossMinor: 2000, taxMinor: 319 }],
      totalMinor: 2000,
      problems: [],
    });
  });

  it("has prices with tax if only those add up to the total, as in the documents' example", () => {
    const lines = documentedLines("4.4000");
    const over = { ...DOCUMENTED, is_tax_inclusive_pricing: false };
    expect(read(fetched(bare(lines, over)))).toMatchObject(AS_DOCUMENTED);
  });

  it("is read so that it meets both the total and the tax, although another reading meets the total", () => {
    // Without tax: 62.68 + 11.09 − 10 + 6.07 is 69.84 as well, but its tax is not 5.31.
    const lines = documentedLines("5.1607");
    for (const is_tax_inclusive_pricing of [true, false, null]) {
      expect(read(fetched(bare(lines, { ...DOCUMENTED, is_tax_inclusive_pricing })))).toMatchObject(
        AS_DOCUMENTED,
      );
    }
    const otherTax = read(
      fetched(bare(lines, { ...DOCUMENTED, total_inc_tax: "69.0900", total_tax: "9.9900" })),
    );
    expect(codes(otherTax)).toEqual(["totals_mismatch"]);
  });

  it("is held if several readings meet the total and the tax, and differ in what a line is worth", () => {
    const lines = [
      line({ id: 1, total_ex_tax: "50.0000", total_inc_tax: "50.0000" }),
      line({ id: 2, total_ex_tax: "50.0000", total_inc_tax: "60.0000", total_tax: "10.0000" }),
    ];
    // A tenth of the prices without tax, or less of each of those with tax.
    const order = bare(lines, {
      discount_amount: "10.0000",
      total_tax: "10.0000",
      total_inc_tax: "100.0000",
    });
    expect(read(fetched(order)).problems).toEqual([
      { code: "totals_mismatch", detail: "the amounts can be read in several ways that add up" },
    ]);
    const untaxed = lines.map((it) => ({ ...it, total_inc_tax: "50.0000", total_tax: "0.0000" }));
    const same = bare(untaxed, { discount_amount: "10.0000", total_inc_tax: "90.0000" });
    expect(codes(read(fetched(same)))).toEqual([]);
  });

  it("is held if the readings that meet the total have another tax", () => {
    const lines = [line({ total_ex_tax: "10.0000", total_inc_tax: "12.0000", total_tax: "2.0000" })];
    const order = bare(lines, { total_tax: "3.0000", total_inc_tax: "12.0000", shipping_cost_tax: "3.5000" });
    const [problem] = read(fetched(order)).problems;
    expect(problem?.code).toBe("totals_mismatch");
  });

  it("has the rounding of prices with four decimals", () => {
    const lines = [1, 2, 3].map((id) => line({ id, total_ex_tax: "3.3333" }));
    const rounded = read(fetched(bare(lines, { total_inc_tax: "10.0000" })));
    expect([rounded.roundingMinor, rounded.totalMinor, codes(rounded)]).toEqual([1, 1000, []]);
    const tooMuch = read(fetched(bare(lines, { total_inc_tax: "10.0200" })));
    expect([tooMuch.roundingMinor, codes(tooMuch)]).toEqual([0, ["totals_mismatch"]]);
  });

  it("takes a discount that only the whole order has off the goods, and then off shipping", () => {
    const lines = [
      line({ id: 1, total_ex_tax: "30.0000" }),
      line({ id: 2, total_ex_tax: "10.0000", applied_discounts: [{ amount: "2.0000" }] }),
    ];
    const over = { discount_amount: "7.0000", total_inc_tax: "33.0000" };
    const goods = read(fetched(bare(lines, over)));
    expect([goods.lines.map(({ discountMinor }) => discountMinor), codes(goods)]).toEqual([[395, 305], []]);
    const sent = { shipping_cost_ex_tax: "5.0000", discount_amount: "43.0000", total_inc_tax: "2.0000" };
    const all = read(fetched(bare(lines, sent)));
    expect([all.shipping, codes(all)]).toEqual([{ grossMinor: 500, discountMinor: 300, taxMinor: 0 }, []]);
  });

  it("splits tax over the goods if only the whole order has it, or if it differs from the lines'", () => {
    const untaxed = [line({ id: 1, total_ex_tax: "30.0000" }), line({ id: 2, total_ex_tax: "10.0000" })];
    const over = { total_tax: "4.0000", total_inc_tax: "44.0000" };
    expect(read(fetched(bare(untaxed, over))).lines.map(({ taxMinor }) => taxMinor)).toEqual([300, 100]);
    // The lines have the tax of their prices before the discount.
    const before = untaxed.map((it) => ({ ...it, total_tax: "5.0000" }));
    expect(read(fetched(bare(before, over))).lines.map(({ taxMinor }) => taxMinor)).toEqual([200, 200]);
  });

  it("has handling in shipping, and lines for gift wrapping and fees", () => {
    const over = {
      shipping_cost_ex_tax: "5.0000",
      handling_cost_ex_tax: "2.0000",
      handling_cost_tax: "0.2000",
      wrapping_cost_ex_tax: "3.0000",
      wrapping_cost_tax: "0.3000",
      fees: [
        { id: 7, display_name_customer: "Insurance", cost_ex_tax: 1.5, cost_inc_tax: 1.65, cost_tax: 0.15 },
      ],
      total_tax: "0.6500",
      total_inc_tax: "22.1500",
    };
    const withFees = read(fetched(bare([line({ total_ex_tax: "10.0000" })], over)));
    expect(withFees.shipping).toEqual({ grossMinor: 700, discountMinor: 0, taxMinor: 20 });
    expect(withFees.lines.slice(1)).toMatchObject([
      { externalId: "wrapping", title: "Gift wrapping", kind: "fee", grossMinor: 300, taxMinor: 30 },
      { externalId: "fee-7", title: "Insurance", kind: "fee", grossMinor: 150, taxMinor: 15 },
    ]);
    expect(codes(withFees)).toEqual([]);
    expect(codes(read(fetched({ fees: { url: "https://…", resource: "/orders/4711/fees" } })))).toEqual([]);
  });

  it("costs the same whether or not its total includes store credit and gift certificates", () => {
    const lines = [line({ total_ex_tax: "40.0000" })];
    const credits = { store_credit_amount: "10.0000", gift_certificate_amount: "5.0000" };
    for (const total_inc_tax of ["40.0000", "25.0000"]) {
      const paidByCredit = read(fetched(bare(lines, { ...credits, total_inc_tax })));
      expect([paidByCredit.totalMinor, codes(paidByCredit)]).toEqual([4000, []]);
    }
  });

  it("has whole amounts in a currency without decimals", () => {
    const lines = [
      line({
        id: 1,
        total_ex_tax: "1000.0000",
        total_tax: "66.6667",
        applied_discounts: [{ amount: "333.3333" }],
      }),
      line({
        id: 2,
        total_ex_tax: "500.0000",
        total_tax: "33.3333",
        applied_discounts: [{ amount: "166.6667" }],
      }),
    ];
    const yen = {
      default_currency_code: "JPY",
      coupon_discount: "500.0000",
      total_tax: "100.0000",
      total_inc_tax: "1100.0000",
    };
    expect(read(fetched(bare(lines, yen), { transactions: null }))).toMatchObject({
      currency: "JPY",
      totalMinor: 1100,
      lines: [
        { grossMinor: 1000, discountMinor: 333, taxMinor: 67 },
        { grossMinor: 500, discountMinor: 167, taxMinor: 33 },
      ],
      payments: [{ amountMinor: 1100 }],
      problems: [],
    });
  });

  it("has a problem with the difference if its amounts do not add up in any way", () => {
    expect(read(fetched({ total_inc_tax: "60.0000" })).problems).toEqual([
      { code: "totals_mismatch", detail: expect.stringContaining("a difference of 7.56 USD") },
    ]);
  });

  const minor = fc.integer({ min: 0, max: 1_000_000 });
  const goods = fc.uniqueArray(
    fc.record({
      id: fc.nat(),
      quantity: fc.integer({ min: 1, max: 9 }),
      minor,
      off: fc.nat(100),
      tax: fc.nat(30),
    }),
    { minLength: 1, maxLength: 8, selector: ({ id }) => id },
  );
  it("adds up to its total, however taxes and discounts are rounded", () => {
    fc.assert(
      fc.property(goods, minor, fc.boolean(), (lines, shippingMinor, inclusive) => {
        const four = (amount: number) => (amount / 100).toFixed(4);
        const basis = inclusive ? "total_inc_tax" : "total_ex_tax";
        const amounts = lines.map(({ id, quantity, minor: gross, off, tax }) => {
          const discount = (gross * off) / 100;
          return {
            payload: line({
              id,
              quantity,
              [basis]: four(gross),
              total_tax: four(inclusive ? 0 : ((gross - discount) * tax) / 100),
              applied_discounts: [{ amount: four(discount) }],
            }),
            gross,
            discount,
            tax: inclusive ? 0 : ((gross - discount) * tax) / 100,
          };
        });
        const sum = (pick: (it: (typeof amounts)[number]) => number) =>
          Math.round(amounts.reduce((all, it) => all + pick(it), 0));
        const [gross, discount, tax] = [sum((it) => it.gross), sum((it) => it.discount), sum((it) => it.tax)];
        const over = {
          is_tax_inclusive_pricing: inclusive,
          [inclusive ? "shipping_cost_inc_tax" : "shipping_cost_ex_tax"]: four(shippingMinor),
          coupon_discount: four(discount),
          total_tax: four(tax),
          total_inc_tax: four(gross - discount + tax + shippingMinor),
        };
        const payloads = amounts.map(({ payload }) => payload);
        const mapped = read(fetched(bare(payloads, over)));
        expect(computedTotal(mapped)).toBe(mapped.totalMinor);
        expect(codes(mapped)).toEqual([]);
      }),
    );
  });
});
