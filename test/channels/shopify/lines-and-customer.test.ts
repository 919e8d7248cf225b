/** The lines of a Shopify order, and its customer, addresses, ids and cancellation. */
import { describe, expect, it } from "vitest";
import { aCallback, orderIn, readCallback } from "../../support/storefront-adapters";
import { codes, line, orderOf, payload, somewhere } from "./payloads";

describe("a line of a Shopify order", () => {
  it.each([
    ["physical", {}],
    ["physical", { requires_shipping: null }],
    ["digital", { requires_shipping: false }],
    ["gift_card", { gift_card: true, requires_shipping: false }],
  ])("is %s with %j", (kind, over) => {
    expect(orderOf(payload({ line_items: [line(over)] })).lines[0]!.kind).toBe(kind);
  });

  it.each([
    ["", null],
    ["   ", null],
    [null, null],
    [undefined, null],
    [" MUG ", "MUG"],
  ])("with the SKU %j has %j", (sku, expected) => {
    const order = orderOf(payload({ line_items: [line({ sku })] }));
    expect(order.lines[0]!.sku).toBe(expected);
    expect(codes(order)).toEqual(expected === null ? ["sku_missing"] : []);
  });

  it("needs no SKU and no address if nothing is sent", () => {
    const lines = [line({ sku: null, requires_shipping: false })];
    expect(orderOf(payload({ line_items: lines, shipping_address: null })).problems).toEqual([]);
  });

  it.each([
    { what: "nothing was removed", current: { current_quantity: 3 }, refunded: 0, removed: 0 },
    { what: "the current quantity is missing", current: {}, refunded: 0, removed: 0 },
    { what: "an edit removed two", current: { current_quantity: 1 }, refunded: 0, removed: 2 },
    { what: "a refund removed two", current: { current_quantity: 1 }, refunded: 2, removed: 0 },
    {
      what: "an edit removed one and a refund one",
      current: { current_quantity: 1 },
      refunded: 1,
      removed: 1,
    },
    {
      what: "the refund is newer than the quantity",
      current: { current_quantity: 3 },
      refunded: 2,
      removed: 0,
    },
  ])("of three units has $removed removed by edits if $what", ({ current, refunded, removed }) => {
    const refunds = [{ id: 9, refund_line_items: [{ line_item_id: 1, quantity: refunded }] }];
    const lines = [line({ quantity: 3, ...current })];
    const order = orderOf(payload({ total_price: "30.00", line_items: lines, refunds }));
    expect(order.lines[0]).toMatchObject({ quantity: 3, removed });
  });

  it("without a quantity is dropped", () => {
    const order = orderOf(payload({ line_items: [line(), line({ id: 2, quantity: 0 })] }));
    expect([order.lines.length, codes(order)]).toEqual([1, []]);
  });
});

const externalIdOf = (id: string) =>
  orderOf(JSON.stringify(payload()).replace('"id":1001', `"id":${id}`)).externalId;

describe("a Shopify order", () => {
  it("has the customer and the addresses, and null for what is empty", () => {
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

  it("is picked up at the location that its shipping line names, if it has no address", () => {
    const channel = { id: "shop", kind: "shopify", currency: "EUR", locationMap: { "Main Street": "store" } };
    const orderWith = (over: object) => {
      const body = JSON.stringify(payload({ shipping_address: null, ...over }));
      return orderIn(readCallback(channel, aCallback({ "x-shopify-topic": "orders/create" }, body), 0));
    };
    const shipping_lines = [{ title: "Main Street", code: "Main Street", price: "0.00" }];
    expect(orderWith({ shipping_lines })).toMatchObject({ pickupLocationId: "store", problems: [] });
    expect(orderWith({ shipping_lines, shipping_address: somewhere }).pickupLocationId).toBeNull();
    const elsewhere = orderWith({ shipping_lines: [{ title: "Another", price: "0.00" }] });
    expect([elsewhere.pickupLocationId, codes(elsewhere)]).toEqual([null, ["address_missing"]]);
  });

  it("has exact ids beyond 2^53", () => {
    expect(externalIdOf("820982911946154508")).toBe("820982911946154508");
    expect(externalIdOf("820982911946154509")).toBe("820982911946154509");
  });

  it("has the time and the reason of its cancellation", () => {
    const order = orderOf(payload({ cancelled_at: "2026-11-21T00:00:00Z", cancel_reason: "fraud" }));
    expect(order).toMatchObject({ cancelledAt: Date.UTC(2026, 10, 21), cancelReason: "fraud" });
  });
});

describe("an archived Shopify order", () => {
  const archived = (item: object, over: object = {}) =>
    orderOf(payload({ closed_at: "2026-11-20T10:05:00Z", line_items: [line(item)], ...over }));

  it("is held while some of its goods are not sent", () => {
    expect(archived({ fulfillable_quantity: 1 }).problems).toEqual([
      {
        code: "held_at_storefront",
        detail: "Shopify has archived it, and some of its goods are not sent there.",
      },
    ]);
  });

  it("is not held if everything is sent, digital or cancelled, as Shopify archives such orders itself", () => {
    expect([
      codes(archived({ fulfillable_quantity: 0, fulfillment_status: "fulfilled" })),
      codes(archived({ fulfillable_quantity: 1, requires_shipping: false })),
      codes(archived({ fulfillable_quantity: 1 }, { cancelled_at: "2026-11-20T10:05:00Z" })),
    ]).toEqual([[], [], []]);
  });
});

describe("the quote that a Shopify order was placed on", () => {
  it.each<{ name: string; attributes: unknown; quoteId: string | null }>([
    {
      name: "a cart attribute",
      attributes: [
        { name: "gift", value: "yes" },
        { name: "aftercart_quote", value: "quote_1" },
      ],
      quoteId: "quote_1",
    },
    {
      name: "a private one",
      attributes: [{ name: "__aftercart_quote", value: "quote_1" }],
      quoteId: "quote_1",
    },
    { name: "one without a value", attributes: [{ name: "aftercart_quote", value: null }], quoteId: null },
    { name: "no attributes", attributes: undefined, quoteId: null },
    { name: "attributes of an odd form", attributes: { aftercart_quote: "quote_1" }, quoteId: null },
  ])("is read from $name", ({ attributes, quoteId }) => {
    const order = orderOf(payload({ note_attributes: attributes }));
    expect([order.quoteId, order.problems]).toEqual([quoteId, []]);
  });
});
