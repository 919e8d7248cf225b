/** Reading callbacks, as far as all storefronts do it alike: one order in three formats, and malformed bodies. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aCallback, isSigned, readCallback } from "../support/storefront-adapters";
import {
  canonicalPayload,
  shopifyPayload,
  shopifyRefundPayload,
  signedStorefrontRequest,
  totalOf,
  wooPayload,
  type TrafficOrder,
} from "../support/storefront-traffic";

const receivedAt = Date.UTC(2026, 10, 22);
const bytes = (text: string) => new TextEncoder().encode(text);
const creationTopics = {
  shopify: "orders/create",
  woocommerce: "order.created",
  generic: "order.created",
} as const;
const kinds = ["shopify", "woocommerce", "generic"] as const;
type Kind = (typeof kinds)[number];

const headersFor = (kind: Kind, topic: string = creationTopics[kind]): HeadersInit => ({
  "x-shopify-topic": topic,
  "x-wc-webhook-topic": topic,
  "webhook-topic": topic,
});

const read = (kind: Kind, body: Uint8Array | string, headers = headersFor(kind)) =>
  readCallback({ id: `ch-${kind}`, kind, currency: "USD" }, aCallback(headers, body), receivedAt);

const money = fc.integer({ min: 0, max: 100_000_00 });
const trafficOrder: fc.Arbitrary<TrafficOrder> = fc.record({
  id: fc.integer({ min: 1, max: 2 ** 40 }),
  number: fc.integer({ min: 1, max: 99999 }),
  currency: fc.constant("USD"),
  decimals: fc.constant(2),
  placedAt: fc.integer({ min: 0, max: receivedAt / 1000 }).map((seconds) => seconds * 1000),
  email: fc.emailAddress(),
  address: fc.constant({
    firstName: "Ann",
    lastName: "Lee",
    line1: "1 Main St",
    city: "Reno",
    region: "NV",
    postalCode: "89501",
    countryCode: "US",
  }),
  lines: fc.uniqueArray(
    fc
      .record({
        id: fc.nat(),
        unitPriceMinor: money,
        quantity: fc.integer({ min: 1, max: 50 }),
        off: fc.nat(100),
        taxMinor: money,
      })
      .map(({ off, ...line }) => ({
        ...line,
        sku: `SKU-${line.id}`,
        title: `Item ${line.id}`,
        discountMinor: Math.floor((line.unitPriceMinor * line.quantity * off) / 100),
      })),
    { minLength: 1, maxLength: 8, selector: (line) => line.id },
  ),
  shippingMinor: money,
  shippingTaxMinor: money,
});

describe("an order in three formats", () => {
  it("is signed, read and adds up, whatever its amounts", async () => {
    const payloads = { shopify: shopifyPayload, woocommerce: wooPayload, generic: canonicalPayload };
    const secret = "whsec_c2VjcmV0";
    await fc.assert(
      fc.asyncProperty(trafficOrder, fc.constantFrom(...kinds), async (order, kind) => {
        const topic = creationTopics[kind];
        const at = { id: "e1", now: receivedAt };
        const sent = await signedStorefrontRequest(kind, secret, topic, payloads[kind](order), at);
        expect(isSigned(kind, aCallback(sent.headers, sent.body), [secret], receivedAt)).toBe(true);
        expect(read(kind, sent.body, sent.headers)).toMatchObject({
          topic,
          event: {
            ok: true,
            value: {
              type: "order",
              isCreation: true,
              order: {
                externalId: String(order.id),
                placedAt: order.placedAt,
                email: order.email.toLowerCase(),
                totalMinor: totalOf(order),
                lines: order.lines.map(({ id, sku, quantity, unitPriceMinor, discountMinor, taxMinor }) => ({
                  externalId: String(id),
                  sku,
                  quantity,
                  grossMinor: unitPriceMinor * quantity,
                  discountMinor,
                  taxMinor,
                })),
                shipping: { grossMinor: order.shippingMinor, taxMinor: order.shippingTaxMinor },
                payments: totalOf(order) > 0 || kind === "generic" ? [{ amountMinor: totalOf(order) }] : [],
                problems: [],
              },
            },
          },
        });
      }),
    );
  });

  it("has the same refund in a callback of its own and in the order", () => {
    const order = fc.sample(trafficOrder, { numRuns: 1, seed: 1 })[0]!;
    const lines = [{ lineId: order.lines[0]!.id, quantity: 1, restock: "cancel" as const }];
    const refund = { id: 5, amountMinor: 1, at: receivedAt, reason: "late", lines };
    const { event: alone } = read(
      "shopify",
      JSON.stringify(shopifyRefundPayload(order, refund)),
      headersFor("shopify", "refunds/create"),
    );
    const { event: whole } = read("shopify", JSON.stringify(shopifyPayload({ ...order, refunds: [refund] })));
    const reported = alone.ok && alone.value.type === "refund" && alone.value.refund;
    expect(reported).toMatchObject({ amountMinor: 1, lines: [{ quantity: 1, restock: "cancel" }] });
    expect(whole).toMatchObject({ value: { order: { refunds: [reported] } } });
  });

  it.each([
    { kind: "shopify", topic: "orders/create", isCreation: true },
    { kind: "shopify", topic: "orders/paid", isCreation: false },
    { kind: "shopify", topic: "orders/updated", isCreation: false },
    { kind: "shopify", topic: "orders/cancelled", isCreation: false },
    { kind: "woocommerce", topic: "order.created", isCreation: true },
    { kind: "woocommerce", topic: "order.updated", isCreation: false },
    { kind: "generic", topic: "order.created", isCreation: true },
    { kind: "generic", topic: "order.updated", isCreation: false },
  ] as const)("is its first state in $kind's $topic: $isCreation", ({ kind, topic, isCreation }) => {
    const order = fc.sample(trafficOrder, { numRuns: 1, seed: 3 })[0]!;
    const payloads = { shopify: shopifyPayload, woocommerce: wooPayload, generic: canonicalPayload };
    const { event } = read(kind, JSON.stringify(payloads[kind](order)), headersFor(kind, topic));
    expect(event).toMatchObject({ ok: true, value: { type: "order", isCreation } });
  });
});

describe("a body that its topic does not allow", () => {
  const json = (value: unknown) => bytes(JSON.stringify(value));
  const item = { id: 1, quantity: 1, price: "1.00" };
  const shop = (over: object) =>
    json({ id: 1, currency: "EUR", total_price: "1.00", line_items: [item], ...over });

  it.each([
    { what: "bytes that are not UTF-8", body: notUtf8(), path: "" },
    { what: "a text that is cut off", body: bytes('{"id": 1, "line_items": ['), path: "" },
    { what: "no text", body: bytes(""), path: "" },
    { what: "65 levels", body: bytes("[".repeat(65) + "]".repeat(65)), path: "" },
    { what: "200,000 levels", body: bytes('{"a":'.repeat(200_000)), path: "" },
    { what: "a list instead of an object", body: bytes("[]"), path: "" },
    { what: "no id", body: json({ line_items: [] }), path: "id" },
    { what: "no lines", body: json({ id: 1 }), path: "line_items" },
    { what: "an unknown currency", body: shop({ currency: "QQQ" }), path: "currency" },
    { what: "lines of another type", body: shop({ line_items: {} }), path: "line_items" },
    {
      what: "a negative quantity",
      body: shop({ line_items: [{ ...item, quantity: -1 }] }),
      path: "line_items.0.quantity",
    },
    {
      what: "a price in words",
      body: shop({ line_items: [{ ...item, price: "ten" }] }),
      path: "line_items.0.price",
    },
    {
      what: "a price of another type",
      body: shop({ line_items: [{ ...item, price: true }] }),
      path: "line_items.0.price",
    },
    {
      what: "a huge price",
      body: shop({ line_items: [{ ...item, price: 1e300 }] }),
      path: "line_items.0.price",
    },
    {
      what: "a negative price",
      body: shop({ line_items: [{ ...item, price: "-1.00" }] }),
      path: "line_items",
    },
    {
      what: "a sum that is too large for a number",
      body: shop({ line_items: [{ ...item, price: "80000000000000.00", quantity: 9 }] }),
      path: "line_items",
    },
    {
      what: "a discount above its price",
      body: shop({ line_items: [{ ...item, discount_allocations: [{ amount: "1.01" }] }] }),
      path: "line_items",
    },
    { what: "a time in words", body: shop({ updated_at: "soon" }), path: "updated_at" },
  ])("is rejected by its field if it has $what", ({ body, path }) => {
    expect(read("shopify", body)).toMatchObject({
      topic: "orders/create",
      event: { ok: false, rejection: [{ path }] },
    });
  });

  it("is read if it has 64 levels, or more brackets inside a text", () => {
    const deep = `{"id":1,"line_items":[],"x":${"[".repeat(63)}${"]".repeat(63)}}`;
    expect(read("shopify", deep).event.ok).toBe(true);
    expect(read("shopify", '{"id":1,"line_items":[],"x":"[[[[\\"' + "[".repeat(99) + '"}').event.ok).toBe(
      true,
    );
  });

  it.each([
    { kind: "shopify", path: "X-Shopify-Topic" },
    { kind: "woocommerce", path: "X-WC-Webhook-Topic" },
  ] as const)("is rejected by $path if $kind sends no topic", ({ kind, path }) => {
    expect(read(kind, json({ id: 1 }), {}).event).toMatchObject({ rejection: [{ path }] });
  });

  it("never causes an error, whatever a field contains", () => {
    const order = fc.sample(trafficOrder, { numRuns: 1, seed: 2 })[0]!;
    const payloads = {
      shopify: shopifyPayload(order),
      woocommerce: wooPayload(order),
      generic: canonicalPayload(order),
    };
    const junk = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom("-1", "1e400", "9".repeat(40), "__proto__", "\u0000", "\ud800"),
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.nat(), junk, (kind, at, value) => {
        const { event } = read(kind, JSON.stringify(withPartReplaced(payloads[kind], at, value)));
        expect(event.ok || event.rejection.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

/** An order that is valid except for one byte of its name. */
function notUtf8() {
  return bytes('{"id":1,"line_items":[],"name":"?"}').map((byte) => (byte === 0x3f ? 0xff : byte));
}

/** The value with one of its parts replaced: the nth, counted depth first and starting over after the last. */
function withPartReplaced(value: unknown, n: number, replacement: unknown): unknown {
  const count = (part: unknown): number =>
    1 +
    (typeof part === "object" && part !== null
      ? Object.values(part).reduce<number>((sum, inner) => sum + count(inner), 0)
      : 0);
  let left = n % count(value);
  const walk = (part: unknown): unknown => {
    if (left-- === 0) return replacement;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(value);
}
