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

  it("is a deletion only if the body has that form, whoever wrote the topic", () => {
    const deleted = { externalOrderId: "A-1", deletedAt: "2026-11-21T10:00:00Z" };
    for (const callback of [
      read({ type: "order.deleted", data: deleted }),
      read(deleted, withTopic("order.deleted")),
    ]) {
      expect(callback.event).toMatchObject({
        value: { type: "deleted", externalOrderId: "A-1", at: Date.UTC(2026, 10, 21, 10) },
      });
    }
    expect(read(order, withTopic("order.deleted")).event).toMatchObject({ ok: false });
  });

  it("of a restored order is its whole state, which is open again", () => {
    expect(read({ type: "order.restored", data: { ...order, cancelledAt: null } }).event).toMatchObject({
      value: {
        type: "order",
        isCreation: false,
        order: { cancelledAt: null, storefrontUpdatedAt: receivedAt },
      },
    });
  });

  it("has the payments and the currency as they are now, lower or gone", () => {
    const payment = (amount: string) => [
      { externalId: "p", kind: "authorized", amount, at: "2026-11-20T10:00:00Z" },
    ];
    const states = [{ payments: payment("500") }, { payments: payment("300") }, { payments: [] }, {}];
    const paid = states.map((over) => {
      const { event } = read({ type: "order.updated", data: { ...order, ...over } });
      if (!event.ok || event.value.type !== "order") throw new Error(JSON.stringify(event));
      return [
        event.value.order.currency,
        ...event.value.order.payments.map(({ amountMinor }) => amountMinor),
      ];
    });
    expect(paid).toEqual([["JPY", 500], ["JPY", 300], ["JPY"], ["JPY"]]);
  });

  describe("of an order that was sold", () => {
    const mug = { externalId: "1", sku: "MUG", title: "Mug", quantity: 2, unitPrice: "10.00" };
    const sold = (over: object, lines: readonly object[] = [mug]) => {
      const body = {
        ...order,
        currency: "USD",
        total: "20.00",
        lines,
        shippingAddress: { city: "Reno" },
        ...over,
      };
      const { event } = read({ type: "order.created", data: body });
      if (!event.ok || event.value.type !== "order") throw new Error(JSON.stringify(event));
      return event.value.order;
    };

    it.each([
      {
        what: "units as text",
        over: {},
        lines: [{ ...mug, quantity: "2.0" }],
        expected: { lines: [{ quantity: 2 }] },
      },
      {
        what: "a SKU as a number",
        over: {},
        lines: [{ ...mug, sku: 4711 }],
        expected: { lines: [{ sku: "4711" }] },
      },
      {
        what: "amounts as numbers",
        over: { total: 20 },
        lines: [{ ...mug, unitPrice: 10 }],
        expected: { totalMinor: 2000 },
      },
      { what: "its number as a number", over: { number: 1002 }, lines: [mug], expected: { number: "1002" } },
      {
        what: "a line without units",
        over: {},
        lines: [mug, { ...mug, externalId: "2", quantity: 0 }],
        expected: { lines: [{ quantity: 2 }] },
      },
      {
        what: "a long address",
        over: { shippingAddress: { line1: "x".repeat(300), postalCode: "y".repeat(60) } },
        lines: [mug],
        expected: { shippingAddress: { line1: "x".repeat(300), postalCode: "y".repeat(60) } },
      },
      {
        what: "half a character",
        over: { customerName: "Ada \ud83d" },
        lines: [mug],
        expected: { customerName: "Ada \ufffd" },
      },
      {
        what: "a line twice, which the total counts once",
        over: {},
        lines: [mug, mug],
        expected: { lines: [{ quantity: 2 }] },
      },
    ])("may have $what", ({ over, lines, expected }) => {
      expect(sold(over, lines)).toMatchObject({ ...expected, problems: [] });
    });

    it("is held if it has a part of a unit", () => {
      const order = sold({ total: "15.00" }, [{ ...mug, quantity: 1.5 }]);
      expect(order).toMatchObject({ lines: [{ quantity: 2, grossMinor: 1500 }] });
      expect(order.problems.map(({ code }) => code)).toEqual(["amount_inexact"]);
    });

    it.each([
      { what: "an unknown field", over: { admin: true }, path: "admin" },
      { what: "an amount in words", over: { total: "ten" }, path: "total" },
      { what: "units in words", over: { lines: [{ ...mug, quantity: "two" }] }, path: "lines.0.quantity" },
    ])("is rejected with $what", ({ over, path }) => {
      const body = { ...order, currency: "USD", total: "20.00", lines: [mug], ...over };
      expect(read({ type: "order.created", data: body }).event).toMatchObject({
        rejection: [{ path: `data.${path}` }],
      });
    });
  });
});
