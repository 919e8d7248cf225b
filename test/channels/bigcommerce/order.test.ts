/** The whole BigCommerce order, its lines and destinations, and its status. */
import { describe, expect, it } from "vitest";
import { isPlaced, readFetchedOrder, type OrderResponses } from "../../../src/channels/bigcommerce/order";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import order from "../../fixtures/bigcommerce/order.json";
import {
  channel,
  codes,
  consignment,
  fetched,
  fetchedAt,
  line,
  mugs,
  read,
  towel,
  withLines,
  type Json,
} from "./responses";

describe("a fetched BigCommerce order", () => {
  it("has all that the published order has, to the cent", () => {
    const address = {
      name: "Ada Byron",
      company: null,
      line1: "1 Main Street",
      line2: "Unit 2",
      city: "Austin",
      region: "Texas",
      postalCode: "78701",
      countryCode: "US",
      phone: "5125550100",
      latitude: null,
      longitude: null,
    };
    expect(read(fetched())).toEqual({
      channelId: "bc",
      externalId: "4711",
      number: "4711",
      currency: "USD",
      taxIncluded: false,
      placedAt: Date.UTC(2026, 10, 24, 9, 15, 2),
      storefrontUpdatedAt: Date.UTC(2026, 10, 24, 9, 15, 31, 999),
      cancelledAt: null,
      cancelReason: null,
      email: "ada@example.com",
      phone: "5125550100",
      customerName: "Ada Byron",
      locale: "en",
      shippingAddress: address,
      billingAddress: address,
      shippingMethod: "UPS Ground",
      pickupLocationId: null,
      lines: [
        {
          externalId: "81",
          sku: "MUG-BLU",
          title: "Stoneware mug, blue",
          kind: "physical",
          quantity: 2,
          removed: 0,
          unitPriceMinor: 1250,
          grossMinor: 2500,
          discountMinor: 250,
          taxMinor: 186,
        },
        {
          externalId: "82",
          sku: "TWL-LIN",
          title: "Linen towel",
          kind: "physical",
          quantity: 1,
          removed: 0,
          unitPriceMinor: 1999,
          grossMinor: 1999,
          discountMinor: 200,
          taxMinor: 148,
        },
      ],
      shipping: { grossMinor: 795, discountMinor: 0, taxMinor: 66 },
      totalMinor: 5244,
      payments: [
        {
          externalId: "captured",
          kind: "captured",
          amountMinor: 5244,
          at: Date.UTC(2026, 10, 24, 9, 15, 29),
        },
      ],
      refunds: [],
      roundingMinor: 0,
      fulfilled: [],
      isTest: false,
      quoteId: null,
      note: "Please leave it at the door",
      reservationTokens: ["a8458391-ef68-4fe5-9ec1-442e6a767364"],
      problems: [],
    });
  });

  it("is ignored while its checkout is not finished", () => {
    const state = readFetchedOrder(channel, fetched({ status_id: 0 }), fetchedAt);
    expect(state).toEqual({
      ok: true,
      value: { type: "ignored", reason: "a checkout that is not placed yet" },
    });
    expect([isPlaced({ status_id: 0 }), isPlaced({ status_id: 11 }), isPlaced("?")]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("requires only its id, its status and its lines", () => {
    const least = {
      order: {
        id: 1,
        status_id: 11,
        total_inc_tax: "5",
        consignments: {
          downloads: [{ line_items: { id: 2, quantity: 1, type: "digital", total_ex_tax: 5 } }],
        },
      },
      products: null,
      transactions: null,
      refunds: null,
      shipments: null,
    };
    expect(read(least)).toMatchObject({
      placedAt: fetchedAt,
      currency: "USD",
      email: null,
      shippingAddress: null,
      lines: [{ externalId: "2", sku: null, title: "2", kind: "digital", grossMinor: 500 }],
      payments: [{ kind: "captured", amountMinor: 500 }],
      problems: [],
    });
  });

  it("may have null in every field that is not required", () => {
    const required = ["id", "status_id", "total_inc_tax", "consignments", "coupon_discount", "total_tax"];
    const kept = ["shipping_cost_ex_tax", "shipping_cost_tax"];
    const nulls = Object.fromEntries(
      Object.entries(order).map(([name, value]) => [
        name,
        [...required, ...kept].includes(name) ? value : null,
      ]),
    );
    expect(codes(read(fetched(nulls)))).toEqual([]);
    expect(read(fetched(nulls))).toMatchObject({ email: "ada@example.com", totalMinor: 5244 });
  });

  it.each<{ path: string; over?: Json; beside?: Partial<OrderResponses> }>([
    { path: "status_id", over: { status_id: "Shipped" } },
    { path: "total_inc_tax", over: { total_inc_tax: "a lot" } },
    { path: "date_modified", over: { date_modified: "yesterday" } },
    { path: "default_currency_code", over: { default_currency_code: "XXX1" } },
    { path: "products.0.quantity", over: withLines({ ...mugs, quantity: -1 }) },
    { path: "transactions.data.0.amount", beside: { transactions: { data: [{ amount: {} }] } } },
    { path: "refunds.data.0.id", beside: { refunds: { data: [{ total_amount: 1 }] } } },
  ])("is rejected by $path if that is not as documented", ({ path, over, beside }) => {
    const state = readFetchedOrder(channel, fetched(over, beside), fetchedAt);
    expect(state.ok ? [] : state.rejection.map((error) => error.path)).toContain(path);
  });

  it("that has a line twice is held, if its total is not that of one of them or of both", () => {
    const state = readFetchedOrder(channel, fetched(withLines(mugs!, mugs!)), fetchedAt);
    expect(state).toMatchObject({
      value: { order: { problems: [{ code: "amount_inexact", detail: "there twice: products.1.id" }, {}] } },
    });
  });

  it("is newer than another state of the same second if it was requested later", () => {
    const second = Date.UTC(2026, 10, 24, 9, 15, 31);
    const at = (ms: number) => read(fetched(), second + ms).storefrontUpdatedAt - second;
    expect([at(-5_000), at(0), at(400), at(999), at(5_000)]).toEqual([0, 0, 400, 999, 999]);
  });
});

describe("a line of a BigCommerce order", () => {
  const kinds = { physical: "physical", digital: "digital", giftcertificate: "gift_card", other: "physical" };
  it.each(Object.entries(kinds))("of the type %s is %s", (type, kind) => {
    const [only] = read(fetched(withLines({ ...mugs, type }))).lines;
    expect(only).toMatchObject({ kind });
  });

  it("comes from any consignment, or from the products if those were fetched", () => {
    const consignments = {
      shipping: [{ ...consignment, line_items: [line({ id: 1 })] }],
      pickups: [{ pickup_method_display_name: "Pick Up", line_items: [line({ id: 2 })] }],
      downloads: [{ recipient_email: "a@example.com", line_items: line({ id: 3, type: "digital" }) }],
      email: { gift_certificates: [{ line_items: [line({ id: 4, type: "giftcertificate" })] }] },
    };
    const ids = (it: NewOrder) => it.lines.map(({ externalId }) => externalId);
    expect(ids(read(fetched({ consignments })))).toEqual(["1", "2", "3", "4"]);
    expect(ids(read(fetched({ consignments: [consignments] })))).toEqual(["1", "2", "3", "4"]);
    const linked = { url: "https://api.bigcommerce.com/stores/abc/v2/orders/4711/products/81" };
    expect(ids(read(fetched(withLines(linked), { products: [mugs, towel] })))).toEqual(["81", "82"]);
  });

  it("without a SKU is a problem, and so are goods without an address", () => {
    const noSku = read(fetched(withLines({ ...mugs, sku: "" })));
    expect(codes(noSku)).toContain("sku_missing");
    const nowhere = read(fetched({ consignments: null }, { products: [mugs, towel] }));
    expect([nowhere.shippingAddress, codes(nowhere)]).toEqual([null, ["address_missing"]]);
  });

  it("without products is not read, because all units would be cancelled", () => {
    expect(
      readFetchedOrder(channel, fetched({ consignments: null }, { products: [] }), fetchedAt),
    ).toMatchObject({
      ok: false,
      rejection: [{ path: "products" }],
    });
  });

  it("for pickup goes to the location that the pickup location's code names", () => {
    const location = { id: 3, code: "berlin-1", name: "Berlin", postal_code: "10115" };
    const pickup = { pickup_method_display_name: "Collect", location, line_items: [mugs, towel] };
    const collected = read(fetched({ consignments: { pickups: [pickup], shipping: [] } }));
    expect(collected).toMatchObject({
      shippingAddress: null,
      pickupLocationId: "berlin-1",
      shippingMethod: "Collect",
      problems: [],
    });
  });

  it("for a second destination is planned for the first, which is a problem", () => {
    const second = { ...consignment, id: 58, street_1: "2 Side Street", line_items: [towel] };
    const shipping = [{ ...consignment, line_items: [mugs] }, second];
    const split = read(fetched({ consignments: { ...order.consignments, shipping } }));
    expect([split.shippingAddress?.line1, codes(split)]).toEqual(["1 Main Street", ["several_destinations"]]);
  });
});

describe("the status of a BigCommerce order", () => {
  it.each([
    [1, null, ["payment_pending"]],
    [2, null, []],
    [3, null, []],
    [4, "refunded", []],
    [5, "cancelled", []],
    [6, "declined", []],
    [7, null, ["payment_pending"]],
    [8, null, []],
    [9, null, []],
    [10, null, []],
    [11, null, []],
    [12, null, ["held_at_storefront", "payment_pending"]],
    [13, null, ["held_at_storefront"]],
    [14, null, []],
    [15, null, ["held_at_storefront"]],
  ])("%i means that it ended as %s and is held for %j", (status_id, reason, holds) => {
    const order = read(fetched({ status_id, payment_status: "" }, { transactions: null }));
    expect([order.cancelReason, order.cancelledAt === null]).toEqual([reason, reason === null]);
    const unpaid = order.payments.length === 0 ? ["payment_pending"] : [];
    expect([...codes(order), ...unpaid]).toEqual(holds);
  });

  it("holds an order that the shop has archived before it is done", () => {
    expect(read(fetched({ is_deleted: true })).problems).toEqual([
      { code: "held_at_storefront", detail: "BigCommerce has archived it." },
    ]);
    expect(codes(read(fetched({ is_deleted: true, status_id: 10 })))).toEqual([]);
  });
});
