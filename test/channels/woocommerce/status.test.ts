/** What a WooCommerce order's status means: ended, held, paid, fulfilled. */
import { describe, expect, it } from "vitest";
import { orderIn } from "../../support/storefront-adapters";
import { address, codes, line, orderOf, payload, read } from "./payloads";

const held = (status: string) => ({
  code: "held_at_storefront",
  detail: `Its status at WooCommerce is ${status}.`,
});

describe("the payment of a WooCommerce order", () => {
  const paid = ["captured", "2026-11-20T10:01:00.000Z"];
  const unpaid = { date_paid_gmt: null };
  it.each([
    { status: "processing", over: {}, expected: paid },
    { status: "processing", over: unpaid, expected: ["captured", "2026-11-20T10:05:00.000Z"] },
    {
      status: "processing",
      over: { ...unpaid, payment_method: "cod" },
      expected: ["authorized", "2026-11-20T10:05:00.000Z"],
    },
    { status: "completed", over: { payment_method: "cod" }, expected: paid },
    { status: "refunded", over: {}, expected: paid },
    { status: "cancelled", over: {}, expected: paid },
    { status: "cancelled", over: unpaid, expected: undefined },
    { status: "trash", over: {}, expected: paid },
    { status: "trash", over: unpaid, expected: undefined },
    { status: "on-hold", over: {}, expected: paid },
    { status: "on-hold", over: unpaid, expected: undefined },
    { status: "on-hold", over: { ...unpaid, payment_method: "cod" }, expected: undefined },
    { status: "pending", over: {}, expected: undefined },
    { status: "failed", over: {}, expected: undefined },
    { status: "shop-own", over: unpaid, expected: undefined },
    { status: "shop-own", over: {}, expected: paid },
  ])("in the status $status with $over is $expected", ({ status, over, expected }) => {
    const [payment] = orderOf(payload({ status, ...over })).payments;
    expect(payment && [payment.kind, new Date(payment.at).toISOString()]).toEqual(expected);
  });
});

describe("the status of a WooCommerce order", () => {
  const modifiedAt = Date.UTC(2026, 10, 20, 10, 5);
  it.each([
    { status: "processing", ended: null, problems: [] },
    { status: "completed", ended: null, problems: [] },
    { status: "cancelled", ended: "cancelled", problems: [] },
    { status: "refunded", ended: "refunded", problems: [] },
    { status: "trash", ended: "trash", problems: [] },
    { status: "pending", ended: null, problems: [held("pending")] },
    { status: "on-hold", ended: null, problems: [held("on-hold")] },
    { status: "failed", ended: null, problems: [held("failed")] },
    { status: "awaiting-artwork", ended: null, problems: [held("awaiting-artwork")] },
    { status: "", ended: null, problems: [held("missing")] },
  ])("$status: ended as $ended, held for $problems", ({ status, ended, problems }) => {
    expect(orderOf(payload({ status }))).toMatchObject({
      cancelReason: ended,
      cancelledAt: ended === null ? null : modifiedAt,
      problems,
    });
  });

  it("is whole in every state, so that a cancelled order that is paid later is open again", () => {
    const states = ["pending", "cancelled", "processing"].map((status) =>
      orderOf(payload({ status, date_paid_gmt: status === "processing" ? "2026-11-20T10:01:00" : null })),
    );
    expect(states.map(({ cancelledAt, payments }) => [cancelledAt, payments.length])).toEqual([
      [null, 0],
      [modifiedAt, 0],
      [null, 1],
    ]);
  });

  it("pending is older than another state of the same second, in which orders are usually paid", () => {
    const [pending, processing] = ["pending", "processing"].map(
      (status) => orderOf(payload({ status })).storefrontUpdatedAt,
    );
    expect([pending! < processing!, processing! - pending! < 1_000]).toEqual([true, true]);
  });

  it("of an order from the trash is that of its whole state", () => {
    const restored = orderIn(read("order.restored", payload()));
    expect(restored).toMatchObject({ cancelledAt: null, payments: [{ amountMinor: 2_000 }], problems: [] });
    expect(read("order.restored", payload()).event).toMatchObject({ value: { isCreation: false } });
  });
});

describe("a completed WooCommerce order", () => {
  const items = [
    line({ id: 1, subtotal: "10.00", total: "10.00" }),
    line({ id: 2, quantity: 1, subtotal: "10.00", total: "10.00" }),
  ];
  const completed = (over: object = {}) =>
    orderOf(
      payload({
        status: "completed",
        date_completed_gmt: "2026-11-21T08:00:00",
        line_items: items,
        fee_lines: [{ id: 9, name: "Gift wrap", total: "0.00", total_tax: "0.00" }],
        ...over,
      }),
    ).fulfilled;

  it("is fulfilled there, with all units of its goods", () => {
    expect(completed()).toEqual([
      {
        externalId: "completed",
        lines: [
          { externalLineId: "1", quantity: 2 },
          { externalLineId: "2", quantity: 1 },
        ],
        locationId: null,
        carrier: null,
        trackingNumber: null,
        trackingUrl: null,
        at: Date.UTC(2026, 10, 21, 8),
        everything: true,
      },
    ]);
    expect(orderOf(payload()).fulfilled).toEqual([]);
  });

  it("has the tracking of the extension Shipment Tracking", () => {
    const tracking = [
      {
        tracking_provider: "dhl-de",
        custom_tracking_provider: "",
        custom_tracking_link: "",
        tracking_number: "JD01",
        date_shipped: "1763700000",
      },
    ];
    const meta_data = [{ id: 1, key: "_wc_shipment_tracking_items", value: tracking }];
    expect(completed({ meta_data })).toMatchObject([
      { carrier: "dhl-de", trackingNumber: "JD01", trackingUrl: null },
    ]);
    expect(completed({ meta_data: [{ ...meta_data[0], value: "a:1:{…}" }] })).toMatchObject([
      { carrier: null, trackingNumber: null },
    ]);
  });
});

describe("virtual goods of WooCommerce", () => {
  const nowhere = { shipping: { first_name: "", address_1: "", city: "" }, shipping_lines: [] };
  const ebook = [line({ name: "E-book", sku: "" })];
  it.each([
    { what: "the shop's checkout placed it", over: { created_via: "checkout" } },
    { what: "the block checkout placed it", over: { created_via: "store-api" } },
    {
      what: "it needs no processing, whoever entered it",
      over: { created_via: "rest-api", needs_processing: false },
    },
    { what: "it is not reported who entered it", over: {} },
  ])("are not held for an address or a SKU if $what", ({ over }) => {
    const order = orderOf(payload({ ...nowhere, line_items: ebook, billing: address, ...over }));
    expect([order.lines[0]!.kind, order.shippingAddress, codes(order)]).toEqual(["digital", null, []]);
  });

  it.each([
    { what: "staff entered it", over: { created_via: "admin" } },
    { what: "another app entered it", over: { created_via: "rest-api", needs_processing: true } },
    { what: "a point of sale entered it", over: { created_via: "POS" } },
    {
      what: "it has a shipping line",
      over: {
        created_via: "checkout",
        shipping_lines: [{ id: 2, method_id: "local_pickup", total: "0.00" }],
      },
    },
  ])("are not assumed if $what", ({ over }) => {
    const order = orderOf(payload({ ...nowhere, line_items: ebook, ...over }));
    expect([order.lines[0]!.kind, codes(order)]).toEqual(["physical", ["sku_missing", "address_missing"]]);
  });

  it("are not assumed of goods with a SKU if it is not reported who entered the order", () => {
    const order = orderOf(payload({ ...nowhere, line_items: [line({ id: 1 })] }));
    expect([order.lines[0]!.kind, codes(order)]).toEqual(["physical", ["address_missing"]]);
  });
});
