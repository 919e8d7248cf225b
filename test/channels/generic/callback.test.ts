import { describe, expect, it } from "vitest";
import { aCallback, readCallback } from "../../support/storefront-adapters";

const receivedAt = Date.UTC(2026, 10, 22);
const channel = { id: "ch-generic", kind: "generic", currency: "USD" };
const read = (body: unknown, headers: HeadersInit = {}) =>
  readCallback(channel, aCallback(headers, JSON.stringify(body)), receivedAt);
const withTopic = (topic: string) => ({ "webhook-topic": topic });

describe("a canonical callback", () => {
  const order = {
    externalId: "A-1",
    currency: "JPY",
    placedAt: "2026-11-20T10:00:00Z",
    lines: [{ externalId: "1", title: "Book", kind: "digital", quantity: 1, unitPrice: "500" }],
    total: "500",
  };

  it.each([
    { where: "the envelope", callback: read({ type: "order.created", data: order }) },
    { where: "a header", callback: read(order, withTopic("order.created")) },
    { where: "nowhere, so that the order is new", callback: read(order) },
  ])("has its topic in $where, and may be in another currency than the channel", ({ callback }) => {
    expect(callback).toMatchObject({
      topic: "order.created",
      event: { value: { type: "order", isCreation: true, order: { totalMinor: 500 } } },
    });
  });

  it("has the event id of its Standard Webhooks signature", () => {
    expect(read({}, { "webhook-id": "ntf_1" }).eventId).toBe("ntf_1");
  });

  it("that changes an order without a time is as new as itself", () => {
    expect(read(order).event).toMatchObject({
      value: { order: { storefrontUpdatedAt: Date.UTC(2026, 10, 20, 10) } },
    });
    expect(read({ type: "order.updated", data: order }).event).toMatchObject({
      value: { isCreation: false, order: { storefrontUpdatedAt: receivedAt, cancelledAt: null } },
    });
    expect(read({ type: "order.cancelled", data: order }).event).toMatchObject({
      value: { isCreation: false, order: { storefrontUpdatedAt: receivedAt, cancelledAt: receivedAt } },
    });
  });

  it("cancels by a topic in a header only if the body also has the time", () => {
    const cancelled = withTopic("order.cancelled");
    expect(read(order, cancelled).event).toMatchObject({ rejection: [{ path: "cancelledAt" }] });
    const cancelledAt = "2026-11-21T10:00:00Z";
    expect(read({ ...order, cancelledAt }, cancelled).event).toMatchObject({
      value: { order: { cancelledAt: Date.UTC(2026, 10, 21, 10) } },
    });
  });

  it("refunds in the channel's currency, or in its own", () => {
    const refund = { externalId: "r", amount: "5.00", at: "2026-11-20T10:00:00Z" };
    expect(read({ externalOrderId: "A-1", refund }, withTopic("refund.created")).event).toMatchObject({
      value: { type: "refund", externalOrderId: "A-1", currency: "USD", refund: { amountMinor: 500 } },
    });
    const inYen = {
      type: "refund.created",
      data: { externalOrderId: "A-1", currency: "JPY", refund: { ...refund, amount: "0.5" } },
    };
    expect(read(inYen).event).toMatchObject({ rejection: [{ path: "data.refund.amount" }] });
  });

  it("is rejected by the field inside the envelope", () => {
    expect(read({ type: "order.created", data: { ...order, total: "1.5" } })).toMatchObject({
      topic: "order.created",
      event: { ok: false, rejection: [{ path: "data.total" }] },
    });
  });

  it("of an unknown topic is ignored", () => {
    expect(read({ type: "customer.created", data: {} }).event).toMatchObject({ value: { type: "ignored" } });
  });
});
