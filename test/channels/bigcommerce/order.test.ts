import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FetchedOrder } from "../../../src/channels/ports";
import { isPlaced, readFetchedOrder } from "../../../src/channels/bigcommerce/order";
import { partsTotal } from "../../../src/orders/domain/new-order-checks";
import type { NewOrder } from "../../../src/orders/domain/order";
import order from "../../fixtures/bigcommerce/order.json";
import refunds from "../../fixtures/bigcommerce/refunds.json";
import transactions from "../../fixtures/bigcommerce/transactions.json";

type Json = Record<string, unknown>;
const channel = { id: "bc", currency: "USD" };
const fetchedAt = Date.UTC(2026, 10, 24, 9, 16);
const [consignment] = order.consignments.shipping;
const [mugs, towel] = consignment!.line_items;

const fetched = (over: Json = {}, beside: Partial<FetchedOrder> = {}): FetchedOrder => ({
  order: { ...order, ...over },
  products: null,
  transactions,
  refunds: { data: [], meta: {} },
  ...beside,
});
const withLines = (...lines: Json[]) => ({
  consignments: { ...order.consignments, shipping: [{ ...consignment, line_items: lines }] },
});
const line = (over: Json = {}): Json => ({
  ...mugs,
  quantity: 1,
  total_ex_tax: "0.0000",
  total_inc_tax: "0.0000",
  total_tax: "0.0000",
  applied_discounts: [],
  ...over,
});
/** An order of nothing but these lines and amounts. */
const bare = (lines: Json[], over: Json) => ({
  ...withLines(...lines),
  coupon_discount: "0.0000",
  shipping_cost_ex_tax: "0.0000",
  shipping_cost_inc_tax: "0.0000",
  shipping_cost_tax: "0.0000",
  total_tax: "0.0000",
  ...over,
});

function read(it: FetchedOrder, at = fetchedAt): NewOrder {
  const state = readFetchedOrder(channel, it, at);
  if (!state.ok || state.value.type !== "order") throw new Error(JSON.stringify(state));
  return state.value.order;
}
const codes = ({ problems }: NewOrder) => problems.map(({ code }) => code);

describe("a fetched order", () => {
  it("is told in our words, to the cent", () => {
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
      note: "Please leave it at the door",
      reservationTokens: ["a8458391-ef68-4fe5-9ec1-442e6a767364"],
      problems: [],
    });
  });

  it("is none while nobody has finished the checkout", () => {
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

  it("needs no more than its id, its status and its lines", () => {
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

  it("may have null for anything that it has not", () => {
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

  it.each([
    ["its status", { status_id: "Shipped" }, {}, "status_id"],
    ["its total", { total_inc_tax: "a lot" }, {}, "total_inc_tax"],
    ["its time", { date_modified: "yesterday" }, {}, "date_modified"],
    ["its currency", { default_currency_code: "XXX1" }, {}, "default_currency_code"],
    ["a line's quantity", withLines({ ...mugs, quantity: -1 }), {}, "products.0.quantity"],
    ["a line told twice", withLines(mugs!, mugs!), {}, "products.1.id"],
    ["a transaction", {}, { transactions: { data: [{ amount: {} }] } }, "transactions.data.0.amount"],
    ["a refund", {}, { refunds: { data: [{ total_amount: 1 }] } }, "refunds.data.0.id"],
  ])("is rejected by the field where %s is not as documented", (_what, over, beside, path) => {
    const state = readFetchedOrder(channel, fetched(over, beside), fetchedAt);
    expect(state.ok ? [] : state.rejection.map((error) => error.path)).toContain(path);
  });

  it("of one second is the newer, the later it was asked for", () => {
    const second = Date.UTC(2026, 10, 24, 9, 15, 31);
    const at = (ms: number) => read(fetched(), second + ms).storefrontUpdatedAt - second;
    expect([at(-5_000), at(0), at(400), at(999), at(5_000)]).toEqual([0, 0, 400, 999, 999]);
  });
});

describe("its lines", () => {
  const kinds = { physical: "physical", digital: "digital", giftcertificate: "gift_card", other: "physical" };
  it.each(Object.entries(kinds))("of the type %s are %s", (type, kind) => {
    const [told] = read(fetched(withLines({ ...mugs, type }))).lines;
    expect(told).toMatchObject({ kind });
  });

  it("come from every consignment, or from the products where those are read apart", () => {
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

  it("without a SKU, and goods without an address, hold it", () => {
    const noSku = read(fetched(withLines({ ...mugs, sku: "" })));
    expect(codes(noSku)).toContain("sku_missing");
    const nowhere = read(fetched({ consignments: null }, { products: [mugs, towel] }));
    expect([nowhere.shippingAddress, codes(nowhere)]).toEqual([null, ["address_missing"]]);
  });

  it("that the customer collects go where the pickup location's code says", () => {
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

  it("that go to several places are planned for the first, and hold it", () => {
    const second = { ...consignment, id: 58, street_1: "2 Side Street", line_items: [towel] };
    const shipping = [{ ...consignment, line_items: [mugs] }, second];
    const split = read(fetched({ consignments: { ...order.consignments, shipping } }));
    expect([split.shippingAddress?.line1, codes(split)]).toEqual(["1 Main Street", ["several_destinations"]]);
  });
});

describe("its amounts", () => {
  it("are of the prices' own kind: with tax where they hold it", () => {
    const lines = [line({ total_ex_tax: "16.8067", total_inc_tax: "20.0000", total_tax: "3.1933" })];
    const over = { is_tax_inclusive_pricing: true, total_inc_tax: "20.0000", total_tax: "3.1900" };
    expect(read(fetched(bare(lines, over)))).toMatchObject({
      taxIncluded: true,
      lines: [{ grossMinor: 2000, taxMinor: 319 }],
      totalMinor: 2000,
      problems: [],
    });
  });

  it("are read the other way where only that adds up to the total, as in the documents' own example", () => {
    const lines = [
      line({
        total_ex_tax: "62.6793",
        total_inc_tax: "67.8400",
        total_tax: "4.4000",
        applied_discounts: [{ amount: "5.0000" }, { amount: "5.0000" }],
      }),
    ];
    const over = {
      is_tax_inclusive_pricing: false,
      shipping_cost_ex_tax: "11.0900",
      shipping_cost_inc_tax: "12.0000",
      shipping_cost_tax: "0.9100",
      discount_amount: "5.0000",
      coupon_discount: "5.0000",
      total_tax: "5.3100",
      total_inc_tax: "69.8400",
    };
    expect(read(fetched(bare(lines, over)))).toMatchObject({
      taxIncluded: true,
      lines: [{ grossMinor: 6784, discountMinor: 1000, taxMinor: 440 }],
      shipping: { grossMinor: 1200, taxMinor: 91 },
      totalMinor: 6984,
      problems: [],
    });
  });

  it("have a discount that only the order tells taken off the goods, and then off shipping", () => {
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

  it("have a tax that only the order tells, or tells otherwise, split over the goods", () => {
    const untaxed = [line({ id: 1, total_ex_tax: "30.0000" }), line({ id: 2, total_ex_tax: "10.0000" })];
    const over = { total_tax: "4.0000", total_inc_tax: "44.0000" };
    expect(read(fetched(bare(untaxed, over))).lines.map(({ taxMinor }) => taxMinor)).toEqual([300, 100]);
    // Of the prices before their discount.
    const before = untaxed.map((it) => ({ ...it, total_tax: "5.0000" }));
    expect(read(fetched(bare(before, over))).lines.map(({ taxMinor }) => taxMinor)).toEqual([200, 200]);
  });

  it("have handling in shipping, and gift wrapping and fees as lines of their own", () => {
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
    const told = read(fetched(bare([line({ total_ex_tax: "10.0000" })], over)));
    expect(told.shipping).toEqual({ grossMinor: 700, discountMinor: 0, taxMinor: 20 });
    expect(told.lines.slice(1)).toMatchObject([
      { externalId: "wrapping", title: "Gift wrapping", kind: "fee", grossMinor: 300, taxMinor: 30 },
      { externalId: "fee-7", title: "Insurance", kind: "fee", grossMinor: 150, taxMinor: 15 },
    ]);
    expect(codes(told)).toEqual([]);
    expect(codes(read(fetched({ fees: { url: "https://…", resource: "/orders/4711/fees" } })))).toEqual([]);
  });

  it("hold no store credit and no gift certificate, whichever way the total tells them", () => {
    const lines = [line({ total_ex_tax: "40.0000" })];
    const credits = { store_credit_amount: "10.0000", gift_certificate_amount: "5.0000" };
    for (const total_inc_tax of ["40.0000", "25.0000"]) {
      const told = read(fetched(bare(lines, { ...credits, total_inc_tax })));
      expect([told.totalMinor, codes(told)]).toEqual([4000, []]);
    }
  });

  it("of a currency without decimals are whole", () => {
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
    const told = read(fetched(bare(lines, yen), { transactions: null }));
    expect(told).toMatchObject({
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

  it("that add up in no reading hold it, with the difference named", () => {
    const told = read(fetched({ total_inc_tax: "60.0000" }));
    expect(told.problems).toEqual([
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
  it("add up to the total, however their taxes and discounts are rounded", () => {
    fc.assert(
      fc.property(goods, minor, fc.boolean(), (lines, shippingMinor, inclusive) => {
        const four = (amount: number) => (amount / 100).toFixed(4);
        const basis = inclusive ? "total_inc_tax" : "total_ex_tax";
        const told = lines.map(({ id, quantity, minor: gross, off, tax }) => {
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
        const sum = (pick: (it: (typeof told)[number]) => number) =>
          Math.round(told.reduce((all, it) => all + pick(it), 0));
        const [gross, discount, tax] = [sum((it) => it.gross), sum((it) => it.discount), sum((it) => it.tax)];
        const over = {
          is_tax_inclusive_pricing: inclusive,
          [inclusive ? "shipping_cost_inc_tax" : "shipping_cost_ex_tax"]: four(shippingMinor),
          coupon_discount: four(discount),
          total_tax: four(tax),
          total_inc_tax: four(gross - discount + tax + shippingMinor),
        };
        const payloads = told.map(({ payload }) => payload);
        const mapped = read(fetched(bare(payloads, over)));
        expect(partsTotal(mapped)).toBe(mapped.totalMinor);
        expect(codes(mapped)).toEqual([]);
      }),
    );
  });
});

describe("its status", () => {
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
  ])("%i: it has ended as %s, and waits for %j", (status_id, reason, waiting) => {
    const told = read(fetched({ status_id, payment_status: "" }, { transactions: null }));
    expect([told.cancelReason, told.cancelledAt === null]).toEqual([reason, reason === null]);
    const unpaid = told.payments.length === 0 ? ["payment_pending"] : [];
    expect([...codes(told), ...unpaid]).toEqual(waiting);
  });

  it("says archived for an order that the shop has put away", () => {
    expect(read(fetched({ is_deleted: true })).problems).toEqual([
      { code: "held_at_storefront", detail: "BigCommerce has archived it." },
    ]);
    expect(codes(read(fetched({ is_deleted: true, status_id: 10 })))).toEqual([]);
  });
});

describe("its payments", () => {
  const [card] = transactions.data;
  const paid = (over: Json, ...told: Json[]) =>
    read(fetched(over, { transactions: { data: told.map((it) => ({ ...card, ...it })) } })).payments.map(
      ({ kind, amountMinor }) => [kind, amountMinor],
    );
  const unsaid = { payment_status: "" };

  it("add up its purchases and captures, with credit and certificates among them", () => {
    const credit = { method: "store_credit", gateway: "storecredit", amount: 12.44 };
    expect(paid({}, { amount: 40 }, credit)).toEqual([["captured", 5244]]);
    expect(paid({ status_id: 7, payment_status: "authorized" }, { event: "capture", amount: 20 })).toEqual([
      ["captured", 2000],
    ]);
  });

  it("do not count what failed, waits, is void, was paid back, or is in another currency", () => {
    const none = [
      { status: "error" },
      { event: "pending" },
      { event: "void" },
      { event: "refund" },
      { event: "authorization" },
      { currency: "EUR" },
    ];
    expect(paid({ status_id: 7, payment_status: "" }, ...none)).toEqual([]);
  });

  it.each([
    ["captured", 7, [["captured", 5244]]],
    ["paid", 1, [["captured", 5244]]],
    ["refunded", 4, [["captured", 5244]]],
    ["partially refunded", 14, [["captured", 5244]]],
    ["authorized", 11, [["authorized", 5244]]],
    ["capture pending", 11, [["authorized", 5244]]],
    ["authorized", 7, []],
    ["declined", 11, []],
    ["held for review", 11, []],
    ["void", 11, []],
    ["pending", 11, []],
  ])("are told by %j in the status %i", (payment_status, status_id, told) => {
    expect(paid({ payment_status, status_id })).toEqual(told);
  });

  it("outside of BigCommerce are made when the merchant says so, or on delivery", () => {
    expect(paid({ ...unsaid, status_id: 7 }, { event: "pending", gateway: "bankdeposit" })).toEqual([]);
    expect(paid({ ...unsaid, status_id: 11 }, { event: "pending", gateway: "bankdeposit" })).toEqual([
      ["captured", 5244],
    ]);
    expect(paid({ ...unsaid, status_id: 11 }, { event: "pending", gateway: "cod" })).toEqual([
      ["authorized", 5244],
    ]);
  });

  it("are one that grows, so that nothing counts twice once its transactions come", () => {
    const before = read(fetched({}, { transactions: null })).payments;
    const after = read(fetched()).payments;
    expect(before.map(({ externalId }) => externalId)).toEqual(after.map(({ externalId }) => externalId));
  });
});

describe("its refunds", () => {
  const [first] = refunds.data;
  const refunded = (over: Json = {}) =>
    read(fetched({}, { refunds: { data: [{ ...first, ...over }] } })).refunds;

  it("tell what was paid back, what of it was shipping with its tax, and the units", () => {
    expect(refunded()).toEqual([
      {
        externalId: "12",
        amountMinor: 2079,
        shippingMinor: 861,
        lines: [{ externalLineId: "81", quantity: 1, restock: "none" }],
        reason: "One arrived broken",
        at: Date.UTC(2026, 10, 25, 16, 44, 15),
      },
    ]);
  });

  it("that a provider declined were not made", () => {
    const [payment] = first!.payments;
    expect(refunded({ payments: [{ ...payment, is_declined: true }] })).toEqual([]);
    const half = [
      { ...payment, amount: 10 },
      { ...payment, is_declined: true },
    ];
    expect(refunded({ payments: half })).toMatchObject([{ amountMinor: 1000, shippingMinor: 861 }]);
  });

  it("may name no lines and no payments", () => {
    expect(refunded({ payments: [], items: null })).toMatchObject([
      { amountMinor: 2079, shippingMinor: 0, lines: [] },
    ]);
    const whole = [{ item_type: "ORDER", item_id: 4711, quantity: null, requested_amount: "5.00" }];
    expect(refunded({ items: whole })).toMatchObject([{ amountMinor: 2079, shippingMinor: 0, lines: [] }]);
  });
});
