import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifyStorefront } from "../../../src/channels/storefronts/signatures";
import { readStorefrontEvent } from "../../../src/channels/storefronts/storefront";
import type { Channel, ChannelKind } from "../../../src/catalog/domain/reference";
import {
  canonicalPayload,
  shopifyPayload,
  shopifyRefundPayload,
  signedStorefrontRequest,
  totalOf,
  wooPayload,
  type TrafficOrder,
} from "../../support/storefront-traffic";
import { plainChannel } from "../../support/reference";

const channelOf = (kind: ChannelKind): Channel => ({
  id: `ch-${kind}`,
  name: kind,
  kind,
  currency: "USD",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  ...plainChannel,
  active: true,
});
const receivedAt = Date.UTC(2026, 10, 22);
const bytes = (text: string) => new TextEncoder().encode(text);
const topics = { shopify: "orders/create", woocommerce: "order.created", generic: "order.created" };
const kinds = ["shopify", "woocommerce", "generic"] as const;

const headersFor = (kind: (typeof kinds)[number], topic = topics[kind]) =>
  new Headers({ "x-shopify-topic": topic, "x-wc-webhook-topic": topic, "webhook-topic": topic });

const read = (kind: (typeof kinds)[number], body: Uint8Array, headers = headersFor(kind)) =>
  readStorefrontEvent(channelOf(kind), headers, body, receivedAt);

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

describe("one order in three wire formats", () => {
  it("is signed, read and adds up, whatever its amounts", async () => {
    const payloads = { shopify: shopifyPayload, woocommerce: wooPayload, generic: canonicalPayload };
    const secret = "whsec_c2VjcmV0";
    await fc.assert(
      fc.asyncProperty(trafficOrder, fc.constantFrom(...kinds), async (order, kind) => {
        const at = { id: "e1", now: receivedAt };
        const sent = await signedStorefrontRequest(kind, secret, topics[kind], payloads[kind](order), at);
        const headers = new Headers(sent.headers);
        expect(verifyStorefront(kind, [secret], headers, bytes(sent.body), receivedAt)).toBe(true);
        expect(read(kind, bytes(sent.body), headers)).toMatchObject({
          ok: true,
          value: {
            type: "order",
            topic: topics[kind],
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
        });
      }),
    );
  });

  it("is refunded alone or with its order, alike", () => {
    const order = fc.sample(trafficOrder, { numRuns: 1, seed: 1 })[0]!;
    const lines = [{ lineId: order.lines[0]!.id, quantity: 1, restock: "cancel" as const }];
    const refund = { id: 5, amountMinor: 1, at: receivedAt, reason: "late", lines };
    const alone = read(
      "shopify",
      bytes(JSON.stringify(shopifyRefundPayload(order, refund))),
      headersFor("shopify", "refunds/create"),
    );
    const whole = read("shopify", bytes(JSON.stringify(shopifyPayload({ ...order, refunds: [refund] }))));
    const pushed = alone.ok && alone.value.type === "refund" && alone.value.refund;
    expect(pushed).toMatchObject({ amountMinor: 1, lines: [{ quantity: 1, restock: "cancel" }] });
    expect(whole).toMatchObject({ value: { order: { refunds: [pushed] } } });
  });
});

const eventIdOf = (headers: Record<string, string>, body = "{}") => {
  const event = read("shopify", bytes(body), new Headers(headers));
  return event.ok ? event.value.eventId : event.rejection.eventId;
};

describe("an event's id", () => {
  const sent = { "x-shopify-topic": "orders/paid", "x-shopify-event-id": "e1", "x-shopify-webhook-id": "w1" };

  it("is the same for each delivery of it, and for no other event of the same action", () => {
    expect(eventIdOf({ ...sent, "x-shopify-webhook-id": "w2" })).toBe(eventIdOf(sent));
    expect(eventIdOf({ ...sent, "x-shopify-topic": "orders/create" })).not.toBe(eventIdOf(sent));
    expect(eventIdOf({ ...sent, "x-shopify-event-id": "e2" })).not.toBe(eventIdOf(sent));
    expect(eventIdOf(sent, '{"id":2}')).not.toBe(eventIdOf(sent));
  });

  it("falls back to the delivery's, and to the body", () => {
    const topic = { "x-shopify-topic": "orders/paid" };
    expect(eventIdOf({ ...topic, "x-shopify-webhook-id": "w1" })).toContain("w1");
    expect(eventIdOf(topic)).toBe(eventIdOf(topic));
  });

  it("is the one that a Standard Webhooks signature holds", () => {
    const headers = new Headers({ "webhook-id": "ntf_1" });
    expect(read("generic", bytes("{}"), headers)).toMatchObject({ rejection: { eventId: "ntf_1" } });
  });
});

const send = (body: unknown, topic?: string) =>
  read("generic", bytes(JSON.stringify(body)), new Headers(topic ? { "webhook-topic": topic } : {}));

describe("generic callbacks", () => {
  const order = {
    externalId: "A-1",
    currency: "JPY",
    placedAt: "2026-11-20T10:00:00Z",
    lines: [{ externalId: "1", title: "Book", kind: "digital", quantity: 1, unitPrice: "500" }],
    total: "500",
  };
  it("carry their topic in the envelope, or in a header, and may sell in any currency", () => {
    for (const event of [
      send({ type: "order.created", data: order }),
      send(order, "order.created"),
      send(order),
    ]) {
      expect(event).toMatchObject({
        value: { type: "order", topic: "order.created", order: { totalMinor: 500 } },
      });
    }
  });

  it("that change an order without a date are as new as themselves", () => {
    expect(send(order)).toMatchObject({
      value: { order: { storefrontUpdatedAt: Date.UTC(2026, 10, 20, 10) } },
    });
    expect(send({ type: "order.updated", data: order })).toMatchObject({
      value: { order: { storefrontUpdatedAt: receivedAt, cancelledAt: null } },
    });
    expect(send({ type: "order.cancelled", data: order })).toMatchObject({
      value: { order: { storefrontUpdatedAt: receivedAt, cancelledAt: receivedAt } },
    });
  });

  it("refund in the channel's currency unless they say", () => {
    const refund = { externalId: "r", amount: "5.00", at: "2026-11-20T10:00:00Z" };
    expect(send({ externalOrderId: "A-1", refund }, "refund.created")).toMatchObject({
      value: { type: "refund", externalOrderId: "A-1", currency: "USD", refund: { amountMinor: 500 } },
    });
    const inYen = {
      type: "refund.created",
      data: { externalOrderId: "A-1", currency: "JPY", refund: { ...refund, amount: "0.5" } },
    };
    expect(send(inYen)).toMatchObject({ rejection: { errors: [{ path: "data.refund.amount" }] } });
  });

  it("name the field within the envelope", () => {
    expect(send({ type: "order.created", data: { ...order, total: "1.5" } })).toMatchObject({
      ok: false,
      rejection: { code: "body_invalid", topic: "order.created", errors: [{ path: "data.total" }] },
    });
  });

  it("of an unknown topic are ignored", () => {
    expect(send({ type: "customer.created", data: {} })).toMatchObject({ value: { type: "ignored" } });
  });
});

describe("a body its topic does not allow", () => {
  const json = (value: unknown) => bytes(JSON.stringify(value));
  const item = { id: 1, quantity: 1, price: "1.00" };
  const shop = (over: object) =>
    json({ id: 1, currency: "EUR", total_price: "1.00", line_items: [item], ...over });

  it.each([
    ["is not UTF-8", notUtf8(), ""],
    ["is cut off", bytes('{"id": 1, "line_items": ['), ""],
    ["is empty", bytes(""), ""],
    ["is deep", bytes("[".repeat(65) + "]".repeat(65)), ""],
    ["is very deep", bytes('{"a":'.repeat(200_000)), ""],
    ["is no object", bytes("[]"), ""],
    ["has no id", json({ line_items: [] }), "id"],
    ["has no lines", json({ id: 1 }), "line_items"],
    ["has a currency that there is not", shop({ currency: "QQQ" }), "currency"],
    ["has lines of another type", shop({ line_items: {} }), "line_items"],
    ["has a fraction of a unit", shop({ line_items: [{ ...item, quantity: 0.5 }] }), "line_items.0.quantity"],
    ["has a negative quantity", shop({ line_items: [{ ...item, quantity: -1 }] }), "line_items.0.quantity"],
    ["has a price in words", shop({ line_items: [{ ...item, price: "ten" }] }), "line_items.0.price"],
    [
      "has a price of a type that is none",
      shop({ line_items: [{ ...item, price: true }] }),
      "line_items.0.price",
    ],
    ["has a huge price", shop({ line_items: [{ ...item, price: 1e300 }] }), "line_items.0.price"],
    ["has a negative price", shop({ line_items: [{ ...item, price: "-1.00" }] }), "line_items"],
    [
      "is worth more than numbers hold",
      shop({ line_items: [{ ...item, price: "80000000000000.00", quantity: 9 }] }),
      "line_items",
    ],
    [
      "has a discount above its price",
      shop({ line_items: [{ ...item, discount_allocations: [{ amount: "1.01" }] }] }),
      "line_items",
    ],
    ["has a line twice", shop({ line_items: [item, item] }), "line_items.1.id"],
    ["has a date that is none", shop({ updated_at: "soon" }), "updated_at"],
  ])("%s", (_what, body, path) => {
    const event = read("shopify", body);
    expect(event).toMatchObject({
      ok: false,
      rejection: { code: "body_invalid", topic: "orders/create", errors: [{ path }] },
    });
  });

  it.each([
    ["shopify", "X-Shopify-Topic"],
    ["woocommerce", "X-WC-Webhook-Topic"],
  ] as const)("%s sends no topic", (kind, path) => {
    expect(read(kind, json({ id: 1 }), new Headers())).toMatchObject({ rejection: { errors: [{ path }] } });
  });

  it("that is 64 deep is read", () => {
    const deep = `{"id":1,"line_items":[],"x":${"[".repeat(63)}${"]".repeat(63)}}`;
    expect(read("shopify", bytes(deep)).ok).toBe(true);
    expect(read("shopify", bytes('{"id":1,"line_items":[],"x":"[[[[\\"' + "[".repeat(99) + '"}')).ok).toBe(
      true,
    );
  });

  it.each([
    ["orders/fulfilled", "a topic that is not about orders", {}],
    ["orders/create", "a test notification", { "x-shopify-test": "true" }],
  ])("%s may be ignored", (topic, reason, over) => {
    const headers = new Headers({ "x-shopify-topic": topic, ...over });
    expect(read("shopify", bytes("whatever"), headers)).toMatchObject({ value: { type: "ignored", reason } });
  });

  it("is never a throw, whatever a field holds", () => {
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
        const changed = JSON.stringify(replaceNth(payloads[kind], at, value));
        const event = read(kind, bytes(changed));
        expect(event.ok || event.rejection.errors.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

/** An order in every way but one byte of its name. */
const notUtf8 = () =>
  bytes('{"id":1,"line_items":[],"name":"?"}').map((byte) => (byte === 0x3f ? 0xff : byte));

/** The value with its nth part, counted depth first and around, replaced. */
function replaceNth(value: unknown, n: number, by: unknown): unknown {
  const count = (v: unknown): number =>
    1 +
    (typeof v === "object" && v !== null
      ? Object.values(v).reduce<number>((sum, w) => sum + count(w), 0)
      : 0);
  let left = n % count(value);
  const walk = (v: unknown): unknown => {
    if (left-- === 0) return by;
    if (Array.isArray(v)) return v.map(walk);
    if (typeof v !== "object" || v === null) return v;
    return Object.fromEntries(Object.entries(v).map(([key, w]) => [key, walk(w)]));
  };
  return walk(value);
}
