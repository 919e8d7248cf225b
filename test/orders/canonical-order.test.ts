import { describe, expect, it } from "vitest";
import { fieldErrors } from "../../src/channels/storefronts/body";
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

/** The order, or the fields refused. */
function take(order: unknown, to = channel) {
  const parsed = CanonicalOrder.safeParse(order);
  if (!parsed.success) return fieldErrors(parsed.error).map((error) => error.path);
  const mapped = toNewOrder(to, parsed.data);
  return mapped.ok ? mapped.value : mapped.rejection.errors.map((error) => error.path);
}

describe("the canonical order", () => {
  it("maps every field", () => {
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
      total: "37.00",
      payments: [{ externalId: "p1", kind: "captured", amount: "37.00", at }],
      refunds: [
        {
          externalId: "r1",
          amount: "9.25",
          shipping: "1.00",
          lines: [{ externalLineId: "1", quantity: 1, restock: "cancel" }],
          at,
        },
      ],
      note: "Ring twice",
      reservationTokens: ["cart-1"],
    });
    expect(take(full)).toMatchObject({
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
      totalMinor: 3700,
      payments: [{ externalId: "p1", kind: "captured", amountMinor: 3700, at: Date.UTC(2026, 10, 20, 9) }],
      refunds: [{ externalId: "r1", amountMinor: 925, shippingMinor: 100, reason: null }],
      reservationTokens: ["cart-1"],
      problems: [],
    });
  });

  it("needs little", () => {
    expect(take(canonical())).toMatchObject({
      number: "A-1",
      email: null,
      storefrontUpdatedAt: Date.UTC(2026, 10, 20, 9),
      payments: [],
      problems: [],
    });
  });

  it("is held, not refused, when its total is not its parts", () => {
    expect(take(canonical({ total: "19.99" }))).toMatchObject({
      totalMinor: 1999,
      problems: [{ code: "totals_mismatch" }],
    });
  });

  it.each([
    ["a field that is not known", { admin: true }, "admin"],
    ["one that is not known of a line", { lines: [line({ unitCost: "1" })] }, "lines.0.unitCost"],
    ["one that is not known of an address", { billingAddress: { x: 1 } }, "billingAddress.x"],
    ["no external id", { externalId: "" }, "externalId"],
    ["no currency that there is", { currency: "XYZ" }, "currency"],
    ["a currency in words", { currency: "Euro" }, "currency"],
    ["another currency than the channel's", { currency: "USD" }, "currency"],
    ["a price finer than a cent", { lines: [line({ unitPrice: "10.001" })] }, "lines.0.unitPrice"],
    ["a negative price", { lines: [line({ unitPrice: "-1.00" })] }, "lines.0.unitPrice"],
    ["a price that is a number", { lines: [line({ unitPrice: 10 })] }, "lines.0.unitPrice"],
    ["a price with an exponent", { lines: [line({ unitPrice: "1e3" })] }, "lines.0.unitPrice"],
    ["a discount above the price", { lines: [line({ discount: "20.01" })] }, "lines.0.discount"],
    ["no quantity", { lines: [line({ quantity: 0 })] }, "lines.0.quantity"],
    ["half a unit", { lines: [line({ quantity: 1.5 })] }, "lines.0.quantity"],
    ["too many units", { lines: [line({ quantity: 1_000_001 })] }, "lines.0.quantity"],
    ["a kind that is not known", { lines: [line({ kind: "service" })] }, "lines.0.kind"],
    ["no lines", { lines: [] }, "lines"],
    [
      "more lines than it may",
      { lines: Array.from({ length: 501 }, (_, i) => line({ externalId: `${i}` })) },
      "lines",
    ],
    ["a line twice", { lines: [line(), line()] }, "lines.1.externalId"],
    ["a title that is too long", { lines: [line({ title: "x".repeat(501) })] }, "lines.0.title"],
    ["a total finer than a cent", { total: "20.005" }, "total"],
    ["a date that is none", { placedAt: "yesterday" }, "placedAt"],
    ["a time without a zone", { placedAt: "2026-11-20T10:00:00" }, "placedAt"],
    [
      "a payment of a fraction",
      { payments: [{ externalId: "p", kind: "captured", amount: "0.001", at: "2026-11-20T10:00:00Z" }] },
      "payments.0.amount",
    ],
    [
      "an order past exact numbers",
      { lines: [line({ unitPrice: "90071992547409.91", quantity: 3 })] },
      "lines",
    ],
    [
      "payments past exact numbers together",
      {
        payments: ["p1", "p2"].map((externalId) => ({
          externalId,
          kind: "captured" as const,
          amount: "90071992547409.91",
          at: "2026-11-20T10:00:00Z",
        })),
      },
      "lines",
    ],
    ["a country in words", { shippingAddress: { countryCode: "France" } }, "shippingAddress.countryCode"],
  ])("refuses %s, naming the field", (_what, over, path) => {
    expect(take(canonical(over))).toEqual([path]);
  });

  it.each([
    ["JPY", "10", "20", 2000 / 100],
    ["KWD", "10.125", "20.250", 20250],
  ])("is exact in %s", (currency, unitPrice, total, expected) => {
    const order = canonical({ currency, total, lines: [line({ unitPrice })] });
    expect(take(order, { id: "own", currency })).toMatchObject({ totalMinor: expected, problems: [] });
  });
});
