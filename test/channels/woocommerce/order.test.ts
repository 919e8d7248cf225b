import { describe, expect, it } from "vitest";
import published from "../../fixtures/woocommerce/order.json?raw";
import { orderIn } from "../../support/storefront-adapters";
import { address, codes, inUsd, line, orderOf, payload, read } from "./payloads";

it("reads the order that WooCommerce publishes as an example", () => {
  const order = orderOf(published);
  expect(order).toEqual({
    channelId: "woo",
    externalId: "727",
    number: "727",
    currency: "USD",
    taxIncluded: false,
    placedAt: Date.UTC(2017, 2, 22, 19, 28, 2),
    storefrontUpdatedAt: Date.UTC(2017, 2, 22, 19, 28, 8),
    cancelledAt: null,
    cancelReason: null,
    email: "john.doe@example.com",
    phone: "(555) 555-5555",
    customerName: "John Doe",
    locale: null,
    shippingAddress: {
      name: "John Doe",
      company: null,
      line1: "969 Market",
      line2: null,
      city: "San Francisco",
      region: "CA",
      postalCode: "94103",
      countryCode: "US",
      phone: null,
      latitude: null,
      longitude: null,
    },
    billingAddress: expect.objectContaining({ phone: "(555) 555-5555" }) as unknown,
    shippingMethod: "Flat Rate",
    pickupLocationId: null,
    lines: [
      {
        externalId: "315",
        sku: null,
        title: "Woo Single #1",
        kind: "physical",
        quantity: 2,
        removed: 0,
        unitPriceMinor: 300,
        grossMinor: 600,
        discountMinor: 0,
        taxMinor: 45,
      },
      {
        externalId: "316",
        sku: "Bar3",
        title: "Ship Your Idea &ndash; Color: Black, Size: M Test",
        kind: "physical",
        quantity: 1,
        removed: 0,
        unitPriceMinor: 1200,
        grossMinor: 1200,
        discountMinor: 0,
        taxMinor: 90,
      },
    ],
    shipping: { grossMinor: 1000, discountMinor: 0, taxMinor: 0 },
    totalMinor: 2935,
    payments: [
      {
        externalId: "captured",
        kind: "captured",
        amountMinor: 2935,
        at: Date.UTC(2017, 2, 22, 19, 28, 8),
      },
    ],
    refunds: [],
    roundingMinor: 0,
    fulfilled: [],
    isTest: false,
    quoteId: null,
    note: null,
    reservationTokens: ["wc_order_58d2d042d1d"],
    problems: [{ code: "sku_missing", detail: "no SKU: Woo Single #1" }],
  });
});

describe("a WooCommerce order", () => {
  it("has prices without tax, even if they were typed with tax", () => {
    const order = orderOf(
      payload({
        prices_include_tax: true,
        total: "29.75",
        line_items: [line({ subtotal: "25.21", total: "20.17", total_tax: "3.83" })],
        shipping_lines: [{ id: 2, method_title: "DHL", total: "4.83", total_tax: "0.92" }],
      }),
    );
    expect(order).toMatchObject({
      taxIncluded: false,
      lines: [{ grossMinor: 2521, discountMinor: 504, taxMinor: 383 }],
      shipping: { grossMinor: 483, taxMinor: 92 },
      problems: [],
    });
  });

  it.each([
    { currency: "JPY", total: "2000", each: "1000", expected: 2000 },
    { currency: "JPY", total: "2000.00", each: "1000.00", expected: 2000 },
    { currency: "KWD", total: "2.468", each: "1.234", expected: 2468 },
    { currency: "MGA", total: "24690.50", each: "12345.25", expected: 2_469_050 },
    { currency: "MRU", total: "24690.50", each: "12345.25", expected: 2_469_050 },
  ])("of $total $currency adds up", ({ currency, total, each, expected }) => {
    const lines = [
      line({ id: 1, subtotal: each, total: each }),
      line({ id: 2, subtotal: each, total: each }),
    ];
    const order = orderOf(payload({ currency, total, line_items: lines }));
    expect([order.totalMinor, codes(order)]).toEqual([expected, []]);
  });

  it("in a currency that ISO does not list is read only with the channel's decimals", () => {
    const lines = [line({ subtotal: "0.00150000", total: "0.00150000" })];
    const inBitcoin = payload({ currency: "BTC", total: "0.0015", line_items: lines });
    const [kept, known] = ["EUR", "BTC:8"].map(
      (currency) => read("order.updated", inBitcoin, {}, { ...inUsd, currency }).event,
    );
    expect(kept).toMatchObject({
      rejection: [{ path: "currency", message: expect.stringContaining("BTC:N") as unknown }],
    });
    expect(known).toMatchObject({
      value: { order: { currency: "BTC:8", totalMinor: 150_000, problems: [] } },
    });
  });

  it("has a line for a fee with its tax", () => {
    const fees = [{ id: 9, name: "Gift wrap", total: "2.00", total_tax: "0.42" }];
    const order = orderOf(payload({ total: "22.42", fee_lines: fees }));
    expect(order.lines[1]).toMatchObject({
      externalId: "9",
      title: "Gift wrap",
      kind: "fee",
      grossMinor: 200,
      taxMinor: 42,
    });
    expect(order.problems).toEqual([]);
  });

  it("takes a negative fee off its lines as a discount, and the fee's tax off their tax", () => {
    const order = orderOf(
      payload({
        total: "24.20",
        line_items: [
          line({ id: 1, total_tax: "4.20" }),
          line({ id: 2, subtotal: "10.00", total: "5.00", total_tax: "1.05" }),
        ],
        fee_lines: [{ id: 9, name: "Loyalty", total: "-5.00", total_tax: "-1.05" }],
      }),
    );
    expect(order.lines.map((l) => [l.discountMinor, l.taxMinor])).toEqual([
      [400, 336],
      [600, 84],
    ]);
    expect(order.problems).toEqual([]);
  });

  it("has no negative tax if a negative fee has more tax than the lines, but a problem", () => {
    const order = orderOf(
      payload({ total: "14.00", fee_lines: [{ id: 9, total: "-5.00", total_tax: "-1.00" }] }),
    );
    expect(order.lines[0]).toMatchObject({ discountMinor: 500, taxMinor: 0 });
    expect(codes(order)).toEqual(["totals_mismatch"]);
  });

  it("adds up the taxes of a line that has no tax total", () => {
    const taxes = [{ total: "0.9" }, { total: "0.10" }];
    const order = orderOf(payload({ total: "21.00", line_items: [line({ total_tax: null, taxes })] }));
    expect([order.lines[0]!.taxMinor, codes(order)]).toEqual([100, []]);
  });

  it("has no negative discount if a line was raised above its price", () => {
    const order = orderOf(payload({ total: "25.00", line_items: [line({ total: "25.00" })] }));
    expect(order.lines[0]).toMatchObject({ grossMinor: 2500, discountMinor: 0, unitPriceMinor: 1250 });
    expect(order.problems).toEqual([]);
  });

  it("has a problem if a cent is missing, or the total has more decimals than the currency", () => {
    expect(orderOf(payload({ total: "20.01" })).problems).toMatchObject([
      { code: "totals_mismatch", detail: expect.stringContaining("0.01 EUR") as unknown },
    ]);
    expect(orderOf(payload({ total: "20.0049" })).problems).toEqual([
      { code: "amount_inexact", detail: "EUR has 2 decimals: total is 20.0049" },
    ]);
  });

  it("has refunds as amounts without lines", () => {
    const refunds = [
      { id: 11, reason: "broken", total: "-10.00" },
      { id: 12, reason: "", total: "-0.50" },
    ];
    expect(orderOf(payload({ refunds })).refunds).toMatchObject([
      { externalId: "11", amountMinor: 1000, lines: [], reason: "broken" },
      { externalId: "12", amountMinor: 50, reason: null },
    ]);
  });

  it("has its email trimmed and in lower case", () => {
    const billing = { ...address, email: " A@B.C " };
    expect(orderOf(payload({ billing })).email).toBe("a@b.c");
  });
});

const rate = (method_id: string) => [{ id: 2, method_id, method_title: "M", total: "0.00" }];

describe("the shipping address of a WooCommerce order", () => {
  const empty = { first_name: "", address_1: "", city: "", postcode: "", country: "" };
  const billing = { ...address, address_1: "Billing 1" };
  it.each([
    { what: "its own", over: { shipping: address, billing }, expected: "Calle 1" },
    {
      what: "the billing address if it is shipped and has no other",
      over: { shipping: empty, billing, shipping_lines: rate("flat_rate") },
      expected: "Billing 1",
    },
    {
      what: "missing if it is picked up",
      over: { shipping: empty, billing, shipping_lines: rate("local_pickup") },
      expected: undefined,
    },
    {
      what: "missing if it is picked up, whatever the payload has",
      over: { shipping: address, billing, shipping_lines: rate("pickup_location") },
      expected: undefined,
    },
    {
      what: "missing if it has no shipping line",
      over: { shipping: empty, billing, created_via: "admin" },
      expected: undefined,
    },
    { what: "missing if it has no address", over: { shipping: null, billing: null }, expected: undefined },
  ])("is $what", ({ over, expected }) => {
    const order = orderOf(payload(over));
    expect(order.shippingAddress?.line1).toBe(expected);
    expect(codes(order)).toEqual(expected === undefined ? ["address_missing"] : []);
  });
});

describe("a WooCommerce order that the customer collects", () => {
  const channel = { ...inUsd, locationMap: { Camden: "camden", "Click and collect": "store", "5": "depot" } };
  const collected = (...shipping_lines: object[]) =>
    orderIn(read("order.updated", payload({ shipping_lines }), {}, channel));
  const line = (over: object) => ({ id: 2, method_id: "pickup_location", total: "0.00", ...over });

  it.each([
    {
      by: "its place of pickup",
      over: { meta_data: [{ key: "pickup_location", value: "Camden" }] },
      at: "camden",
    },
    {
      by: "the method's title",
      over: { method_id: "local_pickup", method_title: "Click and collect" },
      at: "store",
    },
    { by: "the method's instance", over: { method_id: "local_pickup", instance_id: "5" }, at: "depot" },
  ])("is collected at the location that the channel maps by $by", ({ over, at }) => {
    const order = collected(line(over));
    expect([order.pickupLocationId, order.shippingAddress, codes(order)]).toEqual([at, null, []]);
  });

  it("is held if the channel does not map the place", () => {
    const order = collected(line({ meta_data: [{ key: "pickup_location", value: "Soho" }] }));
    expect([order.pickupLocationId, codes(order)]).toEqual([null, ["address_missing"]]);
  });

  it("is held if a part of it is shipped", () => {
    const order = collected(line({ instance_id: "5" }), line({ id: 3, method_id: "flat_rate" }));
    expect(order.pickupLocationId).toBeNull();
    expect(order.shippingAddress).not.toBeNull();
    expect(codes(order)).toEqual(["several_destinations"]);
  });
});

describe("a WooCommerce order of a payment method's test mode", () => {
  it.each([
    { mode: "test", isTest: true },
    { mode: "prod", isTest: false },
  ])("is a test: $isTest for $mode", ({ mode, isTest }) => {
    expect(orderOf(payload({ meta_data: [{ key: "_wcpay_mode", value: mode }] })).isTest).toBe(isTest);
  });
});

it.each([
  { name: "a field", meta: [{ id: 1, key: "aftercart_quote", value: " quote_1 " }], quoteId: "quote_1" },
  {
    name: "a hidden field",
    meta: [{ id: 1, key: "_aftercart_quote", value: "quote_1" }],
    quoteId: "quote_1",
  },
  { name: "a field of another form", meta: [{ id: 1, key: "aftercart_quote", value: [7] }], quoteId: "[7]" },
  { name: "an empty field", meta: [{ id: 1, key: "aftercart_quote", value: "" }], quoteId: null },
  { name: "another field", meta: [{ id: 1, key: "my_quote", value: "quote_1" }], quoteId: null },
])("reads the quote that it was placed on from $name", ({ meta, quoteId }) => {
  const order = orderOf(payload({ meta_data: meta }));
  expect([order.quoteId, order.problems]).toEqual([quoteId, []]);
});
