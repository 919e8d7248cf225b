import { describe, expect, it } from "vitest";
import { aCallback, readCallback } from "../../support/storefront-adapters";

const receivedAt = Date.UTC(2026, 10, 22);
const channel = { id: "shop", kind: "shopify", currency: "EUR" };
const read = (headers: Record<string, string>, body: unknown = {}) =>
  readCallback(
    channel,
    aCallback(headers, typeof body === "string" ? body : JSON.stringify(body)),
    receivedAt,
  );

describe("the event id of a Shopify callback", () => {
  const sent = { "x-shopify-topic": "orders/paid", "x-shopify-event-id": "e1", "x-shopify-webhook-id": "w1" };
  const idOf = (headers: Record<string, string>, body?: unknown) => read(headers, body).eventId;

  it("is the same for each delivery of an event, and different for other events of the same action", () => {
    expect(idOf({ ...sent, "x-shopify-webhook-id": "w2" })).toBe(idOf(sent));
    expect(idOf({ ...sent, "x-shopify-topic": "orders/create" })).not.toBe(idOf(sent));
    expect(idOf({ ...sent, "x-shopify-event-id": "e2" })).not.toBe(idOf(sent));
    expect(idOf(sent, { id: 2 })).not.toBe(idOf(sent));
  });

  it("falls back to the id of the delivery, and then to the body", () => {
    const topic = { "x-shopify-topic": "orders/paid" };
    expect(idOf({ ...topic, "x-shopify-webhook-id": "w1" })).toContain("w1");
    expect(idOf(topic)).toBe(idOf(topic));
  });
});

describe("a Shopify callback", () => {
  it.each([
    { topic: "products/update", headers: {}, reason: "a topic that is not about orders" },
    { topic: "orders/create", headers: { "x-shopify-test": "true" }, reason: "a test notification" },
  ])("of $topic with $headers is ignored as $reason", ({ topic, headers, reason }) => {
    expect(read({ "x-shopify-topic": topic, ...headers }, "whatever").event).toMatchObject({
      value: { type: "ignored", reason },
    });
  });

  it("of orders/edited has the order's id and what changed, but not the state", () => {
    const edit = {
      order_edit: {
        id: 1,
        order_id: 1001,
        staff_note: "wrong size",
        line_items: { additions: [{ id: 5, delta: 2 }], removals: [{ id: 1, delta: 1 }] },
      },
    };
    expect(read({ "x-shopify-topic": "orders/edited" }, edit).event).toMatchObject({
      ok: true,
      value: {
        type: "edited",
        externalOrderId: "1001",
        note: "edited: 2 units added, 1 removed (wrong size)",
      },
    });
  });
});
