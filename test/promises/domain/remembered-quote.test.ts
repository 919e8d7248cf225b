import { describe, expect, it } from "vitest";
import type { PlacedOrder, QuotedOrder } from "../../../src/promises/domain/quoted-order";
import { keysOf, rememberedDay, rememberedQuote } from "../../../src/promises/domain/remembered-quote";

const NOW = Date.UTC(2026, 10, 25, 10);

const quoted: QuotedOrder = {
  channelId: "web",
  destination: { countryCode: "GB", region: null, postalCode: "SW1Y 4JH" },
  shippingMethod: null,
  lines: [{ sku: "MUG", quantity: 2 }],
};
const remembered = (over: Partial<QuotedOrder> = {}, deliverByOn = "2026-12-08", issuedAt = NOW) =>
  rememberedQuote({ ...quoted, ...over }, { deliverByOn, issuedAt });
const placed = (over: Partial<PlacedOrder> = {}): PlacedOrder => ({
  ...quoted,
  placedAt: NOW + 60_000,
  ...over,
});
const isFound = (quote: Partial<QuotedOrder>, order: Partial<PlacedOrder>) =>
  keysOf(placed(order)).includes(remembered(quote).key);

describe("the keys of an order", () => {
  it.each<{ name: string; quote?: Partial<QuotedOrder>; order?: Partial<PlacedOrder>; found: boolean }>([
    { name: "the same order", found: true },
    {
      name: "a quote for the country only",
      quote: { destination: { countryCode: "GB", region: null, postalCode: null } },
      found: true,
    },
    { name: "a quote without a choice of delivery", order: { shippingMethod: "Express" }, found: true },
    { name: "another choice of delivery", quote: { shippingMethod: "Express" }, found: false },
    { name: "fewer units", order: { lines: [{ sku: "MUG", quantity: 1 }] }, found: true },
    { name: "another channel", order: { channelId: "shop" }, found: false },
    { name: "another SKU", order: { lines: [{ sku: "TEE", quantity: 1 }] }, found: false },
    {
      name: "another postal code",
      order: { destination: { countryCode: "GB", region: null, postalCode: "E1 6AN" } },
      found: false,
    },
  ])("find a quote: $name is $found", ({ quote = {}, order = {}, found }) => {
    expect(isFound(quote, order)).toBe(found);
  });

  it("are none for an order of which nothing is sent", () => {
    expect([keysOf(placed({ destination: null })), keysOf(placed({ lines: [] }))]).toEqual([[], []]);
  });
});

describe("the day that was remembered", () => {
  it("is the earliest of the quotes that are valid and for so many units", () => {
    const quotes = [
      remembered({}, "2026-12-08"),
      remembered({}, "2026-12-03", NOW - 3 * 3_600_000),
      remembered({ lines: [{ sku: "MUG", quantity: 1 }] }, "2026-12-04"),
      remembered({}, "2026-12-14"),
    ];
    expect(rememberedDay(quotes, placed())).toBe("2026-12-08");
    expect(rememberedDay(quotes, placed({ lines: [{ sku: "MUG", quantity: 1 }] }))).toBe("2026-12-04");
    expect(rememberedDay(quotes, placed({ lines: [{ sku: "MUG", quantity: 3 }] }))).toBeNull();
    expect(rememberedDay(quotes, placed({ placedAt: NOW + 2 * 3_600_000 }))).toBeNull();
  });

  it.each([
    { name: "dated from the start of its checkout", minutes: -30, day: "2026-12-08" },
    { name: "older than any checkout", minutes: -120, day: null },
  ])("is $day for an order that is $name", ({ minutes, day }) => {
    expect(rememberedDay([remembered()], placed({ placedAt: NOW + minutes * 60_000 }))).toBe(day);
  });
});
