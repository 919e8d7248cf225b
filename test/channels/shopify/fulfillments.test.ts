/** What Shopify reports as fulfilled, removed or not to be sent, line by line. */
import { describe, expect, it } from "vitest";
import { aCallback, orderIn, readCallback } from "../../support/storefront-adapters";
import { codes, line, orderOf, payload, read, receivedAt } from "./payloads";

/** A fulfillment of so many units of each line. */
const fulfillment = (id: number, units: Readonly<Record<string, number>>, over: object = {}) => ({
  id,
  order_id: 1001,
  status: "success",
  created_at: "2026-11-21T09:00:00Z",
  updated_at: "2026-11-21T10:00:00Z",
  location_id: 655441491,
  tracking_company: "USPS",
  tracking_number: "1Z",
  tracking_numbers: ["1Z"],
  tracking_url: "https://usps.example/1Z",
  tracking_urls: ["https://usps.example/1Z"],
  line_items: Object.entries(units).map(([line_id, quantity]) => ({ id: Number(line_id), quantity })),
  ...over,
});

const three = (over: object = {}, order: object = {}) =>
  orderOf(payload({ total_price: "30.00", line_items: [line({ quantity: 3, ...over })], ...order }));

/** Units by external id of the fulfillment. */
const unitsOf = (order: ReturnType<typeof three>) =>
  Object.fromEntries(
    order.fulfilled.map(({ externalId, lines }) => [
      externalId,
      lines.map(({ externalLineId, quantity }) => `${externalLineId}:${quantity}`).join(),
    ]),
  );

describe("a fulfillment by Shopify", () => {
  const sent = {
    externalId: "7",
    lines: [{ externalLineId: "1", quantity: 2 }],
    locationId: null,
    carrier: "USPS",
    trackingNumber: "1Z",
    trackingUrl: "https://usps.example/1Z",
    at: Date.UTC(2026, 10, 21, 9),
  };

  it("is the same in its own callback and in its order", () => {
    const callback = read("fulfillments/create", fulfillment(7, { 1: 2 }));
    expect(callback.event).toEqual({
      ok: true,
      value: { type: "fulfilled", externalOrderId: "1001", fulfillment: sent },
    });
    expect(three({}, { fulfillments: [fulfillment(7, { 1: 2 })] }).fulfilled).toEqual([sent]);
  });

  it("leaves the location that the channel maps Shopify's to", () => {
    const channel = { id: "shop", kind: "shopify", currency: "EUR", locationMap: { "655441491": "reno" } };
    const body = JSON.stringify(payload({ fulfillments: [fulfillment(7, { 1: 1 })] }));
    const callback = aCallback({ "x-shopify-topic": "orders/fulfilled" }, body);
    expect(orderIn(readCallback(channel, callback, receivedAt)).fulfilled[0]!.locationId).toBe("reno");
  });

  it("has all its tracking numbers, and the first link", () => {
    const several = {
      tracking_numbers: ["A", "B"],
      tracking_urls: ["https://a.example", "https://b.example"],
    };
    const [first] = three({}, { fulfillments: [fulfillment(7, { 1: 1 }, several)] }).fulfilled;
    expect(first).toMatchObject({ trackingNumber: "A, B", trackingUrl: "https://a.example" });
    const none = {
      tracking_company: null,
      tracking_numbers: [],
      tracking_number: null,
      tracking_urls: [],
      tracking_url: null,
    };
    const [without] = three({}, { fulfillments: [fulfillment(7, { 1: 1 }, none)] }).fulfilled;
    expect(without).toMatchObject({ carrier: null, trackingNumber: null, trackingUrl: null });
  });

  it.each([
    { status: "success", units: 2 },
    { status: "pending", units: 2 },
    { status: "open", units: 2 },
    { status: "cancelled", units: 0 },
    { status: "error", units: 0 },
    { status: "failure", units: 0 },
  ])("with the status $status has $units units", ({ status, units }) => {
    const changed = fulfillment(7, { 1: 2 }, { status });
    expect(unitsOf(three({}, { fulfillments: [changed] }))).toEqual(units > 0 ? { 7: "1:2" } : {});
    expect(read("fulfillments/update", changed).event).toMatchObject({
      value: { fulfillment: { externalId: "7", lines: units > 0 ? [{ quantity: 2 }] : [] } },
    });
  });

  it("has a line once that it lists twice", () => {
    const twice = {
      line_items: [
        { id: 1, quantity: 1 },
        { id: 1, quantity: 2 },
        { id: 2, quantity: 0 },
      ],
    };
    expect(unitsOf(three({}, { fulfillments: [fulfillment(7, {}, twice)] }))).toEqual({ 7: "1:3" });
  });

  it.each([
    { what: "a refund", body: { id: 7, order_id: 1001, refund_line_items: [], transactions: [] } },
    { what: "an order", body: payload() },
  ])("is not read from the body of $what", ({ body }) => {
    expect(read("fulfillments/create", body).event.ok).toBe(false);
  });
});

describe("units that no fulfillment lists", () => {
  it.each([
    {
      what: "the order is fulfilled",
      line: {},
      order: { fulfillment_status: "fulfilled" },
      units: { fulfilled: "1:3" },
    },
    {
      what: "the line is",
      line: { fulfillment_status: "fulfilled", fulfillable_quantity: 0 },
      order: {},
      units: { fulfilled: "1:3" },
    },
    {
      what: "two of them are listed",
      line: { fulfillment_status: "fulfilled" },
      order: { fulfillments: [fulfillment(7, { 1: 2 })] },
      units: { 7: "1:2", fulfilled: "1:1" },
    },
    {
      what: "a listed fulfillment was cancelled, and they were sent otherwise",
      line: { fulfillment_status: "fulfilled" },
      order: { fulfillments: [fulfillment(7, { 1: 3 }, { status: "cancelled" })] },
      units: { fulfilled: "1:3" },
    },
    {
      what: "one is still fulfillable",
      line: { fulfillment_status: "partial", fulfillable_quantity: 1 },
      order: {},
      units: { fulfilled: "1:2" },
    },
    {
      what: "an edit removed one",
      line: { fulfillment_status: "fulfilled", fulfillable_quantity: 0, current_quantity: 2 },
      order: {},
      units: { fulfilled: "1:2" },
    },
    {
      what: "a refund cancelled one",
      line: { fulfillment_status: "fulfilled", fulfillable_quantity: 0, current_quantity: 2 },
      order: {
        refunds: [{ id: 9, refund_line_items: [{ line_item_id: 1, quantity: 1, restock_type: "cancel" }] }],
      },
      units: { fulfilled: "1:2" },
    },
    {
      what: "one of them was returned",
      line: { fulfillment_status: "fulfilled", fulfillable_quantity: 0, current_quantity: 2 },
      order: {
        refunds: [{ id: 9, refund_line_items: [{ line_item_id: 1, quantity: 1, restock_type: "return" }] }],
      },
      units: { fulfilled: "1:3" },
    },
    {
      what: "the order was cancelled after they were sent",
      line: { fulfillment_status: "fulfilled", fulfillable_quantity: 0 },
      order: { cancelled_at: "2026-11-21T00:00:00Z" },
      units: { fulfilled: "1:3" },
    },
  ])("are fulfilled if $what", ({ line: over, order, units }) => {
    const read = three(over, order);
    expect([unitsOf(read), codes(read)]).toEqual([units, []]);
  });

  it.each([
    { what: "all are fulfillable", line: { fulfillable_quantity: 3 }, order: {} },
    { what: "Shopify does not count them", line: {}, order: {} },
    {
      what: "the order was cancelled",
      line: { fulfillable_quantity: 0 },
      order: { cancelled_at: "2026-11-21T00:00:00Z" },
    },
    { what: "an edit removed them", line: { fulfillable_quantity: 0, current_quantity: 0 }, order: {} },
    {
      what: "an old refund restocked them",
      line: { fulfillable_quantity: 0, current_quantity: 0 },
      order: {
        refunds: [
          { id: 9, refund_line_items: [{ line_item_id: 1, quantity: 3, restock_type: "legacy_restock" }] },
        ],
      },
    },
    { what: "more is fulfillable than was ordered", line: { fulfillable_quantity: 9 }, order: {} },
    {
      what: "the line is not shipped",
      line: { fulfillable_quantity: 0, requires_shipping: false },
      order: { fulfillment_status: "fulfilled" },
    },
  ])("are not fulfilled if $what", ({ line: over, order }) => {
    const read = three(over, order);
    expect([unitsOf(read), codes(read)]).toEqual([{}, []]);
  });

  it("are only what is listed, of a line of which units were refunded before they were sent", () => {
    const refunds = [
      { id: 9, refund_line_items: [{ line_item_id: 1, quantity: 1, restock_type: "no_restock" }] },
    ];
    const fulfillments = [fulfillment(7, { 1: 2 })];
    const over = { current_quantity: 2, fulfillable_quantity: 0, fulfillment_status: "fulfilled" };
    expect(unitsOf(three(over, { refunds, fulfillments }))).toEqual({ 7: "1:2" });
  });

  it.each([0, 1])(
    "are those of the refund if it does not restock them, with %s of them to be sent still",
    (more) => {
      const refunds = [
        { id: 9, refund_line_items: [{ line_item_id: 1, quantity: 1, restock_type: "no_restock" }] },
      ];
      const order = three({ current_quantity: 2, fulfillable_quantity: 2 + more }, { refunds });
      expect([order.lines[0]!.removed, order.fulfilled, codes(order)]).toEqual([0, [], []]);
    },
  );

  it("hold the order if nothing shows what became of them", () => {
    const order = three({ fulfillable_quantity: 1 });
    expect([order.fulfilled, order.lines[0]!.removed]).toEqual([[], 0]);
    expect(order.problems).toEqual([
      {
        code: "held_at_storefront",
        detail: "neither to be fulfilled nor fulfilled at the storefront: 2 of Mug",
      },
    ]);
  });
});

describe("a sale at a point of sale", () => {
  const sale = (over: object = {}) => {
    const channel = { id: "shop", kind: "shopify", currency: "EUR", locationMap: { "555": "store" } };
    const sold = payload({
      source_name: "pos",
      location_id: 555,
      fulfillment_status: "fulfilled",
      shipping_address: null,
      line_items: [line({ fulfillable_quantity: 0, fulfillment_status: "fulfilled" })],
      ...over,
    });
    return orderIn(
      readCallback(
        channel,
        aCallback({ "x-shopify-topic": "orders/create" }, JSON.stringify(sold)),
        receivedAt,
      ),
    );
  };

  it("is fulfilled at the location of the sale, and needs neither an address nor a SKU", () => {
    const order = sale({ line_items: [line({ sku: null, fulfillable_quantity: 0 })] });
    expect(order.fulfilled).toMatchObject([
      { externalId: "fulfilled", locationId: "store", lines: [{ quantity: 1 }] },
    ]);
    expect(codes(order)).toEqual([]);
  });

  it("needs an address and a SKU for what is not handed over yet", () => {
    const rest = line({ id: 2, sku: null, fulfillable_quantity: 1 });
    const order = sale({
      fulfillment_status: "partial",
      total_price: "20.00",
      line_items: [line({ fulfillable_quantity: 0, fulfillment_status: "fulfilled" }), rest],
    });
    expect(codes(order).toSorted()).toEqual(["address_missing", "sku_missing"]);
  });
});

describe("a callback of Shopify", () => {
  it.each(["orders/fulfilled", "orders/partially_fulfilled"])("of %s has the whole order", (topic) => {
    expect(orderOf(payload(), topic).externalId).toBe("1001");
  });

  it("of a test order has a test order", () => {
    expect([orderOf(payload({ test: true })).isTest, orderOf(payload({ test: false })).isTest]).toEqual([
      true,
      false,
    ]);
  });

  it("of a deletion has the order's id alone", () => {
    expect(read("orders/delete", { id: 1001 }).event).toEqual({
      ok: true,
      value: { type: "deleted", externalOrderId: "1001", at: receivedAt },
    });
    expect(read("orders/delete", payload()).event.ok, "the topic is not signed").toBe(false);
  });
});
