import { describe, expect, it } from "vitest";
import { isWooCommercePing, readStorefrontEvent } from "../../../src/channels/storefronts/storefront";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import type { Channel } from "../../../src/catalog/domain/reference";
import published from "../../fixtures/woocommerce/order.json?raw";
import { plainChannel } from "../../support/reference-defaults";

const channel: Channel = {
  id: "woo",
  name: "Woo",
  kind: "woocommerce",
  currency: "USD",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  ...plainChannel,
  active: true,
};
const receivedAt = Date.UTC(2026, 10, 22);
const bytes = (text: string) => new TextEncoder().encode(text);

function read(topic: string, payload: unknown) {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  return readStorefrontEvent(channel, new Headers({ "x-wc-webhook-topic": topic }), bytes(body), receivedAt);
}

function orderOf(payload: unknown): NewOrder {
  const event = read("order.updated", payload);
  if (!event.ok) throw new Error(JSON.stringify(event.rejection.errors));
  if (event.value.type !== "order") throw new Error(event.value.type);
  return event.value.order;
}

const address = { address_1: "Calle 1", city: "Madrid", postcode: "28001", country: "ES" };
const line = (over: object = {}) => ({
  id: 1,
  name: "Mug",
  sku: "MUG",
  quantity: 2,
  subtotal: "20.00",
  total: "20.00",
  total_tax: "0.00",
  ...over,
});

/** An order that adds up as long as nothing is changed. */
const payload = (over: object = {}) => ({
  id: 7,
  status: "processing",
  currency: "EUR",
  date_created_gmt: "2026-11-20T10:00:00",
  date_modified_gmt: "2026-11-20T10:05:00",
  date_paid_gmt: "2026-11-20T10:01:00",
  total: "20.00",
  line_items: [line()],
  shipping: address,
  ...over,
});

const codes = (order: NewOrder) => order.problems.map((problem) => problem.code);

it("maps WooCommerce's published order", () => {
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
    note: null,
    reservationTokens: ["wc_order_58d2d042d1d"],
    problems: [{ code: "sku_missing", detail: "no SKU: Woo Single #1" }],
  });
});

describe("what an order comes to", () => {
  it("is net lines with tax beside them, even where prices were typed with tax", () => {
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
    ["JPY", "2000", "1000", 2000],
    ["JPY", "2000.00", "1000.00", 2000],
    ["KWD", "2.468", "1.234", 2468],
  ])("in %s", (currency, total, each, expected) => {
    const lines = [
      line({ id: 1, subtotal: each, total: each }),
      line({ id: 2, subtotal: each, total: each }),
    ];
    const order = orderOf(payload({ currency, total, line_items: lines }));
    expect([order.totalMinor, codes(order)]).toEqual([expected, []]);
  });

  it("with a fee, taxed", () => {
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

  it("with a negative fee: a discount, and its tax off the lines' tax", () => {
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

  it("with a negative fee taxed more than the lines are: held, and no line's tax below nothing", () => {
    const order = orderOf(
      payload({ total: "14.00", fee_lines: [{ id: 9, total: "-5.00", total_tax: "-1.00" }] }),
    );
    expect(order.lines[0]).toMatchObject({ discountMinor: 500, taxMinor: 0 });
    expect(codes(order)).toEqual(["totals_mismatch"]);
  });

  it("with taxes told one by one where their sum is not", () => {
    const taxes = [{ total: "0.9" }, { total: "0.10" }];
    const order = orderOf(payload({ total: "21.00", line_items: [line({ total_tax: null, taxes })] }));
    expect([order.lines[0]!.taxMinor, codes(order)]).toEqual([100, []]);
  });

  it("with a line raised above its price: no negative discount", () => {
    const order = orderOf(payload({ total: "25.00", line_items: [line({ total: "25.00" })] }));
    expect(order.lines[0]).toMatchObject({ grossMinor: 2500, discountMinor: 0, unitPriceMinor: 1250 });
    expect(order.problems).toEqual([]);
  });

  it("names a cent that is missing, and an amount finer than the currency", () => {
    expect(orderOf(payload({ total: "20.01" })).problems).toMatchObject([
      { code: "totals_mismatch", detail: expect.stringContaining("0.01 EUR") as unknown },
    ]);
    expect(orderOf(payload({ line_items: [line({ total_tax: "0.0049" })] })).problems).toEqual([
      { code: "amount_inexact", detail: "EUR has 2 decimals: line_items.0.total_tax is 0.0049" },
    ]);
  });
});

describe("payment, by status", () => {
  it.each([
    ["processing", {}, ["captured", "2026-11-20T10:01:00.000Z"]],
    ["processing", { date_paid_gmt: null }, ["captured", "2026-11-20T10:05:00.000Z"]],
    [
      "processing",
      { date_paid_gmt: null, payment_method: "cod" },
      ["authorized", "2026-11-20T10:05:00.000Z"],
    ],
    ["completed", { payment_method: "cod" }, ["captured", "2026-11-20T10:01:00.000Z"]],
    ["refunded", {}, ["captured", "2026-11-20T10:01:00.000Z"]],
    ["cancelled", {}, ["captured", "2026-11-20T10:01:00.000Z"]],
    ["cancelled", { date_paid_gmt: null }, undefined],
    ["pending", {}, undefined],
    ["on-hold", {}, undefined],
    ["failed", {}, undefined],
    ["trash", {}, undefined],
    ["shop-own", { date_paid_gmt: null }, undefined],
    ["shop-own", {}, ["captured", "2026-11-20T10:01:00.000Z"]],
  ])("%s, with %j", (status, over, expected) => {
    const [payment] = orderOf(payload({ status, ...over })).payments;
    expect(payment && [payment.kind, new Date(payment.at).toISOString()]).toEqual(expected);
  });

  it.each([
    ["processing", null],
    ["failed", null],
    ["cancelled", "cancelled"],
    ["refunded", "refunded"],
    ["trash", "trash"],
  ])("%s ends it: %s", (status, reason) => {
    const order = orderOf(payload({ status }));
    expect(order.cancelReason).toBe(reason);
    expect(order.cancelledAt).toBe(reason === null ? null : Date.UTC(2026, 10, 20, 10, 5));
  });

  it("refunds are sums", () => {
    const refunds = [
      { id: 11, reason: "broken", total: "-10.00" },
      { id: 12, reason: "", total: "-0.50" },
    ];
    expect(orderOf(payload({ refunds })).refunds).toMatchObject([
      { externalId: "11", amountMinor: 1000, lines: [], reason: "broken" },
      { externalId: "12", amountMinor: 50, reason: null },
    ]);
  });
});

const rate = (method_id: string) => [{ id: 2, method_id, method_title: "M", total: "0.00" }];

describe("where it goes", () => {
  const empty = { first_name: "", address_1: "", city: "", postcode: "", country: "" };
  const billing = { ...address, address_1: "Billing 1", email: " A@B.C " };
  it.each([
    ["its shipping address", { shipping: address, billing }, "Calle 1"],
    [
      "the billing address of a shop that sends nowhere else",
      { shipping: empty, billing, shipping_lines: rate("flat_rate") },
      "Billing 1",
    ],
    [
      "nowhere, when it is collected",
      { shipping: empty, billing, shipping_lines: rate("local_pickup") },
      undefined,
    ],
    ["nowhere, with no shipping", { shipping: empty, billing }, undefined],
    ["nowhere, with no address", { shipping: null, billing: null }, undefined],
  ])("is %s", (_what, over, expected) => {
    const order = orderOf(payload(over));
    expect(order.shippingAddress?.line1).toBe(expected);
    expect(codes(order)).toEqual(expected === undefined ? ["address_missing"] : []);
  });

  it("keeps the email as one writes it to", () => {
    expect(orderOf(payload({ billing })).email).toBe("a@b.c");
  });
});

const eventId = (id: number) => {
  const headers = new Headers({
    "x-wc-webhook-topic": "order.created",
    "x-wc-webhook-delivery-id": "d1",
  });
  const event = readStorefrontEvent(channel, headers, bytes(JSON.stringify(payload({ id }))), receivedAt);
  return event.ok && event.value.eventId;
};

describe("other callbacks", () => {
  it("a deleted order is told by its id", () => {
    expect(read("order.deleted", { id: 7 })).toMatchObject({
      value: { type: "deleted", externalOrderId: "7", at: receivedAt },
    });
  });

  it.each([
    ["a ping", "", "webhook_id=12"],
    ["a checkout that is not placed yet", "order.created", payload({ status: "checkout-draft" })],
    ["a topic that is not about orders", "product.updated", { id: 1 }],
    ["a topic that is not about orders", "action.woocommerce_add_to_cart", "not even JSON"],
  ])("%s is ignored", (reason, topic, body) => {
    expect(read(topic, body)).toMatchObject({ ok: true, value: { type: "ignored", reason } });
  });

  it("a ping is only that", () => {
    expect(isWooCommercePing(bytes("webhook_id=12"))).toBe(true);
    for (const other of ["webhook_id=12&x=1", "webhook_id=", '{"webhook_id":1}', ""]) {
      expect(isWooCommercePing(bytes(other))).toBe(false);
    }
  });

  it("two orders of one second are two events, whatever the delivery id says", () => {
    expect(eventId(1)).toBe(eventId(1));
    expect(eventId(1)).not.toBe(eventId(2));
  });
});
