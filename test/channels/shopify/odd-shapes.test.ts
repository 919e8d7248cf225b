/** Shapes that Shopify does not document, and that are sent all the same: by imports, other apps and old versions. */
import { describe, expect, it } from "vitest";
import { codes, line, orderOf, payload, read } from "./payloads";

describe("a quantity", () => {
  it.each([1, "1", "1.0", " 1 "])("of %j is one unit", (quantity) => {
    const order = orderOf(payload({ line_items: [line({ quantity, current_quantity: quantity })] }));
    expect([order.lines[0]!.quantity, order.lines[0]!.removed, codes(order)]).toEqual([1, 0, []]);
  });

  it.each([1.5, "1.5"])(
    "of %j is two units at the price of one and a half, and holds the order",
    (quantity) => {
      const order = orderOf(payload({ total_price: "15.00", line_items: [line({ quantity })] }));
      expect(order.lines[0]).toMatchObject({ quantity: 2, unitPriceMinor: 1000, grossMinor: 1500 });
      expect(order.problems).toEqual([
        { code: "amount_inexact", detail: "only whole units: line_items.0.quantity is 1.5" },
      ]);
    },
  );

  it("of a part of a unit in a refund is the whole unit, and holds the order", () => {
    const refund = {
      id: 7,
      order_id: 1001,
      refund_line_items: [{ line_item_id: 1, quantity: 0.5, restock_type: "cancel" }],
    };
    expect(read("refunds/create", refund).event).toMatchObject({
      value: {
        refund: { lines: [{ quantity: 1 }] },
        problems: [
          { code: "amount_inexact", detail: "refund_line_items.0.quantity is 0.5: whole units only" },
        ],
      },
    });
  });

  it.each([-1, "-1", "one", true, 1e9])("of %j is rejected by its field", (quantity) => {
    expect(read("orders/updated", payload({ line_items: [line({ quantity })] })).event).toMatchObject({
      ok: false,
      rejection: [{ path: "line_items.0.quantity" }],
    });
  });
});

describe("a line that is there twice", () => {
  const twice = (total_price: string, second: object = {}) =>
    orderOf(payload({ total_price, line_items: [line({ id: 3 }), line({ id: 3, ...second })] }));
  const unitsOf = (order: ReturnType<typeof twice>) =>
    order.lines.map(({ externalId, quantity, grossMinor }) => [externalId, quantity, grossMinor]);

  it("is one line if the total is that of one", () => {
    const order = twice("10.00");
    expect([unitsOf(order), codes(order)]).toEqual([[["3", 1, 1000]], []]);
  });

  it("is one line of all its units if the total is that of all", () => {
    const order = twice("30.00", { quantity: 2 });
    expect([unitsOf(order), codes(order)]).toEqual([[["3", 3, 3000]], []]);
  });

  it.each([
    {
      what: "the total is neither",
      total: "15.00",
      second: {},
      codes: ["amount_inexact", "totals_mismatch"],
    },
    { what: "it costs nothing", total: "0.00", second: {}, codes: ["amount_inexact"] },
    {
      what: "the copies are of other SKUs",
      total: "20.00",
      second: { sku: "CUP" },
      codes: ["amount_inexact"],
    },
  ])("is two lines, and holds the order, if $what", ({ total, second, codes: expected }) => {
    const price = total === "0.00" ? { price: "0.00" } : {};
    const lines = [line({ id: 3, ...price }), line({ id: 3, ...price, ...second })];
    const order = orderOf(payload({ total_price: total, line_items: lines }));
    expect(order.lines.map(({ externalId }) => externalId)).toEqual(["3", "3#2"]);
    expect(codes(order)).toEqual(expected);
    expect(order.problems[0]!.detail).toBe("there twice: line_items.1.id");
  });

  it("has an id that no other line has, whatever the storefront's ids are", () => {
    const lines = ["3", "3#2", "3", "3#3", "3"].map((id) => line({ id }));
    const { lines: mended } = orderOf(payload({ total_price: "7.00", line_items: lines }));
    expect(mended.map(({ externalId }) => externalId).toSorted()).toEqual(["3", "3#2", "3#3", "3#4", "3#5"]);
  });
});

describe("a text", () => {
  it("may be a number", () => {
    const order = orderOf(
      payload({
        line_items: [line({ sku: 12345 })],
        shipping_address: { address1: 12, city: "Paris", zip: 75001, country_code: "FR", phone: 33123456789 },
      }),
    );
    expect(order.lines[0]!.sku).toBe("12345");
    expect(order.shippingAddress).toMatchObject({ line1: "12", postalCode: "75001", phone: "33123456789" });
  });

  it("is stored without halves of surrogate pairs and without NUL", () => {
    const json = JSON.stringify(payload({ customer: { first_name: "NAME", last_name: "B" } }));
    const order = orderOf(json.replace("NAME", String.raw`A\ud83d\u0000n`));
    expect(order.customerName).toBe("A\ufffdn B");
  });

  it("may be long", () => {
    const [zip, address1] = ["1".repeat(23), "x".repeat(300)];
    const order = orderOf(
      payload({ shipping_address: { address1, city: "Paris", zip, country_code: "FR" } }),
    );
    expect(order.shippingAddress).toMatchObject({ line1: address1, postalCode: zip });
  });
});
