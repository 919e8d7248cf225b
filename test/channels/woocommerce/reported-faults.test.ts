/**
 * Payloads that broke other systems, by the number of the public report at github.com/woocommerce/woocommerce or in the
 * repository that is named.
 */
import { describe, expect, it } from "vitest";
import { computedTotal } from "../../../src/orders/domain/new-order-checks";
import { codes, line, orderOf, payload, read } from "./payloads";

const item = (id: number, total: string, total_tax: string, over: object = {}) =>
  line({ id, quantity: 1, subtotal: total, total, total_tax, ...over });
const exactTax = (total: string) => ({ taxes: [{ id: 1, total, subtotal: total }] });

describe("a total that the sum of rounded figures misses", () => {
  it.each([
    {
      report: "#17397: taxes of 2.67 beside 2.69",
      over: {
        total: "16.14",
        total_tax: "2.69",
        line_items: [
          item(1, "6.17", "1.23"),
          item(2, "0.41", "0.08"),
          item(3, "1.66", "0.33"),
          item(4, "4.89", "0.97"),
          item(5, "0.32", "0.06"),
        ],
      },
      rounding: 2,
    },
    {
      report: "#20440: 45 + 49 with 21 % included, and shipping of 4.96 + 1.04",
      over: {
        total: "100.01",
        total_tax: "17.36",
        line_items: [
          item(1, "37.19", "7.81", exactTax("7.809917")),
          item(2, "40.50", "8.50", exactTax("8.504132")),
        ],
        shipping_lines: [
          { id: 3, method_id: "flat_rate", total: "4.96", total_tax: "1.04", ...exactTax("1.0416") },
        ],
      },
      rounding: 0,
    },
    {
      report: "#25641: two rates, of which the order's tax is a cent more",
      over: {
        total: "26.05",
        total_tax: "3.06",
        line_items: [
          item(1, "22.99", "3.05", {
            taxes: [
              { id: 1, total: "1.6093", subtotal: "" },
              { id: 2, total: "1.44837", subtotal: "" },
            ],
          }),
        ],
      },
      rounding: 0,
    },
    {
      report: "#29908: 9 × 14.75 with 22 % included",
      over: {
        total: "132.75",
        total_tax: "23.94",
        line_items: [item(1, "108.81", "23.94", { quantity: 9 })],
      },
      rounding: 0,
    },
    {
      report: "#19525: amounts of six decimals",
      over: { total: "5.00", total_tax: "0.83", line_items: [item(1, "4.166667", "0.833333")] },
      rounding: 0,
    },
  ])("is right: $report", ({ over, rounding }) => {
    const order = orderOf(payload(over));
    expect([order.problems, order.roundingMinor]).toEqual([[], rounding]);
    expect(computedTotal(order)).toBe(order.totalMinor);
  });
});

it("is free if a coupon takes all of it (#7756)", () => {
  const lines = [line({ quantity: 1, subtotal: "83.33", total: "0.00", total_tax: "0.00" })];
  expect(orderOf(payload({ total: "0.00", line_items: lines }))).toMatchObject({
    lines: [{ grossMinor: 8_333, discountMinor: 8_333 }],
    totalMinor: 0,
    payments: [],
    problems: [],
  });
});

it("has no SKU if its product was deleted (#9513)", () => {
  const lines = [line(), { ...item(2, "0.00", "0.00"), sku: null, product_id: 0, name: "Old mug" }];
  expect(codes(orderOf(payload({ line_items: lines })))).toEqual(["sku_missing"]);
});

it("may have a line with the id 0, and is held if it has two (mailchimp/mc-woocommerce#188)", () => {
  expect(orderOf(payload({ line_items: [line({ id: 0 })] }))).toMatchObject({
    lines: [{ externalId: "0" }],
    problems: [],
  });
  const two = orderOf(
    payload({ total: "40.00", line_items: [line({ id: 0 }), line({ id: 0, sku: "PLT" })] }),
  );
  expect(two.lines.map(({ externalId, sku }) => [externalId, sku])).toEqual([
    ["0", "MUG"],
    ["0#2", "PLT"],
  ]);
  expect(codes(two)).toEqual(["amount_inexact"]);
});

it("is kept if its lines are missing, because all units would be cancelled (#62266)", () => {
  expect(read("order.updated", payload({ line_items: [] })).event).toMatchObject({
    ok: false,
    rejection: [{ path: "line_items" }],
  });
  const fee = { id: 9, name: "Invoice 12", total: "20.00", total_tax: "0.00" };
  expect(orderOf(payload({ line_items: [], fee_lines: [fee] }))).toMatchObject({
    lines: [{ kind: "fee" }],
    problems: [],
  });
});

it("is ignored as a subscription's or a product's topic (#62266)", () => {
  for (const topic of ["subscription.created", "subscription.updated", "coupon.updated"]) {
    expect(read(topic, payload()).event).toMatchObject({ value: { type: "ignored" } });
  }
});
