/** The orders that Shopify publishes as examples. */
import { describe, expect, it } from "vitest";
import paid from "../../fixtures/shopify/order-paid.json?raw";
import orderFields from "../../fixtures/shopify/order-partially-refunded.json";
import partiallyRefunded from "../../fixtures/shopify/order-partially-refunded.json?raw";
import { orderOf, receivedAt } from "./payloads";

describe("a published Shopify order", () => {
  it("that is paid adds up, and has what is missing as problems", () => {
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

  it("that is partially refunded has its discounts by line, and the refund with its units", () => {
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
        itemized: true,
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

  it("may have null in every field that is not required", () => {
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
});
