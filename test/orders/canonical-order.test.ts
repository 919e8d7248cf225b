/** Canonical orders: what is mapped, what is put on hold, and what is rejected by field. */
import { describe, expect, it } from "vitest";
import { fieldErrors } from "../../src/channels/shared/body";
import { toNewOrder } from "../../src/orders/canonical-order";
import { CanonicalOrder } from "../../src/orders/canonical-order-schema";

const channel = { id: "own", currency: "EUR" };

const line = (over: object = {}) => ({
  externalId: "1",
  sku: "MUG",
  title: "Mug",
  quantity: 2,
  unitPrice: "10.00",
  ...over,
});

const canonical = (over: object = {}) => ({
  externalId: "A-1",
  currency: "EUR",
  placedAt: "2026-11-20T10:00:00+01:00",
  shippingAddress: { line1: "Rue 1", city: "Paris", countryCode: "FR" },
  lines: [line()],
  total: "20.00",
  ...over,
});

/** The order, or the fields that were rejected. */
function convert(order: unknown, to = channel) {
  const parsed = CanonicalOrder.safeParse(order);
  if (!parsed.success) return fieldErrors(parsed.error).map((error) => error.path);
  const mapped = toNewOrder(to, parsed.data);
  return mapped.ok ? mapped.value : mapped.rejection.errors.map((error) => error.path);
}

describe("the canonical order", () => {
  it("is mapped field by field", () => {
    const at = "2026-11-20T09:00:00Z";
    const full = canonical({
      number: "N1",
      taxIncluded: false,
      updatedAt: "2026-11-20T11:00:00Z",
      email: "Ann@Example.com",
      phone: "+33 1",
      customerName: "Ann",
      locale: "fr",
      billingAddress: { city: "Lyon" },
      shippingMethod: "DHL",
      lines: [
        line({ discount: "1.50", tax: "3.70" }),
        line({ externalId: "2", sku: null, kind: "gift_card", quantity: 1 }),
      ],
      shipping: { amount: "5.00", discount: "1.00", tax: "0.80" },
      rounding: "-0.02",
      total: "36.98",
      payments: [
        { externalId: "p1", kind: "captured", amount: "30.00", at },
        { externalId: "card-1", kind: "gift_card", amount: "6.98", at },
      ],
      fulfillments: [
        {
          externalId: "f1",
          lines: [{ externalLineId: "1", quantity: 1 }],
          locationId: "berlin-1",
          carrier: "DHL",
          trackingNumber: "JD01",
          trackingUrl: "https://dhl.example/JD01",
          at,
        },
        { externalId: "f2", lines: [], at },
      ],
      test: true,
      refunds: [
        {
          externalId: "r1",
          amount: "9.25",
          shipping: "1.00",
          kept: "0.75",
          lines: [{ externalLineId: "1", quantity: 1, restock: "cancel" }],
          at,
        },
      ],
      note: "Ring twice",
      reservationTokens: ["cart-1"],
    });
    expect(convert(full)).toMatchObject({
      channelId: "own",
      externalId: "A-1",
      number: "N1",
      currency: "EUR",
      taxIncluded: false,
      placedAt: Date.UTC(2026, 10, 20, 9),
      storefrontUpdatedAt: Date.UTC(2026, 10, 20, 11),
      cancelledAt: null,
      email: "ann@example.com",
      shippingAddress: { line1: "Rue 1", line2: null, countryCode: "FR" },
      billingAddress: { city: "Lyon" },
      lines: [
        { kind: "physical", grossMinor: 2000, discountMinor: 150, taxMinor: 370, removed: 0 },
        { kind: "gift_card", sku: null, grossMinor: 1000 },
      ],
      shipping: { grossMinor: 500, discountMinor: 100, taxMinor: 80 },
      totalMinor: 3698,
      roundingMinor: -2,
      payments: [
        { externalId: "p1", kind: "captured", amountMinor: 3000, at: Date.UTC(2026, 10, 20, 9) },
        { externalId: "card-1", kind: "gift_card", amountMinor: 698, at: Date.UTC(2026, 10, 20, 9) },
      ],
      fulfilled: [
        {
          externalId: "f1",
          lines: [{ externalLineId: "1", quantity: 1 }],
          locationId: "berlin-1",
          carrier: "DHL",
          trackingNumber: "JD01",
          trackingUrl: "https://dhl.example/JD01",
          at: Date.UTC(2026, 10, 20, 9),
        },
        { externalId: "f2", lines: [], locationId: null, carrier: null, trackingNumber: null },
      ],
      isTest: true,
      refunds: [{ externalId: "r1", amountMinor: 925, shippingMinor: 100, keptMinor: 75, reason: null }],
      reservationTokens: ["cart-1"],
      problems: [],
    });
  });

  it("is from the latest of its times", () => {
    const cancelledAt = "2026-11-22T10:00:00Z";
    for (const updatedAt of [undefined, "2026-11-21T10:00:00Z"]) {
      const order = { ...canonical(), cancelledAt, ...(updatedAt && { updatedAt }) };
      expect(convert(order)).toMatchObject({ storefrontUpdatedAt: Date.UTC(2026, 10, 22, 10) });
    }
  });

  it("needs only a few fields", () => {
    expect(convert(canonical())).toMatchObject({
      number: "A-1",
      email: null,
      storefrontUpdatedAt: Date.UTC(2026, 10, 20, 9),
      payments: [],
      roundingMinor: 0,
      fulfilled: [],
      isTest: false,
      quoteId: null,
      problems: [],
    });
  });

  it.each<{ quoteId: unknown; expected: string | null }>([
    { quoteId: "quote_1", expected: "quote_1" },
    { quoteId: " quote_1\n", expected: "quote_1" },
    { quoteId: "", expected: null },
    { quoteId: null, expected: null },
    { quoteId: { id: 7 }, expected: '{"id":7}' },
    { quoteId: "q".repeat(5_000), expected: "q".repeat(1_000) },
  ])("is never rejected for its quote $quoteId", ({ quoteId, expected }) => {
    expect(convert(canonical({ quoteId }))).toMatchObject({ quoteId: expected });
  });

  it("is put on hold, not rejected, if its total does not add up", () => {
    expect(convert(canonical({ total: "19.99" }))).toMatchObject({
      totalMinor: 1999,
      problems: [{ code: "totals_mismatch" }],
    });
  });

  it.each([
    { name: "an unknown field", over: { admin: true }, path: "admin" },
    {
      name: "an unknown field of a line",
      over: { lines: [line({ unitCost: "1" })] },
      path: "lines.0.unitCost",
    },
    { name: "an unknown field of an address", over: { billingAddress: { x: 1 } }, path: "billingAddress.x" },
    { name: "no external id", over: { externalId: "" }, path: "externalId" },
    { name: "an unknown currency", over: { currency: "XYZ" }, path: "currency" },
    { name: "a currency in words", over: { currency: "Euro" }, path: "currency" },
    { name: "another currency than the channel's", over: { currency: "USD" }, path: "currency" },
    {
      name: "a price finer than a cent",
      over: { lines: [line({ unitPrice: "10.001" })] },
      path: "lines.0.unitPrice",
    },
    { name: "a negative price", over: { lines: [line({ unitPrice: "-1.00" })] }, path: "lines.0.unitPrice" },
    {
      name: "a price that is a number",
      over: { lines: [line({ unitPrice: 10 })] },
      path: "lines.0.unitPrice",
    },
    {
      name: "a price with an exponent",
      over: { lines: [line({ unitPrice: "1e3" })] },
      path: "lines.0.unitPrice",
    },
    {
      name: "a discount above the price",
      over: { lines: [line({ discount: "20.01" })] },
      path: "lines.0.discount",
    },
    { name: "no quantity", over: { lines: [line({ quantity: 0 })] }, path: "lines.0.quantity" },
    { name: "half a unit", over: { lines: [line({ quantity: 1.5 })] }, path: "lines.0.quantity" },
    { name: "too many units", over: { lines: [line({ quantity: 1_000_001 })] }, path: "lines.0.quantity" },
    { name: "an unknown kind", over: { lines: [line({ kind: "service" })] }, path: "lines.0.kind" },
    { name: "no lines", over: { lines: [] }, path: "lines" },
    {
      name: "more than 500 lines",
      over: { lines: Array.from({ length: 501 }, (_, i) => line({ externalId: `${i}` })) },
      path: "lines",
    },
    { name: "a duplicate line", over: { lines: [line(), line()] }, path: "lines.1.externalId" },
    {
      name: "a title that is too long",
      over: { lines: [line({ title: "x".repeat(501) })] },
      path: "lines.0.title",
    },
    {
      name: "a duplicate fulfillment",
      over: {
        fulfillments: ["f", "f"].map((externalId) => ({ externalId, lines: [], at: "2026-11-20T10:00:00Z" })),
      },
      path: "fulfillments.1.externalId",
    },
    { name: "a rounding finer than a cent", over: { rounding: "-0.001" }, path: "rounding" },
    { name: "a SKU that is a number", over: { lines: [line({ sku: 4711 })] }, path: "lines.0.sku" },
    { name: "units as text", over: { lines: [line({ quantity: "2" })] }, path: "lines.0.quantity" },
    {
      name: "a postal code that is too long",
      over: { shippingAddress: { postalCode: "x".repeat(51) } },
      path: "shippingAddress.postalCode",
    },
    { name: "a total finer than a cent", over: { total: "20.005" }, path: "total" },
    { name: "an invalid date", over: { placedAt: "yesterday" }, path: "placedAt" },
    { name: "a time without a zone", over: { placedAt: "2026-11-20T10:00:00" }, path: "placedAt" },
    {
      name: "a payment finer than a cent",
      over: {
        payments: [{ externalId: "p", kind: "captured", amount: "0.001", at: "2026-11-20T10:00:00Z" }],
      },
      path: "payments.0.amount",
    },
    {
      name: "an amount beyond exact integers",
      over: { lines: [line({ unitPrice: "90071992547409.91", quantity: 3 })] },
      path: "lines",
    },
    {
      name: "payments that are together beyond exact integers",
      over: {
        payments: ["p1", "p2"].map((externalId) => ({
          externalId,
          kind: "captured" as const,
          amount: "90071992547409.91",
          at: "2026-11-20T10:00:00Z",
        })),
      },
      path: "lines",
    },
    {
      name: "a country in words",
      over: { shippingAddress: { countryCode: "France" } },
      path: "shippingAddress.countryCode",
    },
  ])("is rejected with $name, by field", ({ over, path }) => {
    expect(convert(canonical(over))).toEqual([path]);
  });

  it.each([
    { currency: "JPY", unitPrice: "10", total: "20", totalMinor: 20 },
    { currency: "KWD", unitPrice: "10.125", total: "20.250", totalMinor: 20_250 },
  ])("has exact amounts in $currency", ({ currency, unitPrice, total, totalMinor }) => {
    const order = canonical({ currency, total, lines: [line({ unitPrice })] });
    expect(convert(order, { id: "own", currency })).toMatchObject({ totalMinor, problems: [] });
  });
});
