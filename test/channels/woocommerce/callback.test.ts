/** Topics and bodies of WooCommerce's webhooks. */
import { describe, expect, it } from "vitest";
import { isPing } from "../../support/storefront-adapters";
import { payload, read, receivedAt } from "./payloads";

describe("a WooCommerce callback", () => {
  it("of a deleted order has only the order's id", () => {
    expect(read("order.deleted", { id: 7 }).event).toMatchObject({
      value: { type: "deleted", externalOrderId: "7", at: receivedAt },
    });
  });

  it.each([
    ["a ping", "", "webhook_id=12"],
    ["a checkout that is not placed yet", "order.created", payload({ status: "checkout-draft" })],
    ["a topic that is not about orders", "product.updated", { id: 1 }],
    ["a topic that is not about orders", "action.woocommerce_add_to_cart", "not even JSON"],
  ])("is ignored as %s (%s)", (reason, topic, body) => {
    expect(read(topic, body).event).toMatchObject({ ok: true, value: { type: "ignored", reason } });
  });

  it("is a ping only if it has nothing else", () => {
    expect(isPing("woocommerce", "webhook_id=12")).toBe(true);
    for (const other of ["webhook_id=12&x=1", "webhook_id=", '{"webhook_id":1}', ""]) {
      expect(isPing("woocommerce", other)).toBe(false);
    }
  });

  it("has an event id of its own, even if it shares the delivery id with another order of the same second", () => {
    const eventId = (id: number) =>
      read("order.created", payload({ id }), { "x-wc-webhook-delivery-id": "d1" }).eventId;
    expect(eventId(1)).toBe(eventId(1));
    expect(eventId(1)).not.toBe(eventId(2));
  });
});
