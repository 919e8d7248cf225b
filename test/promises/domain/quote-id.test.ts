import { describe, expect, it } from "vitest";
import { quotedDay, quoteIdOf } from "../../../src/promises/domain/quote-id";
import type { PlacedOrder, QuotedOrder } from "../../../src/promises/domain/quoted-order";

const NOW = Date.UTC(2026, 10, 25, 10);
const MINUTE = 60_000;

const quoted: QuotedOrder = {
  channelId: "web",
  destination: { countryCode: "GB", region: null, postalCode: "SW1Y 4JH" },
  shippingMethod: null,
  lines: [
    { sku: "MUG", quantity: 2 },
    { sku: "TEE", quantity: 1 },
  ],
};
const placed: PlacedOrder = { ...quoted, placedAt: NOW + MINUTE };
const idOf = (over: Partial<QuotedOrder> = {}) =>
  quoteIdOf({ ...quoted, ...over }, { deliverByOn: "2026-12-08", issuedAt: NOW }, "key");
const day = (order: Partial<PlacedOrder>, id = idOf(), key = "key") =>
  quotedDay(id, { ...placed, ...order }, key);

describe("a quote's id", () => {
  it.each<{ name: string; order?: Partial<PlacedOrder>; quote?: Partial<QuotedOrder> }>([
    { name: "the order is the same" },
    { name: "a SKU was taken out of the cart", order: { lines: [{ sku: "TEE", quantity: 1 }] } },
    { name: "it has fewer units", order: { lines: [{ sku: "MUG", quantity: 1 }] } },
    {
      name: "its lines are split and in another sequence",
      order: {
        lines: [
          { sku: "TEE", quantity: 1 },
          { sku: "MUG", quantity: 1 },
          { sku: "MUG", quantity: 1 },
        ],
      },
    },
    {
      name: "the postal code is written in another way",
      order: { destination: { countryCode: "gb", region: "London", postalCode: "sw1y4jh" } },
    },
    {
      name: "the quote was for the country only",
      quote: { destination: { countryCode: "GB", region: null, postalCode: null } },
    },
    {
      name: "the quote was for the region, which the order's postal code implies",
      quote: { destination: { countryCode: "US", region: "NY", postalCode: null } },
      order: { destination: { countryCode: "US", region: null, postalCode: "10001" } },
    },
    {
      name: "the order has a choice of delivery and the quote has none",
      order: { shippingMethod: "Express" },
    },
    {
      name: "the choice of delivery is the same",
      quote: { shippingMethod: "Express" },
      order: { shippingMethod: " express" },
    },
    { name: "it was placed in the last minute", order: { placedAt: NOW + 60 * MINUTE } },
    { name: "the storefront's clock is ahead", order: { placedAt: NOW + 64 * MINUTE } },
    {
      name: "the storefront dates the order from the start of its checkout",
      order: { placedAt: NOW - 90 * MINUTE },
    },
  ])("counts if $name", ({ order = {}, quote = {} }) => {
    expect(day(order, idOf(quote))).toEqual({ ok: true, value: "2026-12-08" });
  });

  it.each<{ name: string; fault: string; order?: Partial<PlacedOrder>; id?: string; key?: string }>([
    { name: "it is no id", fault: "invalid", id: "quote_1" },
    { name: "its day was changed", fault: "invalid", id: idOf().replace("20261208", "20261201") },
    { name: "its units were changed", fault: "invalid", id: idOf().replace("2.", "9.") },
    { name: "another key signed it", fault: "invalid", key: "other" },
    { name: "it is empty", fault: "invalid", id: "" },
    { name: "the order is a day later", fault: "expired", order: { placedAt: NOW + 86_400_000 } },
    { name: "the channel is another", fault: "other_channel", order: { channelId: "shop" } },
    {
      name: "the postal code is another",
      fault: "other_destination",
      order: { destination: { countryCode: "GB", region: null, postalCode: "E1 6AN" } },
    },
    {
      name: "the country is another",
      fault: "other_destination",
      order: { destination: { countryCode: "FR", region: null, postalCode: "SW1Y 4JH" } },
    },
    { name: "nothing is sent", fault: "other_destination", order: { destination: null } },
    {
      name: "the choice of delivery is another",
      fault: "other_delivery",
      id: idOf({ shippingMethod: "Express" }),
      order: { shippingMethod: "Economy" },
    },
    { name: "it has more units", fault: "other_goods", order: { lines: [{ sku: "MUG", quantity: 3 }] } },
    { name: "it has another SKU", fault: "other_goods", order: { lines: [{ sku: "CAP", quantity: 1 }] } },
  ])("does not count, and names $fault, if $name", ({ fault, order = {}, id = idOf(), key = "key" }) => {
    expect(day(order, id, key)).toEqual({ ok: false, rejection: fault });
  });

  it("is short enough for a cart attribute", () => {
    expect(idOf({ lines: [{ sku: "MUG", quantity: 1 }] }).length).toBeLessThan(100);
    const lines = Array.from({ length: 20 }, (_, i) => ({ sku: `SKU-${i}`, quantity: 1 }));
    expect(idOf({ lines }).length).toBeLessThan(255);
  });
});
