/** JSON as PHP and its plugins write it. None of it may cost an order. */
import { describe, expect, it } from "vitest";
import { address, codes, line, orderOf, payload, read } from "./payloads";

describe("a WooCommerce order is read", () => {
  it.each([
    { what: "an empty address as a list", over: { billing: [] }, expected: { billingAddress: null } },
    { what: "an address that is false", over: { billing: false }, expected: { billingAddress: null } },
    { what: "metadata as a map", over: { meta_data: {} }, expected: { problems: [] } },
    { what: "no refunds but null", over: { refunds: null }, expected: { refunds: [] } },
    { what: "no fees but an empty text", over: { fee_lines: "" }, expected: { problems: [] } },
    {
      what: "a list with gaps, which is a map",
      over: { line_items: { 4: line() } },
      expected: { lines: [{ externalId: "1" }], problems: [] },
    },
    {
      what: "a SKU as a number",
      over: { line_items: [line({ sku: 4711 })] },
      expected: { lines: [{ sku: "4711" }] },
    },
    {
      what: "a postcode and a phone as numbers",
      over: { shipping: { ...address, postcode: 28001 }, billing: { ...address, phone: 34911 } },
      expected: { shippingAddress: { postalCode: "28001" }, phone: "34911" },
    },
    {
      what: "numbers as text",
      over: { line_items: [line({ quantity: "2" })] },
      expected: { lines: [{ quantity: 2 }] },
    },
    {
      what: "text as numbers",
      over: { total: 20, line_items: [line({ total: 20, total_tax: 0 })] },
      expected: { totalMinor: 2000 },
    },
    {
      what: "a sum in floating point",
      over: { total: 20.3, line_items: [line({ total: 20.299999999999997, subtotal: 20.3 })] },
      expected: { totalMinor: 2030, problems: [] },
    },
    { what: "an id as text", over: { id: "0007" }, expected: { externalId: "0007" } },
    { what: "a number as a number", over: { number: 1002 }, expected: { number: "1002" } },
    {
      what: "a line without units or price",
      over: { line_items: [line(), line({ id: 2, quantity: 0, subtotal: "0", total: "0" })] },
      expected: { lines: [{ externalId: "1" }], problems: [] },
    },
    {
      what: "a line without units but with a price, which is an amount",
      over: {
        total: "25.00",
        line_items: [line(), line({ id: 2, quantity: 0, subtotal: "5.00", total: "5.00" })],
      },
      expected: { lines: [{ kind: "physical" }, { kind: "fee", grossMinor: 500 }], problems: [] },
    },
    {
      what: "a very long address",
      over: { shipping: { ...address, address_1: "x".repeat(300), postcode: "y".repeat(23) } },
      expected: { shippingAddress: { line1: "x".repeat(300), postalCode: "y".repeat(23) } },
    },
    {
      what: "a name with half a character",
      over: { billing: { ...address, first_name: "A\ud83d", last_name: "Byron" } },
      expected: { customerName: "A\ufffd Byron" },
    },
  ])("with $what", ({ over, expected }) => {
    expect(orderOf(payload(over))).toMatchObject(expected);
  });

  it("with 1.5 units, as two units that are held", () => {
    const order = orderOf(payload({ line_items: [line({ quantity: 1.5 })] }));
    expect(order.lines).toMatchObject([{ quantity: 2, grossMinor: 2_000, unitPriceMinor: 1_333 }]);
    expect(order.problems).toEqual([
      { code: "amount_inexact", detail: "only whole units: line_items.0.quantity is 1.5" },
    ]);
    expect(codes(orderOf(payload({ line_items: [line({ quantity: "2.0" })] })))).toEqual([]);
  });
});

describe("a WooCommerce draft is ignored", () => {
  it.each(["checkout-draft", "auto-draft", "draft"])("in the status %s, whatever else it has", (status) => {
    const draft = { id: 7, status, total: null, currency: {}, line_items: "none", date_created_gmt: 0 };
    for (const topic of ["order.created", "order.updated", "order.restored"]) {
      expect(read(topic, draft).event).toMatchObject({ ok: true, value: { type: "ignored" } });
    }
  });
});

describe("a WooCommerce order is kept, with the field", () => {
  it.each([
    { what: "an amount in words", over: { total: "twenty" }, path: "total" },
    {
      what: "a quantity in words",
      over: { line_items: [line({ quantity: "two" })] },
      path: "line_items.0.quantity",
    },
    { what: "an address in words", over: { shipping: "Madrid" }, path: "shipping" },
    { what: "no id", over: { id: null }, path: "id" },
  ])("with $what", ({ over, path }) => {
    expect(read("order.updated", payload(over)).event).toMatchObject({ ok: false, rejection: [{ path }] });
  });
});
