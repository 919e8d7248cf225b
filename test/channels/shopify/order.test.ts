import { describe, expect, it } from "vitest";
import { readStorefrontEvent } from "../../../src/channels/storefronts/storefront";
import { payable } from "../../../src/orders/domain/amounts";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import type { Channel } from "../../../src/catalog/domain/reference";
import paid from "../../fixtures/shopify/order-paid.json?raw";
import orderFields from "../../fixtures/shopify/order-partially-refunded.json";
import partiallyRefunded from "../../fixtures/shopify/order-partially-refunded.json?raw";
import { plainChannel } from "../../support/reference-defaults";

const channel: Channel = {
  id: "shop",
  name: "Shop",
  kind: "shopify",
  currency: "EUR",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  ...plainChannel,
  active: true,
};
const receivedAt = Date.UTC(2026, 10, 22);

function read(topic: string, payload: unknown) {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const headers = new Headers({ "x-shopify-topic": topic, "x-shopify-event-id": "evt" });
  return readStorefrontEvent(channel, headers, new TextEncoder().encode(body), receivedAt);
}

function orderOf(payload: unknown, topic = "orders/updated"): NewOrder {
  const event = read(topic, payload);
  if (!event.ok) throw new Error(JSON.stringify(event.rejection.errors));
  if (event.value.type !== "order") throw new Error(event.value.type);
  return event.value.order;
}

const somewhere = { address1: "Rue 1", city: "Paris", zip: "75001", country_code: "fr" };

/** A line of one, at 10.00, which a test changes where it matters. */
const line = (over: object = {}) => ({
  id: 1,
  sku: "MUG",
  title: "Mug",
  quantity: 1,
  price: "10.00",
  ...over,
});

/** An order that adds up as long as nothing is changed. */
const payload = (over: object = {}) => ({
  id: 1001,
  name: "#1001",
  currency: "EUR",
  created_at: "2026-11-20T10:00:00+01:00",
  updated_at: "2026-11-20T10:05:00+01:00",
  financial_status: "paid",
  total_price: "10.00",
  line_items: [line()],
  shipping_address: somewhere,
  ...over,
});

const codes = (order: NewOrder) => order.problems.map((problem) => problem.code);

describe("Shopify's published orders", () => {
  it("paid: lines, tax and total add up, and what is missing is named", () => {
    const order = orderOf(paid, "orders/paid");
    expect(order).toMatchObject({
      channelId: "shop",
      externalId: "1073459976",
      number: "#1002",
      currency: "EUR",
      totalMinor: 23847,
      placedAt: Date.UTC(2025, 3, 2, 16, 31, 26),
      email: null,
      shipping: { grossMinor: 0, discountMinor: 0, taxMinor: 0 },
      payments: [{ externalId: "captured", kind: "captured", amountMinor: 23847 }],
      refunds: [],
      reservationTokens: [],
    });
    expect(order.lines).toEqual([
      {
        externalId: "1071823188",
        sku: null,
        title: "Big Brown Bear Boots",
        kind: "physical",
        quantity: 3,
        removed: 0,
        unitPriceMinor: 7499,
        grossMinor: 22497,
        discountMinor: 0,
        taxMinor: 1350,
      },
    ]);
    expect(order.problems).toEqual([
      { code: "sku_missing", detail: "no SKU: Big Brown Bear Boots" },
      { code: "address_missing", detail: "goods to ship, and no shipping address" },
    ]);
  });

  it("partially refunded: discounts as allocated, the refund with its units", () => {
    const order = orderOf(partiallyRefunded);
    expect(order.problems).toEqual([]);
    expect(order.totalMinor).toBe(59894);
    expect(order.lines.map((l) => [l.sku, l.discountMinor, l.taxMinor, l.quantity, l.removed])).toEqual([
      ["IPOD2008GREEN", 334, 398, 1, 0],
      ["IPOD2008RED", 333, 398, 1, 0],
      ["IPOD2008BLACK", 333, 398, 1, 0],
    ]);
    expect(order.payments).toMatchObject([{ externalId: "captured", amountMinor: 59894 }]);
    expect(order.refunds).toEqual([
      {
        externalId: "509562969",
        amountMinor: 20900,
        shippingMinor: 0,
        lines: [
          { externalLineId: "703073504", quantity: 1, restock: "return" },
          { externalLineId: "466157049", quantity: 1, restock: "return" },
        ],
        reason: "it broke during shipping",
        at: Date.UTC(2025, 3, 2, 16, 29, 59),
      },
    ]);
    expect(order.reservationTokens).toEqual([
      "68778783ad298f1c80c3bafcddeea02f",
      "bd5a8aa1ecd019dd3520ff791ee3a24c",
    ]);
    expect(order.shippingAddress).toMatchObject({ line1: "Chestnut Street 92", line2: null, region: "KY" });
  });
});

const set = (amount: string) => ({ shop_money: { amount, currency_code: "EUR" } });

describe("what an order comes to", () => {
  it.each([
    ["no decimals", { currency: "JPY", total_price: "3300", total_tax: "300" }, ["1500", "300"], 2, 3300],
    [
      "no decimals, written with two",
      { currency: "JPY", total_price: "3300.00" },
      ["1500.00", "300.00"],
      2,
      3300,
    ],
    ["three decimals", { currency: "KWD", total_price: "3.376" }, ["1.563", "0.250"], 2, 3376],
  ])("in a currency of %s", (_what, over, [price, tax], quantity, expected) => {
    const order = orderOf(
      payload({ ...over, line_items: [line({ price, quantity, tax_lines: [{ price: tax }] })] }),
    );
    expect([order.totalMinor, codes(order)]).toEqual([expected, []]);
  });

  it("with tax in its prices: nothing comes on top", () => {
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

  it("with several taxes and several discounts on one line, and on shipping", () => {
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

  it("with shipping made free by its discounted price alone", () => {
    const order = orderOf(payload({ shipping_lines: [{ price: "5.00", discounted_price: "0.00" }] }));
    expect([order.shipping.discountMinor, codes(order)]).toEqual([500, []]);
  });

  it("with a discount that only the whole order tells: split over the lines", () => {
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
    ["10.00", "3.00", 0, []],
    ["0.00", "10.01", 1000, []],
  ])("of %s with %s off that no line tells takes off %d", (total, off, expected, problems) => {
    const order = orderOf(payload({ total_price: total, total_discounts: off }));
    expect([order.lines[0]!.discountMinor, codes(order)]).toEqual([expected, problems]);
  });

  it("with a line's own discount where nothing is allocated", () => {
    const order = orderOf(
      payload({
        total_price: "8.00",
        total_discounts: "2.00",
        line_items: [line({ total_discount: "2.00" })],
      }),
    );
    expect([order.lines[0]!.discountMinor, codes(order)]).toEqual([200, []]);
  });

  it("with tax that only the whole order tells: split over what is taxable", () => {
    const lines = [line({ id: 1 }), line({ id: 2, taxable: false }), line({ id: 3, price: "20.00" })];
    const order = orderOf(payload({ total_price: "43.00", total_tax: "3.00", line_items: lines }));
    expect([order.lines.map((l) => l.taxMinor), codes(order)]).toEqual([[100, 0, 200], []]);
  });

  it("with a tip, duty and its tax, and additional fees", () => {
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

  it("takes a tip that is a line once, and no duty that prices hold already", () => {
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
    ["0.02", "10.02", 2, 1002],
    ["-0.02", "9.98", 1, 998],
    ["0.02", "10.00", 1, 1000],
  ])("with cash rounded by %s to a total of %s", (rounding, total, lines, expected) => {
    const order = orderOf(
      payload({
        total_price: total,
        total_cash_rounding_payment_adjustment_set: { shop_money: { amount: rounding } },
      }),
    );
    expect([order.lines.length, order.totalMinor, codes(order)]).toEqual([lines, expected, []]);
  });

  it("in the shop's currency, whatever the customer saw", () => {
    const order = orderOf(
      payload({
        presentment_currency: "JPY",
        total_price_set: { shop_money: { amount: "10.00" }, presentment_money: { amount: "1700" } },
      }),
    );
    expect([order.currency, order.totalMinor, codes(order)]).toEqual(["EUR", 1000, []]);
  });

  it("names both amounts and their difference when the parts do not add up, and changes neither", () => {
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
  ])("rounds a price of %s and says so", (price, total, expected) => {
    const order = orderOf(payload({ total_price: total, line_items: [line({ price })] }));
    expect(order.lines[0]!.grossMinor).toBe(expected);
    expect(order.problems).toEqual([
      { code: "amount_inexact", detail: `EUR has 2 decimals: line_items.0.price is ${price}` },
    ]);
  });
});

describe("lines", () => {
  it.each([
    ["physical", {}],
    ["physical", { requires_shipping: null }],
    ["digital", { requires_shipping: false }],
    ["gift_card", { gift_card: true, requires_shipping: false }],
  ])("are %s with %j", (kind, over) => {
    expect(orderOf(payload({ line_items: [line(over)] })).lines[0]!.kind).toBe(kind);
  });

  it.each([
    ["", null],
    ["   ", null],
    [null, null],
    [undefined, null],
    [" MUG ", "MUG"],
  ])("with SKU %j have %j", (sku, expected) => {
    const order = orderOf(payload({ line_items: [line({ sku })] }));
    expect(order.lines[0]!.sku).toBe(expected);
    expect(codes(order)).toEqual(expected === null ? ["sku_missing"] : []);
  });

  it("need no SKU and no address where nothing is sent", () => {
    const lines = [line({ sku: null, requires_shipping: false })];
    expect(orderOf(payload({ line_items: lines, shipping_address: null })).problems).toEqual([]);
  });

  it.each([
    ["nothing was taken off", { quantity: 3, current_quantity: 3 }, 0, 0],
    ["it is not told", { quantity: 3 }, 0, 0],
    ["an edit took two off", { quantity: 3, current_quantity: 1 }, 0, 2],
    ["a refund took two off", { quantity: 3, current_quantity: 1 }, 2, 0],
    ["an edit took one off and a refund another", { quantity: 3, current_quantity: 1 }, 1, 1],
    ["a refund is told before the quantity", { quantity: 3, current_quantity: 3 }, 2, 0],
  ])("know what an edit removed: %s", (_what, over, refunded, removed) => {
    const refunds = [{ id: 9, refund_line_items: [{ line_item_id: 1, quantity: refunded }] }];
    const order = orderOf(payload({ total_price: "30.00", line_items: [line(over)], refunds }));
    expect(order.lines[0]).toMatchObject({ quantity: 3, removed });
  });

  it("of no quantity are dropped", () => {
    const order = orderOf(payload({ line_items: [line(), line({ id: 2, quantity: 0 })] }));
    expect([order.lines.length, codes(order)]).toEqual([1, []]);
  });
});

describe("payments, which a payload tells only as a state", () => {
  it.each([
    ["paid", {}, ["captured", 1000]],
    ["paid", { total_outstanding: "0.00" }, ["captured", 1000]],
    ["paid", { total_outstanding: "4.00" }, ["captured", 600]],
    ["paid", { total_outstanding: "-4.00" }, ["captured", 1000]],
    ["partially_paid", { total_outstanding: "4.00" }, ["captured", 600]],
    ["partially_paid", { total_outstanding: "4.00", current_total_price: "7.00" }, ["captured", 300]],
    ["partially_paid", {}, undefined],
    ["refunded", { total_outstanding: "0.00" }, ["captured", 1000]],
    ["partially_refunded", {}, ["captured", 1000]],
    ["authorized", { total_outstanding: "10.00" }, ["authorized", 1000]],
    ["pending", { total_outstanding: "10.00" }, undefined],
    ["voided", {}, undefined],
    ["expired", {}, undefined],
    [null, {}, undefined],
  ])("%s, with %j", (status, over, expected) => {
    const [payment] = orderOf(payload({ financial_status: status, ...over })).payments;
    expect(payment && [payment.kind, payment.amountMinor]).toEqual(expected);
  });

  it("of a free order are none", () => {
    const order = orderOf(payload({ total_price: "0.00", line_items: [line({ price: "0.00" })] }));
    expect([order.payments, codes(order)]).toEqual([[], []]);
  });
});

describe("refunds", () => {
  const refund = {
    id: 7,
    order_id: 1001,
    note: " ",
    processed_at: "2026-11-21T00:00:00Z",
    refund_line_items: [
      { line_item_id: 1, quantity: 1, restock_type: "cancel", subtotal: 10, total_tax: 1.9 },
      { line_item_id: 2, quantity: 2, restock_type: "return" },
      { line_item_id: 3, quantity: 1, restock_type: "no_restock" },
      { line_item_id: 4, quantity: 0, restock_type: "cancel" },
    ],
    transactions: [
      { kind: "refund", status: "success", amount: "12.00", currency: "EUR" },
      { kind: "refund", status: "success", amount: "5.85", currency: "EUR" },
      { kind: "refund", status: "failure", amount: "99.00", currency: "EUR" },
      { kind: "void", status: "success", amount: "99.00", currency: "EUR" },
    ],
    order_adjustments: [
      { kind: "shipping_refund", amount: "-5.00", tax_amount: "-0.95" },
      { kind: "refund_discrepancy", amount: "1.00", tax_amount: "0.00" },
    ],
  };

  it("told alone: the money that went through, the shipping in it, the units", () => {
    expect(read("refunds/create", refund)).toMatchObject({
      ok: true,
      value: {
        type: "refund",
        externalOrderId: "1001",
        currency: "EUR",
        refund: {
          externalId: "7",
          amountMinor: 1785,
          shippingMinor: 595,
          lines: [
            { externalLineId: "1", quantity: 1, restock: "cancel" },
            { externalLineId: "2", quantity: 2, restock: "return" },
            { externalLineId: "3", quantity: 1, restock: "none" },
          ],
          reason: null,
          at: Date.UTC(2026, 10, 21),
        },
        problems: [],
      },
    });
  });

  it("paid in the customer's currency are what the lines come to in the shop's", () => {
    const transactions = [{ kind: "refund", status: "success", amount: "2900", currency: "JPY" }];
    const order = orderOf(payload({ refunds: [{ ...refund, transactions }] }));
    expect(order.refunds[0]!.amountMinor).toBe(1000 + 190 + 595 - 100);
    const told = { id: 8, transactions };
    expect(codes(orderOf(payload({ refunds: [told] })))).toEqual(["refund_unmatched"]);
  });
});

const externalIdOf = (id: string) =>
  orderOf(JSON.stringify(payload()).replace('"id":1001', `"id":${id}`)).externalId;

describe("who and where", () => {
  it("reads what there is, and null for what is empty", () => {
    const order = orderOf(
      payload({
        email: " Ann@Example.COM ",
        phone: "",
        customer_locale: "fr-CA",
        note: "",
        customer: { first_name: "Ann", last_name: null },
        shipping_address: {
          ...somewhere,
          first_name: "A",
          last_name: "B",
          address2: "",
          province_code: "IDF",
          latitude: 48.8,
        },
        billing_address: { first_name: "", address1: "" },
      }),
    );
    expect(order).toMatchObject({
      email: "ann@example.com",
      phone: null,
      customerName: "Ann",
      locale: "fr-CA",
      note: null,
      billingAddress: null,
      shippingAddress: {
        name: "A B",
        line2: null,
        region: "IDF",
        countryCode: "FR",
        latitude: 48.8,
        longitude: null,
      },
    });
  });

  it("takes an order of nulls", () => {
    const names = Object.keys(orderFields);
    const nothing = Object.fromEntries(names.map((name) => [name, null]));
    const bare = {
      id: 1,
      quantity: 1,
      price: null,
      sku: null,
      title: null,
      tax_lines: null,
      discount_allocations: null,
    };
    expect(orderOf({ ...nothing, id: 5, line_items: [bare] })).toMatchObject({
      number: "5",
      currency: "EUR",
      placedAt: receivedAt,
      storefrontUpdatedAt: receivedAt,
      email: null,
      lines: [{ title: "1", grossMinor: 0 }],
      payments: [],
      problems: [{ code: "sku_missing" }, { code: "address_missing" }],
    });
  });

  it("tells two ids beyond 2^53 apart", () => {
    expect(externalIdOf("820982911946154508")).toBe("820982911946154508");
    expect(externalIdOf("820982911946154509")).toBe("820982911946154509");
  });

  it("says when and why it was cancelled", () => {
    const order = orderOf(payload({ cancelled_at: "2026-11-21T00:00:00Z", cancel_reason: "fraud" }));
    expect(order).toMatchObject({ cancelledAt: Date.UTC(2026, 10, 21), cancelReason: "fraud" });
  });
});

it("orders/edited says whose and what changed, not the state", () => {
  const edit = {
    order_edit: {
      id: 1,
      order_id: 1001,
      staff_note: "wrong size",
      line_items: { additions: [{ id: 5, delta: 2 }], removals: [{ id: 1, delta: 1 }] },
    },
  };
  expect(read("orders/edited", edit)).toMatchObject({
    ok: true,
    value: { type: "edited", externalOrderId: "1001", note: "edited: 2 units added, 1 removed (wrong size)" },
  });
});
